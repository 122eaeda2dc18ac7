import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { directoryVariables } from '../../local/directory/index.ts';
import { span } from '../support/bookings.ts';
import { drRossi, mrBianchi, patients } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** What callers of the retired service relied on, each named for the reliance. */

let world: World;
beforeAll(async () => {
  world = await openWorld({ transport: 'over HTTP' });
});
afterAll(() => world.close());
afterEach(() => {
  world.clock.reset();
  world.configure({});
});

const PREFIX = '/api/v1/telecons-be/teleconsultation';
const PLUS = { userId: 'auth0|dr-rossi' };
const BASIC = { userId: 'auth0|mr-bianchi' };
const iso = (ms: number) => new Date(world.clock.now() + ms).toISOString();
const idOf = (reply: { body: unknown }) => (reply.body as { roomId: string }).roomId;
const roomsOf = async (id: string) => (await world.simulator.rooms()).filter(room => room.description === id);
const open = async (id: string, person: { userId: string }) => world.api.as(person).get(`${PREFIX}/${id}`);
const bodyOf = async (id: string, person: { userId: string }) =>
  (await open(id, person)).body as Record<string, unknown>;
const post = (body: unknown) => world.api.post(PREFIX, body);

const withDirectory = () => world.configure(directoryVariables(world.simulator.url, false));

describe('1. with an auth service, ids in an array are enough', () => {
  beforeEach(withDirectory);

  it('both see null before the lock, and links of their own after it', async () => {
    const reply = await post({
      participants: [PLUS.userId, BASIC.userId],
      start_date: iso(span('1 hour')),
      end_date: iso(span('2 hours')),
    });
    expect([reply.status, reply.body]).toEqual([201, { roomId: expect.stringMatching(/^[0-9a-f]{24}$/) }]);
    const id = idOf(reply);
    for (const person of [PLUS, BASIC]) expect(await bodyOf(id, person)).toMatchObject({ accessLinkURL: null });
    world.clock.moveBy(span('1 hour'));
    const [doctor, patient] = [await bodyOf(id, PLUS), await bodyOf(id, BASIC)];
    expect(doctor.accessLinkURL).toMatch(/^http/);
    expect(patient.accessLinkURL).toMatch(/^http/);
    expect(doctor.accessLinkURL).not.toBe(patient.accessLinkURL);
  });

  it('opens IMMUTABLE_PERIOD_MS earlier', async () => {
    world.configure({ ...directoryVariables(world.simulator.url, false), IMMUTABLE_PERIOD_MS: '600000' });
    const reply = await post({
      participants: [PLUS.userId, BASIC.userId],
      start_date: iso(span('9 minutes')),
      duration_in_seconds: 1800,
    });
    expect(await bodyOf(idOf(reply), BASIC)).toMatchObject({ accessLinkURL: expect.stringMatching(/^http/) });
  });
});

const standalone = (data: unknown[], number = data.length) => ({
  participants: { number, data },
  start_date: iso(span('1 hour')),
  end_date: iso(span('2 hours')),
});

describe('2. errors of reading, word for word', () => {
  it('401 for an outsider, 404 for an unknown id', async () => {
    const id = idOf(await post(standalone([drRossi, mrBianchi])));
    expect(await open(id, { userId: 'outsider' })).toMatchObject({ status: 401, body: { error: 'Unauthorized user' } });
    const unknown = '0123456789abcdef01234567';
    const sentence = `Room with id ${unknown} not found on CRUD`;
    expect(await open(unknown, drRossi)).toMatchObject({ status: 404, body: { error: sentence } });
  });
});

describe('3. a list that fills up', () => {
  it('has no room with one of two, and exactly one when participants/data brings the second', async () => {
    const reply = await post(standalone([drRossi], 2));
    expect(reply.status).toBe(201);
    const id = idOf(reply);
    expect(await roomsOf(id)).toEqual([]);
    expect(await world.api.post(`${PREFIX}/${id}/participants/data`, mrBianchi)).toMatchObject({
      status: 201,
      text: '',
    });
    expect(await roomsOf(id)).toHaveLength(1);
  });
});

describe('4. nobody plus, in the exact words of each route', () => {
  const sentence = (operation: string) => `Failed ${operation}: no plus user in room`;

  it('POST', async () => {
    const reply = await post(standalone(patients(2)));
    expect(reply).toMatchObject({ status: 400, body: { error: sentence('POST /teleconsultation') } });
  });

  it('PATCH, without the id', async () => {
    const id = idOf(await post(standalone([drRossi, mrBianchi])));
    const reply = await world.api.patch(`${PREFIX}/${id}`, { participants: { number: 2, data: patients(2) } });
    expect(reply).toMatchObject({ status: 400, body: { error: sentence('PATCH /teleconsultation') } });
  });

  it('participants/data, with the id', async () => {
    const id = idOf(await post(standalone(patients(1), 2)));
    const reply = await world.api.post(`${PREFIX}/${id}/participants/data`, mrBianchi);
    const operation = `POST /teleconsultation/${id}/participants/data`;
    expect(reply).toMatchObject({ status: 400, body: { error: sentence(operation) } });
  });
});

