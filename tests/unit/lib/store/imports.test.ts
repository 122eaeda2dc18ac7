import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OldPerson } from '../../../../lib/domain/migration/people.ts';
import { createImportStore, type DueRecord, type ImportStore } from '../../../../lib/store/imports.ts';
import { openTable, type Table } from '../../../../lib/store/table.ts';
import { emptied } from '../../../support/jobs.ts';
import { aRecord, START, withRoom } from '../../../support/teleconsultations.ts';
import { openWorld, type World } from '../../../support/world.ts';

/** What an import writes, and what it leaves to who has written since. */
let world: World;
let table: Table;
let imports: ImportStore;
const storeWith = (signal: AbortSignal): ImportStore =>
  createImportStore({
    client: world.client,
    table: world.deps.config.table,
    clock: { now: () => START, sleep: async () => undefined },
    signal,
    newOperation: () => 'an-import',
  });
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
  imports = storeWith(new AbortController().signal);
});
afterAll(() => world.close());
beforeEach(() => emptied(world));

const ADA: OldPerson = {
  id: 'row-1',
  kaleyraId: 'usr_ada',
  externalId: 'ada',
  fullName: 'Ada-Example',
  groups: ['doctor'],
  createdAt: 7,
  state: 'PUBLIC',
  line: 1,
};
const at = async (pk: string, sk = 'person') => (await table.get({ pk, sk })) ?? {};

describe('the way back', () => {
  it('says whose user it is, what they are called, and what the row said beside it', async () => {
    expect(await imports.putWayBack(ADA)).toBe('done');
    expect(await at('kal#usr_ada')).toEqual({
      pk: 'kal#usr_ada',
      sk: 'person',
      externalId: 'ada',
      fullName: 'Ada-Example',
      nameSource: 'booking',
      imported: { id: 'row-1', named: true, groups: ['doctor'], createdAt: 7, state: 'PUBLIC' },
    });
  });

  it('of somebody without a name has none, or the one that a teleconsultation has', async () => {
    const nameless = { ...ADA, fullName: null };
    await imports.putWayBack(nameless);
    const item = await at('kal#usr_ada');
    expect(item).toEqual({ pk: 'kal#usr_ada', sk: 'person', externalId: 'ada', imported: item.imported });
    await imports.putWayBack(nameless, 'Heard-Example');
    expect(await at('kal#usr_ada')).toMatchObject({
      fullName: 'Heard-Example',
      nameSource: 'booking',
      imported: { named: false },
    });
    await imports.putWayBack({ ...ADA, kaleyraId: 'usr_named' }, 'Heard-Example');
    expect(await at('kal#usr_named')).toMatchObject({ fullName: 'Ada-Example' });
  });

  it('leaves the name that the table has, and where it came from', async () => {
    await table.put({ pk: 'kal#usr_ada', sk: 'person' }, { fullName: 'Own-Example', nameSource: 'self' });
    expect(await imports.putWayBack(ADA)).toBe('done');
    expect(await at('kal#usr_ada')).toMatchObject({ externalId: 'ada', fullName: 'Own-Example', nameSource: 'self' });
  });

  it('of the same person is written again, of somebody else never', async () => {
    await imports.putWayBack(ADA);
    expect(await imports.putWayBack({ ...ADA, groups: ['head'] })).toBe('done');
    expect(await imports.putWayBack({ ...ADA, externalId: 'eva', groups: [] })).toBe('taken');
    expect(await at('kal#usr_ada')).toMatchObject({ externalId: 'ada', imported: { groups: ['head'] } });
  });
});

