import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Erasure, type ErasureStore, NOTHING_REMOVED } from '../../../../lib/domain/erasure/erasure.ts';
import type { PeopleStore } from '../../../../lib/domain/ports.ts';
import { createErasureStore } from '../../../../lib/store/erasures.ts';
import { createPeopleStore } from '../../../../lib/store/people.ts';
import { openTable, type Table } from '../../../../lib/store/table.ts';
import { aBooking } from '../../../support/bookings.ts';
import { emptied } from '../../../support/jobs.ts';
import { drRossi, mrBianchi, patients } from '../../../support/people.ts';
import { openWorld, type World } from '../../../support/world.ts';

let world: World;
let table: Table;
let erasures: ErasureStore;
let people: PeopleStore;
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
  let marks = 0;
  erasures = createErasureStore(table, () => `mark-${marks++}`);
  people = createPeopleStore(table);
});
afterAll(() => world.close());
beforeEach(() => emptied(world));

const ERASURE: Erasure = {
  begunAt: Date.UTC(2030, 0, 1),
  operation: '0123456789abcdef',
  stage: 'checking',
  kaleyraIds: ['usr_a', 'usr_b'],
  position: 'here',
  checkedSince: Date.UTC(2030, 0, 2),
  removed: { ...NOTHING_REMOVED, uploads: 7 },
  mark: '',
};
const everything = async () => (await world.items()).map(({ pk }) => pk);

describe('a tombstone', () => {
  it('comes back as it was written, and is written once', async () => {
    await people.identify('somebody', 'usr_a');
    const first = await erasures.begin('somebody', ERASURE);
    expect(first).toEqual({ kaleyraId: 'usr_a', erasure: { ...ERASURE, mark: expect.stringMatching(/^mark-/) } });
    const second = await erasures.begin('somebody', { ...ERASURE, operation: 'another' });
    expect(second).toEqual(first);
    expect(await erasures.find('somebody')).toEqual(first);
    expect(await erasures.find('nobody')).toBeUndefined();
  });

  it('is changed only by who knows the last write', async () => {
    const { erasure } = await erasures.begin('somebody', ERASURE);
    const saved = await erasures.save('somebody', erasure, { ...erasure, stage: 'erasing' });
    expect(saved).toMatchObject({ stage: 'erasing', operation: ERASURE.operation });
    expect(await erasures.save('somebody', erasure, { ...erasure, stage: 'looking' })).toBe('lost');
    expect((await erasures.find('somebody'))?.erasure).toEqual(saved);
    expect(await erasures.finish('somebody', erasure)).toBe('lost');
    await erasures.withdraw('somebody', erasure);
    expect((await erasures.find('somebody'))?.erasure).toEqual(saved);
  });

  it('keeps everybody from identifying, finding or keeping the person; taken back, it leaves no trace', async () => {
    await people.identify('somebody', 'usr_a');
    await people.confirm('somebody', 'plus', 1);
    const before = await world.items();
    const { erasure } = await erasures.begin('somebody', ERASURE);
    const refused = { status: 409, code: 'conflict', message: 'a participant is being erased, nothing was changed' };
    await expect(people.identify('somebody', 'usr_new')).rejects.toMatchObject(refused);
    await expect(people.find('somebody')).rejects.toMatchObject(refused);
    await expect(people.assertStaying(['nobody', 'somebody'])).rejects.toMatchObject(refused);
    await people.assertStaying(['nobody', 'nobody']);
    await erasures.withdraw('somebody', erasure);
    expect(await world.items()).toEqual(before);
    expect(await people.find('somebody')).toEqual({ kaleyraId: 'usr_a', confirmedRole: 'plus' });
  });

  it('of somebody who was nobody leaves nobody behind', async () => {
    const { kaleyraId, erasure } = await erasures.begin('somebody', ERASURE);
    expect(kaleyraId).toBeUndefined();
    await expect(people.identify('somebody', 'usr_new')).rejects.toMatchObject({ status: 409 });
    await erasures.withdraw('somebody', erasure);
    expect(await everything()).toEqual([]);
  });

  it('goes with the mapping, and what is gone may go again', async () => {
    await people.identify('somebody', 'usr_a');
    const { erasure } = await erasures.begin('somebody', ERASURE);
    expect(await erasures.finish('somebody', erasure)).toBe('done');
    expect(await erasures.finish('somebody', erasure)).toBe('done');
    expect(await everything()).toEqual([]);
    // Nobody is somebody again only because something was confirmed.
    await people.confirm('somebody', 'plus', 1);
    expect(await everything()).toEqual([]);
  });
});

