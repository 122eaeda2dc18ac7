import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StoreFaultWish } from '../../../local/dynamodb/faults.ts';
import { aBooking, bookingBody, span } from '../../support/bookings.ts';
import { comeToRest, stillToDo, takeSnapshot, violationsOf } from '../../support/invariants.ts';
import { aStray, DELETING, emptied, reconcile } from '../../support/jobs.ts';
import { drRossi, msNeri } from '../../support/people.ts';
import { openWorld, type World } from '../../support/world.ts';

/** Nothing is deleted at Kaleyra on the strength of a read that failed. */
let world: World;
beforeAll(async () => {
  world = await openWorld({ env: DELETING, oneClock: true });
});
afterAll(() => world.close());
afterEach(async () => {
  world.storeFaults.clear();
  await world.simulator.clearFaults();
  await comeToRest(world);
  expect(violationsOf(await takeSnapshot(world))).toEqual([]);
  expect(await stillToDo(world)).toEqual([]);
  world.clock.reset();
  await emptied(world);
});

const BROKEN: [string, StoreFaultWish][] = [
  ['fails', { kind: 'error500' }],
  ['breaks off', { kind: 'half' }],
  ['is answered with a page', { kind: 'html' }],
];
const reads = (fault: StoreFaultWish) =>
  world.storeFaults.order({ operation: 'GetItem', sortKey: 'record', times: 1_000, ...fault });
const roomIds = async () => (await world.simulator.rooms()).map(({ id }) => id).sort();
const deletions = async () =>
  (await world.simulator.requests()).filter(({ method, path }) => method === 'DELETE' && path.startsWith('/v2/rooms/'));

describe.each(BROKEN)('a read that %s', (_, fault) => {
  it('leaves the room of a booking whose answer was lost, until the read works', async () => {
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', cut: 'before', afterEffect: true });
    await reads(fault);
    const reply = await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
    expect(reply.status).toBe(503);
    const [room] = await roomIds();
    expect(room).toBeDefined();
    world.clock.moveBy(span('20 minutes'));
    await reconcile(world).catch(() => undefined);
    expect(await roomIds()).toEqual([room]);
    expect(await deletions()).toEqual([]);

    world.storeFaults.clear();
    await comeToRest(world);
    expect(await roomIds()).toEqual([]);
  });

  it('leaves a stray, until the read works', async () => {
    const id = await aBooking(world, { startsIn: '3 days' });
    const stray = await aStray(world, id, id);
    const all = await roomIds();
    world.clock.moveBy(span('30 minutes'));
    await reads(fault);
    await reconcile(world).catch(() => undefined);
    expect(await roomIds()).toEqual(all);
    expect(await deletions()).toEqual([]);

    world.storeFaults.clear();
    expect(await reconcile(world)).toMatchObject({ strays: 1, removed: 1 });
    expect(await roomIds()).toEqual(all.filter(room => room !== stray));
  });

  it('in the middle of a change leaves the room that people have been shown', async () => {
    const id = await aBooking(world, { startsIn: '3 days' });
    const [shown] = await roomIds();
    // The first read finds the record; the one that decides what becomes of the rooms fails, and so does the swing.
    await world.storeFaults.order({ operation: 'UpdateItem', sortKey: 'record', skip: 1, times: 1_000, kind: 'cut' });
    await world.storeFaults.order({
      operation: 'GetItem',
      sortKey: 'record',
      skip: 1,
      times: 1_000,
      ...fault,
    });
    const change = { participants: { number: 2, data: [drRossi, msNeri] } };
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(503);
    expect(await roomIds()).toContain(shown);
    expect(await deletions()).toEqual([]);

    world.storeFaults.clear();
    await comeToRest(world);
    expect(await roomIds()).toEqual([shown]);
  });
});
