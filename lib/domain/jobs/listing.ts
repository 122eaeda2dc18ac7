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
    // Stryker disable next-line ConditionalExpression: null is no id of ours either
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

/** No room of the page before is on this one: so much was deleted in between that others were on neither. */
const hasSkipped = (rooms: readonly ListedRoom[], cameTo: number | null): boolean =>
  cameTo !== null && (rooms[0]?.createdAt ?? Number.NEGATIVE_INFINITY) < cameTo;

export interface ComparedNewest {
  /** Whether it came so far. */
  cameBack: boolean;
  /** Whether that was every room that there is: then there is nothing left for a comparison of all. */
  wereAll: boolean;
}

/** Compares the newest rooms, back to those that were made before `until`; the next page is asked for while one is compared. */
export const compareNewest = async (
  scope: Scope,
  until: number,
  madeBefore: number,
  into: Compared,
): Promise<ComparedNewest> => {
  let wereAll = true;
  let cameTo: number | null = null;
  try {
    let page = await scope.kaleyra.listRooms(0);
    for (let offset = 0; ; ) {
      const { rooms, hasMore } = page;
      const newer = rooms.filter(room => room.createdAt === null || room.createdAt >= until);
      const oldest = oldestOf(rooms);
      if (newer.length < rooms.length || hasSkipped(rooms, cameTo)) wereAll = false;
      cameTo = oldest;
      const isEnd = !hasMore || rooms.length <= OVERLAP;
      // A list without dates has no "before": its newest page has to do, the comparison of all rooms sees the rest.
      const isOver = isEnd || oldest < until || oldest === Number.POSITIVE_INFINITY;
      offset += rooms.length - OVERLAP;
      const [, next] = await together([
        comparePage(scope, newer, madeBefore, into),
        isOver ? undefined : scope.kaleyra.listRooms(offset),
      ]);
      if (next === undefined) return { cameBack: true, wereAll: wereAll && isEnd };
      page = next;
    }
  } catch (error) {
    couldNotRead(scope, error, into);
    return { cameBack: false, wereAll: false };
  }
};

/** Where the comparison of all goes on behind a page; null: that was the last one. */
const behind = (
  position: FullSweep,
  { rooms, hasMore }: { rooms: readonly ListedRoom[]; hasMore: boolean },
): FullSweep | null => {
  if (!hasMore || rooms.length <= OVERLAP) return null;
  const oldest = oldestOf(rooms);
  return {
    ...position,
    offset: position.offset + rooms.length - OVERLAP,
    cameTo: oldest === Number.POSITIVE_INFINITY ? position.cameTo : oldest,
  };
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
  const list = async ({ offset }: FullSweep) =>
    scope.signal.aborted || scope.clock.now() >= until ? undefined : scope.kaleyra.listRooms(offset);
  let position = from;
  try {
    for (let page = await list(position); page !== undefined; ) {
      if (position.offset > 0 && hasSkipped(page.rooms, position.cameTo)) {
        // What was not seen yet has moved to earlier pages.
        position = { ...position, offset: Math.max(0, position.offset - STEP_BACK) };
        page = await list(position);
        continue;
      }
      const next = behind(position, page);
      const [, following] = await together([
        comparePage(scope, page.rooms, madeBefore, into),
        next === null ? undefined : list(next),
      ]);
      // Stryker disable next-line ConditionalExpression: there is no page after it either
      if (next === null) return null;
      position = next;
      page = following;
    }
  } catch (error) {
    couldNotRead(scope, error, into);
  }
  return position;
};
