/** Reading a request's body up to a limit, and answering one that is over it so that the client can still read the answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';

/** How much, and for how long, of a refused body is read and thrown away before the connection is cut. */
const DRAIN_BYTES = 128 * 1024 * 1024;
const DRAIN_MS = 10_000;

/** `undefined` when the body is over the limit, declared or sent. Rejects when the client goes away. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (isDeclaredOver(request, limit)) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        request.removeAllListeners('data').pause();
        resolve(undefined);
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

export function isDeclaredOver(request: IncomingMessage, limit: number): boolean {
  return Number(request.headers['content-length'] ?? 0) > limit;
}

/**
 * Answers at once and in full, but ends the response only when the client has stopped sending: a connection closed with
 * unread data in it is reset, and the client would lose the answer.
 */
export async function answerAndDrain(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
  response.write(body);
  let drained = 0;
  const timer = setTimeout(() => request.destroy(), DRAIN_MS);
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > DRAIN_BYTES) request.destroy();
  });
  request.resume();
  await finished(request).catch(() => undefined);
  clearTimeout(timer);
  response.end();
}
