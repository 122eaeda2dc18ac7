import { describe, expect, it } from 'vitest';
import { API_KEY, aMoment, aReceiver, aRoom, aSimulator, DOCTOR, formOf, jpegOf, PATIENT } from './support.ts';

describe('the state', () => {
  it('is empty at first', async () => {
    const simulator = await aSimulator();
    expect(await simulator.state()).toEqual({ users: [], rooms: [], sessions: [], uploads: [], webhooks: [] });
  });

  it('shows what the vendor would, oldest first', async () => {
    const simulator = await aSimulator();
    const room = await aRoom(simulator);
    const { sessionId } = await simulator.call({ roomId: room.id, uploads: 1 });
    const { users, rooms, sessions, uploads } = await simulator.state();
    expect(new Set(users.map(({ id }: { id: string }) => id))).toEqual(new Set([DOCTOR, PATIENT]));
    expect(rooms).toEqual([(await simulator.get(`/v2/rooms/${room.id}`)).body]);
    expect(sessions).toEqual([(await simulator.get(`/v2/sessions/${sessionId}`)).body]);
    expect(uploads).toEqual((await simulator.get('/v2/uploads')).body.uploads);
  });
});

describe('the journal', () => {
  it('tells what was asked, in order of arrival', async () => {
    const simulator = await aSimulator({ clock: () => Date.UTC(2030, 0, 1) });
    await simulator.fault({ path: '/v2/rooms', delayMs: 300 });
    const slow = simulator.get('/v2/rooms?limit=5&offset=0');
    await aMoment(20);
    await simulator.post('/v2/users', { role: 'boss' });
    expect(await simulator.journal()).toMatchObject([{ path: '/v2/users' }]);
    await slow;
    await fetch(`${simulator.url}/v2/uploads/a%2Fb`);
    const [first, second, third] = await simulator.journal();
    expect(first).toEqual({
      method: 'GET',
      path: '/v2/rooms',
      query: 'limit=5&offset=0',
      status: 200,
      startedAt: '2030-01-01T00:00:00.000Z',
      durationMs: expect.any(Number),
      fault: { path: '/v2/rooms', delayMs: 300 },
    });
    expect(first.durationMs).toBeGreaterThan(290);
    expect(second).toMatchObject({ method: 'POST', status: 422, body: { role: 'boss' } });
    expect(second).not.toHaveProperty('query');
    expect(third).toMatchObject({ path: '/v2/uploads/a%2Fb', status: 401 });
    expect(third).not.toHaveProperty('body');
  });

  it('knows links too, but not itself, and can be cleared', async () => {
    const simulator = await aSimulator();
    const room = await aRoom(simulator);
    await fetch(`${room.participants[0].access_link}?vb=blur`);
    const entries = await simulator.journal();
    expect(entries.at(-1)).toMatchObject({ method: 'GET', query: 'vb=blur', status: 200 });
    expect(entries.filter(({ path }) => path.startsWith('/_simulator'))).toEqual([]);
    expect((await simulator.control('DELETE', '/requests')).status).toBe(204);
    expect(await simulator.journal()).toEqual([]);
  });
});

describe('the user details callback', () => {
  it('asks the company, signed, and says what came back', async () => {
    const people = { user_ids: [{ user_id: DOCTOR, display_name: 'Dr. Ada Example' }] };
    const receiver = await aReceiver(() => 200, people);
    const simulator = await aSimulator();
    await simulator.put('/v2/company', { user_details_provider_url: `${receiver.url}/user-details` });
    const reply = await simulator.control('POST', '/user-details', { userIds: [DOCTOR, PATIENT] });
    expect(reply).toMatchObject({ status: 200, body: { status: 200, body: people } });
    expect(receiver.received).toMatchObject([
      {
        path: '/user-details',
        headers: { 'bandyer-signature': expect.stringMatching(/^t=\d+,v0=[0-9a-f]{64}$/) },
        body: {
          event: 'user_details_request',
          event_version: '1.0',
          namespace: 'user_details_provider',
          data: { user_ids: [DOCTOR, PATIENT] },
        },
      },
    ]);
  });

  it('says also what went wrong', async () => {
    const receiver = await aReceiver(() => 401, 'no');
    const simulator = await aSimulator();
    const ask = (body: unknown) => simulator.control('POST', '/user-details', body);
    expect((await ask({ userIds: [DOCTOR] })).status).toBe(409);
    await simulator.put('/v2/company', { user_details_provider_url: receiver.url });
    expect((await ask({ userIds: [DOCTOR] })).body).toEqual({ status: 401, body: 'no' });
    expect((await ask({ userIds: [] })).body.message).toContain('"userIds"');
    await simulator.put('/v2/company', { user_details_provider_url: 'http://127.0.0.1:1/' });
    expect((await ask({ userIds: [DOCTOR] })).status).toBe(502);
  });
});

