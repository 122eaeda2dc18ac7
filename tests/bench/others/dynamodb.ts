/** The table behind DynamoDB's wire. An answer leaves exactly `delayMs` after its request has arrived. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { type Closable, listen, shut } from '../../../local/listen.ts';
import { releaseAt } from './release.ts';
import type { Asked, FastTable, Told } from './table.ts';

export interface Delay {
  ms: number;
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += chunk;
  return body;
};

const told = (table: FastTable, operation: string, body: string): Told => {
  try {
    return table.answer(operation, JSON.parse(body) as Asked);
  } catch (error) {
    return { status: 400, body: { __type: 'ValidationException', message: String(error) } };
  }
};

const serve = async (
  table: FastTable,
  delay: Delay,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const arrived = performance.now();
  const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
  const { status, body } = told(table, operation, await readBody(request));
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amz-crc32': crc32(text),
  };
  releaseAt(arrived, delay.ms, () => response.writeHead(status, headers).end(text));
};

export const startTable = async (table: FastTable, delay: Delay): Promise<Closable> => {
  const server = createServer({ keepAlive: true }, (request, response) => {
    serve(table, delay, request, response).catch(() => response.destroy());
  });
  const address = await listen(server, 0);
  return { ...address, close: () => shut(server) };
};
