import { describe, expect, it } from 'vitest';
import { aSimulator, DOCTOR, formOf, jpegOf, pngOf } from './support.ts';

describe('creating a user', () => {
  it('fills in what was left out', async () => {
    const simulator = await aSimulator({ clock: () => Date.UTC(2030, 5, 1) });
    expect(await simulator.post('/v2/users', { role: 'basic' })).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^usr_[0-9a-f]{12}$/),
        role: 'basic',
        allow_camera: true,
        language: 'en',
        avatar_url: null,
        creation_date: '2030-06-01T00:00:00.000Z',
      },
    });
  });

  it('keeps what was chosen', async () => {
    const simulator = await aSimulator();
    const chosen = { id: 'A.b_c-1', role: 'plus', allow_camera: false, language: 'pl' };
    expect((await simulator.post('/v2/users', chosen)).body).toMatchObject(chosen);
    expect((await simulator.get('/v2/users/A.b_c-1')).body).toMatchObject(chosen);
  });

  it('refuses an id twice, until the first is deleted', async () => {
    const simulator = await aSimulator();
    await simulator.post('/v2/users', { id: DOCTOR, role: 'plus' });
    const again = await simulator.post('/v2/users', { id: DOCTOR, role: 'basic' });
    expect(again).toMatchObject({
      status: 400,
      body: { name: 'invalid_request_error', code: 'user_id_already_exists' },
    });
    await simulator.delete(`/v2/users/${DOCTOR}`);
    expect((await simulator.post('/v2/users', { id: DOCTOR, role: 'basic' })).status).toBe(201);
  });

  it.each([
    [{}, 'role_validation_error', 'role'],
    [{ role: 'admin' }, 'role_validation_error', 'role'],
    [{ role: 'plus', language: 'es' }, 'invalid_language', 'language'],
    [{ role: 'plus', allow_camera: '1' }, 'validation_error', 'allow_camera'],
    [{ role: 'plus', id: 'a b' }, 'validation_error', 'id'],
    [{ role: 'plus', id: 'a/b' }, 'validation_error', 'id'],
    [{ role: 'plus', id: '' }, 'validation_error', 'id'],
    [{ role: 'plus', id: 'x'.repeat(129) }, 'validation_error', 'id'],
    [{ role: 'plus', id: 7 }, 'validation_error', 'id'],
  ])('refuses %j with %s', async (user, code, field) => {
    const simulator = await aSimulator();
    const reply = await simulator.post('/v2/users', user);
    expect(reply).toMatchObject({ status: 422, body: { name: 'validation_error', code } });
    expect(reply.body.message).toContain(`"${field}"`);
  });

  it('takes an id of 128 characters', async () => {
    const simulator = await aSimulator();
    expect((await simulator.post('/v2/users', { role: 'plus', id: 'x'.repeat(128) })).status).toBe(201);
  });
});

describe('a user', () => {
  it('changes in part, but never in its id', async () => {
    const simulator = await aSimulator();
    await simulator.post('/v2/users', { id: DOCTOR, role: 'basic', language: 'de' });
    const raised = await simulator.put(`/v2/users/${DOCTOR}`, { role: 'plus' });
    expect(raised).toMatchObject({
      status: 200,
      body: { id: DOCTOR, role: 'plus', language: 'de', allow_camera: true },
    });
    expect((await simulator.put(`/v2/users/${DOCTOR}`, { id: 'other' })).status).toBe(422);
    const wrong = await simulator.put(`/v2/users/${DOCTOR}`, { role: 'boss' });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'role_validation_error' } });
  });

  it('is gone once deleted, and still seen in the state', async () => {
    const simulator = await aSimulator();
    await simulator.post('/v2/users', { id: DOCTOR, role: 'plus' });
    const deleted = await simulator.delete(`/v2/users/${DOCTOR}`);
    expect(deleted).toMatchObject({ status: 200, body: { id: DOCTOR, message: 'user deleted' } });
    expect((await simulator.get('/v2/users')).body.users).toEqual([]);
    expect((await simulator.state()).users).toMatchObject([{ id: DOCTOR, deleted: true }]);
  });

  it.each([
    ['GET', '/v2/users/nobody', undefined],
    ['PUT', '/v2/users/nobody', {}],
    ['DELETE', '/v2/users/nobody', undefined],
    ['PUT', '/v2/users/nobody/avatar', formOf('avatar', jpegOf(300, 300))],
    ['DELETE', '/v2/users/nobody/avatar', undefined],
  ])('that is unknown answers 404 to %s %s', async (method, path, body) => {
    const simulator = await aSimulator();
    expect(await simulator.send(method, path, body)).toMatchObject({ status: 404, body: { code: 'invalid_user_id' } });
  });
});

