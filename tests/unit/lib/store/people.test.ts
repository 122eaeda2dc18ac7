import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomIds } from '../../../../lib/clock.ts';
import type { PeopleStore } from '../../../../lib/domain/ports.ts';
import { createPeopleStore } from '../../../../lib/store/people.ts';
import { openTable, type Table } from '../../../../lib/store/table.ts';
import { openWorld, type World } from '../../../support/world.ts';

let world: World;
let table: Table;
let people: PeopleStore;
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
  people = createPeopleStore(table);
});
afterAll(() => world.close());

it('everybody who asks at once for the same new person gets the same id', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => people.identify('new-person', randomIds.kaleyraUserId())),
  );
  expect(new Set(answers.map(answer => answer.kaleyraId)).size).toBe(1);
  expect(answers[0]?.confirmedRole).toBeUndefined();
});

it('keeps the id that is there', async () => {
  await people.identify('known', 'usr_first');
  expect(await people.identify('known', 'usr_second')).toEqual({ kaleyraId: 'usr_first', confirmedRole: undefined });
});

it('knows the role from the confirmation on', async () => {
  await people.identify('basic', 'usr_basic');
  await people.confirm('basic', 'basic', Date.UTC(2030, 0, 1));
  expect(await people.identify('basic', 'usr_other')).toEqual({ kaleyraId: 'usr_basic', confirmedRole: 'basic' });
});

it('raises a role and never lowers it, whatever the order of the confirmations', async () => {
  await people.identify('raised', 'usr_raised');
  await people.confirm('raised', 'basic', 1);
  await people.confirm('raised', 'plus', 2);
  await people.confirm('raised', 'basic', 3);
  expect(await people.identify('raised', 'usr_other')).toMatchObject({ confirmedRole: 'plus' });
  expect(await table.get({ pk: 'ext#raised', sk: 'person' })).toMatchObject({
    confirmedAt: '1970-01-01T00:00:00.001Z',
  });
});

const nameOf = async (kaleyraId: string) => {
  const { pk: _pk, sk: _sk, ...item } = (await table.get({ pk: `kal#${kaleyraId}`, sk: 'person' })) ?? {};
  return item;
};

it('notes the way back also of somebody without a name', async () => {
  await people.rememberWayBack({ kaleyraId: 'usr_quiet', externalId: 'quiet', fullName: null, source: 'self' });
  expect(await nameOf('usr_quiet')).toEqual({ externalId: 'quiet' });
});

const SOURCES = ['booking', 'self', 'directory'] as const;

it.each(SOURCES.flatMap(first => SOURCES.map(second => [first, second] as const)))(
  'a name from %s, then one from %s: the better source stays, of two bookings the first',
  async (first, second) => {
    const person = { kaleyraId: `usr_${first}_${second}`, externalId: 'somebody' };
    await people.rememberWayBack({ ...person, fullName: 'First Name-Example', source: first });
    await people.rememberWayBack({ ...person, externalId: 'else', fullName: 'Second Name-Example', source: second });
    await people.rememberWayBack({ ...person, fullName: null, source: 'directory' });
    const secondStays = second === 'directory' || (second === 'self' && first !== 'directory');
    expect(await nameOf(person.kaleyraId)).toEqual({
      externalId: 'somebody',
      fullName: secondStays ? 'Second Name-Example' : 'First Name-Example',
      nameSource: secondStays ? second : first,
    });
  },
);

it('a name without a source counts as the first that was heard', async () => {
  await table.put({ pk: 'kal#usr_older', sk: 'person' }, { externalId: 'older', fullName: 'Older Name-Example' });
  const person = { kaleyraId: 'usr_older', externalId: 'older' };
  await people.rememberWayBack({ ...person, fullName: 'Booked Name-Example', source: 'booking' });
  expect(await nameOf('usr_older')).toMatchObject({ fullName: 'Older Name-Example' });
  await people.rememberWayBack({ ...person, fullName: 'Own Name-Example', source: 'self' });
  expect(await nameOf('usr_older')).toMatchObject({ fullName: 'Own Name-Example', nameSource: 'self' });
});

it('finds names by the ids of Kaleyra, a hundred at once, and leaves out who has none', async () => {
  const ids = Array.from({ length: 98 }, (_, index) => `usr_many_${index}`);
  const named = (kaleyraId: string) => ({ kaleyraId, externalId: kaleyraId, fullName: `Name of ${kaleyraId}` });
  await Promise.all(ids.map(id => people.rememberWayBack({ ...named(id), source: 'booking' })));
  await people.rememberWayBack({ kaleyraId: 'usr_nameless', externalId: 'x', fullName: null, source: 'booking' });
  expect(await people.findNames([...ids, 'usr_nameless', 'usr_unknown'])).toEqual(
    new Map(ids.map(id => [id, `Name of ${id}`])),
  );
  expect(await people.findNames([])).toEqual(new Map());
});

it('takes nobody’s word for a role but Kaleyra’s: without a confirmation there is none', async () => {
  await table.put({ pk: 'ext#half', sk: 'person' }, { kaleyraId: 'usr_half', role: 'plus' });
  expect(await people.find('half')).toEqual({ kaleyraId: 'usr_half', confirmedRole: undefined });
});

it('refuses an item that is no person, or no name', async () => {
  await table.put({ pk: 'ext#broken', sk: 'person' }, { kaleyraId: 'usr_x', role: 'king' });
  await expect(people.identify('broken', 'usr_y')).rejects.toMatchObject({ code: 'store_unreadable' });
  await table.put({ pk: 'kal#usr_broken', sk: 'person' }, { fullName: 7 });
  await expect(people.findNames(['usr_broken'])).rejects.toMatchObject({ code: 'store_unreadable' });
});
