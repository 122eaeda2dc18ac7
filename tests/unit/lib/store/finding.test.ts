import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTable } from '../../../../lib/store/table.ts';
import { aBooking } from '../../../support/bookings.ts';
import { openWorld, type World } from '../../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

it('a room leads to the record that it was made for', async () => {
  const id = await aBooking(world);
  const [room] = await world.simulator.rooms();
  expect(await world.scope().records.findByRoom(room?.id ?? '')).toMatchObject({ id, room: { id: room?.id } });
});

it('a room that nobody made leads nowhere', async () => {
  expect(await world.scope().records.findByRoom('room_unknown')).toBeUndefined();
});

it('a damaged way from a room leads nowhere', async () => {
  const table = openTable(world.store, world.deps.config.table, new AbortController().signal);
  await table.put({ pk: 'room#room_damaged', sk: 'room' }, { recordId: 7 });
  await table.put({ pk: 'room#room_lost', sk: 'room' }, { recordId: '0123456789abcdef01234567' });
  expect(await world.scope().records.findByRoom('room_damaged')).toBeUndefined();
  expect(await world.scope().records.findByRoom('room_lost')).toBeUndefined();
});

it('a person whom nobody has asked for is nobody, and stays so', async () => {
  const before = await world.items();
  expect(await world.scope().people.find('unheard-of')).toBeUndefined();
  expect(await world.items()).toEqual(before);
});

it('a person is found with the role that Kaleyra has confirmed', async () => {
  const { people } = world.scope();
  await people.identify('half-way', 'usr_half_way');
  expect(await people.find('half-way')).toEqual({ kaleyraId: 'usr_half_way', confirmedRole: undefined });
  await people.confirm('half-way', 'plus', Date.UTC(2030, 0, 1));
  expect(await people.find('half-way')).toEqual({ kaleyraId: 'usr_half_way', confirmedRole: 'plus' });
});
