import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { aBooking, span } from '../support/bookings.ts';
import { drRossi } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  world.clock.reset();
  world.configure({});
  await world.simulator.clearFaults();
});

const roomsOf = async (id: string) => (await world.simulator.rooms()).filter(room => room.description === id);

it('removes the room and keeps the record as TRASH, without links', async () => {
  const id = await aBooking(world);
  expect(await world.api.as(drRossi).delete(`/teleconsultation/${id}`)).toMatchObject({ status: 204, text: '' });
  expect(await roomsOf(id)).toEqual([]);
  const record = await world.record(id);
  expect(record).toMatchObject({ state: 'TRASH', room: null, owed: [], updaterId: 'dr-rossi' });
  expect(record).not.toHaveProperty('workDue');
  expect(record).not.toHaveProperty('workShard');
});

it('works at any time, also when it is locked', async () => {
  const id = await aBooking(world, { startsIn: '-1 minute' });
  expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
  expect(await roomsOf(id)).toEqual([]);
});

it('calls nobody when there is no room', async () => {
  const id = await aBooking(world, { participants: [drRossi], expected: 2 });
  await world.simulator.forgetRequests();
  expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
  expect(await world.simulator.requests()).toEqual([]);
});

it.each([
  ['is down', { drop: true, times: 9 }],
  ['fails', { status: 500, times: 9 }],
  ['throttles', { status: 429, times: 9 }],
])('answers 204 and owes the room when Kaleyra %s', async (_, fault) => {
  const id = await aBooking(world);
  const [room] = await roomsOf(id);
  await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', ...fault });
  expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
  expect((await world.api.as(drRossi).get(`/teleconsultation/${id}`)).status).toBe(404);
  const record = await world.record(id);
  expect(record).toMatchObject({ state: 'TRASH', room: null, workShard: id.slice(0, 1) });
  expect(record?.owed).toEqual([{ roomId: room?.id, files: false, attempts: 1, dueAt: expect.any(String) }]);
  const wait = Number(record?.workDue) - world.clock.now();
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThan(span('2 minutes'));
});

it('counts a room that Kaleyra does not have any more as deleted', async () => {
  const id = await aBooking(world);
  const [room] = await roomsOf(id);
  const headers = { apikey: String(world.env.BANDYER_API_SECRET_KEY) };
  await fetch(`${world.simulator.url}/v2/rooms/${room?.id}`, { method: 'DELETE', headers });
  expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
  expect(await world.record(id)).toMatchObject({ state: 'TRASH', owed: [] });
});

it('disables the room, deletes its files and then the room where files are to go', async () => {
  world.configure({ TELECONSULTATION_DELETE_UPLOADS: 'true' });
  const [id, other] = [await aBooking(world), await aBooking(world)];
  for (const booking of [id, other]) {
    const [room] = await roomsOf(booking);
    await world.simulator.playCall({ roomId: room?.id, uploads: 3, webhooks: false });
  }
  await world.simulator.forgetRequests();
  expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
  const steps = (await world.simulator.requests()).map(({ method, path }) => `${method} ${path.split('/')[2]}`);
  expect(steps).toEqual([
    'PUT rooms',
    'GET uploads',
    'DELETE uploads',
    'DELETE uploads',
    'DELETE uploads',
    'GET uploads',
    'DELETE rooms',
  ]);
  const [kept] = await roomsOf(other);
  const left = (await world.simulator.state()).uploads.filter(upload => upload.deleted !== true);
  expect(left.map(upload => upload.room_id)).toEqual([kept?.id, kept?.id, kept?.id]);
});

it('leaves the room owed while one of its files cannot be deleted', async () => {
  world.configure({ TELECONSULTATION_DELETE_UPLOADS: 'true' });
  const id = await aBooking(world);
  const [room] = await roomsOf(id);
  await world.simulator.playCall({ roomId: room?.id, uploads: 2, webhooks: false });
  await world.simulator.fault({ method: 'DELETE', path: '/v2/uploads', status: 400, times: 1 });
  expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
  expect(await roomsOf(id)).toMatchObject([{ id: room?.id, disabled: true }]);
  expect((await world.record(id))?.owed).toMatchObject([{ roomId: room?.id, files: true, attempts: 1 }]);
});
