import { ServiceError } from '../../errors.ts';
import type { Scope } from '../ports.ts';
import { droppedRoom } from '../rooms/claim.ts';
import { settle } from '../rooms/settle.ts';
import type { Teleconsultation } from '../teleconsultation.ts';

/**
 * A stray: a room whose description is the id of a record of ours that does not point at it, does not owe it already, and that
 * nobody is changing right now. Rooms with any other description are not ours to touch: another stage's, the retired
 * service's, or those of a table that was emptied.
 */

/** A room with the id of a record as its description. */
export interface Candidate {
  roomId: string;
  recordId: string;
  /** When it was made, or first seen where Kaleyra does not say. */
  madeAt: number;
}

/**
 * - `kept`: its record points at it, or owes it already
 * - `unknown`: there is no such record
 * - `undecided`: too young, or its record is being changed: another run decides
 */
export type Verdict = 'kept' | 'unknown' | 'undecided' | 'stray';

const isAccountedFor = (record: Teleconsultation, roomId: string): boolean =>
  record.room?.id === roomId || record.owed.some(owed => owed.roomId === roomId);

const verdictOf = (record: Teleconsultation | undefined, roomId: string): Verdict => {
  if (record === undefined) return 'unknown';
  if (isAccountedFor(record, roomId)) return 'kept';
  // Also one that has run out: until it is cleared, nobody knows what its owner made.
  return record.claim === null ? 'stray' : 'undecided';
};

/**
 * The record is read after the room was listed: whoever made the room had claimed the record before, so the read shows the
 * claim, or what became of it.
 *
 * @param madeBefore rooms that are younger are left alone
 */
export const judge = async (scope: Scope, room: Candidate, madeBefore: number): Promise<Verdict> => {
  try {
    const verdict = verdictOf(await scope.records.find(room.recordId), room.roomId);
    return verdict === 'stray' && room.madeAt > madeBefore ? 'undecided' : verdict;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'store_unreadable') throw error;
    // There is a record, and nobody knows what it says.
    scope.log.error('reconcile.record_unreadable', { teleconsultationId: room.recordId, roomId: room.roomId });
    return 'kept';
  }
};

const WRITES = 5;

/**
 * Removes a stray by way of its record's debts: what cannot be deleted now stays due.
 *
 * @returns `kept` when the record has come to account for it meanwhile, or somebody is changing it
 */
export const removeStray = async (
  scope: Scope,
  { recordId, roomId }: Candidate,
): Promise<'removed' | 'owed' | 'kept'> => {
  for (let attempt = 0; attempt < WRITES; attempt += 1) {
    const record = await scope.records.find(recordId);
    // Stryker disable next-line ConditionalExpression: no record is no stray either
    if (record === undefined || verdictOf(record, roomId) !== 'stray') return 'kept';
    const owing = { ...record, owed: [...record.owed, droppedRoom(scope, roomId)] };
    const written = await scope.records.change(record, owing);
    if (written === 'lost') continue;
    const { owed } = await settle(scope, written);
    return owed.some(one => one.roomId === roomId) ? 'owed' : 'removed';
  }
  return 'kept';
};
