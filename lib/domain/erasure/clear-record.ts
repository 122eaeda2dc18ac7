import { isKaleyraError, ServiceError } from '../../errors.ts';
import { traceOf } from '../../log.ts';
import type { Scope } from '../ports.ts';
import type { Watch } from '../progress.ts';
import { type Call, clearOut } from '../rooms/clear-out.ts';
import { settle } from '../rooms/settle.ts';
import { isClaimed, type Teleconsultation } from '../teleconsultation.ts';
import { cancelBooking, isNotOver } from './bookings.ts';
import { linksOf, takesPart, tookPartIn } from './rules.ts';
import type { NamedIn, Work } from './work.ts';

/**
 * Files and recordings of one record's rooms. Which of them are whose cannot be told: everything goes that was shared or
 * recorded in a consultation in which the person took part.
 */

/** Something is still there, and Kaleyra was asked to remove it. */
class Incomplete extends Error {
  override readonly name = 'Incomplete';
}

/** Rooms with the calls that were seen in them: Kaleyra may not list those of a room that was deleted. */
type Rooms = Map<string, readonly Call[]>;

/**
 * The rooms in which the person can have been: all that the record had, or, where they were taken out of it, the former ones.
 */
const roomsOf = ({ room, formerRooms }: Teleconsultation, watch: Watch | undefined, isIn: boolean): Rooms => {
  const rooms: Rooms = new Map(formerRooms.map(id => [id, []]));
  if (isIn && room !== null) rooms.set(room.id, []);
  const seen = watch?.seen;
  const isTheirs = seen !== undefined && (isIn || seen.roomId !== room?.id);
  if (isTheirs) rooms.set(seen.roomId, seen.sessions);
  return rooms;
};

const clearRooms = async ({ scope, problems }: Work, rooms: Rooms): Promise<void> => {
  let complete = true;
  for (const [roomId, seen] of rooms) {
    const cleared = await clearOut(scope, roomId, seen);
    complete &&= cleared.complete;
    problems.recordingsUntil = Math.max(problems.recordingsUntil, cleared.recordingsUntil ?? 0);
  }
  if (!complete) throw new Incomplete();
};

/** Rooms that have to go from Kaleyra, above all one that was cancelled a moment ago. @returns whether they are gone */
const payDebts = async (scope: Scope, id: string): Promise<boolean> => {
  const record = await scope.records.find(id);
  if (record === undefined) return true;
  const { owed } = await settle(scope, record);
  return owed.every(({ roomId }) => roomId === null);
};

/** @returns whether nothing is left @throws KaleyraError; ServiceError 409 */
const clear = async (work: Work, record: Teleconsultation, watch: Watch | undefined): Promise<boolean> => {
  const { scope, ledger, problems, cancel, cancelled } = work;
  const stands = await isNotOver(scope, record);
  if (stands && !cancel) {
    problems.bookings.add(record.id);
    return false;
  }
  const problem = await clearRooms(work, roomsOf(record, watch, true)).catch((error: unknown) => {
    // A call that is cancelled is cancelled also while its recording is in the making.
    if (error instanceof Incomplete) return error;
    throw error;
  });
  // Afterwards: what the room holds may not be listed any more once it is deleted.
  if (stands && (await cancelBooking(scope, record.id))) {
    cancelled.add(record.id);
    ledger.count('bookings', 1);
    ledger.count('links', linksOf(record, ledger.erasure()).length);
  }
  if (!(await payDebts(scope, record.id))) throw new Incomplete();
  if (problem !== undefined) throw problem;
  return true;
};

const isLeft = (error: unknown): boolean => error instanceof Incomplete || isKaleyraError(error);

const isContended = (error: unknown): boolean => error instanceof ServiceError && error.code === 'conflict';

/** What cannot be removed is put to the problems, and tried again by the next run. */
export const clearRecord = async (
  work: Work,
  { id, kaleyraIds }: Pick<NamedIn, 'id' | 'kaleyraIds'>,
): Promise<void> => {
  const { scope, ledger, problems } = work;
  const found = await scope.records.findWithWatch(id);
  const tookPart = found !== undefined && tookPartIn(found.record, ledger.erasure());
  if (found !== undefined && (tookPart || takesPart(found.record, ledger.erasure()))) {
    const { record, watch } = found;
    if (isClaimed(record, scope.clock.now())) {
      // Stryker disable next-line OptionalChaining: what is claimed has a claim
      problems.claimedUntil = Math.max(problems.claimedUntil, record.claim?.until ?? 0);
      return;
    }
    try {
      if (takesPart(record, ledger.erasure())) {
        if (!(await clear(work, record, watch))) return;
      } else await clearRooms(work, roomsOf(record, watch, false));
    } catch (error) {
      if (scope.signal.aborted) return;
      if (!isLeft(error) && !isContended(error)) throw error;
      scope.log.warn('erasure.record_left', { teleconsultationId: id, ...traceOf(error) });
      (isLeft(error) ? problems.rooms : problems.records).add(id);
      return;
    } finally {
      await ledger.note();
    }
  }
  await scope.erasures.noteCleared(id, kaleyraIds);
};
