import type { Kaleyra, Scope } from '../ports.ts';
import { retainedSince } from '../retention.ts';
import { dryScope } from './dry-run.ts';
import { forEachPast, type Removal } from './past-records.ts';
import { removePast } from './remove-past.ts';
import { inRun } from './run.ts';

/**
 * Records of teleconsultations that ended more than `RETENTION_DAYS` ago are removed, with everything that Kaleyra keeps of
 * them. Whether one is due depends on a setting and not on the record, so they are found by a walk through the table. Who is
 * who stays: people are removed by erasing a person.
 */

export interface RetentionOptions {
  /** Reports what would be done, and does nothing; what the configuration says unless given. */
  dryRun?: boolean | undefined;
}

/** What was removed of Kaleyra's, by kinds. */
interface Removed {
  rooms: number;
  uploads: number;
  recordings: number;
}

export interface Retention extends Removed {
  /** null: `RETENTION_DAYS` is not set, and nothing was looked at. */
  days: number | null;
  /** Past records that the walk came by: the sum of the next five. */
  seen: number;
  removed: number;
  postponed: number;
  owing: number;
  failed: number;
  left: number;
  /** Whether the walk came to the end of the table. */
  complete: boolean;
  dryRun: boolean;
}

const NOTHING = {
  rooms: 0,
  uploads: 0,
  recordings: 0,
  seen: 0,
  removed: 0,
  postponed: 0,
  owing: 0,
  failed: 0,
  left: 0,
};

/** Counts what goes where it passes by, whichever path it takes. A room that was gone before is not counted. */
const counted = (kaleyra: Kaleyra, into: Removed): Kaleyra => {
  const there = new Set<string>();
  return {
    ...kaleyra,
    readRoom: async (roomId, timeoutMs) => {
      const room = await kaleyra.readRoom(roomId, timeoutMs);
      if (room !== undefined) there.add(roomId);
      return room;
    },
    deleteRoom: async roomId => {
      await kaleyra.deleteRoom(roomId);
      if (there.delete(roomId)) into.rooms += 1;
    },
    deleteUpload: async key => {
      await kaleyra.deleteUpload(key);
      into.uploads += 1;
    },
    deleteRecording: async sessionId => {
      const outcome = await kaleyra.deleteRecording(sessionId);
      if (outcome === 'deleted') into.recordings += 1;
      return outcome;
    },
  };
};

const carryOut = async (scope: Scope, days: number, dryRun: boolean): Promise<Retention> => {
  const kinds: Removed = { rooms: 0, uploads: 0, recordings: 0 };
  const reading = dryRun ? dryScope(scope) : scope;
  const run: Scope = { ...reading, kaleyra: counted(reading.kaleyra, kinds) };
  const before = retainedSince(days, scope.clock.now());
  const { outcomes, complete } = await forEachPast(run, before, id => removePast(run, id, before));

  const of = (outcome: Removal): number => outcomes.filter(one => one === outcome).length;
  const counts = {
    seen: outcomes.length - of('not past'),
    removed: of('removed'),
    postponed: of('postponed'),
    owing: of('owing'),
    failed: of('failed'),
    left: of('left'),
    ...kinds,
  };
  scope.log.info('retention.done', {
    counts: { ...counts, days, complete: complete ? 1 : 0, dryRun: dryRun ? 1 : 0 },
  });
  return { days, ...counts, complete, dryRun };
};

/** @param endsAt when the scope's time is over */
export const applyRetention = async (scope: Scope, options: RetentionOptions, endsAt: number): Promise<Retention> => {
  const { retentionDays, dryRun: always } = scope.config.jobs;
  const { dryRun = always } = options;
  if (retentionDays === undefined) {
    scope.log.info('retention.off', { keys: ['RETENTION_DAYS'] });
    return { days: null, ...NOTHING, complete: true, dryRun };
  }
  return inRun(scope, endsAt, run => carryOut(run, retentionDays, dryRun));
};
