import { refusedByRule } from '../../errors.ts';
import { isLocked } from '../admission.ts';
import type { Scope } from '../ports.ts';
import type { Claim, Owed, Teleconsultation } from '../teleconsultation.ts';

/** Longer than any function lives (28 s): an expired claim has no living owner. */
const CLAIM_MS = 60_000;

/** What one write can take at the most, with the store's own repeats. */
const WRITE_MS = 15_000;

/**
 * Whether the claim still protects a write that starts now. It always does for a function that lives as long as functions do;
 * one that was frozen and woke up must not swing a record whose link may be shown again.
 */
export const stillHolds = (claim: Claim, now: number): boolean => now + WRITE_MS < claim.until;

/** A creation that was cut off may reach Kaleyra a little later than we looked. */
const SEARCH_AGAIN_MS = 300_000;

export const newClaim = (scope: Scope): Claim => ({
  operation: scope.ids.operation(),
  until: scope.clock.now() + CLAIM_MS,
});

export const LOCKED = 'the teleconsultation is open and can no longer be changed';

/** A room to search for at Kaleyra: somebody asked for it and never told what became of it. */
export const unansweredRoom = (scope: Scope, dueAt: number): Owed => ({
  roomId: null,
  files: scope.config.rooms.deleteUploads,
  dueAt,
  attempts: 0,
});

export const droppedRoom = (scope: Scope, roomId: string): Owed => ({
  roomId,
  files: scope.config.rooms.deleteUploads,
  dueAt: scope.clock.now(),
  attempts: 0,
});

/** What an earlier claim leaves to look after: its owner may have made a room before it died. */
export const leftByClaim = (scope: Scope, record: Teleconsultation): Owed[] =>
  record.claim === null ? [] : [unansweredRoom(scope, record.claim.until + SEARCH_AGAIN_MS)];

/**
 * Takes the record for a change of its room: until the claim is released, nobody is shown a link and no other change starts.
 *
 * The lock is looked at again after the claim is written. Then either the claim was in the table before the lock, and every
 * reader who finds the teleconsultation open finds the claim as well; or the change is refused and its claim given back.
 *
 * @throws ServiceError 400 when the teleconsultation is locked
 */
export const claimRecord = async (
  scope: Scope,
  record: Teleconsultation,
  claim: Claim,
  operation: string,
): Promise<Teleconsultation | 'lost'> => {
  const claimed = await scope.records.change(record, {
    ...record,
    claim,
    owed: [...record.owed, ...leftByClaim(scope, record)],
  });
  if (claimed === 'lost') return 'lost';
  if (isLocked(record, scope.config.rooms.immutablePeriodMs, scope.clock.now())) {
    throw refusedByRule(operation, LOCKED);
  }
  return claimed;
};
