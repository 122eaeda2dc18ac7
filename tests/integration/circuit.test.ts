import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aBooking, bookingBody, span } from '../support/bookings.ts';
import { DELETING, emptied, reconcile } from '../support/jobs.ts';
import { drRossi, mrBianchi, msNeri } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** While Kaleyra is down, reads go on from our table and writes fail at once, on whichever instance they arrive. */
let world: World;
beforeAll(async () => {
  world = await openWorld({ env: DELETING, oneClock: true });
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.reset();
  await emptied(world);
  await world.simulator.clearFaults();
});

const book = () => world.api.post('/teleconsultation', bookingBody(world.clock.now()));
const calls = async () => (await world.simulator.requests()).length;
const circuit = async () => (await world.items()).find(({ pk }) => pk === 'circuit');

/** Refuses every connection until the faults are cleared. */
const down = () => world.simulator.fault({ path: '/v2/', times: 1000, drop: true });

const isDown = async (): Promise<void> => {
  await down();
  for (let attempt = 0; attempt < 5; attempt += 1) expect((await book()).status).toBe(503);
  expect(await circuit()).toMatchObject({ score: 10 });
};

describe('after five calls that nobody answered', () => {
  it('a booking is refused at once, with the time after which to try again, and Kaleyra is not asked', async () => {
    await isDown();
    await world.simulator.forgetRequests();
    world.clock.moveBy(2000);
    const reply = await book();
    expect([reply.status, reply.headers['retry-after'], reply.body]).toEqual([
      503,
      '8',
      { statusCode: 503, error: 'Service Unavailable', message: 'the video service is not available' },
    ]);
    expect(await calls()).toBe(0);
    // Nothing of it is left but what a failed booking leaves.
    expect((await world.items()).filter(({ sk, claim }) => sk === 'record' && claim !== null)).toEqual([]);
  });

  it('so are credentials and the deletion of files; a change that needs no room is carried out', async () => {
    const id = await aBooking(world);
    await isDown();
    const credentials = await world.api.as(drRossi).withHeaders({ miausergroups: 'doctor' }).post('/credentials');
    const uploads = await world.api.delete(`/teleconsultation/${id}/uploads`);
    expect([credentials.status, uploads.status]).toEqual([503, 503]);
    const body = { start_date: new Date(world.clock.now() + span('3 hours')).toISOString() };
    const longer = { ...body, end_date: new Date(world.clock.now() + span('5 hours')).toISOString() };
    expect((await world.api.patch(`/teleconsultation/${id}`, longer)).status).toBe(204);
  });

  it('a booking of people that Kaleyra knows, whose list is not complete, is carried out: it calls nobody', async () => {
    await aBooking(world, { participants: [drRossi, mrBianchi] });
    await isDown();
    await world.simulator.forgetRequests();
    await aBooking(world, { participants: [drRossi], expected: 2 });
    expect(await calls()).toBe(0);
  });

  it('a newcomer in a list that is not complete has to be made known: refused at once, and Kaleyra is not asked', async () => {
    const id = await aBooking(world, { participants: [drRossi], expected: 3 });
    await isDown();
    await world.simulator.forgetRequests();
    const list = { participants: { number: 3, data: [drRossi, msNeri] } };
    const changed = await world.api.patch(`/teleconsultation/${id}`, list);
    const added = await world.api.post(`/teleconsultation/${id}/participants/data`, msNeri);
    expect([changed.status, added.status]).toEqual([503, 503]);
    expect(await calls()).toBe(0);
  });

  it('links are shown as before, and a cancellation is accepted without asking; its room goes later', async () => {
    const open = await aBooking(world, { startsIn: '-5 minutes' });
    const cancelled = await aBooking(world);
    await isDown();
    const reply = await world.api.as(drRossi).get(`/teleconsultation/${open}`);
    expect([reply.status, (reply.body as { accessLinkURL: string }).accessLinkURL]).toEqual([
      200,
      expect.stringMatching(/^http/),
    ]);
    await world.simulator.forgetRequests();
    expect((await world.api.delete(`/teleconsultation/${cancelled}`)).status).toBe(204);
    expect(await calls()).toBe(0);

    await world.simulator.clearFaults();
    world.clock.moveBy(span('2 minutes'));
    await reconcile(world);
    expect(await world.record(cancelled)).toMatchObject({ state: 'TRASH', owed: [] });
  });
});

describe('after a while', () => {
  it('one request tries, the others are still refused; when it fails, all wait again', async () => {
    await isDown();
    world.clock.moveBy(10_001);
    await world.simulator.forgetRequests();
    const replies = await Promise.all(Array.from({ length: 6 }, book));
    expect(replies.map(reply => reply.status)).toEqual(Array.from({ length: 6 }, () => 503));
    // The users are created side by side, and repeated once each: one booking's calls, not six.
    expect(await calls()).toBeLessThanOrEqual(8);
    await world.simulator.forgetRequests();
    expect((await book()).status).toBe(503);
    expect(await calls()).toBe(0);
  });

  it('a success forgets all of it', async () => {
    await isDown();
    await world.simulator.clearFaults();
    world.clock.moveBy(10_001);
    expect((await book()).status).toBe(201);
    expect(await circuit()).toMatchObject({ score: 0 });
    expect((await book()).status).toBe(201);
  });

  it('so does one that only made somebody known, without a room', async () => {
    await isDown();
    await world.simulator.clearFaults();
    world.clock.moveBy(10_001);
    await aBooking(world, { participants: [msNeri], expected: 2 });
    expect(await circuit()).toMatchObject({ score: 0 });
    expect((await book()).status).toBe(201);
  });

  it('so does a refusal: whoever refuses one call answers', async () => {
    await isDown();
    await world.simulator.clearFaults();
    world.clock.moveBy(10_001);
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', status: 422, times: 3 });
    expect((await book()).status).toBe(502);
    await world.simulator.clearFaults();
    expect(await circuit()).toMatchObject({ score: 0 });
    expect((await book()).status).toBe(201);
  });

  it('old failures keep nobody out, however many come at once', async () => {
    await isDown();
    await world.simulator.clearFaults();
    world.clock.moveBy(span('3 minutes'));
    const replies = await Promise.all(Array.from({ length: 6 }, book));
    expect(replies.map(reply => reply.status)).toEqual(Array.from({ length: 6 }, () => 201));
  });

  it('failures that are far apart do not add up', async () => {
    await down();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await book();
      world.clock.moveBy(span('3 minutes'));
    }
    expect(await circuit()).toMatchObject({ score: 2 });
  });
});

it('refusals of single calls say nothing of Kaleyra’s health; answers that it failed count half', async () => {
  for (const status of [400, 401, 404, 409, 422, 429]) {
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', status, times: 3 });
    await book();
    await world.simulator.clearFaults();
  }
  expect((await circuit())?.score ?? 0).toBe(0);
  await world.simulator.fault({ method: 'POST', path: '/v2/rooms', status: 500 });
  await book();
  expect(await circuit()).toMatchObject({ score: 1 });
});

it('a table that cannot tell does not stand in the way', async () => {
  world.wrapDeps(deps => ({
    ...deps,
    openStore: signal => ({
      ...deps.openStore(signal),
      circuit: {
        find: () => Promise.reject(new Error('invented')),
        fail: () => Promise.reject(new Error('invented')),
        close: () => Promise.reject(new Error('invented')),
        probe: () => Promise.reject(new Error('invented')),
      },
    }),
  }));
  expect((await book()).status).toBe(201);
  await down();
  expect((await book()).status).toBe(503);
  world.wrapDeps(deps => deps);
});
