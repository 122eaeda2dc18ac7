import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDirectoryMount, directoryVariables } from '../../../../local/directory/index.ts';
import { listen, shut } from '../../../../local/listen.ts';

const aDirectory = async () => {
  const server = createServer(createDirectoryMount());
  const { url } = await listen(server, 0);
  onTestFinished(() => shut(server));
  const base = directoryVariables(url, true).AUTH_SERVICE;
  return async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${base}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return { status: response.status, body: isJson && text !== '' ? JSON.parse(text) : text };
  };
};
const order = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });

describe('the embedded directory', () => {
  it('is found where the variables say', () => {
    expect(directoryVariables('http://127.0.0.1:1', false)).toEqual({
      AUTH_SERVICE: 'http://127.0.0.1:1/_directory',
      CUSTOM_ID_USERS_API_ENDPOINT: '',
    });
    expect(directoryVariables('http://127.0.0.1:1', true).CUSTOM_ID_USERS_API_ENDPOINT).toBe(
      'http://127.0.0.1:1/_directory/custom-users/',
    );
  });

  it('has accounts by id, by filter, and all together', async () => {
    const ask = await aDirectory();
    expect(await ask('/users/auth0%7Cdr-rossi')).toMatchObject({ status: 200, body: { user_id: 'auth0|dr-rossi' } });
    expect((await ask('/users?user_id=auth0%7Cms-neri')).body).toMatchObject([{ user_id: 'auth0|ms-neri' }]);
    expect((await ask('/users')).body).toHaveLength(4);
    expect((await ask('/users?user_id=auth0%7Cnobody')).body).toEqual([]);
    for (const path of ['/users/auth0%7Cnobody', '/users/', '/users/a/b', '/users/%ff', '/other', '']) {
      expect((await ask(path)).status, path).toBe(404);
    }
    expect((await ask('/users', { method: 'POST' })).status).toBe(405);
    expect(await ask('/users?role=doctor')).toMatchObject({ status: 400, body: { message: 'no such field: role' } });
  });

  it('has people of the platform, each with the id of an account but one', async () => {
    const ask = await aDirectory();
    const { body } = await ask('/custom-users/?_id=64e100000000000000000003');
    expect(body).toEqual([expect.objectContaining({ authUserId: 'auth0|mr-bianchi' })]);
    const everybody = (await ask('/custom-users/')).body as Record<string, string>[];
    expect(everybody.map(({ authUserId }) => authUserId)).toEqual([
      'auth0|dr-rossi',
      'auth0|dr-verdi',
      'auth0|mr-bianchi',
      'auth0|ms-neri',
      undefined,
    ]);
    expect(everybody.every(({ _id = '' }) => /^[0-9a-f]{24}$/.test(_id))).toBe(true);
  });

  it('fails as ordered, as often as ordered, on the paths it was ordered for', async () => {
    const ask = await aDirectory();
    await ask('/_faults', order({ path: '/users/', status: 500, times: 2 }));
    expect((await ask('/users')).status).toBe(200);
    const user = async () => (await ask('/users/auth0%7Cdr-rossi')).status;
    expect([await user(), await user(), await user()]).toEqual([500, 500, 200]);
    await ask('/_faults', order({ text: '<html></html>' }));
    expect(await ask('/users')).toEqual({ status: 200, body: '<html></html>' });
    await ask('/_faults', order({ everybody: true }));
    expect((await ask('/users/auth0%7Cdr-rossi')).body).toHaveLength(4);
    await ask('/_faults', order({ everybody: true }));
    expect((await ask('/custom-users/?_id=x')).body).toHaveLength(5);
    await ask('/_faults', order({ body: null }));
    expect((await ask('/users')).body).toBeNull();
    await ask('/_faults', order({ drop: true }));
    await expect(ask('/users')).rejects.toThrow('fetch failed');
    await ask('/_faults', order({ delayMs: 80 }));
    const started = performance.now();
    expect((await ask('/users')).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(75);
    await ask('/_faults', order({ status: 503, times: 9 }));
    await ask('/_faults', { method: 'DELETE' });
    expect((await ask('/users')).status).toBe(200);
  });

  it('tells what it was asked, and holds whom it is given, until it is reset', async () => {
    const ask = await aDirectory();
    const accounts = [{ user_id: 'auth0|new', groups: ['doctor'] }];
    await ask('/_people', { method: 'PUT', body: JSON.stringify({ accounts }) });
    expect((await ask('/users', { headers: { cookie: 'sid=invented' } })).body).toEqual(accounts);
    expect((await ask('/_people')).body).toMatchObject({ accounts, people: expect.any(Array) });
    expect((await ask('/_requests')).body.requests).toEqual([
      { method: 'GET', path: '/users', query: '', headers: expect.objectContaining({ cookie: 'sid=invented' }) },
    ]);
    await ask('/_reset', { method: 'POST' });
    expect((await ask('/_requests')).body).toEqual({ requests: [] });
    expect((await ask('/users')).body).toHaveLength(4);
    await ask('/_requests', { method: 'DELETE' });
    expect((await ask('/_requests')).body).toEqual({ requests: [] });
  });

  it.each([
    ['POST', '/_faults', '{"statsu":500}'],
    ['POST', '/_faults', '{}'],
    ['POST', '/_faults', '{'],
    ['PUT', '/_people', '{"users":[]}'],
  ])('refuses %s %s with %s', async (method, path, body) => {
    const answer = await (await aDirectory())(path, { method, body });
    expect(answer).toMatchObject({ status: 400, body: { message: expect.any(String) } });
  });

  it('has no control that it does not know', async () => {
    expect(await (await aDirectory())('/_fault')).toMatchObject({
      status: 404,
      body: { message: 'no such control: GET /_fault' },
    });
  });
});
