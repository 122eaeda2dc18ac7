import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Api } from '../support/api.ts';
import { bookingBody, span } from '../support/bookings.ts';
import { BIANCHI, type ControlledDirectory, controlDirectory, NERI, ROSSI, VERDI } from '../support/directory.ts';
import { answers, aScriptedServer } from '../support/scripted-server.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

let world: World;
let directory: ControlledDirectory;
const open = async (transport: (typeof TRANSPORTS)[number] = 'in process') => {
  world = await openWorld({ transport });
  directory = controlDirectory(world.simulator.url);
  world.configure(directory.authService);
};

/** A booking by ids alone, as an appointment manager makes it. */
const body = (participants: unknown = [ROSSI, BIANCHI], startsIn = '2 hours') => ({
  ...bookingBody(world.clock.now(), { startsIn }),
  participants,
});
const booked = async (participants?: unknown, startsIn?: string): Promise<string> => {
  const reply = await world.api.post('/teleconsultation', body(participants, startsIn));
  expect(reply).toMatchObject({ status: 201, body: { roomId: expect.stringMatching(/^[0-9a-f]{24}$/) } });
  return (reply.body as { roomId: string }).roomId;
};
const as = (userId: string): Api => world.api.as({ userId });
const calls = async () => (await world.simulator.requests()).map(({ method, path }) => `${method} ${path}`);
const everything = async () => [await world.items(), await world.simulator.state()];

describe.each(TRANSPORTS)('a booking by ids alone, %s', transport => {
  let id: string;
  beforeAll(() => open(transport));
  afterAll(() => world.close());

  it('has the names and groups of the directory', async () => {
    id = await booked([ROSSI, BIANCHI]);
    expect(await world.record(id)).toMatchObject({
      expected: 2,
      participants: [
        { externalId: ROSSI, groups: ['doctor'], fullName: 'Dr Ada Rossi-Example', language: null },
        { externalId: BIANCHI, groups: ['patient'], fullName: 'Mr Ugo Bianchi-Example', language: null },
      ],
    });
    const { users, rooms } = await world.simulator.state();
    expect(users.map(({ role }) => role).sort()).toEqual(['basic', 'plus']);
    expect(rooms).toMatchObject([{ description: id, participants: [{ is_admin: true }, { is_admin: false }] }]);
  });

  it('is open to its participants, and nobody has to ask the directory for that', async () => {
    await directory.reset();
    const reply = await as(BIANCHI).get(`/teleconsultation/${id}`);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        accessLinkURL: null,
        participantsBandyerCall: [{ fullName: 'Dr Ada Rossi-Example' }, { fullName: 'Mr Ugo Bianchi-Example' }],
      },
    });
    expect((await as(NERI).get(`/teleconsultation/${id}`)).status).toBe(401);
    expect(await directory.requests()).toEqual([]);
  });

  it('is not changed by the same ids, in whatever order, while the directory says the same', async () => {
    await world.simulator.forgetRequests();
    const before = await everything();
    for (const participants of [
      [ROSSI, BIANCHI],
      [BIANCHI, ROSSI],
      { number: 2, data: [{ userId: ROSSI }, { userId: BIANCHI }] },
    ]) {
      expect((await world.api.patch(`/teleconsultation/${id}`, { participants })).status).toBe(204);
    }
    expect(await everything()).toEqual(before);
    expect(await calls()).toEqual([]);
  });

  it('gets other people by their ids: another room under the same id', async () => {
    const [before] = await world.simulator.rooms();
    const change = { participants: [VERDI, NERI] };
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(204);
    const [after, ...others] = await world.simulator.rooms();
    expect(others).toEqual([]);
    expect(after?.id).not.toBe(before?.id);
    expect(await world.record(id)).toMatchObject({
      participants: [
        { externalId: VERDI, groups: ['doctor', 'surgery'], fullName: 'Dr Ivo Verdi-Example' },
        { externalId: NERI, groups: ['patient'], fullName: 'Ms Eva Neri-Example' },
      ],
    });
  });

  it('is moved without a question about people', async () => {
    await directory.reset();
    const start_date = new Date(world.clock.now() + span('30 minutes')).toISOString();
    expect((await world.api.patch(`/teleconsultation/${id}`, { start_date })).status).toBe(204);
    expect(await directory.requests()).toEqual([]);
  });

  it('takes the same ids also when it is open, and refuses others', async () => {
    world.clock.moveBy(span('1 hour'));
    const change = (participants: string[]) => world.api.patch(`/teleconsultation/${id}`, { participants });
    expect((await change([VERDI, NERI])).status).toBe(204);
    expect(await change([ROSSI, NERI])).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^Failed PATCH \/teleconsultation: /) },
    });
    expect((await as(NERI).get(`/teleconsultation/${id}`)).body).toMatchObject({
      accessLinkURL: expect.stringContaining('http'),
    });
  });
});