describe('the way there', () => {
  it('is a user who is there, as basic', async () => {
    expect(await imports.putWayThere(ADA)).toBe('done');
    expect(await at('ext#ada')).toEqual({
      pk: 'ext#ada',
      sk: 'person',
      kaleyraId: 'usr_ada',
      role: 'basic',
      confirmedAt: '2026-05-04T09:00:00.000Z',
      imported: true,
    });
    expect(await world.scope().people.find('ada')).toEqual({ kaleyraId: 'usr_ada', confirmedRole: 'basic' });
  });

  it('of the same user keeps the role and when it was confirmed', async () => {
    const { people } = world.scope();
    await people.identify('ada', 'usr_ada');
    await people.confirm('ada', 'plus', START - 1);
    expect(await imports.putWayThere(ADA)).toBe('done');
    expect(await at('ext#ada')).toMatchObject({ role: 'plus', confirmedAt: '2026-05-04T08:59:59.999Z' });
  });

  it('takes a newer user of an import, of whom nothing is confirmed yet but that they are there', async () => {
    await imports.putWayThere(ADA);
    await world.scope().people.confirm('ada', 'plus', START);
    expect(await imports.putWayThere({ ...ADA, kaleyraId: 'usr_newer' })).toBe('done');
    expect(await world.scope().people.find('ada')).toEqual({ kaleyraId: 'usr_newer', confirmedRole: 'basic' });
  });

  it('keeps a user of ours', async () => {
    await world.scope().people.identify('ada', 'usr_ours');
    expect(await imports.putWayThere(ADA)).toBe('kept');
    expect(await at('ext#ada')).toEqual({ pk: 'ext#ada', sk: 'person', kaleyraId: 'usr_ours' });
  });
});

describe('records', () => {
  const mark = { state: 'PUBLIC' as const, roomId: null, progress: 'whatever' };
  const RECORD: DueRecord = { record: withRoom(aRecord({ id: 'a'.repeat(24) })), mark, people: [], dueAt: START };
  const keys = async () => (await world.items()).map(({ pk, sk }) => `${pk} ${sk}`);
  const id = RECORD.record.id;

  it('lie there with whom and which room they name, with what was noted beside them, and due as told', async () => {
    expect(await imports.putRecords([RECORD])).toEqual(new Set());
    expect(await keys()).toEqual([
      `${id} record`,
      `person#usr_dr-rossi ${id}`,
      `person#usr_mr-bianchi ${id}`,
      'room#room-1 room',
    ]);
    expect(await world.record(id)).toMatchObject({ imported: mark, workShard: 'a', workDue: START, op: 'an-import' });
    expect(await world.scope().records.find(id)).toEqual(RECORD.record);
    expect((await world.scope().records.findByRoom('room-1'))?.id).toBe(id);
  });

  it('without a room name none, and those that no job is to look at are not due', async () => {
    await imports.putRecords([{ ...RECORD, record: aRecord({ id }), dueAt: null }]);
    expect(await keys()).not.toContain('room#room-1 room');
    const item = await world.record(id);
    expect([item?.workShard, item?.workDue, item?.version]).toEqual([undefined, undefined, 1]);
  });

  it('are taken again as long as nobody has changed them', async () => {
    await imports.putRecords([RECORD]);
    const later = { ...RECORD, record: { ...RECORD.record, expected: 9 } };
    expect(await imports.putRecords([later])).toEqual(new Set());
    expect(await world.record(id)).toMatchObject({ expected: 9 });
  });

  it('are told of when they were changed or booked since, and stay as they are', async () => {
    await imports.putRecords([RECORD]);
    const { records } = world.scope();
    await records.change(RECORD.record, { ...RECORD.record, expected: 3 });
    const booked = 'c'.repeat(24);
    await records.create(aRecord({ id: booked }));
    const mine = { ...RECORD, record: aRecord({ id: booked, expected: 9 }) };
    const other = { ...RECORD, record: aRecord({ id: 'b'.repeat(24) }) };
    expect(await imports.putRecords([RECORD, other, mine])).toEqual(new Set([id, booked]));
    expect(await records.find(id)).toMatchObject({ expected: 3, version: 2 });
    expect(await records.find(booked)).toEqual(aRecord({ id: booked }));
    expect(await records.find(other.record.id)).toEqual(other.record);
  });
});

it('a table that is there can be reached', async () => {
  await expect(imports.ping()).resolves.toBeUndefined();
});

it.each<[string, (store: ImportStore) => Promise<unknown>]>([
  ['a look at the table', store => store.ping()],
  ['a way back', store => store.putWayBack(ADA)],
  ['a way there', store => store.putWayThere(ADA)],
  ['a record', store => store.putRecords([{ record: aRecord(), mark: {} as never, people: [], dueAt: null }])],
])('%s ends when the import is broken off', async (_, write) => {
  await expect(write(storeWith(AbortSignal.abort()))).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(await world.items()).toEqual([]);
});
