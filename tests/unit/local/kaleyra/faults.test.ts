import { describe, expect, it } from 'vitest';
import { API_KEY, aRoom, aSimulator } from './support.ts';

const user = { role: 'basic' };

describe('a fault', () => {
  it.each([
    [400, 'invalid_request_error', 'invalid_request_error'],
    [401, 'invalid_api_key', 'invalid_api_key'],
    [404, 'invalid_request_error', 'not_found'],
    [422, 'validation_error', 'validation_error'],
    [429, 'rate_limit_error', 'too_many_requests'],
    [500, 'General error', 'internal_server_error'],
    [503, 'General error', 'internal_server_error'],
  ])('with status %i answers in the envelope of the vendor, once', async (status, name, code) => {
    const simulator = await aSimulator();
    expect(await simulator.fault({ status })).toMatchObject({ status: 201, body: { status, times: 1 } });
    expect(await simulator.post('/v2/users', user)).toMatchObject({ status, body: { status, name, code } });
    expect((await simulator.state()).users).toEqual([]);
    expect((await simulator.post('/v2/users', user)).status).toBe(201);
  });

  it('hits as often as it says', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ status: 500, times: 3 });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await simulator.get('/v2/company')).status);
    expect(statuses).toEqual([500, 500, 500, 200]);
  });

  it('hits only its method and its path', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ method: 'post', path: '/v2/rooms', status: 500 });
    expect((await simulator.get('/v2/rooms')).status).toBe(200);
    expect((await simulator.post('/v2/users', user)).status).toBe(201);
    expect((await simulator.post('/v2/rooms', {})).status).toBe(500);
  });

  it('takes a path for a prefix, or for a regular expression when it starts with ^', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ path: '^/v2/users/[^/]+$', status: 503 });
    expect((await simulator.get('/v2/users')).status).toBe(200);
    expect((await simulator.get('/v2/users/x/avatar')).status).toBe(404);
    expect((await simulator.get('/v2/users/x?y=z')).status).toBe(503);
    await simulator.fault({ path: '/v2/us', status: 503 });
    expect((await simulator.get('/v2/users?limit=3')).status).toBe(503);
  });

  it('waits its turn behind an older one', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ status: 500 });
    await simulator.fault({ status: 503 });
    expect((await simulator.get('/v2/company')).status).toBe(500);
    expect((await simulator.get('/v2/company')).status).toBe(503);
  });

  it('is forgotten when faults are cleared', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ status: 500, times: 1_000_000 });
    expect((await simulator.control('DELETE', '/faults')).status).toBe(204);
    expect((await simulator.get('/v2/company')).status).toBe(200);
  });

  it('touches neither links nor controls', async () => {
    const simulator = await aSimulator();
    const room = await aRoom(simulator);
    await simulator.fault({ drop: true });
    expect((await fetch(room.participants[0].access_link)).status).toBe(200);
    expect((await simulator.control('GET', '/state')).status).toBe(200);
    await expect(simulator.get('/v2/company')).rejects.toThrow('fetch failed');
  });

  it('carries its own body, with or without a status', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ status: 502, body: { reason: 'proxy' } });
    expect(await simulator.get('/v2/company')).toMatchObject({ status: 502, body: { reason: 'proxy' } });
    await simulator.fault({ body: ['not', 'a', 'company'] });
    expect(await simulator.get('/v2/company')).toMatchObject({ status: 200, body: ['not', 'a', 'company'] });
    await simulator.fault({ status: 204 });
    expect(await simulator.get('/v2/company')).toMatchObject({ status: 204, body: '' });
  });

  it.each([[7], ['Wed, 01 Jan 2031 00:00:00 GMT']])('says when to come back: %s', async retryAfter => {
    const simulator = await aSimulator();
    await simulator.fault({ status: 429, retryAfter });
    expect((await simulator.get('/v2/company')).headers.get('retry-after')).toBe(String(retryAfter));
  });
});