describe('an avatar', () => {
  it('is put, served, replaced and removed', async () => {
    const simulator = await aSimulator();
    await simulator.post('/v2/users', { id: DOCTOR, role: 'plus' });
    const path = `/v2/users/${DOCTOR}/avatar`;
    const first = (await simulator.put(path, formOf('avatar', pngOf(300, 300), 'image/png'))).body.avatar_url;
    expect((await fetch(first)).headers.get('content-type')).toBe('image/png');
    const second = (await simulator.put(path, formOf('avatar', jpegOf(300, 300)))).body.avatar_url;
    expect((await fetch(first)).status).toBe(404);
    expect((await simulator.get(`/v2/users/${DOCTOR}`)).body.avatar_url).toBe(second);
    expect((await simulator.delete(path)).body.avatar_url).toBeNull();
    expect((await fetch(second)).status).toBe(404);
  });

  it('goes with its user', async () => {
    const simulator = await aSimulator();
    await simulator.post('/v2/users', { id: DOCTOR, role: 'plus' });
    const { body } = await simulator.put(`/v2/users/${DOCTOR}/avatar`, formOf('avatar', jpegOf(300, 300)));
    await simulator.delete(`/v2/users/${DOCTOR}`);
    expect((await fetch(body.avatar_url)).status).toBe(404);
  });

  it('is a picture of at most 500 KB', async () => {
    const simulator = await aSimulator();
    await simulator.post('/v2/users', { id: DOCTOR, role: 'plus' });
    const path = `/v2/users/${DOCTOR}/avatar`;
    const tooLarge = formOf('avatar', jpegOf(300, 300, 500 * 1024 + 1));
    expect(await simulator.put(path, tooLarge)).toMatchObject({ status: 422, body: { code: 'invalid_file' } });
    expect(await simulator.put(path, { avatar: 'x' })).toMatchObject({ status: 400, body: { code: 'file_not_found' } });
  });
});

describe('the list', () => {
  it('comes in pages, newest first', async () => {
    const simulator = await aSimulator();
    for (let index = 0; index < 23; index += 1) await simulator.post('/v2/users', { role: 'basic', id: `u${index}` });
    const first = (await simulator.get('/v2/users')).body;
    expect(first).toMatchObject({ offset: 0, limit: 20, has_more: true, count: 20 });
    expect(first.users[0].id).toBe('u22');
    const rest = (await simulator.get('/v2/users?offset=20')).body;
    expect(rest).toMatchObject({ offset: 20, limit: 20, has_more: false, count: 3 });
    expect(rest.users.map(({ id }: { id: string }) => id)).toEqual(['u2', 'u1', 'u0']);
    const exact = (await simulator.get('/v2/users?offset=0&limit=23')).body;
    expect(exact).toMatchObject({ limit: 23, has_more: false, count: 23 });
    expect((await simulator.get('/v2/users?limit=100')).status).toBe(200);
    const beyond = (await simulator.get('/v2/users?offset=99')).body;
    expect(beyond).toEqual({ offset: 99, limit: 20, has_more: false, count: 0, users: [] });
  });
});
