import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { begin, type Command, FREE_PORTS } from './commands.ts';

/** The embedded stack as the process that `npm start` is, and things that may stand in front of it. */
export interface RunningStack {
  api: string;
  kaleyra: string;
  /** What commands find it by. */
  ports: Record<string, string>;
  close(): Promise<void>;
}

/** A second or two; far more on a machine that is busy with other things. */
const STARTED_WITHIN_MS = 90_000;

const ready = async ({ printed, child }: Command): Promise<string> => {
  const until = Date.now() + STARTED_WITHIN_MS;
  for (;;) {
    const [, api] = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m.exec(printed()) ?? [];
    if (api !== undefined) return api;
    if (Date.now() > until || child.exitCode !== null) throw new Error(`the stack did not start:\n${printed()}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
};

export const startRunningStack = async (
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<RunningStack> => {
  const command = begin('local/start.ts', args, { ...FREE_PORTS, ...env });
  const api = await ready(command).catch(error => {
    command.child.kill('SIGKILL');
    throw error;
  });
  const [, kaleyra = ''] = /Kaleyra simulator +(\S+)/.exec(command.printed()) ?? [];
  const [, dynamodb = ''] = /DynamoDB +(\S+)/.exec(command.printed()) ?? [];
  const portOf = (url: string): string => new URL(url).port;
  return {
    api,
    kaleyra,
    ports: { PORT: portOf(api), KALEYRA_PORT: portOf(kaleyra), DYNAMODB_PORT: portOf(dynamodb) },
    close: async () => {
      command.child.kill('SIGTERM');
      await command.ended;
    },
  };
};

export interface Front {
  url: string;
  close(): Promise<void>;
}

const serve = async (listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<Front> => {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
};

/** Passes requests on. @param without headers of clients that do not get through */
export const aGatewayTo = (origin: string, without: readonly string[] = []): Promise<Front> =>
  serve((request, response) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => name !== 'host' && !without.includes(name)),
    );
    const onward = httpRequest(origin + (request.url ?? '/'), { method: request.method, headers }, reply => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });

/** Answers everything alike. */
export const aWall = (status: number, body: unknown = {}, headers: Record<string, string> = {}): Promise<Front> =>
  serve((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
