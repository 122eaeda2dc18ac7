import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '../../../../lib/clock.ts';
import type { RecordStore } from '../../../../lib/domain/ports.ts';
import { memoryAfter, type Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { storeUnavailable } from '../../../../lib/errors.ts';
import { createStoreClient } from '../../../../lib/store/client.ts';
import { createRecordStore } from '../../../../lib/store/records.ts';
import { openTable, type Table } from '../../../../lib/store/table.ts';
import { openWorld, type World } from '../../../support/world.ts';

let world: World;
let table: Table;
let store: RecordStore;
let record: Teleconsultation;
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
});
afterAll(() => world.close());

const dueAt = (one: Teleconsultation) => one.endDate;
const storeOn = (on: Table) => createRecordStore(on, dueAt, memoryAfter, randomIds.operation);

const aRecord = (): Teleconsultation => ({
  id: randomIds.recordId(),
  state: 'PUBLIC',
  startDate: Date.UTC(2030, 0, 1),
  endDate: Date.UTC(2030, 0, 2),
  expected: 2,
  participants: [],
  room: null,
  claim: null,
  owed: [],
  upkeep: null,
  formerRooms: [],
  formerPeople: [],
  booking: null,
  creatorId: 'public',
  createdAt: 0,
  updaterId: 'public',
  updatedAt: 0,
  revision: 1,
  version: 1,
});

beforeEach(() => {
  store = storeOn(table);
  record = aRecord();
});

it('finds what was created, and nothing for an id that is unknown or not an id', async () => {
  await store.create(record);
  expect(await store.find(record.id)).toEqual(record);
  for (const id of [
    '0123456789abcdef01234567',
    '',
    'ext#dr-rossi',
    '../x',
    `${record.id}\n`,
    record.id.toUpperCase(),
  ]) {
    expect(await store.find(id === record.id ? 'none' : id)).toBeUndefined();
  }
});

it('creates an id once', async () => {
  expect(await store.create(record)).toEqual(record);
  expect(await store.create({ ...record, expected: 9 })).toBe('lost');
  expect(await store.find(record.id)).toEqual(record);
});

it('changes only the version that was read, and counts up', async () => {
  await store.create(record);
  const changed = await store.change(record, { ...record, expected: 3 });
  expect(changed).toEqual({ ...record, expected: 3, revision: 2, version: 2 });
  expect(await store.change(record, { ...record, expected: 4 })).toBe('lost');
  expect(await store.find(record.id)).toMatchObject({ expected: 3, version: 2 });
});

it('looks only at writes of which it is not known what became', async () => {
  const blind: Table = {
    ...table,
    get: async () => {
      throw storeUnavailable(new Error('down'));
    },
  };
  expect(await storeOn(blind).create(record)).toEqual(record);
  expect(await storeOn(blind).change(record, { ...record, expected: 3 })).toMatchObject({ expected: 3, version: 2 });
});

it('one of many simultaneous changes of the same version wins', async () => {
  await store.create(record);
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, index) => store.change(record, { ...record, expected: 2 + index })),
  );
  expect(outcomes.filter(outcome => outcome !== 'lost')).toHaveLength(1);
  expect(outcomes).toContainEqual(await store.find(record.id));
});

it('does not bring back an item that is gone', async () => {
  expect(await store.change(record, { ...record, expected: 3 })).toBe('lost');
  expect(await store.find(record.id)).toBeUndefined();
});

it('leaves attributes of others on the item alone', async () => {
  await store.create(record);
  const key = { pk: record.id, sk: 'record' };
  const set = { expression: 'SET #seen = :seen', names: { '#seen': 'seen' }, values: { ':seen': 7 } };
  await table.update({ key, ...set });
  await store.change(record, { ...record, expected: 3 });
  expect(await table.get(key)).toMatchObject({ seen: 7, expected: 3 });
});

