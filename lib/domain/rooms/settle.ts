import { traceOf } from '../../log.ts';
import { together } from '../../together.ts';
import { backOffMs } from '../back-off.ts';
import type { Scope } from '../ports.ts';
import { isClaimed, type Owed, type Teleconsultation } from '../teleconsultation.ts';
import { deleteUploads } from '../uploads.ts';
import { type Call, clearOut } from './clear-out.ts';

/**
 * Pays what a record owes: the rooms that have to go from Kaleyra. What cannot be paid now stays on the record with a later
 * date, in the work index. Never throws: the change that made the debt is done and answered all the same.
 */

/** Clocks differ by less. */
const CLOCKS_MS = 60_000;
/** A creation that was never answered may still be under way at Kaleyra: the search is repeated until this late. */
const SEARCHES = 3;
const PAGES_SEARCHED = 3;
const WRITES = 5;

/** The room's calls as they were seen, in case Kaleyra does not list them any more. */
const seenIn = async (scope: Scope, recordId: string, roomId: string): Promise<readonly Call[]> => {
  const seen = (await scope.activities.find(recordId))?.seen;
  return seen?.roomId === roomId ? seen.sessions : [];
};

/** What has to go before the room does. @returns whether all of it is gone */
const clearRoom = async (scope: Scope, recordId: string, roomId: string, owed: Owed): Promise<boolean> => {
  if (owed.recordings) return (await clearOut(scope, roomId, await seenIn(scope, recordId, roomId))).complete;
  if (!owed.files) return true;
  // In this order: nobody can add a file any more, the files go while they can still be listed, then the room.
  await scope.kaleyra.disableRoom(roomId);
  const { total, deleted, complete } = await deleteUploads(scope, roomId);
  return complete && deleted === total;
};

/** @returns whether the entry is paid */
const deleteRoom = async (scope: Scope, recordId: string, roomId: string, owed: Owed): Promise<boolean> => {
  if (!(await clearRoom(scope, recordId, roomId, owed))) return false;
  await scope.kaleyra.deleteRoom(roomId);
  return true;
};

/** Ids of the newest rooms that were made for this record, pointed at or not. */
const listRoomsOf = async (scope: Scope, record: Teleconsultation): Promise<string[]> => {
  const found: string[] = [];
  for (let offset = 0, page = 0; page < PAGES_SEARCHED; page += 1) {
    const { rooms, hasMore } = await scope.kaleyra.listRooms(offset);
    found.push(...rooms.filter(room => room.description === record.id).map(room => room.id));
    offset += rooms.length;
    const oldest = rooms.at(-1)?.createdAt ?? null;
    if (!hasMore || rooms.length === 0 || (oldest !== null && oldest < record.createdAt - CLOCKS_MS)) break;
  }
  return found;
};

/**
 * Deletes rooms made for the record that nothing points at. The record is read after the rooms were listed: whoever made one
 * of them claimed the record before, so the read shows their claim, or what became of it.
 */
const searchStrays = async (scope: Scope, record: Teleconsultation, owed: Owed): Promise<boolean> => {
  const found = await listRoomsOf(scope, record);
  const current = await scope.records.find(record.id);
  if (current === undefined || isClaimed(current, scope.clock.now())) return false;
  const accountedFor = new Set([current.room?.id, ...current.owed.map(entry => entry.roomId)]);
  const strays = found.filter(roomId => !accountedFor.has(roomId));
  const gone = await together(strays.map(roomId => deleteRoom(scope, record.id, roomId, owed)));
  return gone.every(Boolean) && (strays.length > 0 || owed.attempts + 1 >= SEARCHES);
};

const pay = async (scope: Scope, record: Teleconsultation, owed: Owed): Promise<boolean> => {
  if (owed.roomId === null) return searchStrays(scope, record, owed);
  if (record.room?.id === owed.roomId) return true;
  return deleteRoom(scope, record.id, owed.roomId, owed);
};

const later = (owed: Owed, now: number): Owed => ({
  ...owed,
  attempts: owed.attempts + 1,
  dueAt: now + backOffMs(owed.attempts + 1),
});

const sameDebt = (one: Owed, other: Owed): boolean =>
  one.roomId === other.roomId && one.attempts === other.attempts && one.dueAt === other.dueAt;

/** Takes the paid entries off the record and moves the others forward, whatever else happened to the record meanwhile. */
const bookPayments = async (
  scope: Scope,
  record: Teleconsultation,
  tried: readonly { owed: Owed; paid: boolean }[],
): Promise<Teleconsultation> => {
  const now = scope.clock.now();
  let current: Teleconsultation | undefined = record;
  for (let attempt = 0; attempt < WRITES && current !== undefined; attempt += 1) {
    const owed = current.owed.flatMap(entry => {
      const outcome = tried.find(one => sameDebt(one.owed, entry));
      if (outcome === undefined) return [entry];
      return outcome.paid ? [] : [later(entry, now)];
    });
    const written = await scope.records.change(current, { ...current, owed });
    if (written !== 'lost') return written;
    current = await scope.records.find(record.id);
  }
  // Where there is no record any more, somebody else has paid all of it: nothing goes that owes anything.
  return current ?? { ...record, owed: [] };
};

/**
 * @param record as it was just written, or read strongly consistent
 * @returns the record as it is afterwards
 */
export const settle = async (scope: Scope, record: Teleconsultation): Promise<Teleconsultation> => {
  const now = scope.clock.now();
  const due = record.owed.filter(owed => owed.dueAt <= now);
  const tried = await together(
    due.map(async owed => {
      const paid = await pay(scope, record, owed).catch(error => {
        const room = owed.roomId === null ? {} : { roomId: owed.roomId };
        scope.log.warn('room.left_owed', { teleconsultationId: record.id, ...room, ...traceOf(error) });
        return false;
      });
      return { owed, paid };
    }),
  );
  // What was cut off with the request has not failed: it stays due as it is.
  const ended = tried.filter(({ paid }) => paid || !scope.signal.aborted);
  if (ended.length === 0) return record;
  try {
    return await bookPayments(scope, record, ended);
  } catch (error) {
    scope.log.warn('room.payment_not_booked', { teleconsultationId: record.id, ...traceOf(error) });
    return record;
  }
};