describe('traces', () => {
  it('are ways back, and records that name the person wherever in the list, or as their author', async () => {
    const crowd = patients(24);
    const last = crowd.at(-1) ?? mrBianchi;
    const full = await aBooking(world, { participants: [drRossi, ...crowd] });
    const other = await aBooking(world, { participants: [drRossi, mrBianchi] });
    const record = await world.scope().records.find(other);
    if (record !== undefined) await world.scope().records.amend(record, { ...record, updaterId: last.userId });

    const page = await erasures.findTraces(last.userId);
    const kaleyraId = (await people.find(last.userId))?.kaleyraId;
    expect(page).toEqual({
      kaleyraIds: [kaleyraId],
      naming: [{ id: full, kaleyraIds: [kaleyraId] }],
      authored: [other],
      next: undefined,
      bookmark: undefined,
    });
  });

  it('lie also in records that somebody only booked, of which they are no participant', async () => {
    const booked = await aBooking(world, { participants: [drRossi, mrBianchi] });
    const record = await world.scope().records.find(booked);
    if (record !== undefined) await world.scope().records.amend(record, { ...record, creatorId: 'booker' });
    expect(await erasures.findTraces('booker')).toMatchObject({ kaleyraIds: [], naming: [], authored: [booked] });
  });

  it('that are ways back are no records, whatever lies on them', async () => {
    await table.put({ pk: 'kal#usr_a', sk: 'person' }, { externalId: 'somebody', creatorId: 'somebody' });
    expect(await erasures.findTraces('somebody')).toMatchObject({ kaleyraIds: ['usr_a'], naming: [], authored: [] });
  });

  it('are looked for in the table as it is now', async () => {
    const asked: unknown[] = [];
    const stop = world.store.listen(({ operation, input }) => asked.push([operation, input.ConsistentRead]));
    await erasures.findTraces('somebody').finally(stop);
    expect(asked).toEqual([['Scan', true]]);
  });

  it('of the way back go one by one, and twice does no harm', async () => {
    for (const id of ['usr_a', 'usr_b']) await table.put({ pk: `kal#${id}`, sk: 'person' }, { externalId: 'somebody' });
    await erasures.forgetWayBack('usr_a');
    await erasures.forgetWayBack('usr_a');
    expect(await everything()).toEqual(['kal#usr_b']);
  });

  it('of a page that ends at somebody’s id are no bookmark: it would outlive that person', async () => {
    const page = (end: string) => ({
      ...table,
      scanPage: async () => ({ items: [], next: JSON.stringify({ pk: end }) }),
    });
    const traces = (end: string) => createErasureStore(page(end), () => '').findTraces('somebody');
    expect(await traces('ext#somebody-else')).toMatchObject({
      bookmark: undefined,
      next: '{"pk":"ext#somebody-else"}',
    });
    expect((await traces('kal#usr_a')).bookmark).toBe('{"pk":"kal#usr_a"}');
  });
});

it('notes say which records were cleared out', async () => {
  const { records } = world.scope();
  await Promise.all([records.linkPeople('record-1', ['usr_a', 'usr_b']), records.linkPeople('record-2', ['usr_a'])]);
  await erasures.noteCleared('record-1', ['usr_a']);
  const notes = async (kaleyraId: string) => (await erasures.findNotes(kaleyraId)).notes;
  expect(await notes('usr_a')).toEqual([
    { id: 'record-1', cleared: true },
    { id: 'record-2', cleared: false },
  ]);
  expect(await notes('usr_b')).toEqual([{ id: 'record-1', cleared: false }]);
});

it('an amended record keeps its place in the work index, or that it has none', async () => {
  const id = await aBooking(world);
  const { records } = world.scope();
  const due = async () => (await world.record(id))?.workDue;
  const before = await due();
  const record = await records.find(id);
  if (record === undefined) throw new Error('the booking is not there');
  const later = { ...record, endDate: (record.endDate ?? 0) + 1000, updaterId: 'amended' };
  const amended = await records.amend(record, later);
  expect([before !== undefined, await due(), (await world.record(id))?.updaterId]).toEqual([true, before, 'amended']);
  expect(await records.amend(record, later)).toBe('lost');
  expect(amended).toMatchObject({ version: record.version + 1 });
});
