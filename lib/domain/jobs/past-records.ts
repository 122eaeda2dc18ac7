import { traceOf } from '../../log.ts';
import { together } from '../../together.ts';
import type { Scope } from '../ports.ts';

/**
 * A walk through the records of past teleconsultations, several side by side. One that could not be removed is still there
 * the next time, so the walk remembers where it was cut off and goes on there: records that fail again and again at the
 * beginning of the table keep nobody from the rest of it.
 */

/**
 * - `postponed`: somebody is in one of its rooms
 * - `owing`: something about it is not finished yet that jobs or callers are at
 * - `failed`: Kaleyra refused or did not answer
 * - `left`: the run was at its end, or somebody changed the record meanwhile
 * - `not past`: it is not, or not any more
 */
export type Removal = 'removed' | 'postponed' | 'owing' | 'failed' | 'left' | 'not past';

export interface WalkedPast {
  outcomes: Removal[];
  /** Whether the walk came to the end of the table. */
  complete: boolean;
}

/** A page is up to a megabyte of the table: with a pause between two, who books does not feel the walk. */
const BETWEEN_PAGES_MS = 200;

/** Beginning with any, so that where pages are cut off again and again everybody has a turn. */
const fromAnywhere = (scope: Scope, ids: readonly string[]): string[] => {
  const first = scope.ids.jitter(Math.max(1, ids.length));
  return [...ids.slice(first), ...ids.slice(0, first)];
};

type Remove = (id: string) => Promise<Removal>;

const removeOne = async (scope: Scope, id: string, remove: Remove): Promise<Removal> => {
  if (scope.signal.aborted) return 'left';
  try {
    const outcome = await remove(id);
    if (outcome === 'failed') scope.log.warn('retention.record_failed', { teleconsultationId: id });
    return outcome;
  } catch (error) {
    // Cut off in the middle: the next run finds it as it is.
    if (scope.signal.aborted) return 'left';
    scope.log.error('retention.record_failed', { teleconsultationId: id, ...traceOf(error) });
    return 'failed';
  }
};

const removeAll = async (scope: Scope, ids: readonly string[], remove: Remove): Promise<Removal[]> => {
  const queue = fromAnywhere(scope, ids).values();
  const outcomes: Removal[] = [];
  const worker = async (): Promise<void> => {
    for (const id of queue) outcomes.push(await removeOne(scope, id, remove));
  };
  await together(Array.from({ length: scope.config.jobs.callsAtOnce }, worker));
  return outcomes;
};

/** @param before the instant before which a call has to have ended */
export const forEachPast = async (scope: Scope, before: number, remove: Remove): Promise<WalkedPast> => {
  const { records, jobs, clock, signal } = scope;
  const walked: WalkedPast = { outcomes: [], complete: false };
  const given = new Set<string>();
  const from = await jobs.findWalk();
  let around = from === undefined;
  let reached = from;
  for (let after = from; !signal.aborted; ) {
    const page = await records.findPast(before, after);
    const fresh = page.ids.filter(id => !given.has(id));
    for (const id of fresh) given.add(id);
    walked.outcomes.push(...(await removeAll(scope, fresh, remove)));
    // What was cut off comes first the next time.
    if (signal.aborted) break;
    // By a record's id: where a page ends, there may be an item with a person's.
    reached = page.ids.at(-1) ?? reached;
    if (page.next === undefined && around) {
      walked.complete = true;
      break;
    }
    if (page.next === undefined) around = true;
    after = page.next;
    await clock.sleep(BETWEEN_PAGES_MS, signal).catch(() => undefined);
  }
  const next = walked.complete ? undefined : reached;
  if (next !== from) await jobs.saveWalk(next);
  return walked;
};
