import type { Personal } from '../personal.ts';
import { isClaimed, isClosed, isComplete, type Participant, type Teleconsultation } from './teleconsultation.ts';

/**
 * The lock: when a teleconsultation is open for its participants and closed for changes. One function decides, so that the
 * link, the refusal of a change and the status can never disagree.
 */

export type Admission =
  | { status: 'open' }
  | { status: 'not_open_yet'; opensAt: number }
  | { status: 'ended' }
  | { status: 'waiting_for_participants'; known: number; expected: number };

export const admission = (
  record: Pick<Teleconsultation, 'expected' | 'participants' | 'startDate' | 'room' | 'upkeep'>,
  immutablePeriodMs: number,
  now: number,
): Admission => {
  if (isClosed(record)) return { status: 'ended' };
  if (!isComplete(record)) {
    return { status: 'waiting_for_participants', known: record.participants.length, expected: record.expected };
  }
  const opensAt = record.startDate - immutablePeriodMs;
  return now >= opensAt ? { status: 'open' } : { status: 'not_open_yet', opensAt };
};

/** Closed for changes: it is open for its participants, or it is over. */
export const isLocked = (
  record: Pick<Teleconsultation, 'expected' | 'participants' | 'startDate' | 'room' | 'upkeep'>,
  immutablePeriodMs: number,
  now: number,
): boolean => ['open', 'ended'].includes(admission(record, immutablePeriodMs, now).status);

/**
 * The personal link, or null while it may not be known: before the lock the room can still be replaced, and under a claim it
 * is being replaced. `now` must have been taken before the record was read: then a claim written before the lock is seen.
 */
export const linkFor = (
  record: Teleconsultation,
  participant: Participant,
  immutablePeriodMs: number,
  now: number,
): Personal | null => {
  if (record.room === null || isClaimed(record, now)) return null;
  if (admission(record, immutablePeriodMs, now).status !== 'open') return null;
  return record.room.links.find(link => link.kaleyraId === participant.kaleyraId)?.url ?? null;
};