describe('5. changing', () => {
  it('before the lock: 204, the old room gone, a new one there, the id the same', async () => {
    const id = idOf(await post(standalone([drRossi, mrBianchi])));
    const [before] = await roomsOf(id);
    const data = [drRossi, ...patients(1)];
    expect(await world.api.patch(`${PREFIX}/${id}`, { participants: { number: 2, data } })).toMatchObject({
      status: 204,
      text: '',
    });
    const after = await roomsOf(id);
    expect(after).toHaveLength(1);
    expect(after[0]?.id).not.toBe(before?.id);
    expect((await world.api.patch(`${PREFIX}/${id}`, { start_date: iso(span('90 minutes')) })).status).toBe(204);
    expect((await open(id, drRossi)).status).toBe(200);
  });

  it('after the lock: refused, nothing changed', async () => {
    const id = idOf(await post(standalone([drRossi, mrBianchi])));
    world.clock.moveBy(span('1 hour'));
    const before = [await world.record(id), await world.simulator.state()];
    const data = [drRossi, ...patients(1)];
    expect((await world.api.patch(`${PREFIX}/${id}`, { participants: { number: 2, data } })).status).toBe(400);
    expect([await world.record(id), await world.simulator.state()]).toEqual(before);
  });
});

describe('6. cancelling', () => {
  it('204 without a body, the room deleted, the record in TRASH, and 404 from then on', async () => {
    const id = idOf(await post(standalone([drRossi, mrBianchi])));
    expect(await world.api.delete(`${PREFIX}/${id}`)).toMatchObject({ status: 204, text: '' });
    expect(await roomsOf(id)).toEqual([]);
    expect(await world.record(id)).toMatchObject({ state: 'TRASH' });
    expect((await open(id, drRossi)).status).toBe(404);
    const again = await world.api.delete(`${PREFIX}/${id}`);
    const message = `Room with id ${id} not found on CRUD`;
    expect([again.status, again.body]).toEqual([404, { statusCode: 404, error: 'not found', message }]);
  });
});

describe('7. uploads', () => {
  it('switched off: 204; switched on: counted, and 200 again when nothing is left', async () => {
    const id = idOf(await post(standalone([drRossi, mrBianchi])));
    expect(await world.api.delete(`${PREFIX}/${id}/uploads`)).toMatchObject({ status: 204, text: '' });
    world.configure({ TELECONSULTATION_DELETE_UPLOADS: 'true' });
    const [room] = await roomsOf(id);
    await world.simulator.playCall({ roomId: room?.id, uploads: 2 });
    const first = await world.api.delete(`${PREFIX}/${id}/uploads`);
    expect([first.status, first.body]).toEqual([200, { total: 2, deleted: 2 }]);
    const second = await world.api.delete(`${PREFIX}/${id}/uploads`);
    expect([second.status, second.body]).toEqual([200, { total: 0, deleted: 0 }]);
  });
});

describe('8. credentials', () => {
  beforeEach(withDirectory);
  const ask = (body?: unknown) =>
    world.api.as({ userId: 'auth0|ms-neri' }).post('/api/v1/telecons-be/credentials', body);

  it('with and without expiresIn; a first-time caller becomes exactly one user and one row', async () => {
    const before = (await world.simulator.state()).users.length;
    const [first, second] = [await ask(), await ask({ expiresIn: 600 })];
    for (const reply of [first, second]) {
      expect(reply.status).toBe(201);
      expect(reply.body).toEqual({
        accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        bandyerUserId: expect.stringMatching(/^usr_/),
      });
    }
    expect((await world.simulator.state()).users).toHaveLength(before + 1);
    expect((await world.items()).filter(item => item.pk === 'ext#auth0|ms-neri')).toHaveLength(1);
    const nobody = await world.api.post('/api/v1/telecons-be/credentials');
    expect(nobody).toMatchObject({ status: 401, body: { error: 'Unauthorized user' } });
  });
});

describe('9. the two spellings of a participant', () => {
  it('give identical results', async () => {
    const old = { userExternalId: drRossi.userId, group: 'doctor', fullName: drRossi.fullName };
    const records = [];
    for (const doctor of [drRossi, old]) {
      const id = idOf(await post(standalone([doctor, mrBianchi])));
      records.push((await world.record(id))?.participants);
      expect(await open(id, drRossi)).toMatchObject({ status: 200 });
    }
    expect(records[0]).toEqual(records[1]);
  });
});