describe('with a directory', () => {
  beforeAll(() => open());
  afterAll(() => world.close());
  beforeEach(async () => {
    await directory.reset();
    await world.simulator.forgetRequests();
    world.configure(directory.authService);
  });

  it('one person is added by the id alone', async () => {
    const id = await booked({ number: 2, data: [{ userId: BIANCHI }] });
    const added = await world.api.post(`/teleconsultation/${id}/participants/data`, { userId: VERDI });
    expect(added).toMatchObject({ status: 201, text: '' });
    expect(await world.record(id)).toMatchObject({
      participants: [{ externalId: BIANCHI }, { externalId: VERDI, groups: ['doctor', 'surgery'] }],
    });
    const unknown = await world.api.post(`/teleconsultation/${id}/participants/data`, { userId: 'auth0|nobody' });
    expect(unknown).toMatchObject({ status: 400, body: { details: [{ path: 'body.userId' }] } });
  });

  it('a change of a name there is a change of the booking, not of its room', async () => {
    const id = await booked();
    const [before] = (await world.simulator.rooms()).filter(room => room.description === id);
    const renamed = { user_id: ROSSI, name: 'Dr Ada Bianchi-Example', groups: ['doctor'] };
    await directory.hold({ accounts: [renamed, { user_id: BIANCHI, groups: ['patient'] }] });
    const participants = {
      number: 2,
      data: [{ userId: ROSSI }, { userId: BIANCHI, fullName: 'Mr Ugo Bianchi-Example' }],
    };
    expect((await world.api.patch(`/teleconsultation/${id}`, { participants })).status).toBe(204);
    expect(await world.record(id)).toMatchObject({
      room: { id: before?.id },
      participants: [{ fullName: 'Dr Ada Bianchi-Example' }, { fullName: 'Mr Ugo Bianchi-Example' }],
    });
  });

  it('what a request says of groups and names does not count against it: a body raises nobody', async () => {
    const before = await everything();
    const data = [NERI, BIANCHI].map(userId => ({ userId, groups: ['doctor'], fullName: 'Dr Somebody-Example' }));
    const reply = await world.api.post('/teleconsultation', body({ number: 2, data }));
    expect(reply).toMatchObject({
      status: 400,
      body: { error: 'Failed POST /teleconsultation: no plus user in room' },
    });
    expect(await everything()).toEqual(before);
  });

  it('people in no group that means something here are refused at their place in the list', async () => {
    await directory.hold({ accounts: [{ user_id: ROSSI, groups: ['doctor'] }, { user_id: BIANCHI }] });
    const message = 'names no group that the privileges know';
    expect(await world.api.post('/teleconsultation', body([ROSSI, BIANCHI]))).toMatchObject({
      status: 400,
      body: {
        error: `Failed POST /teleconsultation: body.participants.1 ${message}`,
        details: [{ path: 'body.participants.1', message }],
      },
    });
  });

  it('the caller’s credentials are those of the person whom the directory knows, with the role from there', async () => {
    const accounts = [{ user_id: 'auth0|dr-new', groups: ['doctor'] }];
    await directory.hold({ accounts });
    const known = new Set((await world.simulator.state()).users.map(({ id }) => id));
    const reply = await as('auth0|dr-new').withHeaders({ miausergroups: 'patient' }).post('/credentials');
    expect(reply.status).toBe(201);
    expect((await world.simulator.state()).users.filter(({ id }) => !known.has(id))).toMatchObject([
      { id: (reply.body as { bandyerUserId: string }).bandyerUserId, role: 'plus' },
    ]);
    expect((await as('auth0|stranger').withHeaders({ miausergroups: 'doctor' }).post('/credentials')).status).toBe(401);
  });
});

