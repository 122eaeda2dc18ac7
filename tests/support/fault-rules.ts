import type { Recorded } from './recorded-calls.ts';

/**
 * What the caller of a route is to get, said as rules and not as a list: from how a call breaks, and from what the answer
 * needs it for.
 */

/** What a failure of Kaleyra comes to wherever the answer depends on the call. */
const OF_KALEYRA: Readonly<Record<string, number>> = {
  400: 502,
  401: 502,
  404: 502,
  409: 502,
  422: 502,
  429: 503,
  '429, 7 s': 503,
  500: 502,
  502: 502,
  503: 503,
  refused: 503,
  reset: 503,
  half: 503,
  HTML: 502,
  shape: 502,
  'done, 500': 502,
  'time-out': 504,
  'done, time-out': 504,
  drip: 504,
};

/** Calls after which the answer is the same, whatever became of them. */
const SPARED_BY_KALEYRA: readonly [route: RegExp, call: RegExp][] = [
  // What is shown of the room is what was last known of it.
  [/^GET \/teleconsultation\/\{id\}$/, /^GET \/rooms\/\{id\}$/],
  // The replaced or cancelled room stays owed.
  [/^(PATCH|DELETE) \/teleconsultation\/\{id\}$/, /^(PUT|DELETE) \/rooms\/|^(GET|DELETE) \/uploads/],
  // The answer counts what was deleted.
  [/\/uploads$/, /^DELETE \/uploads/],
  // The change is done; the picture's address is a courtesy.
  [/^PATCH \/settings\/update$/, /^GET /],
  // The look is written down and made up for.
  [/^POST \/webhooks\/kaleyra$/, /./],
];

/** Where the vendor's refusal says something about what the caller asked for. */
const MEANT_FOR_CALLER: readonly [call: RegExp, kinds: readonly string[], status: number][] = [
  [/^GET \/sessions\/\{id\}$/, ['404'], 404],
  [/^GET \/sessions\/\{id\}\/(recording|transcription)$/, ['400', '404', '422'], 404],
  [/^PUT \/company$/, ['404', '422'], 400],
];

/** Doing it twice would make two. */
const NEVER_REPEATED = /^POST \/(rooms|company\/virtual-background)$/;

export const documentedForKaleyra = (route: string, call: string, kind: string, { got }: Recorded): string => {
  // The status routes tell how things are.
  if (route.startsWith('GET /-/')) return ['reset once', 'lost'].includes(kind) ? got : '503';
  if (SPARED_BY_KALEYRA.some(([ofRoute, ofCall]) => ofRoute.test(route) && ofCall.test(call))) return got;
  const meant = MEANT_FOR_CALLER.find(([ofCall, kinds]) => ofCall.test(call) && kinds.includes(kind));
  if (meant !== undefined) return String(meant[2]);
  if (kind === 'reset once' || kind === 'lost') return NEVER_REPEATED.test(call) ? '503' : got;
  return String(OF_KALEYRA[kind]);
};

/** Three attempts, and none was answered. */
const REPEATED_IN_VAIN = ['throttled', '500', 'reset', 'HTML', 'refused', 'time-out'];
const DONE_BUT_UNANSWERED = ['lost', 'half', 'drip'];

/** What is known without them is enough. */
const SPARED_BY_STORE: readonly [route: RegExp, call: RegExp][] = [
  [/./, / circuit$/],
  // The room's description leads to its record all the same.
  [/./, /^PutItem room$/],
  // The payment is noted by the next run.
  [/^PATCH/, /^UpdateItem record, 3$/],
  [/^DELETE/, /^UpdateItem record, 2$/],
];

export const documentedForStore = (route: string, call: string, kind: string, { got }: Recorded): string => {
  if (SPARED_BY_STORE.some(([ofRoute, ofCall]) => ofRoute.test(route) && ofCall.test(call))) return got;
  if (REPEATED_IN_VAIN.includes(kind)) return '503';
  // The mark on the record says whose write it was.
  if (DONE_BUT_UNANSWERED.includes(kind)) return call.startsWith('UpdateItem record') ? got : '503';
  // Once, or answered with the condition of its own repeat: the next attempt is fine.
  return got;
};
