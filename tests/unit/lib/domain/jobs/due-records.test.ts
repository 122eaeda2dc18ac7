import { expect, it } from 'vitest';
import { forEachDue } from '../../../../../lib/domain/jobs/due-records.ts';
import { aConfig } from '../../../../support/configs.ts';
import { aScope } from '../../../../support/scopes.ts';

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
