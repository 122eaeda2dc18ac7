import { afterAll, beforeAll, expect, it } from 'vitest';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { CALLS, type Calls } from '../support/limits.ts';
import { drRossi, mrBianchi, msNeri } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** How often a request leaves the process, on the wire: what it costs, and what it can be slowed down by. */
const READS = ['BatchGetItem', 'GetItem', 'Query', 'Scan'];

let world: World;
beforeAll(async () => {
  world = await openWorld();
  // Everybody is known.
  await aBooking(world, { participants: [drRossi, mrBianchi] });
  await aBooking(world, { participants: [drRossi, msNeri] });
});
afterAll(() => world.close());

const callsOf = async (name: string, status: number, run: () => Promise<{ status: number }>): Promise<void> => {
  const operations: string[] = [];
  await world.simulator.forgetRequests();
  const stop = world.store.listen(({ operation }) => operations.push(operation));
  const reply = await run();
  stop();
  expect(reply.status).toBe(status);
  const reads = operations.filter(operation => READS.includes(operation)).length;
  const kaleyra = (await world.simulator.requests()).length;
  expect({ reads, writes: operations.length - reads, kaleyra } satisfies Calls).toEqual(CALLS[name]);
};

it('a booking', () =>
  callsOf('POST /teleconsultation', 201, () => world.api.post('/teleconsultation', bookingBody(world.clock.now()))));

it('a look before it opens', async () => {
  const one = `/teleconsultation/${await aBooking(world)}`;
  const { api } = world;
  await callsOf('GET /teleconsultation/{id}', 200, () => api.as(mrBianchi).get(one));
  await callsOf('GET /teleconsultation/{id}/status', 200, () => api.as(mrBianchi).get(`${one}/status`));
  await callsOf('GET /teleconsultation/{id}/calendar', 200, () => api.as(mrBianchi).get(`${one}/calendar`));
});

it('a look when it is open, and another one right behind it', async () => {
  const one = `/teleconsultation/${await aBooking(world, { startsIn: '-5 minutes' })}`;
  await callsOf('GET /teleconsultation/{id}, open', 200, () => world.api.as(mrBianchi).get(one));
  await callsOf('GET /teleconsultation/{id}, open, again', 200, () => world.api.as(mrBianchi).get(one));
});

it('a change of nothing, of the time, and of somebody', async () => {
  const one = `/teleconsultation/${await aBooking(world)}`;
  const { start_date, end_date } = bookingBody(world.clock.now(), { startsIn: '3 hours' });
  const participants = { number: 2, data: [drRossi, msNeri] };
  const { api } = world;
  await callsOf('PATCH /teleconsultation/{id}, nothing new', 204, () => api.patch(one, {}));
  await callsOf('PATCH /teleconsultation/{id}, another time', 204, () => api.patch(one, { start_date, end_date }));
  await callsOf('PATCH /teleconsultation/{id}, somebody else', 204, () => api.patch(one, { participants }));
});

it('a cancellation', async () => {
  const id = await aBooking(world);
  await callsOf('DELETE /teleconsultation/{id}', 204, () => world.api.delete(`/teleconsultation/${id}`));
});

it('credentials', () => {
  const doctor = world.api.as(drRossi).withHeaders({ miausergroups: 'doctor' });
  return callsOf('POST /credentials', 201, () => doctor.post('/credentials', {}));
});
