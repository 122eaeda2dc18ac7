import { traceOf } from '../../log.ts';
import { together } from '../../together.ts';
import { refreshDueActivity } from '../activity.ts';
import { nextUpkeep } from '../obligations.ts';
import type { Scope } from '../ports.ts';
import { activityOf } from '../progress.ts';
import { forEachDue, forgetOrphan } from './due-records.ts';
import { type Compared, compareAll, compareCandidates, compareNewest, newComparison } from './listing.ts';
import { type LookedAfter, lookAfter } from './look-after.ts';
import { lookAlong, makeRoomAgain } from './lost-rooms.ts';
import { owedForMs } from './oldest-owed.ts';
import { inRun, KEPT_FOR_NOTES_MS } from './run.ts';
import { removeStray } from './strays.ts';
import { type FullSweep, firstSweep, fullSweepAt, type Sweep } from './sweep-state.ts';

/**
 * Puts right what a crash, an outage or a lost event left behind. First what the index says is due; then Kaleyra's rooms are
 * compared with our records, both ways. Everything is collected before anything is changed: too much at once means that
 * something else is wrong, and then nothing is changed at all.
 */

export interface ReconcileOptions {
  /** In the place of `RECONCILE_MINIMUM_AGE_MS`, for this run. */
  minimumAgeMs?: number | undefined;
  /** How many rooms this run may delete and make; for after a look at why there were so many. */
  mostChanges?: number | undefined;
}

export interface Reconciliation extends LookedAfter {
  /** Rooms of Kaleyra's list that were compared, and how many of them are not ours. */
  rooms: number;
  unknown: number;
  /** Rooms that no record points at, and how many of them are gone now. */
  strays: number;
  removed: number;
  /** Records that had lost their room, and how many have one again. */
  lost: number;
  repaired: number;
  /** Participants who had never been created at Kaleyra, and are now. */
  people: number;
  /** Calls of which no event had told. */
  madeUpFor: number;
  /** Things that could not be done, and are tried again. */
  failed: number;
  /** Records that were due and that the run did not come to. */
  left: number;
  /** Whether it came to its end: neither its time was over, nor did Kaleyra ask to slow down. */
  complete: boolean;
  /** Too much was to be changed, so nothing was. */
  alarm: boolean;
}

/** Clocks differ, and a list may be a little behind. */
const MARGIN_MS = 300_000;

/** What passes for ordinary drift: beyond it, a table or a key is more likely to be the wrong one. */
const FEWEST_FOR_ALARM = 20;
const SHARE_FOR_ALARM = 0.01;

const UNKNOWN_NAMED = 10;

/** More than a run leaves behind on an ordinary day; an item of the table has a largest size. */
const MOST_UNDECIDED = 200;

/** Of a run's time, for the comparison of all rooms; the rest is for what it finds. */
const SHARE_FOR_COMPARING = 0.6;

/** What the index says is due: claims, debts, abandoned bookings, looks at rooms. */
const workOff = async (scope: Scope): Promise<LookedAfter & { looks: number; failed: number; left: number }> => {
  const did = { claims: 0, abandoned: 0, paid: 0, unpaid: 0, looks: 0 };
  let oldestMs = 0;
  const walked = await forEachDue(scope, scope.clock.now(), async id => {
    const found = await scope.records.findWithWatch(id);
    if (found === undefined) return forgetOrphan(scope, id);
    const seen = activityOf(found.record, found.watch);
    oldestMs = Math.max(oldestMs, owedForMs(found.record, scope.config.rooms, seen, scope.clock.now()));
    const { claims, abandoned, paid, unpaid } = await lookAfter(scope, found.record);
    did.claims += claims;
    did.abandoned += abandoned;
    did.paid += paid;
    did.unpaid += unpaid;
    const { record, watch } = found;
    const upkeep = nextUpkeep(record, scope.config.rooms, activityOf(record, watch));
    // Then the cleanup looks, and says afterwards when the next look is due.
    if (upkeep !== null && upkeep <= scope.clock.now()) return;
    if ((await refreshDueActivity(scope, record)) === 'seen') did.looks += 1;
  });
  scope.metrics.add('OldestOwed', Math.round(oldestMs / 1000));
  return { ...did, failed: walked.failed, left: walked.left };
};

const nameUnknown = (scope: Scope, { unknown }: Compared): void => {
  for (const roomId of [...unknown].slice(0, UNKNOWN_NAMED)) scope.log.warn('reconcile.unknown_room', { roomId });
};

