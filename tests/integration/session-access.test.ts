import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aBooking } from '../support/bookings.ts';
import { aHeldCall, type HeldCall } from '../support/calls.ts';
import { drRossi, drVerdi, mrBianchi, msNeri, type Person } from '../support/people.ts';
import { answers, aScriptedServer } from '../support/scripted-server.ts';
import { withSteps } from '../support/steps.ts';
import { openWorld, type World } from '../support/world.ts';

/** Who gets what was kept of a call: the same for its transcription and its recording. */
let world: World;
let call: HeldCall;
let others: HeldCall;
beforeAll(async () => {
  world = await openWorld({ env: { DEFAULT_RECORDING_TYPE: 'automatic' } });
  call = await aHeldCall(world);
  others = await aHeldCall(world, { participants: [drVerdi, msNeri] });
});
afterAll(() => world.close());
afterEach(async () => {
  world.wrapDeps(deps => deps);
  world.configure({});
  await world.simulator.clearFaults();
});

const asked = async () => (await world.simulator.requests()).map(({ method, path }) => `${method} ${path}`);
const NO_SESSION = {
  statusCode: 404,
  error: 'Not Found',
  message: 'there is no such session in this teleconsultation',
};

describe.each([
  ['transcription', 200],
  ['recording', 302],
])('the %s', (kind, success) => {
  const get = (roomId: string, sessionId: string, person: { userId: string } | undefined = mrBianchi) =>
    (person.userId === '' ? world.api : world.api.as(person)).get(`/${kind}/${roomId}/${sessionId}`);
  const nobody = { userId: '' };

  it.each<[string, Person]>([
    ['the doctor', drRossi],
    ['the patient', mrBianchi],
  ])(
    'is there for %s, by our id and by that of Kaleyra’s room, at the root and under the prefix',
    async (_, person) => {
      for (const roomId of [call.id, call.roomId]) {
        expect((await get(roomId, call.sessionId, person)).status).toBe(success);
        const prefixed = `/api/v1/telecons-be/${kind}/${roomId}/${call.sessionId}`;
        expect((await world.api.as(person).get(prefixed)).status).toBe(success);
      }
    },
  );

  it('is refused to everybody else in the documented words, and Kaleyra is asked nothing', async () => {
    await world.simulator.forgetRequests();
    for (const roomId of [call.id, call.roomId]) {
      for (const person of [drVerdi, nobody]) {
        const reply = await get(roomId, call.sessionId, person);
        const body = { statusCode: 401, error: 'Unauthorized user', message: 'Unauthorized user' };
        expect([reply.status, reply.body]).toEqual([401, body]);
      }
    }
    expect(await asked()).toEqual([]);
  });

  it('of an unknown teleconsultation is the documented 404, before anybody asks who calls', async () => {
    for (const roomId of ['0123456789abcdef01234567', 'room_0123456789ab']) {
      const reply = await get(roomId, call.sessionId, nobody);
      const sentence = `Room with id ${roomId} not found on CRUD`;
      expect([reply.status, reply.body]).toEqual([404, { statusCode: 404, error: sentence, message: sentence }]);
    }
  });

  it('of a cancelled teleconsultation is gone with it', async () => {
    const cancelled = await aHeldCall(world);
    expect((await world.api.delete(`/teleconsultation/${cancelled.id}`)).status).toBe(204);
    for (const roomId of [cancelled.id, cancelled.roomId]) {
      expect((await get(roomId, cancelled.sessionId)).status).toBe(404);
    }
  });

  it('of somebody else’s session looks like one that never was, and is not asked for', async () => {
    await world.simulator.forgetRequests();
    for (const roomId of [call.id, call.roomId]) {
      for (const sessionId of [others.sessionId, 'session_0123456789ab']) {
        const reply = await get(roomId, sessionId);
        expect([reply.status, reply.body]).toEqual([404, NO_SESSION]);
      }
    }
    const [foreign, unknown] = [`GET /v2/sessions/${others.sessionId}`, 'GET /v2/sessions/session_0123456789ab'];
    expect(await asked()).toEqual([foreign, unknown, foreign, unknown]);
  });

  it('of a room that was replaced leads nowhere: others may have had its links', async () => {
    const changed = await aHeldCall(world);
    const participants = { number: 2, data: [drRossi, msNeri] };
    expect((await world.api.patch(`/teleconsultation/${changed.id}`, { participants })).status).toBe(204);
    for (const person of [drRossi, msNeri]) {
      expect((await get(changed.id, changed.sessionId, person)).body).toEqual(NO_SESSION);
      const message = `Room with id ${changed.roomId} not found on CRUD`;
      expect((await get(changed.roomId, changed.sessionId, person)).body).toMatchObject({ statusCode: 404, message });
    }
  });

  it('of a teleconsultation without a room does not exist', async () => {
    const id = await aBooking(world, { participants: [drRossi], expected: 2 });
    expect((await get(id, call.sessionId, drRossi)).body).toEqual(NO_SESSION);
  });

  const BAD_IDS: [string, string][] = [
    ['two dots', '..'],
    ['encoded dots', '%2e%2e'],
    ['a slash', `${'x'.repeat(3)}%2Frecording`],
    ['a way up', '..%2F..%2Fcompany'],
    ['1,000 characters', 'a'.repeat(1000)],
    ['a null byte', 'session_1%00'],
    ['a line break', 'session_1%0A'],
    ['a space', '%20'],
    ['a question mark', 'x%3Fy=z'],
  ];

  it.each(BAD_IDS)('with %s for an id is a 404, and nobody is asked anything', async (_, id) => {
    const steps: string[] = [];
    world.wrapDeps(withSteps(async (step, when) => void (when === 'before' && steps.push(step))));
    const room = await get(id, call.sessionId);
    const sentence = `Room with id ${decodeURIComponent(id)} not found on CRUD`;
    expect([room.status, room.body]).toEqual([404, { statusCode: 404, error: sentence, message: sentence }]);
    const session = await get(call.id, id);
    expect([session.status, session.body]).toEqual([404, NO_SESSION]);
    expect(steps).toEqual([]);
  });

  it('with an empty id is no route', async () => {
    expect((await get('', call.sessionId)).body).toEqual({ message: 'Not Found' });
    expect((await get(call.id, '')).body).toEqual({ message: 'Not Found' });
  });

  it('does not exist where nothing is recorded: a participant is told so, with 400', async () => {
    world.configure({ DEFAULT_RECORDING_TYPE: 'none' });
    await world.simulator.forgetRequests();
    const reply = await get(call.id, call.sessionId);
    const sentence = `Failed GET /${kind}: calls are not recorded (DEFAULT_RECORDING_TYPE is none)`;
    expect([reply.status, reply.body]).toEqual([400, { statusCode: 400, error: sentence, message: sentence }]);
    expect((await get(call.id, call.sessionId, drVerdi)).status).toBe(401);
    expect((await get('0123456789abcdef01234567', call.sessionId)).status).toBe(404);
    expect(await asked()).toEqual([]);
  });

  it('is not there while the call runs: 404 that says "yet"', async () => {
    const running = await aHeldCall(world, {}, { end: false });
    const reply = await get(running.id, running.sessionId);
    const message = `there is no ${kind} of this session (yet)`;
    expect([reply.status, reply.body]).toEqual([404, { statusCode: 404, error: 'Not Found', message }]);
    await world.simulator.playCall({ roomId: running.roomId, sessionId: running.sessionId, webhooks: false });
    expect((await get(running.id, running.sessionId)).status).toBe(success);
  });

  it.each<[number, string | undefined, number]>([
    [400, 'recording_not_found', 404],
    [400, 'room_no_recordable', 404],
    [400, 'recording_expired', 404],
    [412, 'recording_expired', 404],
    [404, 'session_not_found', 404],
    [422, undefined, 404],
    [401, undefined, 502],
    [403, undefined, 502],
    [429, undefined, 503],
    [500, undefined, 502],
    [503, undefined, 503],
  ])('that Kaleyra refuses with %i %s is a %i', async (status, code, told) => {
    const body = { status, code, message: 'canary' };
    await world.simulator.fault({ method: 'GET', path: `^/v2/sessions/[^/]+/${kind}$`, times: 2, status, body });
    const reply = await get(call.id, call.sessionId);
    expect([reply.status, reply.text.includes('canary')]).toEqual([told, false]);
    expect(reply.body).toMatchObject({ statusCode: told });
  });

  it.each<[string, Record<string, unknown>, number]>([
    ['fails', { status: 500 }, 502],
    ['is throttled', { status: 429 }, 503],
    ['drops the line', { drop: true }, 503],
    ['answers for another session', { status: 200, body: { id: 'session_other', room_id: 'room_other' } }, 502],
    ['answers nonsense', { status: 200, body: '<html>' }, 502],
    ['says that it is not there', { status: 404 }, 404],
    ['says that it cannot be had', { status: 400, body: { code: 'get_session_error' } }, 404],
  ])('when reading the session %s is not asked for', async (_, fault, told) => {
    await world.simulator.forgetRequests();
    await world.simulator.fault({ method: 'GET', path: '^/v2/sessions/[^/]+$', times: 2, ...fault });
    expect((await get(call.id, call.sessionId)).status).toBe(told);
    expect((await asked()).filter(request => request.endsWith(kind))).toEqual([]);
  });

  it('of a session without a room, or in the older spelling, is judged by the room alone', async () => {
    const path = '^/v2/sessions/[^/]+$';
    const session = { session_id: call.sessionId, duration: 60, connected_participants: [] };
    await world.simulator.fault({ path, status: 200, body: { ...session, room_id: null } });
    expect((await get(call.id, call.sessionId)).body).toEqual(NO_SESSION);
    await world.simulator.fault({ path, status: 200, body: { ...session, room_id: call.roomId } });
    expect((await get(call.id, call.sessionId)).status).toBe(success);
  });

  it('somewhere that is not listed is neither fetched nor handed out, nor written down', async () => {
    const elsewhere = await aScriptedServer(answers(200, 'canary'));
    const { port } = new URL(world.simulator.url);
    const places = [
      `${elsewhere.url}/canary-file`,
      `http://localhost:${port}/canary-file`,
      `https://127.0.0.1:${port}/canary-file`,
      `http://canary@127.0.0.1:${port}/canary-file`,
      'http://canary.bandyer.com/canary-file',
      'https://canary.bandyer.com.evil.example/canary-file',
      'https://canary@canary.bandyer.com/canary-file',
      'javascript:canary()',
      'file:///etc/canary',
      'data:text/plain,canary',
      '//canary.bandyer.com/canary-file',
      '/files/canary-file',
      'canary',
    ];
    for (const url of places) {
      const before = world.logs.length;
      await world.simulator.fault({ path: `^/v2/sessions/[^/]+/${kind}$`, status: 200, body: { url } });
      const reply = await get(call.id, call.sessionId);
      expect([url, reply.status, reply.headers.location]).toEqual([url, 502, undefined]);
      const message = 'the video service keeps the file where this service does not follow';
      expect(reply.body).toEqual({ statusCode: 502, error: 'Bad Gateway', message });
      const refused = { event: 'kaleyra.address_refused', keys: ['VENDOR_ORIGINS'] };
      expect(world.logs.slice(before).map(line => JSON.parse(line))).toContainEqual(expect.objectContaining(refused));
    }
    expect(elsewhere.asked).toEqual([]);
    expect(world.logs.join()).not.toContain('canary');
  });

  it('changes nothing, in the table or at Kaleyra', async () => {
    const before = [await world.items(), await world.simulator.state()];
    await get(call.id, call.sessionId);
    expect([await world.items(), await world.simulator.state()]).toEqual(before);
  });

  it('is handed out without its address being written down', async () => {
    world.configure({ LOG_LEVEL: 'debug' });
    await get(call.id, call.sessionId);
    expect(world.logs.length).toBeGreaterThan(0);
    expect(world.logs.join()).not.toMatch(/\/files\/|Expires|https?:/);
  });
});

it('a recording is had by going where the answer points, and may be kept by no cache', async () => {
  const { status, headers, text } = await world.api.as(drRossi).get(`/recording/${call.id}/${call.sessionId}`);
  expect([status, text]).toEqual([302, '']);
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  const film = await fetch(headers.location ?? '');
  expect([film.status, film.headers.get('content-type')]).toEqual([200, 'video/mp4']);
});
