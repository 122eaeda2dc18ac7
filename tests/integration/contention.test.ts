import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Reply } from '../support/api.ts';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { comeToRest, type Look, type Promised, stillToDo, takeSnapshot, violationsOf } from '../support/invariants.ts';
import { DELETING, emptied, filesOf, recordOf, roomIdOf } from '../support/jobs.ts';
import { drRossi, drVerdi, mrBianchi, type Person, patients } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/**
 * Crowds: everybody wants the same thing at the same moment. One outcome, nobody and nothing twice, and whoever cannot have it
 * is told so: never with a 5xx, and with `Retry-After` where it was only a matter of turns.
 */
let world: World;
/** What was acknowledged in a test. */
let promised: Promised[];
beforeAll(async () => {
  // An instance of a function sees one request at a time; this process sees them all, and DynamoDB lives in it as well.
  const patient = { connectMs: 8000, answerMs: 8000 };
  world = await openWorld({ env: DELETING, oneClock: true, storeLimits: patient });
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.reset();
  await emptied(world);
  promised = [];
});
afterEach(async () => {
  await comeToRest(world, 3);
  expect(violationsOf(await takeSnapshot(world), promised)).toEqual([]);
  expect(await stillToDo(world)).toEqual([]);
});

const CROWD = 50;
const LONG = 60_000;

/** The same, by as many at once. */
const crowd = <Outcome>(size: number, act: (index: number) => Promise<Outcome>): Promise<Outcome[]> =>
  Promise.all(Array.from({ length: size }, (_, index) => act(index)));
const counted = (replies: readonly Reply[]): Record<number, number> =>
  Object.fromEntries([...Map.groupBy(replies, ({ status }) => status)].map(([status, some]) => [status, some.length]));
const only = (replies: readonly Reply[], status: number): Reply[] => replies.filter(reply => reply.status === status);
const idIn = (reply: Reply | undefined): string => (reply?.body as { roomId: string } | undefined)?.roomId ?? '';
const list = (...data: Person[]) => ({ participants: { number: data.length, data } });
const roomsOf = async (id: string) => (await world.simulator.rooms()).filter(room => room.description === id);

