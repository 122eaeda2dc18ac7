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

/** What a participant is told of it: beyond the lock, whether it was cancelled, and how long the door still stays shut. */
export type Status =
  | Exclude<Admission, { status: 'not_open_yet' }>
  | { status: 'not_open_yet'; opensAt: number; secondsLeft: number }
  | { status: 'cancelled' };

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

const ownLink = ({ room }: Teleconsultation, { kaleyraId }: Participant): Personal | null =>
  room?.links.find(link => link.kaleyraId === kaleyraId)?.url ?? null;

/** At least one: nobody is told to come at once and finds the door shut. */
const secondsUntil = (instant: number, now: number): number => Math.max(1, Math.ceil((instant - now) / 1000));

/**
 * What a participant finds, `open` exactly when there is a link for them. Before the lock the room can still be replaced; while
 * a claim stands it is being replaced, and where there is none one is still to be made: then the door opens a little later than
 * it should have. `now` must have been taken before the record was read: then a claim written before the lock is seen.
 */
export const statusFor = (
  record: Teleconsultation,
  participant: Participant,
  immutablePeriodMs: number,
  now: number,
): Status => {
  if (record.state === 'TRASH') return { status: 'cancelled' };
  const admitted = admission(record, immutablePeriodMs, now);
  const isShut = isClaimed(record, now) || ownLink(record, participant) === null;
  if (admitted.status === 'not_open_yet' || (admitted.status === 'open' && isShut)) {
    const opensAt = record.startDate - immutablePeriodMs;
    return { status: 'not_open_yet', opensAt, secondsLeft: secondsUntil(opensAt, now) };
  }
  return admitted;
};

/** The personal link, or null while it may not be known. @param now as for statusFor */
export const linkFor = (
  record: Teleconsultation,
  participant: Participant,
  immutablePeriodMs: number,
  now: number,
): Personal | null =>
  statusFor(record, participant, immutablePeriodMs, now).status === 'open' ? ownLink(record, participant) : null;