describe('a directory that cannot be relied on', () => {
  let id: string;
  beforeAll(async () => {
    await open();
    id = await booked([ROSSI, BIANCHI]);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await directory.reset();
    await world.simulator.forgetRequests();
    world.configure(directory.authService);
  });

  /** Both ways in which ids come in; nothing may be stored, and Kaleyra hears of nothing. */
  const refuses = async (expected: { status: number; message: unknown; code: string }) => {
    const before = await everything();
    const change = { participants: [NERI, VERDI] };
    for (const send of [
      () => world.api.post('/teleconsultation', body(change.participants)),
      () => world.api.patch(`/teleconsultation/${id}`, change),
    ]) {
      world.logs.length = 0;
      const { status, body: answer, text } = await send();
      expect({ status, message: (answer as { message: string }).message }).toEqual({
        status: expected.status,
        message: expected.message,
      });
      expect(text).not.toContain('canary');
      const log = world.logs.join('\n');
      expect(log).toContain(`"code":"${expected.code}"`);
      for (const secret of ['canary', 'neri', 'Neri', 'auth0', '_directory']) expect(log).not.toContain(secret);
    }
    expect(await everything()).toEqual(before);
    expect(await calls()).toEqual([]);
  };

  const stranger = { user_id: ROSSI, name: 'canary', groups: ['doctor'] };
  const otherUsers = 'the user directory answered with other users than the one asked for';
  const cannotBeRead = 'the user directory answered in a form that cannot be read';

  it.each([
    ['answers with everybody', { everybody: true }, 502, otherUsers, 'directory_unreadable'],
    ['answers with a stranger', { body: stranger }, 502, otherUsers, 'directory_unreadable'],
    ['answers with a list of one stranger', { body: [stranger] }, 502, otherUsers, 'directory_unreadable'],
    ['answers with a page', { text: '<html>canary</html>' }, 502, cannotBeRead, 'directory_unreadable'],
    ['answers null', { body: null }, 502, cannotBeRead, 'directory_unreadable'],
    ['answers with a list in a list', { body: [[stranger]] }, 502, cannotBeRead, 'directory_unreadable'],
    ['answers with a page of results', { body: { users: [stranger] } }, 502, cannotBeRead, 'directory_unreadable'],
    ['wants another client', { status: 401 }, 502, 'the user directory refused the request', 'directory_refused'],
    ['is throttled', { status: 429 }, 503, 'the user directory asks to slow down', 'directory_throttled'],
    ['fails', { status: 500 }, 502, 'the user directory failed', 'directory_unavailable'],
    ['is not available', { status: 503 }, 503, 'the user directory is not available', 'directory_unavailable'],
    ['cuts the connection', { drop: true }, 503, 'the user directory cannot be reached', 'directory_unavailable'],
  ])('makes nobody a participant when it %s', async (_, fault, status, message, code) => {
    await directory.fault({ ...fault, times: 50 });
    await refuses({ status, message, code });
  });

  it('makes nobody a participant when it ignores its filter', async () => {
    await directory.fault({ path: '/users/', status: 405, times: 2 });
    await directory.fault({ path: '/users', everybody: true, times: 2 });
    const before = await everything();
    const reply = await world.api.post('/teleconsultation', body([NERI, BIANCHI]));
    expect(reply).toMatchObject({ status: 502, body: { error: 'Bad Gateway', message: otherUsers } });
    expect(await everything()).toEqual(before);
    expect((await directory.requests()).at(-1)).toMatchObject({
      path: '/users',
      query: expect.stringMatching(/^user_id=/),
    });
  });

  it('is found by its filter where it has no way to ask by id', async () => {
    await directory.fault({ path: '/users/', status: 405, times: 2 });
    await booked([ROSSI, BIANCHI]);
    expect((await directory.requests()).map(({ path }) => path).sort()).toEqual([
      '/users',
      '/users',
      '/users/auth0%7Cdr-rossi',
      '/users/auth0%7Cmr-bianchi',
    ]);
  });

  it('has not heard of somebody: the answer names them', async () => {
    const before = await everything();
    const reply = await world.api.post('/teleconsultation', body([ROSSI, 'auth0|nobody']));
    expect(reply).toMatchObject({
      status: 400,
      body: {
        statusCode: 400,
        error: 'Bad Request',
        message: 'body.participants.1 names "auth0|nobody", who is not in the user directory',
        details: [{ path: 'body.participants.1' }],
      },
    });
    const change = { participants: { number: 2, data: [{ userId: 'auth0|nobody' }, { userId: ROSSI }] } };
    expect(await world.api.patch(`/teleconsultation/${id}`, change)).toMatchObject({
      status: 400,
      body: { details: [{ path: 'body.participants.data.0.userId' }] },
    });
    expect(await everything()).toEqual(before);
    expect(await calls()).toEqual([]);
    expect(world.logs.join('\n')).not.toContain('nobody');
  });

  it('is not there at all: 503, and the rest of the service works on', async () => {
    world.configure({ AUTH_SERVICE: 'http://127.0.0.1:9' });
    await refuses({ status: 503, message: 'the user directory cannot be reached', code: 'directory_unavailable' });
    expect((await as(ROSSI).get(`/teleconsultation/${id}`)).status).toBe(200);
    const end_date = new Date(world.clock.now() + span('4 hours')).toISOString();
    expect((await world.api.patch(`/teleconsultation/${id}`, { end_date })).status).toBe(204);
  });

  it('is slow: 504 after its time, and nothing of the request is left running', async () => {
    await directory.fault({ delayMs: 30_000, times: 50 });
    const before = await everything();
    const started = performance.now();
    const reply = await world.api.post('/teleconsultation', body([NERI, VERDI]));
    expect(reply).toMatchObject({ status: 504, body: { message: 'the user directory did not answer in time' } });
    expect(Number(reply.headers['retry-after'])).toBe(10);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(await everything()).toEqual(before);
  });
});

