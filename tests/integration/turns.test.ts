import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aBooking, bookingBody, span } from '../support/bookings.ts';
import { drRossi, mrBianchi, type Person, patients } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** Simultaneous callers: one outcome, no room left behind, nobody twice. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  world.clock.reset();
  await world.simulator.clearFaults();
});

const roomsOf = async (id: string) => (await world.simulator.rooms()).filter(room => room.description === id);
const list = (...data: Person[]) => ({ participants: { number: data.length, data } });

it('20 bookings with the same new people agree on who is who', async () => {
  const crowd = [{ ...drRossi, userId: 'dr-new' }, ...patients(3, 'new')];
  const before = (await world.simulator.state()).users.length;
  const ids = await Promise.all(Array.from({ length: 20 }, () => aBooking(world, { participants: crowd })));
  expect(new Set(ids).size).toBe(20);
  expect((await world.simulator.state()).users).toHaveLength(before + crowd.length);
  for (const id of ids) expect(await roomsOf(id)).toHaveLength(1);
});

it('a booking as patient and one as doctor at once leave the person plus at Kaleyra', async () => {
  const person: Person = { userId: 'both', groups: ['patient'], fullName: 'Bo Both-Example' };
  await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      aBooking(world, { participants: [drRossi, index % 2 === 0 ? person : { ...person, groups: ['doctor'] }] }),
    ),
  );
  const item = (await world.items()).find(one => one.pk === 'ext#both');
  expect(item).toMatchObject({ role: 'plus' });
  const user = (await world.simulator.state()).users.find(one => one.id === item?.kaleyraId);
  expect(user).toMatchObject({ role: 'plus' });
});

it('12 changes take turns: each is carried out, one room is left and the record points at it', async () => {
  const id = await aBooking(world);
  const guests = patients(12, 'guest');
  const replies = await Promise.all(
    guests.map(guest => world.api.patch(`/teleconsultation/${id}`, list(drRossi, mrBianchi, guest))),
  );
  expect(replies.map(reply => reply.status)).toEqual(Array.from({ length: 12 }, () => 204));
  const record = await world.record(id);
  expect(record).toMatchObject({ claim: null, owed: [] });
  expect(await roomsOf(id)).toMatchObject([{ id: (record as { room: { id: string } }).room.id }]);
  const made = (await world.simulator.state()).rooms.filter(room => room.description === id);
  expect(made).toHaveLength(13);
});

it('a cancellation among changes wins: every change is done before it or finds nothing, and no room is left', async () => {
  const id = await aBooking(world);
  const changes = patients(10, 'late').map(guest =>
    world.api.patch(`/teleconsultation/${id}`, list(drRossi, mrBianchi, guest)),
  );
  const cancelled = world.api.delete(`/teleconsultation/${id}`);
  const statuses = (await Promise.all(changes)).map(reply => reply.status);
  expect((await cancelled).status).toBe(204);
  expect(statuses.filter(status => status !== 204 && status !== 404)).toEqual([]);
  expect(await roomsOf(id)).toEqual([]);
  expect(await world.record(id)).toMatchObject({ state: 'TRASH', room: null, claim: null });
  const owed = (await world.record(id))?.owed as { roomId: string | null }[];
  // What may be left is a search for a room that was never told of, later on; no room that is known.
  expect(owed.filter(entry => entry.roomId !== null)).toEqual([]);
});

it('10 cancellations at once: one succeeds, the others find nothing', async () => {
  const id = await aBooking(world);
  const replies = await Promise.all(Array.from({ length: 10 }, () => world.api.delete(`/teleconsultation/${id}`)));
  const statuses = replies.map(reply => reply.status).sort();
  expect(statuses).toEqual([204, ...Array.from({ length: 9 }, () => 404)]);
});

