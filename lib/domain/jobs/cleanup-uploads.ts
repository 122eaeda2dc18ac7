import { refreshActivity, refreshDueActivity } from '../activity.ts';
import type { Scope } from '../ports.ts';
import { activityOf } from '../progress.ts';
import { settle } from '../rooms/settle.ts';
import type { Teleconsultation } from '../teleconsultation.ts';
import { dryScope } from './dry-run.ts';
import { forEachDue, forgetOrphan } from './due-records.ts';
import { inRun } from './run.ts';
import { createTally, type FileCounts, type Tally } from './tally.ts';
import { keepUp, type Outcome } from './upkeep.ts';

/**
 * The scheduled cleanup: files of calls that are over disappear without anybody asking, and rooms are closed. Rooms that were
 * replaced or cancelled are over whoever is in them; of the others, a look just before says that nobody is.
 */

export interface CleanupOptions {
  /** Reports what would be done, and does nothing; what the configuration says unless given. */
  dryRun?: boolean | undefined;
  /** In the place of `UPLOADS_GRACE_MS`, for this run. */
  graceMs?: number | undefined;
}

/** In files; a room of which no file is known and that was not finished counts as one, and so does a record that was not looked into. */
export interface Cleanup extends FileCounts {
  dryRun: boolean;
}

/**
 * Rooms that are owed with their files: the reconciler's debts as well, taken on here because their files are to go.
 * @returns the record as it is afterwards
 */
const payFiles = async (scope: Scope, tally: Tally, record: Teleconsultation): Promise<Teleconsultation> => {
  const now = scope.clock.now();
  const due = record.owed.filter(owed => owed.files && owed.dueAt <= now);
  if (due.length === 0) return record;
  const settled = await settle(scope, record);
  for (const { roomId } of due) {
    if (roomId === null || !settled.owed.some(one => one.roomId === roomId)) continue;
    tally.unfinished(roomId, !scope.signal.aborted);
  }
  return settled;
};

/**
 * What was seen of the room is no longer so once it is closed. And where a look was due, if only for the files: it finds them
 * gone, and says when the next one is.
 */
const lookAgain = async (scope: Scope, id: string, outcome: 'cleared' | 'closed'): Promise<void> => {
  const found = await scope.records.findWithWatch(id);
  if (found === undefined) return;
  if (outcome === 'closed' && found.watch?.seen !== undefined) await refreshActivity(scope, found.record);
  else await refreshDueActivity(scope, found.record);
};

const NOTHING: Readonly<Record<Outcome, number>> = {
  'not due': 0,
  cleared: 0,
  closed: 0,
  postponed: 0,
  failed: 0,
  'cut off': 0,
};

/** Of rooms that were not finished: whether something failed. */
const FAILED: Partial<Record<Outcome, boolean>> = { failed: true, postponed: false, 'cut off': false };

/** @param endsAt when the scope's time is over */
export const cleanupUploads = (scope: Scope, options: CleanupOptions, endsAt: number): Promise<Cleanup> =>
  inRun(scope, endsAt, async paced => {
    const { config, clock } = paced;
    const { dryRun = config.jobs.dryRun, graceMs = config.rooms.uploadsGraceMs } = options;
    const tally = createTally(() => paced.signal.aborted);
    const reading = dryRun ? dryScope(paced) : paced;
    const run: Scope = { ...reading, kaleyra: tally.counted(reading.kaleyra) };
    const rooms = { ...config.rooms, uploadsGraceMs: graceMs };
    const did = { ...NOTHING };

    // A shorter grace than the index was written with makes due what stands further ahead in it.
    const until = clock.now() + Math.max(0, config.rooms.uploadsGraceMs - graceMs);
    const walked = await forEachDue(run, until, async id => {
      const found = await run.records.findWithWatch(id);
      if (found === undefined) return forgetOrphan(run, id);
      const record = await payFiles(run, tally, found.record);
      // Stryker disable next-line ConditionalExpression: without a room nothing is due
      if (record.room === null) return;
      const outcome = await keepUp(run, record, activityOf(record, found.watch), rooms);
      did[outcome] += 1;
      const failed = FAILED[outcome];
      if (failed !== undefined) tally.unfinished(record.room.id, failed);
      if (outcome === 'cleared' || outcome === 'closed') await lookAgain(run, id, outcome);
    });

    const files = tally.counts();
    // What the run did not come to, or could not read, was not looked into: a file each, as far as anybody knows.
    const counts = {
      ...files,
      seen: files.seen + walked.failed + walked.left,
      failed: files.failed + walked.failed,
      left: files.left + walked.left,
    };
    scope.log.info('cleanup.done', {
      counts: {
        ...counts,
        records: walked.looked,
        cleared: did.cleared,
        closed: did.closed,
        postponed: did.postponed,
        roomsFailed: did.failed,
        recordsFailed: walked.failed,
        dryRun: dryRun ? 1 : 0,
      },
    });
    return { ...counts, dryRun };
  });