describe('headers of the request', () => {
  beforeAll(() => open());
  afterAll(() => world.close());

  const sent = {
    miauserid: ROSSI,
    miausergroups: 'doctor',
    miauserproperties: '{"name":"canary"}',
    isbackoffice: '0',
    cookie: 'sid=canary; theme=dark',
    authorization: 'Bearer canary',
    'x-request-id': 'canary-1',
    'x-forwarded-host': 'clinic.example',
    'x-tenant': 'canary',
  };

  it('travel to the directory as far as they may, and never the proofs of identity', async () => {
    world.configure({
      ...directory.authService,
      DEFAULT_CLIENT_TYPE: 'backend',
      ADDITIONAL_HEADERS_TO_PROXY: 'cookie,x-tenant,authorization,x-gateway-secret',
    });
    await directory.reset();
    const reply = await world.api.withHeaders(sent).post('/teleconsultation', body());
    expect(reply.status).toBe(201);
    const requests = await directory.requests();
    expect(requests).toHaveLength(2);
    for (const { headers } of requests) {
      const { authorization: _, ...forwarded } = sent;
      expect(headers).toMatchObject({ ...forwarded, 'client-type': 'backend', 'x-forwarded-proto': 'http' });
      expect(headers).not.toHaveProperty('authorization');
      expect(headers).not.toHaveProperty('x-gateway-secret');
    }
    expect(world.logs.join('\n').replaceAll('canary-1', '')).not.toContain('canary');
  });

  it('never travel to Kaleyra', async () => {
    const vendor = await aScriptedServer(answers(500));
    world.configure({ ...directory.authService, BANDYER_BASE_URL: vendor.url });
    const reply = await world.api.withHeaders(sent).post('/teleconsultation', body([VERDI, NERI]));
    expect(reply.status).toBe(502);
    expect(vendor.asked.length).toBeGreaterThan(0);
    for (const { headers, body: json, url } of vendor.asked) {
      const text = JSON.stringify([headers, json, url]);
      for (const secret of ['canary', 'sid', 'clinic.example', 'auth0', 'miauser', 'doctor']) {
        expect(text).not.toContain(secret);
      }
    }
  });
});
