import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { API_KEY, aSimulator, DOCTOR, thePeople } from './support.ts';

const NOW = Date.UTC(2030, 0, 1, 12, 0, 0, 700);
const IAT = Math.floor(NOW / 1000);

it('makes a token with the documented claims', async () => {
  const simulator = await aSimulator({ clock: () => NOW });
  await thePeople(simulator);
  const { status, body } = await simulator.post('/v2/sdk/credentials', { user_id: DOCTOR, expires_in: 600 });
  expect(status).toBe(200);
  expect(body).toEqual({
    access_token: expect.any(String),
    expires_at: new Date((IAT + 600) * 1000).toISOString(),
    user_id: DOCTOR,
  });
  const [header = '', claims = '', signature] = body.access_token.split('.');
  const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(decoded(header)).toEqual({ alg: 'HS256', typ: 'JWT' });
  const { companyId, ...others } = decoded(claims);
  expect(companyId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(others).toEqual({
    user: DOCTOR,
    allowCamera: true,
    iat: IAT,
    exp: IAT + 600,
    iss: '@switchboard-core',
    sub: `${DOCTOR}#${companyId}`,
  });
  expect(signature).toBe(createHmac('sha256', API_KEY).update(`${header}.${claims}`).digest('base64url'));
});

it('lasts an hour unless asked, 360 to 86400 seconds if asked', async () => {
  const simulator = await aSimulator({ clock: () => NOW });
  await thePeople(simulator);
  const expiry = async (extra: object) =>
    (await simulator.post('/v2/sdk/credentials', { user_id: DOCTOR, ...extra })).body.expires_at;
  expect(await expiry({})).toBe(new Date((IAT + 3600) * 1000).toISOString());
  expect(await expiry({ expires_in: 360 })).toBe(new Date((IAT + 360) * 1000).toISOString());
  expect(await expiry({ expires_in: 86_400 })).toBe(new Date((IAT + 86_400) * 1000).toISOString());
});

it.each([
  [{}, 'user_id'],
  [{ user_id: DOCTOR, expires_in: 359 }, 'expires_in'],
  [{ user_id: DOCTOR, expires_in: 86_401 }, 'expires_in'],
  [{ user_id: DOCTOR, expires_in: '600' }, 'expires_in'],
  [{ user_id: DOCTOR, expiresIn: 600 }, 'expiresIn'],
])('refuses %j', async (body, field) => {
  const simulator = await aSimulator();
  await thePeople(simulator);
  const reply = await simulator.post('/v2/sdk/credentials', body);
  expect(reply).toMatchObject({ status: 422, body: { code: 'validation_error' } });
  expect(reply.body.message).toContain(`"${field}"`);
});

it('makes none for a stranger', async () => {
  const simulator = await aSimulator();
  const reply = await simulator.post('/v2/sdk/credentials', { user_id: 'stranger' });
  expect(reply).toMatchObject({ status: 404, body: { code: 'invalid_user_id' } });
});
