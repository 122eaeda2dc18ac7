/**
 * dynalite throws into the event loop, and so ends the process, when a client goes away in the middle of a request or when
 * its store closes under one. Both happen: a function's time runs out, a stack is stopped while functions work.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** Longer than any request of dynalite takes, shorter than anyone waits for a stack to end. */
const SETTLE_WITHIN_MS = 500;

/** Stands in front of dynalite's listener; the function returned refuses new requests and waits for those under way. */
export function guard(server: Server): () => Promise<void> {
  const listeners = server.listeners('request') as RequestListener[];
  const underWay = new Set<ServerResponse>();
  let closing = false;

  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (closing) return void request.destroy();
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    for (const listener of listeners) listener(request, response);
    request.removeAllListeners('error');
    request.on('error', () => undefined);
  });

  return async () => {
    closing = true;
    for (const until = Date.now() + SETTLE_WITHIN_MS; underWay.size > 0 && Date.now() < until; ) await wait(2);
  };
}
