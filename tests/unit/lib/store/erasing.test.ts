import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomIds } from '../../../../lib/clock.ts';
import type { RecordStore } from '../../../../lib/domain/ports.ts';
import { memoryAfter, type Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { createRecordStore } from '../../../../lib/store/records.ts';
import { openTable, type Table } from '../../../../lib/store/table.ts';
import { aRecord } from '../../../support/teleconsultations.ts';
import { openWorld, type World } from '../../../support/world.ts';
import { allPages } from './support.ts';

/** Notes taken back, records found again by whom they name and by their age, and records erased. */
let world: World;
let table: Table;
let records: RecordStore;
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
});
afterAll(() => world.close());
beforeEach(async () => {
  for (const { pk, sk } of await world.items()) await table.remove({ pk: String(pk), sk: String(sk) });
  records = world.scope().records;
});

const keys = async () => (await world.items()).map(({ pk, sk }) => `${pk} ${sk}`);

const stored = async (parts: Partial<Teleconsultation> = {}): Promise<Teleconsultation> => {
  const written = await records.create(aRecord({ id: randomIds.recordId(), ...parts }));
  if (written === 'lost') throw new Error('the id exists already');
  return written;
};

describe('notes', () => {
  const ID = 'd'.repeat(24);

  it('of people are taken back one by one, and twice does no harm', async () => {
    await records.linkPeople(ID, ['usr_1', 'usr_2', 'usr_3']);
    await records.unlinkPeople(ID, ['usr_1', 'usr_3', 'usr_unknown']);
    await records.unlinkPeople(ID, ['usr_1']);
    expect(await keys()).toEqual([`person#usr_2 ${ID}`]);
    await records.unlinkPeople('e'.repeat(24), ['usr_2']);
    await records.unlinkPeople(ID, []);
    expect(await keys()).toEqual([`person#usr_2 ${ID}`]);
  });

  it('of rooms are taken back, and twice does no harm', async () => {
    await records.linkRoom('room_1', ID);
    await records.linkRoom('room_2', ID);
    await records.unlinkRoom('room_1');
    await records.unlinkRoom('room_1');
    expect(await keys()).toEqual(['room#room_2 room']);
    expect(await records.findByRoom('room_1')).toBeUndefined();
  });

  it('of a person lead to every record that names them, page by page, and to no other', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => index.toString(16).padStart(24, '0'));
    for (const id of ids) await table.put({ pk: 'person#usr_1', sk: id }, { filler: 'x'.repeat(50_000) });
    await records.linkPeople(ID, ['usr_2']);
    const pages = await allPages(after => records.findNaming('usr_1', after));
    expect(pages.flatMap(page => page.ids)).toEqual(ids);
    expect(pages.length).toBeGreaterThan(1);
    expect(await records.findNaming('usr_unknown')).toEqual({ ids: [], next: undefined });
    expect(await records.findNaming('usr_2')).toEqual({ ids: [ID], next: undefined });
  });
});

describe('past records', () => {
  const BEFORE = Date.UTC(2026, 4, 4, 9);
  const HOUR = 3_600_000;

  it.each<[string, Partial<Teleconsultation>, boolean]>([
    ['ended a millisecond before', { endDate: BEFORE - 1 }, true],
    ['ended at that instant', { endDate: BEFORE }, false],
    ['began before and ended after', { startDate: BEFORE - HOUR, endDate: BEFORE + 1 }, false],
    ['without an end, began before', { startDate: BEFORE - 1, endDate: null }, true],
    ['without an end, began at that instant', { startDate: BEFORE, endDate: null }, false],
    ['cancelled', { endDate: BEFORE - HOUR, state: 'TRASH' }, true],
    ['never finished', { endDate: BEFORE - HOUR, state: 'CREATING' }, true],
    ['of long ago', { startDate: 0, endDate: 1 }, true],
  ])('one that %s', async (_, parts, isPast) => {
    const { id } = await stored(parts);
    expect(await records.findPast(BEFORE)).toEqual({ ids: isPast ? [id] : [], next: undefined });
  });

  it('are records: what lies beside them with a date of its own is none', async () => {
    const { id } = await stored({ endDate: BEFORE - HOUR });
    await table.put({ pk: id, sk: 'activity' }, { endDate: new Date(0).toISOString() });
    await table.put({ pk: 'sweep', sk: 'kaleyra' }, { endDate: new Date(0).toISOString() });
    expect((await records.findPast(BEFORE)).ids).toEqual([id]);
  });

  it('are found on every page of the table, and behind any record by its id', async () => {
    const past: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      past.push((await stored({ endDate: BEFORE - HOUR })).id);
      // What lies between two records, other people's items above all, fills pages on which nothing is found.
      await table.put({ pk: `ext#${index}`, sk: 'person' }, { filler: 'x'.repeat(300_000) });
    }
    const pages = await allPages(after => records.findPast(BEFORE, after));
    const found = pages.flatMap(page => page.ids);
    expect(pages.length).toBeGreaterThan(2);
    expect(found.toSorted()).toEqual(past.toSorted());

    const [, , third] = found;
    const behind = await allPages(after => records.findPast(BEFORE, after), third);
    expect(behind.flatMap(page => page.ids)).toEqual(found.slice(3));
  });
});