it('is in the work index while something is due, and leaves it when nothing is', async () => {
  await store.create(record);
  const place = { workShard: record.id.slice(0, 1), workDue: record.endDate };
  expect(await world.record(record.id)).toMatchObject(place);
  await store.change(record, { ...record, endDate: null });
  expect(await world.record(record.id)).not.toHaveProperty('workDue');
  expect(await world.record(record.id)).not.toHaveProperty('workShard');
});

describe('when the answer to a write is lost', () => {
  /** Carries the write out as often as told, then says that it failed. */
  const forgetful = (writes: number, failure: 'unavailable' | 'condition_failed'): Table => ({
    ...table,
    update: async update => {
      for (let count = 0; count < writes; count += 1) await table.update(update).catch(() => undefined);
      if (failure === 'condition_failed') return { outcome: 'condition_failed' };
      throw storeUnavailable(new Error('lost'));
    },
  });

  it('recognises its own write by its mark', async () => {
    expect(await storeOn(forgetful(1, 'unavailable')).create(record)).toEqual(record);
    expect(await storeOn(forgetful(1, 'unavailable')).change(record, { ...record, expected: 5 })).toMatchObject({
      expected: 5,
      version: 2,
    });
  });

  it('recognises it also when a repeat of the same call found the condition failed', async () => {
    expect(await storeOn(forgetful(2, 'condition_failed')).create(record)).toEqual(record);
    const changed = await storeOn(forgetful(2, 'condition_failed')).change(record, { ...record, expected: 6 });
    expect(changed).toMatchObject({ expected: 6, version: 2 });
  });

  it('says so when the write did not land', async () => {
    await store.create(record);
    const change = storeOn(forgetful(0, 'unavailable')).change(record, { ...record, expected: 5 });
    await expect(change).rejects.toMatchObject({ code: 'store_unavailable', status: 503 });
    expect(await storeOn(forgetful(0, 'condition_failed')).change(record, { ...record, expected: 5 })).toBe('lost');
    expect(await store.find(record.id)).toEqual(record);
  });

  it('says that it does not know when the deciding read fails too', async () => {
    const down = storeUnavailable(new Error('down'));
    const blind = (failure: 'unavailable' | 'condition_failed'): Table => ({
      ...forgetful(1, failure),
      get: async () => {
        throw down;
      },
    });
    const lost = storeOn(blind('unavailable')).create(record);
    await expect(lost).rejects.toMatchObject({ code: 'store_unavailable', cause: { message: 'lost' } });
    await expect(storeOn(blind('condition_failed')).create(aRecord())).rejects.toBe(down);
  });

  it('does not take somebody else’s write for its own', async () => {
    await store.create(record);
    const theirs = await store.change(record, { ...record, expected: 7 });
    expect(await storeOn(forgetful(1, 'condition_failed')).change(record, { ...record, expected: 5 })).toBe('lost');
    expect(await store.find(record.id)).toEqual(theirs);
  });
});

describe('failures of the store', () => {
  it('are one error of ours, without the SDK’s words', async () => {
    const client = createStoreClient({ environment: process.env, endpoint: 'http://127.0.0.1:9' });
    const dead = storeOn(openTable(client, 'none', new AbortController().signal));
    const error = await dead.find(record.id).catch(thrown => thrown);
    expect(error).toMatchObject({ code: 'store_unavailable', status: 503, message: 'the data store did not answer' });
  });

  it('end with the request’s own time', async () => {
    const reason = new Error('time is over');
    const over = storeOn(openTable(world.store, world.deps.config.table, AbortSignal.abort(reason)));
    await expect(over.find(record.id)).rejects.toBe(reason);
    await expect(over.create(record)).rejects.toBe(reason);
  });

  it('an item that is no record is said to be unreadable', async () => {
    await table.put({ pk: record.id, sk: 'record' }, { id: record.id, state: 'UNHEARD-OF' });
    await expect(store.find(record.id)).rejects.toMatchObject({ code: 'store_unreadable', status: 500 });
  });
});
