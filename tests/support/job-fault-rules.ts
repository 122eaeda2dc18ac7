import type { Recorded } from './recorded-calls.ts';

/** What becomes of a run of a function without a caller, said as rules: from how a call breaks, and from what it is for. */

/** Kaleyra asks to slow down: the run ends, and the whole deployment waits before the next one. */
const THROTTLED: readonly string[] = ['429', '429, 7 s'];

/**
 * Answers that are taken at their word: "gone" is gone, and a 2xx of another shape is a success where nothing but success is
 * asked for. Files are looked for once more, so nobody's word counts there; and to an erasure, a recording that is not there
 * is one in the making, for a day.
 */
export const isBelieved = (route: string, call: string, kind: string): boolean => {
  if (route === 'eraseUser' && call.startsWith('DELETE /sessions') && kind === '404') return false;
  if (kind === '404') return /^(GET|PUT|DELETE) \/(rooms|users)\/|^DELETE \/sessions/.test(call);
  return kind === 'shape' && /^(PUT|DELETE) \/(rooms|users)\/|^DELETE \/sessions/.test(call);
};

/** A look that is made up for. */
const SPARED_BY_KALEYRA = /^(cleanupUploads|reconcileRooms), GET \/sessions$/;

export const documentedForJobsAtKaleyra = (route: string, call: string, kind: string, { got }: Recorded): string => {
  // S3 has it done again, twice.
  if (route === 'processBackgroundUpload') return 'error';
  if (THROTTLED.includes(kind)) return 'left';
  // Nobody listens at the port: what comes after this call is not answered either.
  if (kind === 'refused') return 'failed';
  if (SPARED_BY_KALEYRA.test(`${route}, ${call}`) || isBelieved(route, call, kind)) return got;
  return 'failed';
};

/** Once: the next attempt is fine, or is told that the write is done. */
const HARMLESS: readonly string[] = ['throttled once', 'lost once', 'condition', 'done, HTML'];
/** Done, whatever the answer was: the mark on the record says whose write it was. */
const DONE_BUT_UNANSWERED: readonly string[] = ['lost', 'half', 'drip'];

/** What is known without them is enough. */
const SPARED_BY_STORE = /^(GetItem circuit|PutItem room)$/;

/** Without these a run does not know what there is to do, or what others have asked of it. */
const NEEDED_BY_ALL = /^(GetItem (pause|walk|sweep)|PutItem sweep|Query due|Scan)$/;
/** The walk along our records asks the index as well, and an erasure goes from stage to stage. */
const NEEDED_BY = /^(reconcileRooms, Query record|eraseUser, .+)$/;

export const documentedForJobsAtStore = (route: string, call: string, kind: string, { got }: Recorded): string => {
  if (HARMLESS.includes(kind) || SPARED_BY_STORE.test(call)) return got;
  if (call === 'UpdateItem record' && DONE_BUT_UNANSWERED.includes(kind)) return got;
  return NEEDED_BY_ALL.test(call) || NEEDED_BY.test(`${route}, ${call}`) ? 'error' : 'failed';
};
