import { afterAll, beforeAll, expect, it } from 'vitest';
import { pauseKey, sweepKey, walkKey } from '../../../../lib/store/keys.ts';
import { openTable } from '../../../../lib/store/table.ts';
import { openWorld, type World } from '../../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const AT = Date.UTC(2026, 4, 4, 9);
const table = () => openTable(world.store, world.deps.config.table, new AbortController().signal);

it('nobody was asked to slow down, and nothing was compared, before it is written', async () => {
  const { jobs } = world.scope();
  expect(await jobs.pausedUntil()).toBe(0);
  expect(await jobs.findSweep()).toBeUndefined();
  expect(await jobs.findWalk()).toBeUndefined();
});

it('gives back what was written', async () => {
  const { jobs } = world.scope();
  await jobs.pauseUntil(AT);
  expect(await jobs.pausedUntil()).toBe(AT);
  const sweep = {
    comparedBefore: AT,
    fullAt: null,
    full: { startedAt: AT, offset: 95, cameTo: null },
    undecided: [{ roomId: 'room_1', recordId: 'd'.repeat(24), madeAt: AT }],
    records: { shard: 'c', after: '{"pk":"x"}' },
  };
  await jobs.saveSweep(sweep);
  expect(await jobs.findSweep()).toEqual(sweep);
  const rested = { ...sweep, fullAt: AT, full: null, undecided: [], records: { shard: '0', after: null } };
  await jobs.saveSweep(rested);
  expect(await jobs.findSweep()).toEqual(rested);
});

it('the walk goes on behind a record, until it is at its end', async () => {
  const { jobs } = world.scope();
  expect(await jobs.findWalk()).toBeUndefined();
  await jobs.saveWalk('d'.repeat(24));
  expect(await jobs.findWalk()).toBe('d'.repeat(24));
  await jobs.saveWalk(undefined);
  expect(await jobs.findWalk()).toBeUndefined();
});

it('takes what cannot be read for nothing', async () => {
  const { jobs } = world.scope();
  await table().put(pauseKey, { until: 'tomorrow' });
  await table().put(sweepKey, { comparedBefore: 7 });
  await table().put(walkKey, { after: 'ext#somebody' });
  expect(await jobs.pausedUntil()).toBe(0);
  expect(await jobs.findSweep()).toBeUndefined();
  expect(await jobs.findWalk()).toBeUndefined();
});