/** Whoever could not have their turn in time was told when to come back, and nothing was done. */
const expectOnlyTurns = (replies: readonly Reply[]): void => {
  for (const reply of only(replies, 409)) {
    expect(reply.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect(reply.body).toMatchObject({ statusCode: 409, error: 'Conflict' });
  }
};

const lookOf = async (id: string): Promise<Look> => {
  const { startDate, participants } = await recordOf(world, id);
  return { startDate, participants: participants.map(({ externalId }) => externalId) };
};

it('50 bookings with the same new people are 50 teleconsultations of the same people', { timeout: LONG }, async () => {
  const people = [{ ...drRossi, userId: 'dr-crowd' }, ...patients(3, 'crowd')];
  const body = bookingBody(world.clock.now(), { participants: people });
  const replies = await crowd(CROWD, () => world.api.post('/teleconsultation', body));
  expect(counted(replies)).toEqual({ 201: CROWD });
  const ids = replies.map(idIn);
  expect(new Set(ids).size).toBe(CROWD);

  const look = { startDate: Date.parse(String(body.start_date)), participants: people.map(({ userId }) => userId) };
  promised = ids.map(id => ({ id, looks: [look] }));
  const { users, rooms } = await world.simulator.state();
  expect(users.map(({ role }) => role).sort()).toEqual(['basic', 'basic', 'basic', 'plus']);
  expect(rooms.map(({ description }) => description).sort()).toEqual(ids.sort());
});

it('one booking sent 50 times under one key is one teleconsultation', { timeout: LONG }, async () => {
  const body = bookingBody(world.clock.now(), { participants: [drVerdi, mrBianchi] });
  const keyed = world.api.withHeaders({ 'idempotency-key': 'the-same-attempt' });
  const replies = await crowd(CROWD, () => keyed.post('/teleconsultation', body));
  expect(only(replies, 201).length + only(replies, 409).length).toBe(CROWD);
  expectOnlyTurns(replies);

  const repeats = await crowd(CROWD, () => keyed.post('/teleconsultation', body));
  expect(counted(repeats)).toEqual({ 201: CROWD });
  const [id, ...others] = new Set([...only(replies, 201), ...repeats].map(idIn));
  expect(others).toEqual([]);
  const look = { startDate: Date.parse(String(body.start_date)), participants: [drVerdi.userId, mrBianchi.userId] };
  promised = [{ id: id ?? '', looks: [look] }];
  const { users, rooms } = await world.simulator.state();
  expect([users.length, rooms.length]).toEqual([2, 1]);
});

it('50 changes at once: the one that was carried out last is what stands, in one room', { timeout: LONG }, async () => {
  const id = await aBooking(world);
  const guests = patients(CROWD, 'guest');
  const replies = await Promise.all(
    guests.map(guest => world.api.patch(`/teleconsultation/${id}`, list(drRossi, mrBianchi, guest))),
  );
  expect(only(replies, 204).length + only(replies, 409).length).toBe(CROWD);
  expect(only(replies, 204).length).toBeGreaterThan(0);
  expectOnlyTurns(replies);

  const record = await recordOf(world, id);
  const last = record.participants.at(-1)?.externalId;
  const done = guests.flatMap(({ userId }, index) => (replies[index]?.status === 204 ? [userId] : []));
  expect(done).toContain(last);
  expect((await roomsOf(id)).map(room => room.id)).toEqual([record.room?.id]);
  // Each that was acknowledged made a room, and nobody else did.
  expect((await world.simulator.state()).rooms).toHaveLength(1 + done.length);
  promised = [{ id, looks: [await lookOf(id)] }];
});

it('50 changes and a cancellation at once: it is cancelled, and no room is left', { timeout: LONG }, async () => {
  const id = await aBooking(world);
  const guests = patients(CROWD, 'late');
  const change = (guest: Person) => world.api.patch(`/teleconsultation/${id}`, list(drRossi, mrBianchi, guest));
  const half = guests.length / 2;
  const [cancelled, ...changes] = await Promise.all([
    // In the midst of them.
    sleep(40).then(() => world.api.delete(`/teleconsultation/${id}`)),
    ...guests.slice(0, half).map(change),
    ...guests.slice(half).map(guest => sleep(60).then(() => change(guest))),
  ]);
  expect(cancelled?.status).toBe(204);
  const { 204: before = 0, 404: after = 0, 409: turnedAway = 0 } = counted(changes);
  expect(before + after + turnedAway).toBe(CROWD);
  expect(after).toBeGreaterThan(0);
  expectOnlyTurns(changes);
  expect((await world.api.as(drRossi).get(`/teleconsultation/${id}`)).status).toBe(404);
  expect(await roomsOf(id)).toEqual([]);
  promised = [{ id, looks: ['cancelled'] }];
});

it('two people who are added at once are both in it, and the room is made once', { timeout: LONG }, async () => {
  const ids = await crowd(10, () => aBooking(world, { participants: [drRossi], expected: 3 }));
  const [one, other] = patients(2, 'added') as [Person, Person];
  const replies = await Promise.all(
    ids.flatMap(id => [one, other].map(person => world.api.post(`/teleconsultation/${id}/participants/data`, person))),
  );
  expect(counted(replies)).toEqual({ 201: 20 });
  for (const id of ids) expect(await roomsOf(id)).toHaveLength(1);
  expect((await world.simulator.state()).rooms).toHaveLength(ids.length);
  const participants = [drRossi, one, other].map(({ userId }) => userId);
  promised = await Promise.all(
    ids.map(async id => ({ id, looks: [{ startDate: (await recordOf(world, id)).startDate, participants }] })),
  );
});

it('of two people who want the last place at once, one gets it and the other hears so', { timeout: LONG }, async () => {
  const ids = await crowd(10, () => aBooking(world, { participants: [drRossi], expected: 2 }));
  const rivals = patients(2, 'rival');
  const outcomes = await Promise.all(
    ids.map(id =>
      Promise.all(
        rivals.map(async rival => ({
          rival: rival.userId,
          reply: await world.api.post(`/teleconsultation/${id}/participants/data`, rival),
        })),
      ),
    ),
  );
  for (const [index, both] of outcomes.entries()) {
    const id = ids[index] ?? '';
    expect(both.map(({ reply }) => reply.status).sort()).toEqual([201, 400]);
    const loser = both.find(({ reply }) => reply.status === 400);
    expect(loser?.reply.body).toMatchObject({
      error: `Failed POST /teleconsultation/${id}/participants/data: all 2 expected participants are known already`,
    });
    const winner = both.find(({ reply }) => reply.status === 201)?.rival ?? '';
    const { startDate } = await recordOf(world, id);
    promised.push({ id, looks: [{ startDate, participants: [drRossi.userId, winner] }] });
  }
  expect((await world.simulator.state()).rooms).toHaveLength(ids.length);
});

it('12 people who are added at once fill the list, and the room is made once', { timeout: LONG }, async () => {
  const id = await aBooking(world, { participants: [drRossi], expected: 13 });
  const people = patients(12, 'full');
  // Whoever is told to come back comes back, as the answer says.
  const add = async (person: Person): Promise<number> => {
    const { status } = await world.api.post(`/teleconsultation/${id}/participants/data`, person);
    return status === 409 ? add(person) : status;
  };
  expect(new Set(await Promise.all(people.map(add)))).toEqual(new Set([201]));
  expect((await world.simulator.state()).rooms).toHaveLength(1);
  const { startDate } = await recordOf(world, id);
  promised = [{ id, looks: [{ startDate, participants: [drRossi, ...people].map(({ userId }) => userId) }] }];
});

it('uploads that 20 callers delete at once are gone, and everybody hears so', { timeout: LONG }, async () => {
  const id = await aBooking(world, { startsIn: '-10 minutes' });
  const roomId = await roomIdOf(world, id);
  const { uploads } = await world.simulator.playCall({ roomId, uploads: 12, webhooks: false });
  expect(uploads).toHaveLength(12);
  await world.simulator.forgetRequests();

  const replies = await crowd(20, () => world.api.delete(`/teleconsultation/${id}/uploads`));
  expect(counted(replies)).toEqual({ 200: 20 });
  const counts = replies.map(({ body }) => body as { total: number; deleted: number });
  for (const { total, deleted } of counts) expect([total <= 12, deleted]).toEqual([true, total]);
  expect(Math.max(...counts.map(({ total }) => total))).toBe(12);
  expect(await filesOf(world, roomId)).toEqual([]);
  const deletions = (await world.simulator.requests()).filter(({ method }) => method === 'DELETE');
  expect(deletions.filter(({ status }) => status === 200)).toHaveLength(12);
  expect(deletions.filter(({ status }) => status !== 200 && status !== 404)).toEqual([]);
  promised = [{ id, looks: [await lookOf(id)] }];
});
