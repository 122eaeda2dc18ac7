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
  table = openTable(world.client, world.deps.config.table, new AbortController().signal);
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

it('notes the way back with the first name it hears', async () => {
  await people.rememberWayBack('usr_named', 'named', null);
  await people.rememberWayBack('usr_named', 'named', 'First Name-Example');
  await people.rememberWayBack('usr_named', 'named', 'Second Name-Example');
  expect(await table.get({ pk: 'kal#usr_named', sk: 'person' })).toEqual({
    pk: 'kal#usr_named',
    sk: 'person',
    externalId: 'named',
    fullName: 'First Name-Example',
  });
});

it('refuses an item that is no person', async () => {
  await table.put({ pk: 'ext#broken', sk: 'person' }, { kaleyraId: 'usr_x', role: 'king' });
  await expect(people.identify('broken', 'usr_y')).rejects.toMatchObject({ code: 'store_unreadable' });
});
