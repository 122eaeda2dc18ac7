import type { Config } from '../config.ts';
import { isClosed, type Teleconsultation, upkeepOf } from './teleconsultation.ts';

/** A claim is looked after once its owner cannot be alive any more. */
const AFTER_CLAIM_MS = 1000;

/** A booking that failed and was never repeated is cleared away after this. */
const ABANDONED_AFTER_MS = 15 * 60_000;

/**
 * When a job has to look at the record next, or null when nothing is owed: a claim to clear, a room to delete, or the end of
 * the call, after which files go and the room is closed. Every write of a record stores this beside it.
 */
export const dueAt = (record: Teleconsultation, rooms: Config['rooms']): number | null => {
  const instants = record.owed.map(owed => owed.dueAt);
  if (record.claim !== null) instants.push(record.claim.until + AFTER_CLAIM_MS);
  else if (record.state === 'CREATING') instants.push(record.updatedAt + ABANDONED_AFTER_MS);
  const upkeep = nextUpkeep(record, rooms);
  if (upkeep !== null) instants.push(upkeep);
  return instants.length === 0 ? null : Math.min(...instants);
};

/**
 * When the room of a call that is over wants attention: first its files, where they are to go, then closing. null: nothing is
 * left to do for it.
 */
export const nextUpkeep = (record: Teleconsultation, rooms: Config['rooms']): number | null => {
  if (record.room === null || record.endDate === null || isClosed(record)) return null;
  const done = upkeepOf(record);
  const closing = record.endDate + rooms.closeGraceMs;
  const clearing = rooms.deleteUploads && (done?.filesClearedAt ?? null) === null;
  const natural = clearing ? Math.min(record.endDate + rooms.uploadsGraceMs, closing) : closing;
  return Math.max(natural, done?.notBefore ?? 0);
};
