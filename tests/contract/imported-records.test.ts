import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { directoryVariables } from '../../local/directory/index.ts';
import { span } from '../support/bookings.ts';
import { importInto, type OldRoom, retiredService } from '../support/retired-service.ts';
import { openWorld, type World } from '../support/world.ts';

/** Check 13: imported records, in every spelling, TRASH included, behave as native ones. */

let world: World;
let old: ReturnType<typeof retiredService>;
beforeAll(async () => {
  world = await openWorld({ transport: 'over HTTP' });
  old = retiredService(world);
});
afterAll(() => world.close());
afterEach(() => {
  world.clock.reset();
  world.configure({});
});

const DOCTOR = { userId: 'auth0|dr-rossi' };
const PATIENT = { userId: 'auth0|mr-bianchi' };
const NAMES = { doctor: 'Dr Ada Rossi-Example', patient: 'Mr Ugo Bianchi-Example' };
const PREFIX = '/api/v1/telecons-be/teleconsultation';

interface Situation {
  id: string;
  doctorId: string;
  patientId: string;
  room: OldRoom;
  times: { startDate: string; endDate: string };
  platform: Record<string, unknown>;
}

const atom = (world: World, span_: string) => new Date(world.clock.now() + span(span_)).toISOString();

let count = 0;
const aSituation = async (uuid = false): Promise<Situation> => {
  count += 1;
  const number = count.toString(16).padStart(12, '0');
  const [doctorId, patientId] = [await old.createUser('plus'), await old.createUser('basic')];
  return {
    id: uuid ? `00000000-0000-4000-8000-${number}` : `000000000000${number}`,
    doctorId,
    patientId,
    room: await old.createRoom([doctorId, patientId]),
    times: { startDate: atom(world, '2 hours'), endDate: atom(world, '3 hours') },
    platform: {
      creatorId: 'public',
      createdAt: atom(world, '-1 day'),
      updaterId: 'public',
      updatedAt: atom(world, '-1 day'),
      __STATE__: 'PUBLIC',
    },
  };
};

/** The rows of each release, the same two people in each. */
type Spelling = (situation: Situation) => { record: Record<string, unknown>; users: Record<string, unknown>[] };

const SPELLINGS: [name: string, uuid: boolean, spelling: Spelling][] = [
  [
    'of the last releases, with groups and names',
    false,
    ({ id, doctorId, patientId, room, times, platform }) => ({
      record: {
        _id: id,
        bandyerRoomId: room.roomId,
        participantsNumber: 2,
        participants: [
          { userBandyerId: doctorId, accessLinkURL: room.links[0], groups: ['doctor'], fullName: NAMES.doctor },
          { userBandyerId: patientId, accessLinkURL: room.links[1], groups: ['patient'], fullName: NAMES.patient },
        ],
        teleconsultationState: 'created',
        ...times,
        ...platform,
      },
      users: [
        { bandyerId: doctorId, receivedUserId: DOCTOR.userId },
        { bandyerId: patientId, receivedUserId: PATIENT.userId },
      ],
    }),
  ],
  [
    'of the sample document, under a UUID',
    true,
    ({ id, doctorId, patientId, room, times, platform }) => ({
      record: {
        _id: id,
        bandyerRoomId: room.roomId,
        participantsNumber: 2,
        participants: [
          {
            bandyerId: doctorId,
            accessLinkURL: room.links[0],
            group: 'doctor',
            fullName: NAMES.doctor,
            language: 'it',
          },
          { bandyerId: patientId, accessLinkURL: room.links[1], group: 'patient', fullName: NAMES.patient },
        ],
        ...times,
        ...platform,
      },
      users: [
        { bandyerId: doctorId, userExternalId: DOCTOR.userId, group: 'doctor', fullName: NAMES.doctor },
        { bandyerId: patientId, userExternalId: PATIENT.userId, group: 'patient', fullName: NAMES.patient },
      ],
    }),
  ],
  [
    'of 1.0, without number and end, with auth0Id',
    false,
    ({ id, doctorId, patientId, room, times, platform }) => ({
      record: {
        _id: id,
        bandyerRoomId: room.roomId,
        participants: [
          { userBandyerId: doctorId, accessLinkURL: room.links[0] },
          { userBandyerId: patientId, accessLinkURL: room.links[1] },
        ],
        startDate: times.startDate,
        duration: 3600,
        ...platform,
      },
      users: [
        { bandyerId: doctorId, auth0Id: DOCTOR.userId, groups: ['doctor'], fullName: NAMES.doctor },
        { bandyerId: patientId, auth0Id: PATIENT.userId, groups: ['patient'], fullName: NAMES.patient },
      ],
    }),
  ],
  [
    'of the diagram: room_id, number and data, external ids',
    false,
    ({ id, doctorId, patientId, room, times, platform }) => ({
      record: {
        _id: id,
        room_id: room.roomId,
        participants: {
          number: 2,
          data: [
            { userExternalId: DOCTOR.userId, kaleyraId: doctorId, accessLinkURL: room.links[0], groups: ['doctor'] },
            { userId: PATIENT.userId, accessLinkURL: room.links[1], groups: ['patient'] },
          ],
        },
        ...times,
        ...platform,
      },
      users: [
        { bandyerId: doctorId, receivedUserId: DOCTOR.userId, groups: ['doctor'], fullName: NAMES.doctor },
        { bandyerId: patientId, receivedUserId: PATIENT.userId, groups: ['patient'], fullName: NAMES.patient },
      ],
    }),
  ],
];

