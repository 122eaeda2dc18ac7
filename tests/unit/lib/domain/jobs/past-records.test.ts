import { expect, it } from 'vitest';
import { forEachPast, type Removal } from '../../../../../lib/domain/jobs/past-records.ts';
import { aConfig } from '../../../../support/configs.ts';
import { aScope } from '../../../../support/scopes.ts';
import { listening } from '../support.ts';

/** A walk over a table of the given pages; `after` is the page's number, or the id of a record to go on behind. */
const aWalk = (pages: string[][], from?: string) => {
  const stop = new AbortController();
  const told = { asked: [] as (string | undefined)[], saved: [] as (string | undefined)[], slept: [] as number[] };
  const { scope, told: lines } = listening(
    aScope({
      config: aConfig({ KALEYRA_MAX_CONCURRENCY: '1' }),
      signal: stop.signal,
      ids: { jitter: () => 0 },
      clock: { sleep: async ms => void told.slept.push(ms) },
      jobs: { findWalk: async () => from, saveWalk: async after => void told.saved.push(after) },
      records: {
        findPast: async (before, after) => {
          expect(before).toBe(7);
          told.asked.push(after);
          const behind = pages.findIndex(ids => ids.includes(after ?? ''));
          const ids =
            behind === -1 ? pages[Number(after ?? 0)] : pages[behind]?.slice(pages[behind].indexOf(after ?? '') + 1);
          const next = (behind === -1 ? Number(after ?? 0) : behind) + 1;
          return { ids: ids ?? [], next: next < pages.length ? String(next) : undefined };
        },
      },
    }),
  );
  const looked: string[] = [];
  const walk = (remove: (id: string) => Promise<Removal> = async () => 'removed') =>
    forEachPast(scope, 7, id => {
      looked.push(id);
      return remove(id);
    });
  return { walk, looked, stop, scope, lines, ...told };
};

it('comes by every page, also empty ones, with a pause between two, and leaves no bookmark', async () => {
  const { walk, looked, asked, saved, slept } = aWalk([['a', 'b'], [], [], ['c']]);
  expect(await walk()).toEqual({ outcomes: ['removed', 'removed', 'removed'], complete: true });
  expect(looked).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual([undefined, '1', '2', '3']);
  expect(slept).toEqual([200, 200, 200]);
  expect(saved).toEqual([]);
});

it('that was cut off counts the rest of its page as left, and the next one begins with that page', async () => {
  const { walk, looked, stop, saved } = aWalk([['x', 'y', 'a', 'b'], ['c', 'd', 'e', 'f'], ['g']]);
  const walked = await walk(async id => {
    if (id === 'd') stop.abort();
    return 'removed';
  });
  const removed = Array.from({ length: 6 }, () => 'removed');
  expect(walked).toEqual({ outcomes: [...removed, 'left', 'left'], complete: false });
  expect(looked).toEqual(['x', 'y', 'a', 'b', 'c', 'd']);
  // Behind the last record of the page before.
  expect(saved).toEqual(['b']);
});

it('tells of those that failed, and of no others', async () => {
  const { walk, lines, stop } = aWalk([['a', 'b', 'c', 'd']]);
  await walk(async id => {
    if (id === 'a') throw new RangeError('as told');
    if (id === 'd') {
      stop.abort();
      throw stop.signal.reason;
    }
    return id === 'b' ? 'failed' : 'removed';
  });
  expect(lines).toEqual([
    ['error', 'retention.record_failed', expect.objectContaining({ teleconsultationId: 'a', errorName: 'RangeError' })],
    ['warn', 'retention.record_failed', { teleconsultationId: 'b' }],
  ]);
});

it('that goes on behind a record comes around to what lies before it, and to nothing twice', async () => {
  const { walk, looked, saved } = aWalk(
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    'b',
  );
  expect(await walk()).toMatchObject({ complete: true });
  expect(looked).toEqual(['c', 'd', 'a', 'b']);
  expect(saved).toEqual([undefined]);
});

it('that is cut off on its first page leaves the bookmark where it was', async () => {
  const { walk, stop, saved } = aWalk([['a', 'b'], ['c']], 'a');
  await walk(async () => {
    stop.abort();
    return 'left';
  });
  expect(saved).toEqual([]);
});

it('that has no time at all asks for nothing', async () => {
  const { walk, stop, asked } = aWalk([['a']]);
  stop.abort();
  expect(await walk()).toEqual({ outcomes: [], complete: false });
  expect(asked).toEqual([]);
});

it('counts one that throws as failed, unless it was cut off, and goes on', async () => {
  const { walk, stop } = aWalk([['a', 'b', 'c', 'd']]);
  const walked = await walk(async id => {
    if (id === 'a') throw new Error('as told');
    if (id === 'c') {
      stop.abort();
      throw stop.signal.reason;
    }
    return 'postponed';
  });
  expect(walked).toEqual({ outcomes: ['failed', 'postponed', 'left', 'left'], complete: false });
});

it('begins a page anywhere, so that what always fails first does not keep the rest from its turn', async () => {
  const { walk, looked, scope } = aWalk([['a', 'b', 'c']]);
  scope.ids.jitter = below => below - 1;
  await walk();
  expect(looked).toEqual(['c', 'a', 'b']);
});