describe('10. the end or the duration', () => {
  const times = () => ({
    start_date: iso(span('1 hour')),
    participants: standalone([drRossi, mrBianchi]).participants,
  });

  it('both are too many, neither is too few, each alone is right', async () => {
    const [end_date, duration_in_seconds] = [iso(span('2 hours')), 3600];
    expect((await post({ ...times(), end_date, duration_in_seconds })).status).toBe(400);
    expect((await post(times())).status).toBe(400);
    expect((await post({ ...times(), end_date })).status).toBe(201);
    expect((await post({ ...times(), duration_in_seconds })).status).toBe(201);
  });
});

describe('11. service to service', () => {
  it('books, changes and cancels without any user header', async () => {
    const id = idOf(await post(standalone([drRossi, mrBianchi])));
    expect((await world.api.patch(`${PREFIX}/${id}`, { duration_in_seconds: 1800 })).status).toBe(204);
    expect((await world.api.delete(`${PREFIX}/${id}`)).status).toBe(204);
  });
});

describe('12. userIdPathInRequest', () => {
  it('follows a json step into the user properties', async () => {
    const file = new URL('../fixtures/configuration/caller-in-properties.json', import.meta.url).pathname;
    world.configure({ TELECONSULTATION_SERVICE_CONFIG_PATH: file });
    const id = idOf(await post(standalone([drRossi, mrBianchi])));
    const properties = { miauserproperties: JSON.stringify({ customUserId: drRossi.userId }) };
    expect((await world.api.withHeaders(properties).get(`${PREFIX}/${id}`)).status).toBe(200);
  });
});

describe('14. every route answers under both prefixes', () => {
  it.each(['', '/api/v1/telecons-be'])('"%s"', async prefix => {
    const base = `${prefix}/teleconsultation`;
    const reply = await world.api.post(base, standalone([drRossi], 2));
    expect(reply.status).toBe(201);
    const id = idOf(reply);
    expect((await world.api.as(drRossi).get(`${base}/${id}`)).status).toBe(200);
    expect((await world.api.patch(`${base}/${id}`, {})).status).toBe(204);
    expect((await world.api.post(`${base}/${id}/participants/data`, mrBianchi)).status).toBe(201);
    expect((await world.api.delete(`${base}/${id}/uploads`)).status).toBe(204);
    expect((await world.api.delete(`${base}/${id}`)).status).toBe(204);
    expect((await world.api.post(`${prefix}/credentials`)).status).toBe(401);
    expect((await world.api.patch(`${prefix}/settings/update`, { background_alias: 'x' })).status).toBe(401);
    const form = { 'content-type': 'multipart/form-data; boundary=x' };
    const image = { method: 'POST', url: `${prefix}/settings/background-image`, headers: form, body: '--x--' };
    expect((await world.api.raw(image)).status).toBe(401);
    expect((await world.api.as(drRossi).get(`${prefix}/transcription/${id}/session_1`)).status).toBe(404);
    expect((await world.api.get(`${prefix}/-/healthz`)).status).toBe(200);
  });
});

describe('the request forms of the old pages', () => {
  const end = () => ({ end_date: iso(span('2 hours')) });
  const duration = () => ({ duration_in_seconds: 3600 });
  const start = () => ({ start_date: iso(span('1 hour')) });
  const forms: [string, () => unknown, boolean][] = [
    ['standalone, everybody known, with end_date', () => ({ ...standalone([drRossi, mrBianchi]), ...end() }), false],
    [
      'standalone, everybody known, with duration_in_seconds',
      () => ({ ...start(), ...duration(), participants: { number: 2, data: [drRossi, mrBianchi] } }),
      false,
    ],
    ['standalone, some unknown', () => standalone([drRossi], 3), false],
    ['standalone, nobody known', () => standalone([], 2), false],
    [
      'auth service, ids in an array, with end_date',
      () => ({ ...start(), ...end(), participants: [PLUS.userId, BASIC.userId] }),
      true,
    ],
    [
      'auth service, ids in an array, with duration_in_seconds',
      () => ({ ...start(), ...duration(), participants: [PLUS.userId, BASIC.userId] }),
      true,
    ],
    [
      'auth service, object form, everybody known by id alone',
      () => ({ ...start(), ...end(), participants: { number: 2, data: [PLUS, BASIC] } }),
      true,
    ],
    [
      'auth service, object form, some unknown',
      () => ({ ...start(), ...duration(), participants: { number: 2, data: [{ userExternalId: PLUS.userId }] } }),
      true,
    ],
  ];

  it.each(forms)('POST: %s', async (_, body, directory) => {
    if (directory) withDirectory();
    const reply = await post(body());
    expect(reply.status).toBe(201);
    expect((await world.api.delete(`${PREFIX}/${idOf(reply)}`)).status).toBe(204);
  });

  it.each(forms)('PATCH: %s', async (_, body, directory) => {
    if (directory) withDirectory();
    const id = idOf(await post(directory ? forms[4]?.[1]() : standalone([drRossi, mrBianchi])));
    expect((await world.api.patch(`${PREFIX}/${id}`, body())).status).toBe(204);
    expect((await world.api.delete(`${PREFIX}/${id}`)).status).toBe(204);
  });
});