describe('erasing', () => {
  const begun = (id: string) => world.scope().activities.begin(id, { look: 'a look', now: 0, dueAt: 0 });

  it('takes the record and what was seen of its calls, and nothing else', async () => {
    const [record, other] = [await stored(), await stored()];
    await begun(record.id);
    await begun(other.id);
    expect(await records.erase(record)).toBe('done');
    expect(await keys()).toEqual([`${other.id} activity`, `${other.id} record`]);
    expect(await records.find(record.id)).toBeUndefined();
    expect(await records.findDue(record.id.slice(0, 1), 1, 10)).toMatchObject({
      ids: record.id.slice(0, 1) === other.id.slice(0, 1) ? [other.id] : [],
    });
  });

  it('is done when it was done before', async () => {
    const record = await stored();
    expect([await records.erase(record), await records.erase(record)]).toEqual(['done', 'done']);
  });

  it('of another version than was read does not happen', async () => {
    const record = await stored();
    const changed = await records.change(record, { ...record, expected: 3 });
    expect(await records.erase(record)).toBe('lost');
    expect(await records.find(record.id)).toEqual(changed);
    expect(changed === 'lost' ? changed : await records.erase(changed)).toBe('done');
    expect(await keys()).toEqual([]);
  });

  it('leaves no look behind that an event has noted in the middle of it', async () => {
    const record = await stored();
    let heard = 0;
    const remove: Table['remove'] = async (key, condition) => {
      if (key.sk === 'record') {
        heard += 1;
        await begun(record.id);
      }
      return table.remove(key, condition);
    };
    const disturbed = createRecordStore({ ...table, remove }, () => null, memoryAfter, randomIds.operation);
    expect(await disturbed.erase(record)).toBe('done');
    expect(heard).toBe(1);
    expect(await keys()).toEqual([]);
  });

  it('a record that is gone, and what an event noted for it, are forgotten together', async () => {
    const record = await stored();
    await records.erase(record);
    await begun(record.id);
    const shard = record.id.slice(0, 1);
    expect((await records.findDue(shard, 1, 10)).ids).toEqual([record.id]);
    await records.forget(record.id);
    await records.forget(record.id);
    expect((await records.findDue(shard, 1, 10)).ids).toEqual([]);
    expect(await keys()).toEqual([]);
  });

  it('forgets only what was seen, never a record', async () => {
    const record = await stored();
    await records.forget(record.id);
    expect(await records.find(record.id)).toEqual(record);
  });
});

describe('what a record remembers of what it was', () => {
  const people = (...ids: string[]): Teleconsultation['participants'] =>
    ids.map(id => ({ externalId: id, kaleyraId: `usr_${id}`, groups: [], fullName: null, language: null }));

  it('is written with every change', async () => {
    let record = await stored({ participants: people('a', 'b') });
    for (const names of [['b', 'c'], ['a', 'c'], ['c']]) {
      const changed = await records.change(record, { ...record, participants: people(...names), formerPeople: [] });
      if (changed === 'lost') throw new Error('somebody else wrote');
      record = changed;
    }
    expect((await records.find(record.id))?.formerPeople).toEqual(['usr_a', 'usr_b']);
  });
});
