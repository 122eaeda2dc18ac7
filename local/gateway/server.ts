/** The gateway's socket: HTTP in and out, bodies read no further than they may be, everything else is the dispatcher's. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { PAGE_PREFIX } from '../page/prefix.ts';
import { answerAndDrain, isDeclaredOver, readBody } from './body.ts';
import { type Dispatcher, newRequestId } from './dispatch.ts';
import { describe } from './invocation.ts';
import { HEADERS_TOO_LARGE, MAX_PAYLOAD_BYTES, TOO_LARGE } from './limits.ts';
import { messageResponse, withRequestId } from './response.ts';
import type { GatewayRequest, GatewayResponse, Log } from './types.ts';

/** Above the gateway's limit, so that the limit is ours to answer and not the parser's. */
const PARSER_HEADER_BYTES = 64 * 1024;

/** @param loggedPath a path as the log may have it */
export function createGatewayServer(dispatch: Dispatcher, log: Log, loggedPath: (pathname: string) => string): Server {
  const pathOf = (request: IncomingMessage): string => loggedPath(splitUrl(request.url).pathname);
  const note = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.startsWith(PAGE_PREFIX)) return;
    const started = performance.now();
    response.once('close', () => {
      log(`${request.method} ${pathOf(request)} ${response.statusCode} ${Math.round(performance.now() - started)} ms`);
    });
  };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    note(request, response);
    answer(request, response, dispatch).catch(error => {
      log(`${request.method} ${pathOf(request)} was not answered: ${describe(error)}`);
      response.destroy();
    });
  };
  const server = createServer({ maxHeaderSize: PARSER_HEADER_BYTES }, serve);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (isDeclaredOver(request, MAX_PAYLOAD_BYTES)) {
      // Who asks first is told before sending anything.
      note(request, response);
      send(response, tooLarge(), 'close').end(TOO_LARGE.body);
    } else {
      response.writeContinue();
      serve(request, response);
    }
  });
  server.on('clientError', refuseUnreadable);
  return server;
}

async function answer(request: IncomingMessage, response: ServerResponse, dispatch: Dispatcher): Promise<void> {
  const body = await readBody(request, MAX_PAYLOAD_BYTES).catch(() => null);
  if (body === null) return; // The client went away: there is nobody to answer.
  if (body === undefined) {
    send(response, tooLarge(), 'close');
    return answerAndDrain(request, response, TOO_LARGE.body);
  }
  const result = await dispatch(toGatewayRequest(request, body));
  send(response, result).end(result.body);
}

function tooLarge(): GatewayResponse {
  return withRequestId(TOO_LARGE, newRequestId());
}

function toGatewayRequest(request: IncomingMessage, body: Buffer): GatewayRequest {
  const { pathname, query } = splitUrl(request.url);
  const names = request.rawHeaders.filter((_, index) => index % 2 === 0);
  return {
    method: request.method ?? 'GET',
    rawPath: pathname,
    rawQuery: query,
    headers: names.map((name, index) => [name, request.rawHeaders[index * 2 + 1] ?? '']),
    body,
    sourceIp: (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
  };
}

function splitUrl(url = '/'): { pathname: string; query: string } {
  const mark = url.indexOf('?');
  return mark === -1 ? { pathname: url, query: '' } : { pathname: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** Writes status and headers; the body is the caller's to send. */
function send(
  response: ServerResponse,
  { statusCode, headers, body }: GatewayResponse,
  connection?: 'close',
): ServerResponse {
  for (const [name, value] of headers) response.appendHeader(name, value);
  if (connection) response.setHeader('connection', connection);
  if (statusCode !== 204 && statusCode !== 304) response.setHeader('content-length', body.length);
  return response.writeHead(statusCode);
}

/** What the parser could not read has no request and no response yet: the answer is written to the socket itself. */
function refuseUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  // Every further piece that arrives is an error again.
  if (socket.writableEnded) return;
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const { statusCode, body } =
    error.code === 'HPE_HEADER_OVERFLOW' ? HEADERS_TOO_LARGE : messageResponse(400, 'Bad Request');
  socket.end(
    `HTTP/1.1 ${statusCode} Refused\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
  // Not destroyed at once, or the client could not read the answer; one that never stops is cut off.
  setTimeout(() => socket.destroy(), 1_000).unref();
}
