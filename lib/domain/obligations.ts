import type { Config } from '../config.ts';
import type { Teleconsultation } from './teleconsultation.ts';

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
  if (record.room !== null && record.endDate !== null) {
    const grace = rooms.deleteUploads ? Math.min(rooms.uploadsGraceMs, rooms.closeGraceMs) : rooms.closeGraceMs;
    instants.push(record.endDate + grace);
  }
  return instants.length === 0 ? null : Math.min(...instants);
};
