/** An AWS account that holds nothing and refuses every request; it remembers what it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface EmptyAws {
  readonly url: string;
  /** The action of each call, or its method and path where it names none. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

const refusal =
  '<Response><Error><Code>ValidationError</Code><Message>Stack with id any does not exist</Message></Error></Response>';

export async function startEmptyAws(): Promise<EmptyAws> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push(new URLSearchParams(await text(request)).get('Action') ?? `${request.method} ${request.url}`);
    response.writeHead(400, { 'content-type': 'text/xml' }).end(refusal);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
