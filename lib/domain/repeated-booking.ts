import { conflict, keyForgotten, keyUsedBefore } from '../errors.ts';
import { claimIsOver } from './obligations.ts';
import type { Scope } from './ports.ts';
import { leftByClaim, newClaim } from './rooms/claim.ts';
import type { Booking, Claim, Teleconsultation } from './teleconsultation.ts';

/**
 * A booking that its caller may repeat. The record itself is what a repeat finds: its id follows from who asks and the name they
 * gave the attempt, so there is no second store that could disagree with it, and nothing of an answer is kept.
 */
export interface RepeatableBooking {
  id: string;
  booking: Booking;
}

/** Of the same content in any order of its fields. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, content]) => content !== undefined);
  // Stryker disable next-line EqualityOperator: any order will do that is always the same
  return fields.sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, content]) => [name, canonical(content)]);
};

const HEX_OF_AN_ID = 24;

/** @param key what the caller calls this attempt; somebody else's attempt of the same name is another one */
export const repeatableBooking = (
  scope: Pick<Scope, 'digest' | 'caller'>,
  key: string,
  route: string,
  body: unknown,
): RepeatableBooking => ({
  id: scope.digest('booking', scope.caller.id ?? '', route, key).slice(0, HEX_OF_AN_ID),
  booking: { digest: scope.digest('request', JSON.stringify(canonical(body))), done: false },
});

/** Whether it was ever carried out; a cancelled one was. */
const isUnfinished = ({ state, booking }: Teleconsultation): boolean =>
  // Stryker disable next-line OptionalChaining: whoever asks has made sure that it is there
  state === 'CREATING' || (state === 'TRASH' && booking?.done === false);

/**
 * What a repeat finds.
 *
 * @param found the record under the booking's id, as just read
 * @returns undefined where the booking is done; else the record and the claim under which it is to be continued
 * @throws ServiceError 422 where the name was given to another request, 409 while the first one is still under way
 */
export const resume = (
  scope: Scope,
  found: Teleconsultation,
  { booking }: RepeatableBooking,
): { record: Teleconsultation; claim: Claim } | undefined => {
  // Only an erasure forgets what was asked for.
  if (found.booking === null) throw keyForgotten();
  if (found.booking.digest !== booking.digest) throw keyUsedBefore();
  if (!isUnfinished(found)) return undefined;
  if (found.claim !== null && !claimIsOver(found.claim, scope.clock.now())) {
    throw conflict('the same booking is being carried out right now', 2);
  }
  const claim = newClaim(scope);
  return { record: { ...found, state: 'CREATING', claim, owed: [...found.owed, ...leftByClaim(scope, found)] }, claim };
};
