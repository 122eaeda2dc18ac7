// The vendor's lists: one envelope, newest first, and the query parameters that lists share.
import * as z from 'zod';
import { type Answer, ok } from './exchange.ts';

const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'expected a whole number')
  .transform(Number);

/** A whole number in a query parameter, within limits. */
export const queryNumber = (minimum: number, maximum: number) => wholeNumber.pipe(z.int().min(minimum).max(maximum));

export const Paging = z.strictObject({
  offset: wholeNumber.default(0),
  limit: queryNumber(1, 100).default(20),
});

/** `from` and `to`, days in UTC, both included. */
export const Days = { from: z.iso.date().optional(), to: z.iso.date().optional() };

interface DaysAsked {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const DAY_MS = 86_400_000;

export const within = ({ from, to }: DaysAsked, { created }: { readonly created: number }) =>
  (from === undefined || created >= Date.parse(from)) && (to === undefined || created < Date.parse(to) + DAY_MS);

export function page<T>(
  { offset, limit }: z.output<typeof Paging>,
  items: readonly T[],
  collection: string,
  view: (item: T) => unknown,
): Answer {
  const shown = items.slice(offset, offset + limit);
  return ok({
    offset,
    limit,
    has_more: offset + shown.length < items.length && shown.length > 0,
    count: shown.length,
    [collection]: shown.map(view),
  });
}
