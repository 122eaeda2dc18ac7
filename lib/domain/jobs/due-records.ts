import { traceOf } from '../../log.ts';
import { together } from '../../together.ts';
import type { Scope } from '../ports.ts';

/**
 * What the work index says is due, never a scan. A record that is not finished stays due, so a run that ends early needs no
 * bookmark: the next one finds what is left.
 */

/** The first hex of a record's id. */
export const SHARDS: readonly string[] = [...'0123456789abcdef'];

const PAGE_SIZE = 25;

/** A page of each shard in turn, beginning with any, so that no shard waits for all of another. */
async function* dueIds(scope: Pick<Scope, 'records' | 'ids'>, until: number): AsyncGenerator<string> {
  const first = scope.ids.jitter(SHARDS.length);
  let open: { shard: string; after: string | undefined }[] = [...SHARDS.slice(first), ...SHARDS.slice(0, first)].map(
    shard => ({ shard, after: undefined }),
  );
  // A record can stand there twice: for itself, and for a look at its room.
  const given = new Set<string>();
  while (open.length > 0) {
    const pages = await together(
      open.map(async ({ shard, after }) => ({
        shard,
        ...(await scope.records.findDue(shard, until, PAGE_SIZE, after)),
      })),
    );
    for (const id of pages.flatMap(page => page.ids)) {
      if (!given.has(id)) yield id;
      given.add(id);
    }
    open = pages.flatMap(({ shard, next }) => (next === undefined ? [] : [{ shard, after: next }]));
  }
}

/**
 * An event, or another job, noted a look for a record that was removed meanwhile: nobody can ever look, and it would be due
 * for ever.
 *
 * @param id of which a strongly consistent read has just found no record
 */
export const forgetOrphan = async (scope: Scope, id: string): Promise<void> => {
  await scope.records.forget(id);
  scope.log.info('record.forgotten', { teleconsultationId: id });
};

export interface Walked {
  /** Records that were looked after. */
  looked: number;
  /** Records where that failed for a reason of our own: the table, or a rule that was broken. */
  failed: number;
  /** Records that were due and that the run did not come to. */
  left: number;
}

/**
 * Looks after everything that is due, several records side by side. One that fails is logged and holds back no other; once the
 * scope's signal says stop, the rest is only counted.
 */
export const forEachDue = async (
  scope: Scope,
  until: number,
  lookAfter: (id: string) => Promise<void>,
): Promise<Walked> => {
  const ids = dueIds(scope, until);
  const walked: Walked = { looked: 0, failed: 0, left: 0 };
  const worker = async (): Promise<void> => {
    for (let next = await ids.next(); next.done !== true; next = await ids.next()) {
      if (scope.signal.aborted) {
        walked.left += 1;
        continue;
      }
      try {
        await lookAfter(next.value);
        walked.looked += 1;
      } catch (error) {
        // Cut off in the middle: it stays due as it is.
        if (scope.signal.aborted) {
          walked.left += 1;
          continue;
        }
        walked.failed += 1;
        scope.log.error('record.not_looked_after', { teleconsultationId: next.value, ...traceOf(error) });
      }
    }
  };
  await together(Array.from({ length: 2 * scope.config.jobs.callsAtOnce }, worker));
  return walked;
};
