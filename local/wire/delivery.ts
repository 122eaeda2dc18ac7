/** How an answer travels: whole, drop by drop, or broken off. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Wire {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  /** Nothing for a status that has no body. */
  readonly bytes: Buffer;
}

export interface Manner {
  /** Milliseconds over which the body arrives, byte by byte (long ones in 200 pieces); status and headers come at once. */
  readonly drip?: number | undefined;
  /** Resets the connection before anything of the answer, or after its status and half of its body. */
  readonly cut?: 'before' | 'half' | undefined;
}

const MOST_DROPS = 200;

/** The client's machine has the half by then, and its client has read it. */
const READ_WITHIN_MS = 20;

/** Resolves when the answer has gone out as it was to go, or the client has gone away. @param closing ends a slow one */
export async function deliver(
  response: ServerResponse,
  { status, headers, bytes }: Wire,
  { drip, cut }: Manner,
  closing: AbortSignal,
): Promise<void> {
  if (cut === 'before') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(status, headers);
  const sent = cut === 'half' ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
  if (drip === undefined && cut === undefined) {
    response.end(sent.length === 0 ? undefined : sent);
    return;
  }
  response.flushHeaders();
  if (drip === undefined) response.write(sent);
  else await dripped(response, sent, drip, closing);
  if (cut === undefined) {
    response.end();
    return;
  }
  await sleep(READ_WITHIN_MS);
  response.socket?.resetAndDestroy();
}

async function dripped(response: ServerResponse, bytes: Buffer, ms: number, closing: AbortSignal): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const signal = AbortSignal.any([closing, gone.signal]);
  const drops = Math.max(1, Math.min(bytes.length, MOST_DROPS));
  for (let drop = 0; drop < drops; drop += 1) {
    await sleep(ms / drops, undefined, { signal });
    const at = (index: number): number => Math.floor((bytes.length * index) / drops);
    response.write(bytes.subarray(at(drop), at(drop + 1)));
  }
}
