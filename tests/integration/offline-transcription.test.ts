import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { drRossi, mrBianchi, msNeri } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** Whether rooms ask for a transcription, and that no booking fails for lack of one. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  world.configure({});
  await world.simulator.clearFaults();
  await world.simulator.dialect({ transcription: 'offered' });
});

const roomOf = async (id: string) => (await world.simulator.rooms()).find(room => room.description === id);
const attempts = async () =>
  (await world.simulator.requests())
    .filter(({ method, path }) => method === 'POST' && path === '/v2/rooms')
    .map(({ status, body }) => [status, (body as { offline_transcription?: boolean }).offline_transcription]);
const events = () => world.logs.map(line => JSON.parse(line).event);

it.each([
  ['none', false, undefined],
  ['manual', true, true],
  ['automatic', true, true],
])('with DEFAULT_RECORDING_TYPE=%s a room has it: %s', async (recording, has, sent) => {
  world.configure({ DEFAULT_RECORDING_TYPE: recording });
  await world.simulator.forgetRequests();
  const room = await roomOf(await aBooking(world));
  expect(room).toMatchObject({ recording, offline_transcription: has });
  expect(await attempts()).toEqual([[201, sent]]);
});

describe('a company that may not have calls transcribed', () => {
  const name = (id: string) => ({
    participants: { number: 2, data: [drRossi, { ...mrBianchi, fullName: `Mr Ugo the ${id}-Example` }] },
  });

  it('gets the room without, recorded as before; the log says so', async () => {
    await world.simulator.dialect({ transcription: 'refused' });
    world.configure({ DEFAULT_RECORDING_TYPE: 'automatic' });
    await world.simulator.forgetRequests();
    const id = await aBooking(world);
    expect(await roomOf(id)).toMatchObject({ recording: 'automatic', offline_transcription: false });
    expect(await attempts()).toEqual([
      [400, true],
      [201, undefined],
    ]);
    const said = world.logs
      .map(line => JSON.parse(line))
      .find(line => line.event === 'room.made_without_transcription');
    expect(said).toMatchObject({ level: 'warn', teleconsultationId: id, roomId: (await roomOf(id))?.id });
  });

  it('keeps that room through changes that need no other', async () => {
    await world.simulator.dialect({ transcription: 'refused' });
    world.configure({ DEFAULT_RECORDING_TYPE: 'automatic' });
    const id = await aBooking(world);
    const before = await roomOf(id);
    expect((await world.api.patch(`/teleconsultation/${id}`, name('First'))).status).toBe(204);
    expect((await roomOf(id))?.id).toBe(before?.id);
    const other = { participants: { number: 2, data: [drRossi, msNeri] } };
    expect((await world.api.patch(`/teleconsultation/${id}`, other)).status).toBe(204);
    expect(await roomOf(id)).toMatchObject({ recording: 'automatic', offline_transcription: false });
    expect((await world.simulator.rooms()).filter(room => room.description === id)).toHaveLength(1);
  });

  it.each([402, 403, 404, 409, 422])('may be told so with %i', async status => {
    world.configure({ DEFAULT_RECORDING_TYPE: 'manual' });
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', status });
    const id = await aBooking(world);
    expect(await roomOf(id)).toMatchObject({ recording: 'manual', offline_transcription: false });
  });
});

describe('a refusal that has another reason', () => {
  const book = () => world.api.post('/teleconsultation', bookingBody(world.clock.now()));
  const refuse = (fault: Record<string, unknown>) =>
    world.simulator.fault({ method: 'POST', path: '/v2/rooms', ...fault });

  it('and says that it is about people costs no transcription', async () => {
    world.configure({ DEFAULT_RECORDING_TYPE: 'manual' });
    await refuse({ status: 400, body: { status: 400, code: 'invalid_user_id' } });
    await world.simulator.forgetRequests();
    expect((await book()).status).toBe(201);
    expect(await attempts()).toEqual([
      [400, true],
      [201, true],
    ]);
  });

  it('and does not say what it is about still leaves the transcription once the people are there', async () => {
    world.configure({ DEFAULT_RECORDING_TYPE: 'manual' });
    await refuse({ status: 422, times: 2 });
    await world.simulator.forgetRequests();
    expect((await book()).status).toBe(201);
    expect(await attempts()).toEqual([
      [422, true],
      [422, undefined],
      [201, true],
    ]);
  });

  it.each([
    [401, 1],
    [429, 1],
    [500, 1],
    [422, 4],
  ])('%i fails the booking after %i attempts, and leaves no room', async (status, count) => {
    world.configure({ DEFAULT_RECORDING_TYPE: 'manual' });
    const before = (await world.simulator.rooms()).length;
    const logged = events().length;
    await refuse({ status, times: 9 });
    await world.simulator.forgetRequests();
    expect((await book()).status).toBe(status === 429 ? 503 : 502);
    expect(await attempts()).toHaveLength(count);
    expect(await world.simulator.rooms()).toHaveLength(before);
    expect(events().slice(logged)).not.toContain('room.made_without_transcription');
  });
});
