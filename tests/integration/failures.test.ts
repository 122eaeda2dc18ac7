import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { storeUnavailable } from '../../lib/errors.ts';
import { aBooking, bookingBody, span } from '../support/bookings.ts';
import { drRossi, msNeri, patients } from '../support/people.ts';
import { withSteps } from '../support/steps.ts';
import { openWorld, type World } from '../support/world.ts';

/** A failing vendor or store: a clear answer in time, and nothing left behind. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  world.clock.reset();
  world.wrapDeps(deps => deps);
  await world.simulator.clearFaults();
});

const records = async () => (await world.items()).filter(item => item.sk === 'record');
const roomIds = async () => (await world.simulator.rooms()).map(room => room.id);
const change = { participants: { number: 2, data: [drRossi, msNeri] } };

/** What Kaleyra does when a room is asked for, and what the caller gets. */
const FAULTS: [string, Record<string, unknown>, number, string | undefined][] = [
  ['refuses', { status: 400 }, 502, undefined],
  ['does not know our key', { status: 401 }, 502, undefined],
  ['says not found', { status: 404 }, 502, undefined],
  ['says conflict', { status: 409 }, 502, undefined],
  ['finds the request invalid', { status: 422 }, 502, undefined],
  ['throttles', { status: 429 }, 503, '60'],
  ['throttles and says how long', { status: 429, retryAfter: 7 }, 503, '7'],
  ['fails', { status: 500 }, 502, undefined],
  ['has a bad gateway', { status: 502 }, 502, undefined],
  ['is unavailable', { status: 503 }, 503, '10'],
  ['drops the line', { drop: true }, 503, '10'],
  ['answers HTML', { status: 200, body: '<html>' }, 502, undefined],
  ['answers another shape', { status: 200, body: { nothing: true } }, 502, undefined],
  ['makes the room and drops the line', { drop: true, afterEffect: true }, 503, '10'],
  ['makes the room and fails', { status: 500, afterEffect: true }, 502, undefined],
];

describe.each(FAULTS)('when Kaleyra %s', (_, fault, status, retryAfter) => {
  const arm = () => world.simulator.fault({ method: 'POST', path: '/v2/rooms', times: 4, ...fault });

  it('a booking fails clearly, and no room and no visible record is left', async () => {
    const before = { rooms: await roomIds(), records: await records() };
    await arm();
    const reply = await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
    expect(reply.status).toBe(status);
    expect(reply.headers['retry-after']).toBe(retryAfter);
    expect(reply.body).toMatchObject({ statusCode: status, message: expect.stringContaining('the video service') });
    expect(await roomIds()).toEqual(before.rooms);
    const added = (await records()).filter(one => !before.records.some(old => old.pk === one.pk));
    expect(added).toMatchObject([{ state: 'CREATING', claim: null, room: null, workDue: expect.any(Number) }]);
    expect((await world.api.as(drRossi).get(`/teleconsultation/${added[0]?.pk}`)).status).toBe(404);
  });

  it('a change fails clearly, and the teleconsultation keeps the room it had', async () => {
    const id = await aBooking(world);
    const before = { rooms: await roomIds(), record: await world.record(id) };
    await arm();
    const reply = await world.api.patch(`/teleconsultation/${id}`, change);
    expect(reply.status).toBe(status);
    expect(await roomIds()).toEqual(before.rooms);
    const { startDate, participants, room } = before.record ?? {};
    expect(await world.record(id)).toMatchObject({ startDate, participants, room, claim: null, state: 'PUBLIC' });
    await world.simulator.clearFaults();
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(204);
  });
});

