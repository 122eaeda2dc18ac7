import { describe, expect, it } from 'vitest';
import { API_KEY, aRoom, aSimulator, DOCTOR } from './support.ts';

describe('the key', () => {
  it('is asked of every call under /v2', async () => {
    const simulator = await aSimulator();
    const without = await fetch(`${simulator.url}/v2/company`);
    expect(without.status).toBe(401);
    expect(await without.json()).toMatchObject({ status: 401, name: 'invalid_api_key', code: 'invalid_api_key' });
    const wrong = await simulator.send('GET', '/v2/no-such-thing', undefined, { apikey: 'ak_test_wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_api_key' } });
  });

  it('is read whatever the case of its header', async () => {
    const simulator = await aSimulator({ apiKey: 'ak_test_other' });
    const response = await fetch(`${simulator.url}/v2/company`, { headers: { ApiKey: 'ak_test_other' } });
    expect(response.status).toBe(200);
  });
});

describe('an unknown route', () => {
  it.each([
    ['GET', '/v2/romms'],
    ['PATCH', '/v2/company'],
    ['GET', '/v2/rooms/'],
    ['GET', '/v2/uploads/'],
    ['GET', '/rest/room/list'],
    ['POST', '/'],
  ])('%s %s is named', async (method, path) => {
    const simulator = await aSimulator();
    const reply = await simulator.send(method, path);
    expect(reply.status).toBe(404);
    expect(reply.body.message).toContain(`${method} ${path}`);
  });
});

describe('a query parameter', () => {
  it.each([
    ['/v2/users?skip=3', 'skip'],
    ['/v2/rooms?room_id=x', 'room_id'],
    ['/v2/company?verbose=1', 'verbose'],
    ['/v2/company?__proto__=1', '__proto__'],
    ['/v2/users?limit=101', 'limit'],
    ['/v2/users?limit=0', 'limit'],
    ['/v2/users?limit=ten', 'limit'],
    ['/v2/users?offset=-1', 'offset'],
    ['/v2/users?limit=5&limit=6', 'limit'],
    ['/v2/uploads?upload_type=generic', 'upload_type'],
    ['/v2/uploads?from=2026-02-30', 'from'],
    ['/v2/sessions?to=2026-01-01T00:00:00Z', 'to'],
  ])('of %s is refused by its name', async (path, name) => {
    const simulator = await aSimulator();
    const reply = await simulator.get(path);
    expect(reply).toMatchObject({
      status: 422,
      body: { status: 422, name: 'validation_error', code: 'validation_error' },
    });
    expect(reply.body.message).toContain(`query parameter "${name}"`);
  });
});

describe('a body', () => {
  it('with an unknown field is refused by its name', async () => {
    const simulator = await aSimulator();
    const reply = await simulator.post('/v2/users', { role: 'plus', can_video: true });
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation_error' } });
    expect(reply.body.message).toContain('unknown body field "can_video"');
  });

  it('is refused where none belongs', async () => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator);
    const reply = await simulator.put(`/v2/rooms/${id}/disable`, { reason: 'over' });
    expect(reply.status).toBe(422);
    expect(reply.body.message).toContain('"reason"');
  });

  it('names a field of the wrong type, however deep', async () => {
    const simulator = await aSimulator();
    const participants = [{ user_id: 'a' }, { user_id: 'b', tools: { chat: 'yes' } }];
    const reply = await simulator.post('/v2/rooms', { participants });
    expect(reply.status).toBe(422);
    expect(reply.body.message).toContain('"participants[1].tools.chat"');
  });

  it('names what is missing when nothing was sent', async () => {
    const simulator = await aSimulator();
    const reply = await simulator.post('/v2/rooms');
    expect(reply.status).toBe(422);
    expect(reply.body.message).toContain('"participants"');
  });

  it.each([['[]'], ['"text"'], ['null']])('that is %s is not an object', async body => {
    const simulator = await aSimulator();
    expect(await simulator.post('/v2/users', body)).toMatchObject({ status: 422, body: { code: 'validation_error' } });
  });

  it.each([['{'], ['{"role":}'], ['role=plus']])('that is not JSON (%s) is a bad request', async body => {
    const simulator = await aSimulator();
    expect(await simulator.post('/v2/users', body)).toMatchObject({ status: 400, body: { code: 'invalid_json' } });
  });

  it('that is not UTF-8 is a bad request', async () => {
    const simulator = await aSimulator();
    const body = Buffer.from('{"participants":[],"description":"caf\xe9"}', 'latin1');
    const headers = { apikey: API_KEY, 'content-type': 'application/json' };
    const response = await fetch(`${simulator.url}/v2/rooms`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_json' });
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], ['application/jsonx']])(
    'declared as %s is refused',
    async type => {
      const simulator = await aSimulator();
      const reply = await simulator.send('POST', '/v2/users', '{"role":"plus"}', { 'content-type': type });
      expect(reply).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
      expect(reply.body.message).toContain(type);
    },
  );

  it('may name its charset', async () => {
    const simulator = await aSimulator();
    const type = 'Application/JSON; charset=utf-8';
    const reply = await simulator.send('POST', '/v2/users', `{"role":"plus","id":"${DOCTOR}"}`, {
      'content-type': type,
    });
    expect(reply.status).toBe(201);
  });

  it('has a limit', async () => {
    const simulator = await aSimulator();
    const reply = await simulator.post('/v2/users', `{"role":"plus"}${' '.repeat(32 * 1024 * 1024)}`);
    expect(reply).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
  });
});

it('refuses a path that is not well encoded', async () => {
  const simulator = await aSimulator();
  expect(await simulator.get('/v2/uploads/%E0%A4%A')).toMatchObject({ status: 400, body: { code: 'invalid_path' } });
});
