import type { IncomingMessage } from 'node:http';
import { TimeoutError } from './time-limit.ts';

/**
 * One request and its whole answer, over connections that are kept for the life of the process.
 *
 * Node's modules are asked for by name: an `import` of `node:http` touches everything that it offers, also the browser's
 * WebSocket, and that loads an HTTP client of its own which nobody here uses.
 */

export interface Sent {
  method: string;
  /** Percent-encoded. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface TimeLimits {
  /** Until there is a connection. */
  connectMs: number;
  /** Until the answer begins. */
  answerMs: number;
}

export interface Connections {
  /**
   * @param largestBytes of an answer that is read
   * @throws what the connection came to, or the reason of the signal
   */
  send(sent: Sent, signal: AbortSignal, largestBytes?: number): Promise<Answer>;
  close(): void;
}

/** The answer is larger than what was to be read. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** As many as the SDK keeps. */
const CONNECTIONS = 50;

export const openConnections = (endpoint: URL, { connectMs, answerMs }: TimeLimits): Connections => {
  const { Agent, request } = process.getBuiltinModule(endpoint.protocol === 'http:' ? 'node:http' : 'node:https');
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const address = {
    host: endpoint.hostname.replace(/^\[|\]$/g, ''),
    agent,
    ...(endpoint.port !== '' && { port: endpoint.port }),
  };

  const send: Connections['send'] = (
    { method, path, headers, body },
    signal,
    largestBytes = Number.POSITIVE_INFINITY,
  ) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      let isAnswered = false;
      const outgoing = request({ ...address, method, path, headers });
      let connecting: NodeJS.Timeout | undefined;
      const answering = setTimeout(
        () => outgoing.destroy(new TimeoutError(`no answer within ${answerMs} ms`)),
        answerMs,
      );
      const stop = (): void => void outgoing.destroy(signal.reason);
      signal.addEventListener('abort', stop, { once: true });

      outgoing.on('socket', socket => {
        if (!socket.connecting) return;
        const late = (): void => void outgoing.destroy(new TimeoutError(`no connection within ${connectMs} ms`));
        connecting = setTimeout(late, connectMs);
        socket.once('connect', () => clearTimeout(connecting));
      });
      outgoing.on('response', (incoming: IncomingMessage) => {
        clearTimeout(answering);
        incoming.on('error', reject);
        const tooLarge = (): void => void outgoing.destroy(new TooLargeError(`more than ${largestBytes} bytes`));
        if (Number(incoming.headers['content-length']) > largestBytes) return tooLarge();
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > largestBytes) return tooLarge();
          chunks.push(chunk);
        });
        incoming.on('end', () => {
          isAnswered = true;
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) });
        });
      });
      outgoing.on('error', reject);
      outgoing.on('close', () => {
        clearTimeout(connecting);
        clearTimeout(answering);
        signal.removeEventListener('abort', stop);
        // An error gathers its stack: none is made for an answer that was complete.
        if (!isAnswered) reject(signal.aborted ? signal.reason : new TimeoutError('the connection was closed'));
      });
      outgoing.end(body);
    });

  return { send, close: () => agent.destroy() };
};