describe('a reset', () => {
  it('forgets everything', async () => {
    const receiver = await aReceiver(() => 500);
    const simulator = await aSimulator({ webhookDelaysMs: [500] });
    const room = await aRoom(simulator);
    await simulator.post('/v2/webhooks', { event: 'on_session_ended', url: receiver.url });
    await simulator.call({ roomId: room.id });
    await receiver.until(1);
    const form = formOf('virtual_background', jpegOf(1280, 1280));
    const background = (await simulator.post('/v2/company/virtual-background', form)).body;
    await simulator.put('/v2/company', { name: 'Changed', background_alias: background.background_alias });
    await simulator.dialect({ wrapped: true });
    await simulator.fault({ status: 500 });
    expect((await simulator.control('POST', '/reset')).status).toBe(204);
    expect(await simulator.state()).toEqual({ users: [], rooms: [], sessions: [], uploads: [], webhooks: [] });
    expect(await simulator.journal()).toEqual([]);
    expect((await simulator.get('/v2/company')).body).toMatchObject({
      name: 'Example Clinic',
      default_background: null,
    });
    expect((await fetch(room.participants[0].access_link)).status).toBe(410);
    expect((await fetch(background.url)).status).toBe(404);
    await aMoment(600);
    expect(receiver.received).toHaveLength(1);
  });
});

describe('a control', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/sate'],
    ['POST', '/state'],
    ['GET', '/faults'],
    ['PUT', '/calls'],
  ])('that does not exist (%s %s) is named', async (method, name) => {
    const simulator = await aSimulator();
    const reply = await simulator.control(method, name);
    expect(reply.status).toBe(404);
    expect(reply.body.message).toContain(`${method} /_simulator${name}`);
  });

  it('takes no query, no unknown body and no broken one', async () => {
    const simulator = await aSimulator();
    expect((await simulator.control('GET', '/state?deleted=true')).body.message).toContain('deleted=true');
    const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
    expect((await fetch(`${simulator.url}/_simulator/faults`, broken)).status).toBe(400);
  });

  it('takes what `curl -d` sends, whatever that calls itself', async () => {
    const simulator = await aSimulator();
    for (const type of ['application/x-www-form-urlencoded', 'text/plain;charset=UTF-8']) {
      const order = { method: 'POST', headers: { 'content-type': type }, body: '{"status":418}' };
      expect((await fetch(`${simulator.url}/_simulator/faults`, order)).status).toBe(201);
      expect((await simulator.get('/v2/company')).status).toBe(418);
    }
  });

  it('is no part of the vendor: its errors stay flat whatever the dialect', async () => {
    const simulator = await aSimulator();
    await simulator.dialect({ errorEnvelope: 'nested' });
    expect((await simulator.fault({})).body).toMatchObject({ status: 400, code: 'simulator_error' });
  });
});

it('shares its port with other services', async () => {
  const simulator = await aSimulator({
    mounts: { '/_s3': (request, response) => response.writeHead(299).end(`${request.method} ${request.url}`) },
  });
  const reply = await simulator.send('PUT', '/_s3/bucket/key?x=1', 'content');
  expect(reply).toMatchObject({ status: 299, body: 'PUT /_s3/bucket/key?x=1' });
  expect((await simulator.get('/_s33')).status).toBe(404);
  expect((await simulator.journal()).map(({ path }) => path)).toEqual(['/_s33']);
});

it('asks for no key at its controls', async () => {
  const simulator = await aSimulator({ apiKey: `${API_KEY}x` });
  expect((await simulator.control('GET', '/state')).status).toBe(200);
});

it('replaces the company’s key, which a reset takes back', async () => {
  const simulator = await aSimulator();
  const statuses = async () => {
    const ask = (apikey: string) => fetch(`${simulator.url}/v2/company`, { headers: { apikey } });
    return Promise.all([API_KEY, 'ak_test_newer'].map(async key => (await ask(key)).status));
  };
  expect(await simulator.control('PUT', '/key', { apiKey: 'ak_test_newer' })).toMatchObject({ status: 204 });
  expect(await statuses()).toEqual([401, 200]);
  expect(await simulator.control('PUT', '/key', { apiKey: '' })).toMatchObject({ status: 400 });
  expect(await simulator.control('PUT', '/key', { key: 'ak_test_newest' })).toMatchObject({ status: 400 });
  expect(await statuses()).toEqual([401, 200]);
  await simulator.control('POST', '/reset', {});
  expect(await statuses()).toEqual([200, 401]);
});