describe('while somebody else’s change hangs at Kaleyra', () => {
  const hanging = async (id: string, ms: number) => {
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', delayMs: ms });
    const change = world.api.patch(`/teleconsultation/${id}`, list(drRossi, ...patients(1, 'slow')));
    await expect.poll(async () => (await world.record(id))?.claim, { interval: 5 }).not.toBeNull();
    return change;
  };

  it('another change waits for its turn', async () => {
    const id = await aBooking(world);
    const first = await hanging(id, 700);
    const second = await world.api.patch(`/teleconsultation/${id}`, list(drRossi, ...patients(1, 'second')));
    expect([first.status, second.status]).toEqual([204, 204]);
    expect(await roomsOf(id)).toHaveLength(1);
  });

  it('nobody is shown a link, even when the time comes meanwhile', async () => {
    const id = await aBooking(world, { startsIn: '5 minutes' });
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', delayMs: 700 });
    const change = world.api.patch(`/teleconsultation/${id}`, list(drRossi, mrBianchi, ...patients(1, 'slow')));
    await expect.poll(async () => (await world.record(id))?.claim, { interval: 5 }).not.toBeNull();
    const record = (await world.record(id)) as { startDate: string; claim: { until: string } };
    // A start within the claim's life, so that the lock passes while the claim stands.
    expect(Date.parse(record.claim.until)).toBeGreaterThan(world.clock.now());
    expect((await world.api.as(mrBianchi).get(`/teleconsultation/${id}`)).body).toMatchObject({ accessLinkURL: null });
    expect((await change).status).toBe(204);
  });

  it('a change that cannot wait longer is told so: 409 with Retry-After', async () => {
    const id = await aBooking(world);
    const stuck = await world.record(id);
    const { change } = world.scope().records;
    const current = await world.scope().records.find(id);
    if (current === undefined) throw new Error('the booking is not there');
    await change(current, { ...current, claim: { operation: 'somebody', until: world.clock.now() + span('1 hour') } });
    const patience = setInterval(() => world.clock.moveBy(span('2 seconds')), 20);
    const reply = await world.api.patch(`/teleconsultation/${id}`, list(drRossi, ...patients(1, 'x')));
    clearInterval(patience);
    expect(reply.status).toBe(409);
    expect(reply.headers['retry-after']).toBe('2');
    expect(reply.body).toMatchObject({ statusCode: 409, error: 'Conflict' });
    expect((await world.record(id))?.room).toEqual(stuck?.room);
  });

  it('a claim whose owner died is taken over when it runs out, and its room is looked for later', async () => {
    const id = await aBooking(world);
    const current = await world.scope().records.find(id);
    if (current === undefined) throw new Error('the booking is not there');
    const until = world.clock.now() - 1;
    await world.scope().records.change(current, { ...current, claim: { operation: 'dead', until } });
    const reply = await world.api.patch(`/teleconsultation/${id}`, list(drRossi, ...patients(1, 'after')));
    expect(reply.status).toBe(204);
    expect(await world.record(id)).toMatchObject({ claim: null, owed: [{ roomId: null, attempts: 0 }] });
  });
});

it('a change that keeps the room also leaves a search for what a dead owner may have made', async () => {
  const id = await aBooking(world);
  const current = await world.scope().records.find(id);
  if (current === undefined) throw new Error('the booking is not there');
  await world
    .scope()
    .records.change(current, { ...current, claim: { operation: 'dead', until: world.clock.now() - 1 } });
  expect((await world.api.patch(`/teleconsultation/${id}`, { duration_in_seconds: 900 })).status).toBe(204);
  expect(await world.record(id)).toMatchObject({ claim: null, owed: [{ roomId: null, attempts: 0 }] });
});

it('bookings in a crowd: 30 different ones at once are 30 rooms', async () => {
  const bodies = patients(30, 'crowd').map(person =>
    bookingBody(world.clock.now(), { participants: [drRossi, person] }),
  );
  const replies = await Promise.all(bodies.map(body => world.api.post('/teleconsultation', body)));
  expect(new Set(replies.map(reply => reply.status))).toEqual(new Set([201]));
  const ids = new Set(replies.map(reply => (reply.body as { roomId: string }).roomId));
  const rooms = (await world.simulator.rooms()).filter(room => ids.has(String(room.description)));
  expect(rooms).toHaveLength(30);
});
