import { randomFillSync, randomInt, randomUUID } from 'node:crypto';

/** Time, ids and randomness are inputs of every rule; these are the real ones. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when that comes first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Ids {
  /** The public id of a teleconsultation: 24 lower-case hex, as the retired service's were. */
  recordId(): string;
  /** Who somebody is at Kaleyra: says nothing about the person. */
  kaleyraUserId(): string;
  /** A name for a file that somebody is about to upload; nobody can guess the next one. */
  uploadId(): string;
  /** Marks one write or one claim, so that its author can recognise it. */
  operation(): string;
  /** A whole number from 0 up to and without `below`: spreads callers that wait for the same thing. */
  jitter(below: number): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal.addEventListener('abort', onAbort, { once: true });
    }),
};

/**
 * What ids are cut from, each byte for one id only. Asking for random bytes costs the same for a few as for many, and a booking
 * needs five times some.
 */
const POOL_BYTES = 1024;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** @param count bytes; much fewer than the pool has */
const randomHex = (count: number): string => {
  if (used + count > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const from = used;
  used += count;
  return pool.toString('hex', from, used);
};

export const randomIds: Ids = {
  recordId: () => randomHex(12),
  kaleyraUserId: () => `usr_${randomHex(16)}`,
  uploadId: () => randomUUID(),
  operation: () => randomHex(8),
  jitter: below => randomInt(below),
};