const get = (id: string, person: { userId: string }) => world.api.as(person).get(`${PREFIX}/${id}`);
const roomsNow = async () => (await world.simulator.rooms()).map(({ id }) => id);
const madeFor = async (id: string) => (await world.simulator.rooms()).filter(room => room.description === id);
const bothSent = [
  { userId: DOCTOR.userId, groups: ['doctor'], fullName: NAMES.doctor },
  { userId: PATIENT.userId, groups: ['patient'], fullName: NAMES.patient },
];

describe.each(SPELLINGS)('a record in the spelling %s', (_, uuid, spelling) => {
  let situation: Situation;
  beforeEach(async () => {
    situation = await aSituation(uuid);
    const { record, users } = spelling(situation);
    expect(await importInto(world, { teleconsultations: [record], users })).toMatchObject({ complete: true });
  });

  it('shows its participants null before the lock, and after it the links that the old service gave them', async () => {
    const { id, doctorId, patientId, room } = situation;
    const before = await get(id, PATIENT);
    expect([before.status, before.body]).toMatchObject([
      200,
      {
        bandyerUserId: patientId,
        accessLinkURL: null,
        participantsBandyerCall: [
          { bandyerUserId: doctorId, fullName: NAMES.doctor },
          { bandyerUserId: patientId, fullName: NAMES.patient },
        ],
      },
    ]);
    world.clock.moveBy(span('2 hours'));
    const linkOf = async (person: { userId: string }) =>
      ((await get(id, person)).body as { accessLinkURL: string }).accessLinkURL.split(/[?&]language=/)[0];
    expect(await linkOf(DOCTOR)).toBe(room.links[0]);
    expect(await linkOf(PATIENT)).toBe(room.links[1]);
    expect(await get(id, { userId: 'auth0|stranger' })).toMatchObject({
      status: 401,
      body: { error: 'Unauthorized user' },
    });
  });

  it('a PATCH that changes no room keeps it, and calls nobody at Kaleyra', async () => {
    const { id, room } = situation;
    await world.simulator.forgetRequests();
    const later = { end_date: atom(world, '4 hours') };
    expect((await world.api.patch(`${PREFIX}/${id}`, later)).status).toBe(204);
    expect(await world.simulator.requests()).toEqual([]);
    expect(await world.record(id)).toMatchObject({ endDate: later.end_date, room: { id: room.roomId } });
  });

  it('a PATCH with another person replaces the room at Kaleyra, under the same id', async () => {
    const { id, room, doctorId, patientId } = situation;
    const third = { userId: `auth0|ms-neri-${id}`, groups: ['patient'], fullName: 'Ms Eva Neri-Example' };
    const body = { participants: { number: 3, data: [...bothSent, third] } };
    expect((await world.api.patch(`${PREFIX}/${id}`, body)).status).toBe(204);
    const [made, ...more] = await madeFor(id);
    expect(more).toEqual([]);
    expect(await roomsNow()).not.toContain(room.roomId);
    expect(made?.participants.map(({ user_id }) => user_id)).toEqual([doctorId, patientId, expect.any(String)]);
    expect(made?.participants.map(({ is_admin }) => is_admin)).toEqual([true, false, false]);
    world.clock.moveBy(span('2 hours'));
    const links = await Promise.all([DOCTOR, PATIENT, third].map(async person => (await get(id, person)).body));
    expect(new Set(links.map(one => (one as { accessLinkURL: string }).accessLinkURL)).size).toBe(3);
  });

  it('once it is open, a change is refused and the old room stays', async () => {
    const { id, room } = situation;
    world.clock.moveBy(span('2 hours'));
    const reply = await world.api.patch(`${PREFIX}/${id}`, {
      start_date: atom(world, '5 hours'),
      duration_in_seconds: 900,
    });
    expect(reply).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^Failed PATCH \/teleconsultation/) },
    });
    expect(await roomsNow()).toContain(room.roomId);
  });

  it('DELETE takes its room from Kaleyra, and it is gone for everybody', async () => {
    const { id, room } = situation;
    expect((await world.api.delete(`${PREFIX}/${id}`)).status).toBe(204);
    expect(await roomsNow()).not.toContain(room.roomId);
    expect(await get(id, DOCTOR)).toMatchObject({
      status: 404,
      body: { error: `Room with id ${id} not found on CRUD` },
    });
  });

  it('its people keep their users at Kaleyra in new bookings', async () => {
    const { doctorId, patientId } = situation;
    const booking = {
      participants: { number: 2, data: bothSent },
      start_date: atom(world, '1 hour'),
      duration_in_seconds: 1800,
    };
    const { roomId } = (await world.api.post(PREFIX, booking)).body as { roomId: string };
    const [room] = await madeFor(roomId);
    expect(room?.participants.map(({ user_id }) => user_id)).toEqual([doctorId, patientId]);
  });
});

