import type { Config } from '../config.ts';
import { type Activity, lastCallEnd } from './progress.ts';
import { type Claim, isClosed, type Teleconsultation, upkeepOf } from './teleconsultation.ts';

/** A claim is looked after once its owner cannot be alive any more. */
const AFTER_CLAIM_MS = 1000;

/** A booking that failed and was never repeated is cleared away after this. */
const ABANDONED_AFTER_MS = 15 * 60_000;

/** From then on nobody comes back to a booking that was not finished. */
export const abandonedAt = (record: Pick<Teleconsultation, 'updatedAt'>): number =>
  record.updatedAt + ABANDONED_AFTER_MS;

/** From then on the claim has no living owner, whatever the clocks of two machines say. */
export const claimIsOver = (claim: Claim, now: number): boolean => now >= claim.until + AFTER_CLAIM_MS;

/**
 * When a job has to look at the record next, or null when nothing is owed: a claim to clear, a room to delete, or the end of
 * the call, after which files go and the room is closed. Every write of a record stores this beside it.
 */
export const dueAt = (record: Teleconsultation, rooms: Config['rooms']): number | null => {
  const instants = record.owed.map(owed => owed.dueAt);
  if (record.claim !== null) instants.push(record.claim.until + AFTER_CLAIM_MS);
  else if (record.state === 'CREATING') instants.push(abandonedAt(record));
  const upkeep = nextUpkeep(record, rooms);
  if (upkeep !== null) instants.push(upkeep);
  return instants.length === 0 ? null : Math.min(...instants);
};

/** When the room is to be closed if nobody is in it; null: it is, or its call has no planned end. */
export const closingAt = (record: Teleconsultation, rooms: Config['rooms']): number | null =>
  record.room === null || record.endDate === null || isClosed(record) ? null : record.endDate + rooms.closeGraceMs;

/** When the files of the room are to go, for each of the instants at which its call was over and they have not gone since. */
const clearingsAt = (record: Teleconsultation, rooms: Config['rooms'], activity: Activity | undefined): number[] => {
  if (!rooms.deleteUploads) return [];
  const done = upkeepOf(record);
  const cleared = done?.filesClearedAt ?? null;
  const closedAt = done?.closedAt ?? null;
  if (closedAt !== null) return cleared === null ? [closedAt] : [];
  const ends = [record.endDate, activity === undefined ? null : lastCallEnd(activity)];
  const afterGrace = ends
    .filter(end => end !== null && (cleared ?? Number.NEGATIVE_INFINITY) < end)
    .map(end => (end ?? 0) + rooms.uploadsGraceMs);
  // Its time is used up: Kaleyra lets nobody in again, so there is nobody to wait for.
  const usedUp = activity?.details?.status === 'CLOSED' && cleared === null ? [activity.lookedAt] : [];
  return [...afterGrace, ...usedUp];
};

/**
 * When the room of a call that is over wants attention: first its files, where they are to go, then closing, and once more its
 * files. null: nothing is left to do for it.
 *
 * @param activity what was seen of the room's calls, if anything: without it, only the planned end counts
 */
export const nextUpkeep = (
  record: Teleconsultation,
  rooms: Config['rooms'],
  activity?: Activity | undefined,
): number | null => {
  if (record.room === null) return null;
  const closing = closingAt(record, rooms);
  const instants = [...clearingsAt(record, rooms, activity), ...(closing === null ? [] : [closing])];
  if (instants.length === 0) return null;
  return Math.max(Math.min(...instants), upkeepOf(record)?.notBefore ?? 0);
};
