import type { StoreFaultWish } from '../../local/dynamodb/faults.ts';
import type { Fault } from './simulator.ts';

/** Everything that is made to go wrong with a call, by the name of its column in docs/reliability.md. */

export interface Kind<Order> {
  name: string;
  order: Order;
  /** Takes seconds, because the service waits as long as it waits for Kaleyra or DynamoDB. */
  slow?: true;
}

/** What must never be seen in an answer. */
export const CANARY = 'canary-of-the-vendor';

/** More often than anybody repeats a call. */
const ALWAYS = { times: 9 };
/** A job makes many calls of a kind, some of them side by side. */
const ALL_DAY = { times: 500 };

/** The same for jobs: what always breaks does so for the whole run. */
export const allDay = <Order extends { times?: unknown }>(kinds: readonly Kind<Order>[]): Kind<Order>[] =>
  kinds.map(kind => (kind.order.times === ALWAYS.times ? { ...kind, order: { ...kind.order, ...ALL_DAY } } : kind));

/** Longer than anybody waits. */
const FOREVER_MS = 60_000;
/** The same, for what is done after its caller has gone: 20 s for Kaleyra, 10 s for DynamoDB. */
export const LATE_MS = { vendor: 21_000, store: 11_000 };
/** Until the call is made on a busy machine, and all of its repeats. */
const REFUSED_MS = 4_000;

const failed = (status: number, more: Fault = {}): Kind<Fault> => ({
  name: String(status),
  order: { status, ...ALWAYS, ...more },
});

export const VENDOR_KINDS: readonly Kind<Fault>[] = [
  ...[400, 401, 404, 409, 422, 429].map(status => failed(status)),
  { ...failed(429, { retryAfter: 7 }), name: '429, 7 s' },
  ...[500, 502, 503].map(status => failed(status)),
  { name: 'refused', order: { refuse: REFUSED_MS } },
  { name: 'reset', order: { cut: 'before', ...ALWAYS } },
  { name: 'reset once', order: { cut: 'before' } },
  { name: 'half', order: { cut: 'half', ...ALWAYS } },
  { name: 'HTML', order: { text: `<html>${CANARY}</html>`, ...ALWAYS } },
  { name: 'shape', order: { body: { [CANARY]: [CANARY] }, ...ALWAYS } },
  { name: 'lost', order: { cut: 'before', afterEffect: true } },
  { name: 'done, 500', order: { status: 500, afterEffect: true, ...ALWAYS } },
  { name: 'time-out', order: { delayMs: LATE_MS.vendor, ...ALWAYS }, slow: true },
  { name: 'done, time-out', order: { delayMs: FOREVER_MS, afterEffect: true, ...ALWAYS }, slow: true },
  { name: 'drip', order: { drip: FOREVER_MS, ...ALWAYS }, slow: true },
];

export const STORE_KINDS: readonly Kind<StoreFaultWish>[] = [
  { name: 'throttled', order: { kind: 'throttled', ...ALWAYS } },
  { name: 'throttled once', order: { kind: 'rateLimited' } },
  { name: '500', order: { kind: 'error500', ...ALWAYS } },
  { name: 'reset', order: { kind: 'cut', ...ALWAYS } },
  { name: 'lost once', order: { kind: 'lostAnswer' } },
  { name: 'lost', order: { kind: 'lostAnswer', ...ALWAYS } },
  { name: 'condition', order: { kind: 'conditionalAfterSuccess' } },
  { name: 'half', order: { kind: 'half', ...ALWAYS } },
  { name: 'HTML', order: { kind: 'html', ...ALWAYS } },
  { name: 'done, HTML', order: { kind: 'html', afterEffect: true } },
  { name: 'refused', order: { kind: 'refuse', ms: REFUSED_MS } },
  { name: 'time-out', order: { kind: 'delay', ms: LATE_MS.store, ...ALWAYS }, slow: true },
  { name: 'drip', order: { kind: 'drip', ms: FOREVER_MS, ...ALWAYS }, slow: true },
];