describe('a record of which not everybody is known', () => {
  it('gets its room when participants/data names the last person', async () => {
    const { id, doctorId, times, platform } = await aSituation();
    const record = {
      _id: id,
      bandyerRoomId: null,
      participantsNumber: 2,
      participants: [{ userBandyerId: doctorId, accessLinkURL: '', groups: ['doctor'], fullName: NAMES.doctor }],
      ...times,
      ...platform,
    };
    const users = [{ bandyerId: doctorId, receivedUserId: DOCTOR.userId }];
    expect((await importInto(world, { teleconsultations: [record], users })).complete).toBe(true);
    expect((await get(id, DOCTOR)).body).toMatchObject({ accessLinkURL: null });
    expect(await madeFor(id)).toEqual([]);

    const last = { userId: 'the-last-one', groups: ['patient'], fullName: 'The Last-Example' };
    expect((await world.api.post(`${PREFIX}/${id}/participants/data`, last)).status).toBe(201);
    const [room] = await madeFor(id);
    expect(room?.participants[0]).toMatchObject({ user_id: doctorId, is_admin: true });
    world.clock.moveBy(span('3 hours'));
    expect((await get(id, last)).body).toMatchObject({ accessLinkURL: expect.stringMatching(/^http/) });
  });
});

describe('a record that was cancelled', () => {
  it.each(['TRASH', 'DELETED'])(
    'is a 404 on every route in state %s, and its room is nobody’s business',
    async state => {
      const situation = await aSituation();
      const { id, room } = situation;
      const [, , spelling] = SPELLINGS[0] ?? [];
      const { record, users } = spelling?.(situation) ?? { record: {}, users: [] };
      const trashed = { ...record, __STATE__: state };
      expect((await importInto(world, { teleconsultations: [trashed], users })).complete).toBe(true);
      world.clock.moveBy(span('2 hours'));
      const replies = [
        await get(id, DOCTOR),
        await world.api.patch(`${PREFIX}/${id}`, { start_date: atom(world, '1 hour') }),
        await world.api.delete(`${PREFIX}/${id}`),
      ];
      expect(replies.map(({ status }) => status)).toEqual([404, 404, 404]);
      expect(await roomsNow()).toContain(room.roomId);
      expect(JSON.stringify(await world.record(id))).not.toContain(room.links[0]);
    },
  );
});

