import { traceOf } from '../../log.ts';
import { together } from '../../together.ts';
import type { Scope } from '../ports.ts';
import { activityOf } from '../progress.ts';
import { newClaim } from '../rooms/claim.ts';
import { ensureRoom } from '../rooms/ensure-room.ts';
import { isClosed, isComplete, type Teleconsultation } from '../teleconsultation.ts';
import { SHARDS } from './due-records.ts';
import { makeUpFor } from './lost-events.ts';
import type { RecordsPosition } from './sweep-state.ts';
import { createUnconfirmed } from './unconfirmed-people.ts';

/**
 * A walk along our own records: does the room of each call that is still to come, or goes on, exist, and was there a call of
 * which no event told? Every record with an open room stands in the work index for its closing, so the index lists them all.
 * Each run looks at some, in turn.
 */

/** Rooms that one run asks Kaleyra for, and records that it reads to find them. */
const MOST_ROOMS = 100;
const MOST_RECORDS = 1000;
const PAGE_SIZE = 25;

const FOREVER = Number.MAX_SAFE_INTEGER;

/** People can meet in its room, or will. */
const isOpen = (record: Teleconsultation): boolean =>
  record.state === 'PUBLIC' && record.claim === null && isComplete(record) && !isClosed(record);

/** Locked or not: what has lost its room before its end has dead links. */
const wantsItsRoom = (record: Teleconsultation, now: number): boolean =>
  isOpen(record) && (record.endDate === null || now < record.endDate);

export interface LookedAlong {
  records: number;
  /** Rooms that Kaleyra was asked for. */
  rooms: number;
  /** Records that want their room and have none, by id. */
  lost: string[];
  /** Participants who were never created. */
  people: number;
  /** Rooms whose calls nobody had told of. */
  madeUpFor: number;
  /** Questions that Kaleyra did not answer. */
  failed: number;
  next: RecordsPosition;
}

const lookAlongPage = async (scope: Scope, ids: readonly string[], into: LookedAlong): Promise<void> => {
  const queue = ids.values();
  const worker = async (): Promise<void> => {
    for (const id of queue) {
      into.records += 1;
      try {
        const found = await scope.records.findWithWatch(id);
        if (found?.record.room == null || !isOpen(found.record)) continue;
        const { record, watch } = found;
        into.rooms += 1;
        into.people += await createUnconfirmed(scope, record);
        const details = await scope.kaleyra.readRoom(found.record.room.id);
        if (details === undefined) {
          if (wantsItsRoom(record, scope.clock.now())) into.lost.push(id);
        } else if (await makeUpFor(scope, record, activityOf(record, watch), details)) into.madeUpFor += 1;
      } catch (error) {
        if (scope.signal.aborted) return;
        into.failed += 1;
        scope.log.warn('reconcile.room_not_read', { teleconsultationId: id, ...traceOf(error) });
      }
    }
  };
  // One call is left for the list of rooms, which is read at the same time and whose pages follow each other.
  await together(Array.from({ length: Math.max(1, scope.config.jobs.callsAtOnce - 1) }, worker));
};

const after = (shard: string): string => ((SHARDS.indexOf(shard) + 1) % SHARDS.length).toString(16);

/** Looks along the records from where the last run stopped, at most once around. */
export const lookAlong = async (scope: Scope, from: RecordsPosition): Promise<LookedAlong> => {
  const looked: LookedAlong = { records: 0, rooms: 0, lost: [], people: 0, madeUpFor: 0, failed: 0, next: from };
  const seen = new Set<string>();
  for (let shards = 0; shards <= SHARDS.length; ) {
    if (scope.signal.aborted || looked.rooms >= MOST_ROOMS || looked.records >= MOST_RECORDS) break;
    const { shard } = looked.next;
    const page = await scope.records.findDue(shard, FOREVER, PAGE_SIZE, looked.next.after ?? undefined);
    const fresh = page.ids.filter(id => !seen.has(id));
    for (const id of fresh) seen.add(id);
    await lookAlongPage(scope, fresh, looked);
    // What was cut off is looked at by the next run.
    if (scope.signal.aborted) break;
    if (page.next === undefined) shards += 1;
    looked.next = page.next === undefined ? { shard: after(shard), after: null } : { shard, after: page.next };
  }
  return looked;
};

/**
 * Makes the room of a record again that has lost it. It is asked for once more first: only a 404 by its id says that it is
 * gone. While the claim stands, nobody is shown the dead links.
 *
 * @returns false when there is nothing to do any more
 * @throws KaleyraError; then the record is as it was
 */
export const makeRoomAgain = async (scope: Scope, id: string): Promise<boolean> => {
  const record = await scope.records.find(id);
  if (record?.room == null || !wantsItsRoom(record, scope.clock.now())) return false;
  if ((await scope.kaleyra.readRoom(record.room.id)) !== undefined) return false;
  const claim = newClaim(scope);
  const made = await ensureRoom(scope, {
    id,
    operation: 'reconcile',
    claim,
    take: () => scope.records.change(record, { ...record, claim }),
    invitees: record.participants,
    // Stryker disable next-line StringLiteral: whatever is neither of the two other forms is taken for this one
    form: 'numbered list',
    already: record.participants,
    roomIsGone: true,
    planned: base => base,
  });
  if (made === 'lost') return false;
  scope.log.warn('room.made_again', { teleconsultationId: id, ...(made.room && { roomId: made.room.id }) });
  return true;
};