describe('when Kaleyra fails for people', () => {
  it.each([
    ['fails', { status: 500 }, 502],
    ['throttles', { status: 429 }, 503],
    ['drops the line', { drop: true }, 503],
  ])('%s while a new person is created: no room is made, and the repeat finishes the job', async (_, fault, status) => {
    const person = patients(1, `new-${status}-${JSON.stringify(fault).length}`);
    const rooms = await roomIds();
    await world.simulator.fault({ method: 'POST', path: '/v2/users', times: 4, ...fault });
    const body = bookingBody(world.clock.now(), { participants: [drRossi, ...person] });
    expect((await world.api.post('/teleconsultation', body)).status).toBe(status);
    expect(await roomIds()).toEqual(rooms);
    await world.simulator.clearFaults();
    expect((await world.api.post('/teleconsultation', body)).status).toBe(201);
  });

  it('has created the person but could not say so: nobody is there twice', async () => {
    const person = patients(1, 'unsaid');
    const before = (await world.simulator.state()).users.length;
    await world.simulator.fault({ method: 'POST', path: '/v2/users', times: 2, drop: true, afterEffect: true });
    const body = bookingBody(world.clock.now(), { participants: [drRossi, ...person] });
    const first = await world.api.post('/teleconsultation', body);
    await world.simulator.clearFaults();
    const second = await world.api.post('/teleconsultation', body);
    expect([first.status, second.status]).toEqual([503, 201]);
    expect((await world.simulator.state()).users).toHaveLength(before + 1);
  });
});

describe('when a link cannot be used', () => {
  it('the room counts as failed and is deleted again', async () => {
    const rooms = await roomIds();
    world.configure({ VENDOR_ORIGINS: 'https://*.bandyer.com' });
    const reply = await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
    expect(reply.status).toBe(502);
    expect(await roomIds()).toEqual(rooms);
    world.configure({});
  });
});

it('a replaced room that cannot be deleted now stays owed; the change has succeeded', async () => {
  const id = await aBooking(world);
  const old = (await world.record(id))?.room as { id: string };
  await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', times: 4, status: 500 });
  expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(204);
  const record = await world.record(id);
  expect(record).toMatchObject({ owed: [{ roomId: old.id, attempts: 1 }], claim: null });
  expect(Number(record?.workDue)).toBeLessThan(world.clock.now() + span('2 minutes'));
});

it('a vendor that hangs is given up in time: 504, and the record is in order', async () => {
  await world.simulator.fault({ method: 'POST', path: '/v2/rooms', delayMs: 60_000 });
  const started = Date.now();
  const reply = await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
  expect(reply.status).toBe(504);
  expect(Date.now() - started).toBeLessThan(28_000);
  const pending = (await records()).filter(record => record.state === 'CREATING' && record.claim !== null);
  expect(pending).toEqual([]);
});

describe('the store', () => {
  const failing = (matches: (call: string) => boolean, when: 'before' | 'after') =>
    world.wrapDeps(
      withSteps(async (call, at) => {
        if (at === when && matches(call)) throw storeUnavailable(new Error('as told'));
      }),
    );

  /** The second write of a change is its swing; the first is the claim. */
  const theSwing = () => {
    let writes = 0;
    return (call: string): boolean => {
      if (call === 'records.change') writes += 1;
      return call === 'records.change' && writes === 2;
    };
  };

  it('does not answer: 503, and Kaleyra has heard nothing', async () => {
    const rooms = await roomIds();
    failing(call => call.startsWith('records.'), 'before');
    expect((await world.api.post('/teleconsultation', bookingBody(world.clock.now()))).status).toBe(503);
    expect((await world.api.as(drRossi).get('/teleconsultation/0123456789abcdef01234567')).status).toBe(503);
    expect(await roomIds()).toEqual(rooms);
  });

  it('takes the swing but its answer is lost: the change has landed, and the caller is told so', async () => {
    const id = await aBooking(world);
    failing(theSwing(), 'after');
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(204);
    world.wrapDeps(deps => deps);
    const record = await world.record(id);
    expect(record).toMatchObject({ claim: null });
    const rooms = (await world.simulator.rooms()).filter(room => room.description === id);
    expect(rooms).toMatchObject([{ id: (record as { room: { id: string } }).room.id }]);
  });

  it('refuses the swing: the new room goes again and the old one stays', async () => {
    const id = await aBooking(world);
    const before = await world.record(id);
    failing(theSwing(), 'before');
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(503);
    expect(await world.record(id)).toMatchObject({ room: before?.room, claim: null, owed: [] });
    const rooms = (await world.simulator.rooms()).filter(room => room.description === id);
    expect(rooms).toMatchObject([{ id: (before as { room: { id: string } }).room.id }]);
  });
});