describe('a record of a service with a directory, which stored no groups', () => {
  const withDirectory = (more: Record<string, string> = {}) =>
    world.configure({ ...directoryVariables(world.simulator.url, false), ...more });

  const imported = async (): Promise<Situation> => {
    const situation = await aSituation();
    const { id, doctorId, patientId, room, times, platform } = situation;
    const record = {
      _id: id,
      bandyerRoomId: room.roomId,
      participantsNumber: 2,
      participants: [
        { userBandyerId: doctorId, accessLinkURL: room.links[0] },
        { userBandyerId: patientId, accessLinkURL: room.links[1] },
      ],
      ...times,
      ...platform,
    };
    const users = [
      { bandyerId: doctorId, receivedUserId: DOCTOR.userId },
      { bandyerId: patientId, receivedUserId: PATIENT.userId },
    ];
    expect((await importInto(world, { teleconsultations: [record], users })).complete).toBe(true);
    return situation;
  };

  it('a PATCH with the same people changes nothing, and is no error when it is open', async () => {
    withDirectory();
    const { id, room } = await imported();
    world.clock.moveBy(span('2 hours'));
    await world.simulator.forgetRequests();
    const reply = await world.api.patch(`${PREFIX}/${id}`, { participants: [DOCTOR.userId, PATIENT.userId] });
    expect(reply.status).toBe(204);
    expect((await world.simulator.requests()).filter(({ path }) => path.startsWith('/v2'))).toEqual([]);
    expect(await world.record(id)).toMatchObject({ version: 1, room: { id: room.roomId } });
  });

  it('new times of a call with a duration make a room in which the doctor is a doctor', async () => {
    withDirectory({ UNLIMITED_TELECONSULTATION: 'false' });
    const { id, room, doctorId, patientId } = await imported();
    expect((await world.api.patch(`${PREFIX}/${id}`, { end_date: atom(world, '4 hours') })).status).toBe(204);
    const [made] = await madeFor(id);
    expect(made).toMatchObject({
      duration: 7200,
      participants: [
        { user_id: doctorId, is_admin: true },
        { user_id: patientId, is_admin: false },
      ],
    });
    expect(await roomsNow()).not.toContain(room.roomId);
  });

  it('the last person makes the list complete, with those of whom only the directory knows what they are', async () => {
    withDirectory();
    const { id, doctorId, times, platform } = await aSituation();
    const record = {
      _id: id,
      participantsNumber: 2,
      participants: [{ userBandyerId: doctorId }],
      ...times,
      ...platform,
    };
    const users = [{ bandyerId: doctorId, receivedUserId: DOCTOR.userId }];
    expect((await importInto(world, { teleconsultations: [record], users })).complete).toBe(true);
    const reply = await world.api.post(`${PREFIX}/${id}/participants/data`, PATIENT);
    expect(reply.status).toBe(201);
    const [made] = await madeFor(id);
    expect(made?.participants.map(({ is_admin }) => is_admin)).toEqual([true, false]);
    expect(made?.participants[0]?.user_id).toBe(doctorId);
    expect(await world.record(id)).toMatchObject({
      participants: [{ groups: ['doctor'], fullName: NAMES.doctor }, {}],
    });
  });

  it('without a directory to ask, nobody is plus: 400, and the room stays', async () => {
    world.configure({ UNLIMITED_TELECONSULTATION: 'false' });
    const { id, room } = await imported();
    expect(await world.api.patch(`${PREFIX}/${id}`, { end_date: atom(world, '4 hours') })).toMatchObject({
      status: 400,
      body: { error: 'Failed PATCH /teleconsultation: no plus user in room' },
    });
    expect(await roomsNow()).toContain(room.roomId);
    expect(await world.record(id)).toMatchObject({ version: 1, claim: null });
  });
});
