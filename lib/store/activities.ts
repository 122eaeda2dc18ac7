import type { Activity, ActivityStore, Watch } from '../domain/progress.ts';
import { storeUnavailable } from '../errors.ts';
import { type StoredSeen, StoredWatch } from '../schemas/stored-activity.ts';
import { assignments } from './assignments.ts';
import { activityKey, shardOf } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Where looking at rooms stands: one item beside each record, with a place of its own in the work index. */

const iso = (instant: number): string => new Date(instant).toISOString();

const isoOrNull = (instant: number | null): string | null => (instant === null ? null : iso(instant));

const toStoredSeen = ({ roomId, lookedAt, details, sessions }: Activity): StoredSeen => ({
  roomId,
  lookedAt: iso(lookedAt),
  details,
  sessions: sessions.map(session => ({
    id: session.id,
    startedAt: isoOrNull(session.startedAt),
    durationInSeconds: session.durationInSeconds,
    kaleyraIds: [...session.kaleyraIds],
    overSince: isoOrNull(session.overSince),
  })),
});

/** One that cannot be read is as good as none: it must not hide the teleconsultation, and the next look writes it anew. */
export const readWatch = (item: Item | undefined): Watch | undefined => {
  if (item === undefined) return undefined;
  const parsed = StoredWatch.safeParse(item);
  if (!parsed.success) return undefined;
  const { look, attempts, workDue, seen } = parsed.data;
  return { look, attempts, seen, dueAt: workDue ?? null };
};

export const createActivityStore = (table: Table): ActivityStore => ({
  find: async id => readWatch(await table.get(activityKey(id))),

  begin: async (id, { look, now, dueAt }) => {
    const set = assignments({ look, hintedAt: iso(now), workShard: shardOf(id), workDue: dueAt });
    const written = await table.update({
      key: activityKey(id),
      expression: `${set.expression}, #attempts = if_not_exists(#attempts, :none) + :one`,
      names: { ...set.names, '#attempts': 'attempts' },
      values: { ...set.values, ':none': 0, ':one': 1 },
    });
    if (written.outcome === 'condition_failed') throw storeUnavailable(written.outcome);
    return readWatch(written.item) ?? { look, dueAt, attempts: 1, seen: undefined };
  },

  finish: async (id, { look, seen, dueAt, attempts }) => {
    const set = assignments({
      attempts,
      ...(seen !== undefined && { seen: toStoredSeen(seen) }),
      workShard: dueAt === null ? undefined : shardOf(id),
      workDue: dueAt ?? undefined,
    });
    const written = await table.update({
      key: activityKey(id),
      expression: set.expression,
      condition: '#look = :look',
      names: { ...set.names, '#look': 'look' },
      values: { ...set.values, ':look': look },
    });
    return written.outcome === 'done' ? 'done' : 'overtaken';
  },
});
