import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Dialect, DialectSchema, defaultDialect } from '../../local/kaleyra/dialect.ts';
import { aBooking, bookingBody, span } from '../support/bookings.ts';
import type { Person } from '../support/people.ts';
import type { SimulatedRoom } from '../support/simulator.ts';
import { openWorld, type World } from '../support/world.ts';

/**
 * Where the vendor's documentation leaves a spelling open, any of them may be the real one: the whole journey has to come out
 * the same in each.
 */
let world: World;
beforeAll(async () => {
  world = await openWorld({ env: { TELECONSULTATION_DELETE_UPLOADS: 'true' } });
});
afterAll(() => world.close());

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Every value that a switch of the simulator has. */
const valuesOf = (schema: JsonSchema): unknown[] => {
  if (schema.enum !== undefined) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(one => valuesOf(one as JsonSchema));
  if (schema.type === 'null') return [null];
  if (schema.type === 'boolean') return [false, true];
  throw new Error(`a switch has values that are not counted here: ${JSON.stringify(schema)}`);
};

const SWITCHES = Object.entries(z.toJSONSchema(DialectSchema).properties ?? {});
const ONE_BY_ONE = SWITCHES.flatMap(([name, schema]) =>
  valuesOf(schema as JsonSchema).map(value => ({ [name]: value })),
);
const COMBINED: Partial<Dialect>[] = [
  { wrapped: true, roomIdKey: 'room_id', linkField: 'url', errorEnvelope: 'nested', webhookVersion: '0.1' },
  { linkField: 'link', deleteStatus: 204, errorEnvelope: 'nested', deletedRoomUploads: 'gone', webhookVersion: null },
  { wrapped: true, roomIdKey: 'id', linkField: 'link', deleteStatus: 204, transcription: 'refused' },
  { roomIdKey: 'room_id', linkField: 'access_link', errorEnvelope: 'flat', webhookVersion: '1' },
];
/** The short form speaks every value in some dialect; the long one also each of them alone. */
const SPOKEN = process.env.TESTS === 'all' ? [...ONE_BY_ONE, ...COMBINED] : COMBINED;

it('has every switch of the simulator in its table, each with all its values', () => {
  expect(SWITCHES.map(([name]) => name).sort()).toEqual(Object.keys(DialectSchema.shape).sort());
  expect(ONE_BY_ONE).toContainEqual({ linkField: 'link' });
  expect(ONE_BY_ONE).toContainEqual({ deleteStatus: 204 });
  expect(ONE_BY_ONE).toContainEqual({ webhookVersion: null });
  expect(ONE_BY_ONE.length).toBeGreaterThanOrEqual(16);
});

it('speaks every value of every switch in one dialect or another', () => {
  const spoken = COMBINED.map(dialect => ({ ...defaultDialect(), ...dialect }));
  for (const value of ONE_BY_ONE) expect(spoken).toContainEqual(expect.objectContaining(value));
});

const journeys = SPOKEN.map((dialect, index) => ({ dialect, index }));

