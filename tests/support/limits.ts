/**
 * What may not grow unnoticed, in one place. Each is a little above what is there: whoever makes something smaller takes its limit
 * down with it. The largest size of a function stands in tests/contract/function-size.test.ts; how long anything takes is measured
 * by `npm run bench` and never asserted.
 */

/** Node's own modules that loading a function brings in, over an empty one. */
export const MOST_BUILTIN_MODULES = 35;

/** Parts of Node that cost milliseconds, and that no function may load before it needs them. */
export const NOT_BEFORE_THEY_ARE_NEEDED = ['internal/deps/undici/undici', 'http2', 'child_process', 'worker_threads'];

/** Calls of one request that leave the process, of two people who are known. */
export interface Calls {
  reads: number;
  writes: number;
  kaleyra: number;
}

export const CALLS: Readonly<Record<string, Calls>> = {
  'POST /teleconsultation': { reads: 1, writes: 7, kaleyra: 1 },
  'GET /teleconsultation/{id}': { reads: 1, writes: 0, kaleyra: 0 },
  'GET /teleconsultation/{id}, open': { reads: 1, writes: 0, kaleyra: 1 },
  'GET /teleconsultation/{id}, open, again': { reads: 1, writes: 0, kaleyra: 0 },
  'GET /teleconsultation/{id}/status': { reads: 1, writes: 0, kaleyra: 0 },
  'GET /teleconsultation/{id}/calendar': { reads: 1, writes: 0, kaleyra: 0 },
  'PATCH /teleconsultation/{id}, nothing new': { reads: 1, writes: 0, kaleyra: 0 },
  'PATCH /teleconsultation/{id}, another time': { reads: 1, writes: 1, kaleyra: 0 },
  'PATCH /teleconsultation/{id}, somebody else': { reads: 3, writes: 6, kaleyra: 2 },
  'DELETE /teleconsultation/{id}': { reads: 2, writes: 2, kaleyra: 1 },
  'POST /credentials': { reads: 2, writes: 0, kaleyra: 1 },
};
