import type { Config } from '../../config.ts';
import { traceOf } from '../../log.ts';
import { backOffMs } from '../back-off.ts';
import { closingAt, nextUpkeep } from '../obligations.ts';
import type { Scope } from '../ports.ts';
import type { Activity } from '../progress.ts';
import {
  isClaimed,
  type Room,
  type RoomDetails,
  type Teleconsultation,
  type Upkeep,
  upkeepOf,
} from '../teleconsultation.ts';
import { deleteUploads } from '../uploads.ts';
import { makeUpFor } from './lost-events.ts';

/**
 * The room of a call that is over: its files go, and after a longer while it is closed, so that nobody meets in it any more.
 * A look just before says whether somebody is still in it. Noted on the record beside everything else; a change of the
 * teleconsultation at the same time wins.
 */

/**
 * - `postponed`: somebody is in the room
 * - `failed`: Kaleyra refused or did not answer; tried again later, a little later each time
 * - `cut off`: the run was at its end; due as before
 */
export type Outcome = 'not due' | 'cleared' | 'closed' | 'postponed' | 'failed' | 'cut off';

/** Until a room with somebody in it is looked at again. */
const POSTPONED_MS = 15 * 60_000;

/** A call that goes on so long after its end is worth a word. */
const LONG_AFTER_END_MS = 24 * 3_600_000;

const WRITES = 5;

/** Writes what was done for the room, unless the record points at another one by now, or one is being made. */
const note = async (
  scope: Scope,
  record: Teleconsultation,
  room: Room,
  upkeepAfter: (before: Upkeep) => Upkeep,
  details: RoomDetails | undefined,
): Promise<void> => {
  let current: Teleconsultation | undefined = record;
  for (let attempt = 0; attempt < WRITES; attempt += 1) {
    if (current?.room?.id !== room.id || isClaimed(current, scope.clock.now())) return;
    const before = upkeepOf(current) ?? {
      roomId: room.id,
      filesClearedAt: null,
      closedAt: null,
      attempts: 0,
      notBefore: scope.clock.now(),
    };
    const written = await scope.records.change(current, {
      ...current,
      room: details === undefined ? current.room : { ...current.room, details },
      upkeep: upkeepAfter(before),
    });
    if (written !== 'lost') return;
    current = await scope.records.find(record.id);
  }
};

/** Disables the room where its time has come, and deletes its files where they are to go. @throws KaleyraError */
const carryOut = async (scope: Scope, room: Room, closing: boolean, files: boolean): Promise<boolean> => {
  // First, so that nobody can add a file behind the deletion.
  if (closing) await scope.kaleyra.disableRoom(room.id);
  if (!files) return true;
  const { total, deleted, complete } = await deleteUploads(scope, room.id);
  return complete && deleted === total;
};

/**
 * @param record as just read, strongly consistent
 * @param activity what was seen of its calls so far
 * @param rooms the grace periods that hold for this run
 */
export const keepUp = async (
  scope: Scope,
  record: Teleconsultation,
  activity: Activity | undefined,
  rooms: Config['rooms'],
): Promise<Outcome> => {
  const now = scope.clock.now();
  const { room } = record;
  const due = nextUpkeep(record, rooms, activity);
  // Stryker disable next-line ConditionalExpression: without a room nothing is ever due
  if (room === null || due === null || due > now || isClaimed(record, now)) return 'not due';
  const named = { teleconsultationId: record.id, roomId: room.id };

  const failed = async (details?: RoomDetails): Promise<Outcome> => {
    if (scope.signal.aborted) return 'cut off';
    const again = (before: Upkeep): Upkeep => ({
      ...before,
      attempts: before.attempts + 1,
      notBefore: now + backOffMs(before.attempts + 1),
    });
    await note(scope, record, room, again, details);
    return 'failed';
  };

  try {
    const details = await scope.kaleyra.readRoom(room.id);
    if (details?.status === 'RUNNING') {
      if (record.endDate !== null && now >= record.endDate + LONG_AFTER_END_MS) {
        scope.log.warn('room.still_running', { ...named, durationMs: now - record.endDate });
      }
      await note(scope, record, room, before => ({ ...before, notBefore: now + POSTPONED_MS }), details);
      return 'postponed';
    }
    if (details !== undefined) await makeUpFor(scope, record, activity, details);
    const closesAt = closingAt(record, rooms);
    // A room that is gone after its call is closed for good.
    // Stryker disable next-line ConditionalExpression: without a planned end there is nothing to close at
    const gone = details === undefined && record.endDate !== null && now >= record.endDate;
    const closing = closesAt !== null && (now >= closesAt || gone);
    const cleared = await carryOut(scope, room, closing, rooms.deleteUploads);
    if (!cleared && !closing) return await failed(details);
    // Of a closed room, files that are still there are remembered as never deleted: they stay due.
    const clearedAt = cleared ? scope.clock.now() : null;
    const after = (before: Upkeep): Upkeep => ({
      ...before,
      closedAt: closing ? now : before.closedAt,
      filesClearedAt: rooms.deleteUploads ? clearedAt : before.filesClearedAt,
      attempts: cleared ? 0 : before.attempts + 1,
      notBefore: cleared ? now : now + backOffMs(before.attempts + 1),
    });
    const seen = details === undefined ? room.details : details;
    await note(scope, record, room, after, { ...seen, disabled: seen.disabled || closing });
    if (!cleared) return scope.signal.aborted ? 'cut off' : 'failed';
    return closing ? 'closed' : 'cleared';
  } catch (error) {
    if (!scope.signal.aborted) scope.log.warn('room.upkeep_failed', { ...named, ...traceOf(error) });
    return failed();
  }
};