/** Does it for one after the other, as long as the run lasts; one that fails is left for the next run. */
const each = async <Item>(
  scope: Scope,
  items: readonly Item[],
  what: (item: Item) => Promise<boolean>,
): Promise<{ done: number; failed: number }> => {
  const outcome = { done: 0, failed: 0 };
  for (const item of items) {
    if (scope.signal.aborted) break;
    try {
      if (await what(item)) outcome.done += 1;
    } catch (error) {
      if (scope.signal.aborted) break;
      outcome.failed += 1;
      scope.log.error('reconcile.repair_failed', traceOf(error));
    }
  }
  return outcome;
};

/** @param endsAt when the scope's time is over */
export const reconcileRooms = (scope: Scope, options: ReconcileOptions, endsAt: number): Promise<Reconciliation> =>
  inRun(scope, endsAt, async run => {
    const { config, clock } = run;
    const { minimumAgeMs = config.jobs.minimumAgeMs, mostChanges } = options;
    const { looks, ...worked } = await workOff(run);

    const now = clock.now();
    const madeBefore = now - minimumAgeMs;
    const comparedUpTo = now - Math.max(minimumAgeMs, config.jobs.minimumAgeMs) - MARGIN_MS;
    const sweep: Sweep = (await run.jobs.findSweep()) ?? firstSweep(comparedUpTo);

    const found = newComparison();
    const from = fullSweepAt(sweep, now);
    const compareUntil = now + SHARE_FOR_COMPARING * (endsAt - KEPT_FOR_NOTES_MS - now);
    const compare = async (): Promise<{ cameBack: boolean; full: FullSweep | null }> => {
      await compareCandidates(run, sweep.undecided, madeBefore, found);
      const { cameBack, wereAll } = await compareNewest(run, sweep.comparedBefore, madeBefore, found);
      const isDone = from === null || wereAll;
      return { cameBack, full: isDone ? null : await compareAll(run, from, compareUntil, madeBefore, found) };
    };
    const [{ cameBack, full }, along] = await together([compare(), lookAlong(run, sweep.records)]);
    nameUnknown(scope, found);

    const changes = found.strays.size + along.lost.length;
    const most = mostChanges ?? Math.max(FEWEST_FOR_ALARM, SHARE_FOR_ALARM * (found.seen.size + along.rooms));
    const alarm = changes > most;
    const result: Omit<Reconciliation, 'complete'> = {
      ...worked,
      rooms: found.seen.size,
      unknown: found.unknown.size,
      strays: found.strays.size,
      removed: 0,
      lost: along.lost.length,
      repaired: 0,
      people: along.people,
      madeUpFor: along.madeUpFor + looks,
      failed: worked.failed + along.failed + found.unread,
      alarm,
    };
    for (const kind of ['strays', 'lost', 'unknown'] as const) run.metrics.add('DriftFound', result[kind], kind);
    run.metrics.add('ReconcileAlarms', alarm ? 1 : 0);
    if (alarm) {
      scope.log.error('reconcile.alarm', { counts: { strays: result.strays, lost: result.lost, rooms: result.rooms } });
    } else {
      const removed = await each(run, [...found.strays.values()], async room => {
        const outcome = await removeStray(run, room);
        // Somebody changes its record right now.
        if (outcome === 'kept') found.undecided.set(room.roomId, room);
        return outcome === 'removed';
      });
      const repaired = await each(run, along.lost, id => makeRoomAgain(run, id));
      result.removed = removed.done;
      result.repaired = repaired.done;
      result.failed += removed.failed + repaired.failed;
      const failed = removed.failed + repaired.failed > 0;
      const undecided = [...found.undecided.values()];
      // What was found and not dealt with is found again: the next run goes on from where this one began.
      const isDealtWith = !run.signal.aborted && !failed && undecided.length <= MOST_UNDECIDED;
      await scope.jobs.saveSweep(
        isDealtWith
          ? {
              comparedBefore: cameBack ? comparedUpTo : sweep.comparedBefore,
              fullAt: from !== null && full === null ? from.startedAt : sweep.fullAt,
              full,
              undecided,
              records: along.next,
            }
          : { ...sweep, full: from },
      );
    }
    const complete = !run.signal.aborted;
    const { alarm: _, ...counts } = result;
    const flags = { complete: complete ? 1 : 0, alarms: alarm ? 1 : 0 };
    scope.log.info('reconcile.done', { counts: { ...counts, ...flags } });
    return { ...result, complete };
  });
