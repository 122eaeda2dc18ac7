import { expect, it } from 'vitest';
import { forEachDue, forgetOrphan } from '../../../../../lib/domain/jobs/due-records.ts';
import { aConfig } from '../../../../support/configs.ts';
import { aScope } from '../../../../support/scopes.ts';
import { listening } from '../support.ts';

const oneAtATime = { config: aConfig({ KALEYRA_MAX_CONCURRENCY: '1' }) };

/** Pages of a shard, by shard; a page that is not there ends it. */
const aScopeWith = (pages: Record<string, string[][]>, parts: Parameters<typeof aScope>[0] = {}) =>
  aScope({
    ids: { jitter: () => 0 },
    records: {
      findDue: async (shard, _until, _limit, after) => {
        const page = after === undefined ? 0 : Number(after);
        const more = pages[shard]?.[page + 1] !== undefined;
        return { ids: pages[shard]?.[page] ?? [], next: more ? String(page + 1) : undefined };
      },
    },
    ...parts,
  });

it('takes a page of each shard in turn, and gives each record once', async () => {
  const pages = { 0: [['0a', '0b'], ['0c']], f: [['fa', 'fa'], ['fb'], ['fa', 'fc']] };
  const ids: string[] = [];
  await forEachDue(aScopeWith(pages, oneAtATime), 7, async id => void ids.push(id));
  expect(ids).toEqual(['0a', '0b', 'fa', '0c', 'fb', 'fc']);
});

it('counts what failed, and what it did not come to', async () => {
  const stop = new AbortController();
  const scope = aScopeWith({ 0: [['1', '2', '3', '4', '5', '6', '7', '8', '9']] }, oneAtATime);
  const looked: string[] = [];
  const walked = await forEachDue({ ...scope, signal: stop.signal }, 7, async id => {
    looked.push(id);
    if (id === '2') throw new Error('as told');
    if (id === '4') stop.abort();
  });
  expect(looked).toEqual(['1', '2', '3', '4']);
  expect(walked).toEqual({ looked: 3, failed: 1, left: 5 });
});

it('begins with any shard, and comes to each once', async () => {
  const asked: unknown[][] = [];
  const scope = aScopeWith({}, { ...oneAtATime, ids: { jitter: below => below - 3 } });
  const findDue = scope.records.findDue.bind(scope.records);
  const records = {
    ...scope.records,
    findDue: (...due: Parameters<typeof findDue>) => {
      asked.push(due);
      return findDue(...due);
    },
  };
  await forEachDue({ ...scope, records }, 7, async () => undefined);
  expect(asked.map(([shard]) => shard).join('')).toBe('def0123456789abc');
  expect(asked[0]).toEqual(['d', 7, 25, undefined]);
});

it('calls no failure what was cut off in the middle, and tells of every other one', async () => {
  const stop = new AbortController();
  const { scope, told } = listening(aScopeWith({ 0: [['1', '2', '3']] }, { ...oneAtATime, signal: stop.signal }));
  const walked = await forEachDue(scope, 7, async id => {
    if (id === '2') stop.abort();
    if (id !== '3') throw new RangeError('as told');
  });
  expect(walked).toEqual({ looked: 0, failed: 1, left: 2 });
  expect(told).toEqual([
    ['error', 'record.not_looked_after', expect.objectContaining({ teleconsultationId: '1', errorName: 'RangeError' })],
  ]);
});

it('looks after twice as many side by side as there are calls at once', async () => {
  const scope = aScopeWith(
    { 0: [['1', '2', '3', '4', '5', '6', '7']] },
    { config: aConfig({ KALEYRA_MAX_CONCURRENCY: '3' }) },
  );
  let running = 0;
  let most = 0;
  await forEachDue(scope, 7, async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(resolve => setImmediate(resolve));
    running -= 1;
  });
  expect(most).toBe(6);
});

it('forgets what stands in the index for no record, and says so', async () => {
  const forgotten: string[] = [];
  const { scope, told } = listening(aScope({ records: { forget: async id => void forgotten.push(id) } }));
  await forgetOrphan(scope, 'an-id');
  expect(forgotten).toEqual(['an-id']);
  expect(told).toEqual([['info', 'record.forgotten', { teleconsultationId: 'an-id' }]]);
});
