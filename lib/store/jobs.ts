import type { JobStore } from '../domain/ports.ts';
import { StoredPause, StoredSweep, StoredWalk } from '../schemas/stored.ts';
import { pauseKey, sweepKey, walkKey } from './keys.ts';
import type { Table } from './table.ts';

/** What jobs leave for their next run, and for each other: three items of the whole deployment. */

const iso = (instant: number): string => new Date(instant).toISOString();

const isoOrNull = (instant: number | null): string | null => (instant === null ? null : iso(instant));

/** What cannot be read is as good as nothing: it was only a way to do less, and the next run writes it anew. */
export const createJobStore = (table: Table): JobStore => ({
  pausedUntil: async () => StoredPause.safeParse(await table.get(pauseKey)).data?.until ?? 0,

  pauseUntil: instant => table.put(pauseKey, { until: iso(instant) }),

  findSweep: async () => StoredSweep.safeParse(await table.get(sweepKey)).data,

  saveSweep: ({ comparedBefore, fullAt, full, undecided, records }) =>
    table.put(sweepKey, {
      comparedBefore: iso(comparedBefore),
      fullAt: isoOrNull(fullAt),
      full: full && { startedAt: iso(full.startedAt), offset: full.offset, cameTo: isoOrNull(full.cameTo) },
      undecided: undecided.map(room => ({ ...room, madeAt: iso(room.madeAt) })),
      records: { shard: records.shard, after: records.after },
    }),

  findWalk: async () => StoredWalk.safeParse(await table.get(walkKey)).data?.after ?? undefined,

  saveWalk: after => table.put(walkKey, { after: after ?? null }),
});