describe.each(journeys)('a vendor that speaks $dialect', ({ dialect, index }) => {
  // People whom the table has never seen: everybody has to be made known to this vendor.
  const someone = (name: string, group: string): Person => ({
    userId: `${name}-${index}`,
    groups: [group],
    fullName: `Invented ${name} the ${index}th`,
  });
  const doctor = someone('doctor', 'doctor');
  const colleague = someone('colleague', 'doctor');
  const patient = someone('patient', 'patient');
  let id: string;

  beforeAll(async () => {
    world.clock.reset();
    await world.simulator.reset();
    await world.simulator.dialect(dialect);
  });

  const opened = async (person: Person) => {
    const reply = await world.api.as(person).get(`/teleconsultation/${id}`);
    expect(reply.status).toBe(200);
    return reply.body as { bandyerUserId: string; accessLinkURL: string | null; details?: Record<string, unknown> };
  };
  const change = (body: unknown) => world.api.patch(`/teleconsultation/${id}`, body);
  const theRoom = async (): Promise<SimulatedRoom> => {
    const [room, ...others] = await world.simulator.rooms();
    expect(others).toEqual([]);
    if (room === undefined) throw new Error('there is no room');
    return room;
  };
  const filesLeft = async () => (await world.simulator.state()).uploads.filter(({ deleted }) => deleted !== true);

  const asked = async () =>
    (await world.simulator.requests()).map(({ method, path, status }) => `${method} ${path} ${status}`);

  it('books while somebody is unknown: there is no room yet, and the doctor is made known', async () => {
    const body = bookingBody(world.clock.now(), { participants: [doctor], expected: 2, startsIn: '1 hour' });
    const reply = await world.api.post('/teleconsultation', body);
    expect(reply).toMatchObject({ status: 201, body: { roomId: expect.stringMatching(/^[0-9a-f]{24}$/) } });
    id = (reply.body as { roomId: string }).roomId;
    const { users, rooms } = await world.simulator.state();
    expect(rooms).toEqual([]);
    expect(users).toMatchObject([{ role: 'plus' }]);
    expect(await asked()).toEqual(['POST /v2/users 201']);
    expect(await opened(doctor)).toEqual({
      bandyerUserId: users[0]?.id,
      accessLinkURL: null,
      participantsBandyerCall: [{ bandyerUserId: users[0]?.id, fullName: doctor.fullName }],
      teleconsultationState: 'scheduled',
      sessions: [],
    });
  });

  it('makes the room once everybody is known, on a second try if the vendor claims not to know them', async () => {
    await world.simulator.forgetRequests();
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', status: 400 });
    const participants = { number: 2, data: [doctor, patient] };
    expect((await change({ participants })).status).toBe(204);
    const room = await theRoom();
    expect((await asked()).sort()).toEqual([
      'POST /v2/rooms 201',
      'POST /v2/rooms 400',
      'POST /v2/users 201',
      // That these two are there already was understood, or there would be no room.
      'POST /v2/users 400',
      'POST /v2/users 400',
      `PUT /v2/users/${room.participants[0]?.user_id} 200`,
    ]);
    expect(room).toMatchObject({ description: id, participants: [{ is_admin: true }, { is_admin: false }] });
  });

  it('shows no link before the start, not in the details either', async () => {
    const room = await theRoom();
    expect((await world.record(id))?.room).toMatchObject({
      id: room.id,
      links: room.participants.map(({ user_id, access_link }) => ({ kaleyraId: user_id, url: access_link })),
    });
    for (const person of [doctor, patient]) {
      const { accessLinkURL, details } = await opened(person);
      expect(accessLinkURL).toBeNull();
      expect(details).toEqual({
        recording: 'none',
        recordingStatus: 'stopped',
        callType: 'audio_video',
        description: id,
        status: 'NOT_RUNNING',
        disabled: false,
        creationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        durationInSeconds: 0,
        durationUsedInSeconds: 0,
        live: true,
      });
    }
  });

  it('replaces the room when the doctor changes; the old one goes with its files', async () => {
    const before = await theRoom();
    const { uploads } = await world.simulator.playCall({ roomId: before.id, uploads: 3 });
    await world.simulator.forgetRequests();
    expect((await change({ participants: { number: 2, data: [colleague, patient] } })).status).toBe(204);
    const after = await theRoom();
    expect(after.id).not.toBe(before.id);
    expect(after.description).toBe(id);
    expect(await world.record(id)).toMatchObject({ owed: [], claim: null, room: { id: after.id } });
    expect(await filesLeft()).toEqual([]);
    const deleted = (await world.simulator.requests()).filter(({ method }) => method === 'DELETE');
    const files = uploads.map(key => `/v2/uploads/${encodeURIComponent(key)}`).sort();
    // The files while they can still be listed, whatever becomes of them with their room.
    expect(deleted.slice(0, 3).map(({ path }) => path)).toEqual(expect.arrayContaining(files));
    expect(deleted.slice(3).map(({ path }) => path)).toEqual([`/v2/rooms/${before.id}`]);
    expect(new Set(deleted.map(({ status }) => status))).toEqual(new Set([dialect.deleteStatus ?? 200]));
    expect((await opened(patient)).accessLinkURL).toBeNull();
    expect((await world.api.as(doctor).get(`/teleconsultation/${id}`)).status).toBe(401);
  });

  it('shows each their own link from the start on, one that opens, and refuses changes', async () => {
    const room = await theRoom();
    world.clock.moveBy(span('1 hour'));
    const shown = [await opened(colleague), await opened(patient)];
    expect(shown.map(({ bandyerUserId, accessLinkURL }) => [bandyerUserId, accessLinkURL])).toEqual(
      room.participants.map(({ user_id, access_link }) => [user_id, access_link]),
    );
    for (const { bandyerUserId, accessLinkURL, details } of shown) {
      const page = await fetch(String(accessLinkURL));
      expect(page.status).toBe(200);
      expect(await page.text()).toContain(bandyerUserId);
      expect(details).toMatchObject({ description: id, status: 'NOT_RUNNING', disabled: false });
    }
    expect((await change({ participants: { number: 2, data: [doctor, patient] } })).status).toBe(400);
    expect((await theRoom()).id).toBe(room.id);
  });

  it('cancels: the links are dead, and neither room nor files are left', async () => {
    const room = await theRoom();
    await world.simulator.playCall({ roomId: room.id, uploads: 2 });
    const link = String((await opened(patient)).accessLinkURL);
    expect(await world.api.delete(`/teleconsultation/${id}`)).toMatchObject({ status: 204, text: '' });
    expect(await world.simulator.rooms()).toEqual([]);
    expect(await filesLeft()).toEqual([]);
    expect((await fetch(link)).status).toBe(410);
    expect(await world.record(id)).toMatchObject({ state: 'TRASH', room: null, owed: [] });
    expect((await world.api.as(patient).get(`/teleconsultation/${id}`)).status).toBe(404);
  });

  it('cancels what the vendor has lost already, and still looks after its files', async () => {
    world.clock.reset();
    const lost = await aBooking(world, { participants: [doctor, patient] });
    const room = await theRoom();
    await world.simulator.playCall({ roomId: room.id, uploads: 2 });
    const apikey = String(world.env.BANDYER_API_SECRET_KEY);
    await fetch(`${world.simulator.url}/v2/rooms/${room.id}`, { method: 'DELETE', headers: { apikey } });
    expect((await filesLeft()).length).toBe(dialect.deletedRoomUploads === 'gone' ? 0 : 2);
    expect((await world.api.delete(`/teleconsultation/${lost}`)).status).toBe(204);
    expect(await filesLeft()).toEqual([]);
    expect(await world.record(lost)).toMatchObject({ state: 'TRASH', room: null, owed: [] });
  });
});