describe('a delay', () => {
  const timed = async <T>(act: () => Promise<T>) => {
    const started = performance.now();
    const result = await act();
    return { result, ms: performance.now() - started };
  };

  it('alone comes before a normal answer', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ delayMs: 80 });
    const { result, ms } = await timed(() => simulator.post('/v2/users', user));
    expect(result.status).toBe(201);
    expect(ms).toBeGreaterThan(75);
    await simulator.get('/v2/users');
    expect((await simulator.journal()).map(({ fault }) => fault?.delayMs)).toEqual([80, undefined]);
  });

  it('with a status delays, then fails', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ delayMs: 80, status: 503 });
    const { result, ms } = await timed(() => simulator.post('/v2/users', user));
    expect(result.status).toBe(503);
    expect(ms).toBeGreaterThan(75);
    expect((await simulator.state()).users).toEqual([]);
  });

  it('after the effect keeps waiting a client whose request is long done', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ delayMs: 60_000, afterEffect: true });
    const headers = { apikey: API_KEY, 'content-type': 'application/json' };
    const leaving = new AbortController();
    const request = { method: 'POST', headers, body: JSON.stringify(user), signal: leaving.signal };
    const waiting = expect(fetch(`${simulator.url}/v2/users`, request)).rejects.toThrow('gone');
    await expect.poll(async () => (await simulator.state()).users.length, { timeout: 10_000 }).toBe(1);
    leaving.abort(new Error('gone'));
    await waiting;
    await expect
      .poll(() => simulator.journal(), { timeout: 10_000 })
      .toMatchObject([{ path: '/v2/users', status: 0, fault: { delayMs: 60_000 } }]);
  });
});

describe('after the effect', () => {
  it.each([[{ drop: true }], [{ status: 500 }], [{ status: 504, delayMs: 10 }]])('%j comes too late', async fault => {
    const simulator = await aSimulator();
    await simulator.fault({ ...fault, afterEffect: true });
    const outcome = await simulator.post('/v2/users', user).then(
      ({ status }) => status,
      () => 'dropped',
    );
    expect(outcome).toBe('drop' in fault ? 'dropped' : fault.status);
    expect((await simulator.state()).users).toHaveLength(1);
  });

  it('a body replaces the real one, under the real status', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ body: {}, afterEffect: true });
    expect(await simulator.post('/v2/users', user)).toMatchObject({ status: 201, body: {} });
    expect((await simulator.state()).users).toHaveLength(1);
  });

  it('a good status changes nothing but the status', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ status: 202, afterEffect: true });
    expect(await simulator.post('/v2/users', user)).toMatchObject({ status: 202, body: { role: 'basic' } });
  });
});

describe('a dropped connection', () => {
  it('has no effect by itself, and is in the journal', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ method: 'POST', drop: true, delayMs: 5 });
    await expect(simulator.post('/v2/users', user)).rejects.toThrow('fetch failed');
    expect((await simulator.state()).users).toEqual([]);
    expect(await simulator.journal()).toMatchObject([
      { method: 'POST', path: '/v2/users', status: 0, fault: { drop: true, delayMs: 5 }, body: user },
    ]);
  });
});

describe('a bad fault', () => {
  it.each([
    [{}, 'status'],
    [{ path: '/v2/rooms' }, 'status'],
    [{ status: 99 }, 'status'],
    [{ status: 600 }, 'status'],
    [{ status: '500' }, 'status'],
    [{ status: 500, times: 0 }, 'times'],
    [{ status: 500, times: 1.5 }, 'times'],
    [{ status: 500, method: 'FETCH' }, 'method'],
    [{ status: 500, path: '/rooms' }, 'path'],
    [{ status: 500, path: '' }, 'path'],
    [{ status: 500, path: '^/v2/(' }, 'path'],
    [{ status: 500, retryAfter: -1 }, 'retryAfter'],
    [{ status: 429, retryAfter: 'a\nb' }, 'retryAfter'],
    [{ drop: true, retryAfter: 1 }, 'retryAfter'],
    [{ delayMs: -1 }, 'delayMs'],
    [{ delayMs: '10' }, 'delayMs'],
    [{ drop: 1 }, 'drop'],
    [{ drop: true, status: 500 }, 'drop'],
    [{ status: 500, afterEffect: 'yes' }, 'afterEffect'],
    [{ status: 500, afterEfect: true }, 'afterEfect'],
  ])('%j is refused by its field', async (fault, field) => {
    const simulator = await aSimulator();
    const reply = await simulator.fault(fault);
    expect(reply.status).toBe(400);
    expect(reply.body.message).toContain(`"${field}"`);
    expect((await simulator.get('/v2/company')).status).toBe(200);
  });
});
