import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Activity, ActivityStore } from '../../../../lib/domain/progress.ts';
import { createActivityStore } from '../../../../lib/store/activities.ts';
import { openTable, type Table } from '../../../../lib/store/table.ts';
import { DETAILS } from '../../../support/teleconsultations.ts';
import { openWorld, type World } from '../../../support/world.ts';

/** Where looking at a room stands, as it lies beside the record. */
let world: World;
let table: Table;
let activities: ActivityStore;
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
});
afterAll(() => world.close());

const ID = `c${'0'.repeat(23)}`;
const KEY = { pk: ID, sk: 'activity' };
const NOW = Date.UTC(2026, 4, 4, 9);
const MINUTE = 60_000;
beforeEach(async () => {
  activities = createActivityStore(table);
  await table.remove(KEY);
});

const SEEN: Activity = {
  roomId: 'room_1',
  lookedAt: NOW,
  details: DETAILS,
  sessions: [
    { id: 'ses_1', startedAt: NOW - MINUTE, durationInSeconds: 60, kaleyraIds: ['usr_a', 'usr_b'], overSince: NOW },
    { id: 'ses_2', startedAt: null, durationInSeconds: null, kaleyraIds: [], overSince: null },
  ],
};
const begin = (look: string, dueAt = NOW + MINUTE) => activities.begin(ID, { look, now: NOW, dueAt });

describe('a look', () => {
  it('that nobody has begun is not there', async () => {
    expect(await activities.find(ID)).toBeUndefined();
  });

  it('is noted before it is made, with the time at which a job makes up for it', async () => {
    expect(await begin('first')).toEqual({ look: 'first', attempts: 1, seen: undefined, dueAt: NOW + MINUTE });
    expect(await table.get(KEY)).toEqual({
      ...KEY,
      look: 'first',
      hintedAt: '2026-05-04T09:00:00.000Z',
      attempts: 1,
      workShard: 'c',
      workDue: NOW + MINUTE,
    });
    expect(await table.queryDue('c', NOW + MINUTE, 10)).toMatchObject({ keys: [ID] });
  });

  it('is one attempt more each time, until one says that nothing is open', async () => {
    await begin('first');
    expect(await begin('second')).toMatchObject({ look: 'second', attempts: 2 });
    expect(await activities.find(ID)).toMatchObject({ look: 'second', attempts: 2 });
    expect(await activities.finish(ID, { look: 'second', seen: SEEN, dueAt: null, attempts: 0 })).toBe('done');
    expect(await begin('third')).toMatchObject({ attempts: 1, seen: SEEN });
  });

  it('that came to something is given back as it was seen, dates as texts in the table', async () => {
    await begin('first');
    const watch = { look: 'first', seen: SEEN, dueAt: NOW + 5 * MINUTE, attempts: 3 };
    expect(await activities.finish(ID, watch)).toBe('done');
    expect(await activities.find(ID)).toEqual(watch);
    expect(await table.get(KEY)).toMatchObject({
      workShard: 'c',
      seen: {
        lookedAt: '2026-05-04T09:00:00.000Z',
        sessions: [
          { startedAt: '2026-05-04T08:59:00.000Z', overSince: '2026-05-04T09:00:00.000Z' },
          { startedAt: null, overSince: null },
        ],
      },
    });
  });

  it('that leaves nothing open leaves the work index', async () => {
    await begin('first');
    await activities.finish(ID, { look: 'first', seen: SEEN, dueAt: null, attempts: 0 });
    expect(await activities.find(ID)).toMatchObject({ dueAt: null, attempts: 0 });
    const item = await table.get(KEY);
    expect([item?.workShard, item?.workDue]).toEqual([undefined, undefined]);
    expect(await table.queryDue('c', NOW + 99 * MINUTE, 10)).toMatchObject({ keys: [] });
  });

  it('that came to nothing leaves what was seen before', async () => {
    await begin('first');
    await activities.finish(ID, { look: 'first', seen: SEEN, dueAt: null, attempts: 0 });
    await begin('second');
    await activities.finish(ID, { look: 'second', seen: undefined, dueAt: NOW + 9 * MINUTE, attempts: 1 });
    expect(await activities.find(ID)).toEqual({ look: 'second', seen: SEEN, dueAt: NOW + 9 * MINUTE, attempts: 1 });
  });

  it('is overtaken by the next: only the last one’s result counts', async () => {
    await begin('first');
    await begin('second', NOW + 2 * MINUTE);
    expect(await activities.finish(ID, { look: 'first', seen: SEEN, dueAt: null, attempts: 0 })).toBe('overtaken');
    expect(await activities.find(ID)).toEqual({
      look: 'second',
      attempts: 2,
      seen: undefined,
      dueAt: NOW + 2 * MINUTE,
    });
  });

  it('at a record that was erased meanwhile brings nothing back', async () => {
    await begin('first');
    await table.remove(KEY);
    expect(await activities.finish(ID, { look: 'first', seen: SEEN, dueAt: NOW, attempts: 1 })).toBe('overtaken');
    expect(await table.get(KEY)).toBeUndefined();
  });
});

describe('what cannot be read', () => {
  it('is as good as nothing, and the next look writes it anew', async () => {
    await table.put(KEY, { look: 'first', attempts: 4, seen: { roomId: 7 } });
    expect(await activities.find(ID)).toBeUndefined();
    expect(await begin('second')).toEqual({ look: 'second', attempts: 1, seen: undefined, dueAt: NOW + MINUTE });
    expect(await activities.finish(ID, { look: 'second', seen: SEEN, dueAt: null, attempts: 0 })).toBe('done');
    expect(await activities.find(ID)).toEqual({ look: 'second', attempts: 0, seen: SEEN, dueAt: null });
  });
});

it('a look that cannot be noted is not begun', async () => {
  const refusing: Table = { ...table, update: async () => ({ outcome: 'condition_failed' }) };
  const begun = createActivityStore(refusing).begin(ID, { look: 'first', now: NOW, dueAt: NOW });
  await expect(begun).rejects.toMatchObject({ code: 'store_unavailable' });
});
