import { traceOf } from '../../log.ts';
import { isRecordId } from '../../schemas/fields.ts';
import { together } from '../../together.ts';
import type { ListedRoom, Scope } from '../ports.ts';
import { type Candidate, judge } from './strays.ts';
import type { FullSweep } from './sweep-state.ts';

/**
 * Kaleyra's list of rooms, newest first, compared with our records page by page. Nothing is deleted while the list is read:
 * that would shift its pages. Each page overlaps the one before a little, because others delete rooms meanwhile.
 */

/** What one run has found, by rooms' ids. */
export interface Compared {
  seen: Set<string>;
  /** Not ours. */
  unknown: Set<string>;
  strays: Map<string, Candidate>;
  undecided: Map<string, Candidate>;
  /** Pages of the list that Kaleyra did not give. */
  unread: number;
}

export const newComparison = (): Compared => ({
  unread: 0,
  seen: new Set(),
  unknown: new Set(),
  strays: new Map(),
  undecided: new Map(),
});

const OVERLAP = 5;
const STEP_BACK = 100;

/** @param madeBefore younger rooms are left alone */
export const compareCandidates = async (
  scope: Scope,
  candidates: readonly Candidate[],
  madeBefore: number,
  into: Compared,
): Promise<void> => {
  const verdicts = await together(candidates.map(room => judge(scope, room, madeBefore)));
  for (const [index, room] of candidates.entries()) {
    if (verdicts[index] === 'unknown') into.unknown.add(room.roomId);
    if (verdicts[index] === 'stray') into.strays.set(room.roomId, room);
    if (verdicts[index] === 'undecided') into.undecided.set(room.roomId, room);
  }
};

const comparePage = async (
  scope: Scope,
  rooms: readonly ListedRoom[],
  madeBefore: number,
  into: Compared,
): Promise<void> => {
  const fresh = rooms.filter(room => !into.seen.has(room.id));
  const candidates = fresh.flatMap(({ id, description, createdAt }): Candidate[] => {
    into.seen.add(id);
    if (description !== null && isRecordId(description)) {
      return [{ roomId: id, recordId: description, madeAt: createdAt ?? scope.clock.now() }];
    }
    into.unknown.add(id);
    return [];
  });
  await compareCandidates(scope, candidates, madeBefore, into);
};

/** When the oldest of them was made; infinite where Kaleyra does not say. */
const oldestOf = (rooms: readonly ListedRoom[]): number =>
  Math.min(...rooms.map(room => room.createdAt ?? Number.POSITIVE_INFINITY));

const couldNotRead = (scope: Scope, error: unknown, into: Compared): void => {
  if (scope.signal.aborted) return;
  into.unread += 1;
  scope.log.warn('reconcile.list_not_read', traceOf(error));
};

/**
 * Compares the newest rooms, back to those that were made before `until`.
 * @returns whether it came so far
 */
export const compareNewest = async (
  scope: Scope,
  until: number,
  madeBefore: number,
  into: Compared,
): Promise<boolean> => {
  try {
    for (let offset = 0; ; ) {
      const { rooms, hasMore } = await scope.kaleyra.listRooms(offset);
      const newer = rooms.filter(room => room.createdAt === null || room.createdAt >= until);
      await comparePage(scope, newer, madeBefore, into);
      const oldest = oldestOf(rooms);
      // A list without dates has no "before": its newest page has to do, the comparison of all rooms sees the rest.
      const cameBack = oldest < until || oldest === Number.POSITIVE_INFINITY;
      if (!hasMore || rooms.length <= OVERLAP || cameBack) return true;
      offset += rooms.length - OVERLAP;
    }
  } catch (error) {
    couldNotRead(scope, error, into);
    return false;
  }
};

/**
 * Goes on with the comparison of all rooms.
 *
 * @param until the rest of the run's time is for what was found
 * @returns where it has come to; null: to the end of the list
 */
export const compareAll = async (
  scope: Scope,
  from: FullSweep,
  until: number,
  madeBefore: number,
  into: Compared,
): Promise<FullSweep | null> => {
  let position = from;
  try {
    while (!scope.signal.aborted && scope.clock.now() < until) {
      const { rooms, hasMore } = await scope.kaleyra.listRooms(position.offset);
      const newest = rooms[0]?.createdAt ?? Number.NEGATIVE_INFINITY;
      if (position.offset > 0 && position.cameTo !== null && newest < position.cameTo) {
        // So much was deleted in between that what was not seen yet has moved to earlier pages.
        position = { ...position, offset: Math.max(0, position.offset - STEP_BACK) };
        continue;
      }
      await comparePage(scope, rooms, madeBefore, into);
      if (!hasMore || rooms.length <= OVERLAP) return null;
      const oldest = oldestOf(rooms);
      position = {
        ...position,
        offset: position.offset + rooms.length - OVERLAP,
        cameTo: oldest === Number.POSITIVE_INFINITY ? position.cameTo : oldest,
      };
    }
  } catch (error) {
    couldNotRead(scope, error, into);
  }
  return position;
};
