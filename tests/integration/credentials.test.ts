import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aBooking } from '../support/bookings.ts';
import { drRossi, mrBianchi, type Person } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  world.wrapDeps(deps => deps);
  await world.simulator.clearFaults();
  await world.simulator.dialect({ errorEnvelope: 'flat' });
});

let people = 0;
/** Somebody whom nobody has seen before. */
const someone = (group = 'doctor'): Person => {
  people += 1;
  return { userId: `caller-${people}`, groups: [group], fullName: `Invented Caller ${people}` };
};

const identified = ({ userId, groups, fullName }: Person) => ({
  miauserid: userId,
  miausergroups: groups.join(','),
  miauserproperties: JSON.stringify({ fullName }),
});
const ask = (person: Person, body?: unknown) => world.api.withHeaders(identified(person)).post('/credentials', body);

const itemOf = async (pk: string) => (await world.items()).find(item => item.pk === pk);
const userOf = async (id: unknown) => (await world.simulator.state()).users.filter(user => user.id === id);
const asked = async () =>
  (await world.simulator.requests()).map(({ method, path, status }) => `${method} ${path} ${status}`);
const TOKEN_CALL = 'POST /v2/sdk/credentials';
const CREDENTIALS = '^/v2/sdk/credentials$';

interface Issued {
  accessToken: string;
  expiresAt: string;
  bandyerUserId: string;
}
const claimsOf = ({ accessToken }: Issued) =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, number>;

/** Sends and expects that neither the table nor Kaleyra has heard of it. */
const unheard = async <Result>(send: () => Promise<Result>): Promise<Result> => {
  const before = [await world.items(), await world.simulator.state()];
  await world.simulator.forgetRequests();
  const result = await send();
  expect([await world.items(), await world.simulator.state()]).toEqual(before);
  expect(await asked()).toEqual([]);
  return result;
};

describe('somebody whom Kaleyra has never seen', () => {
  it.each([
    ['doctor', 'plus'],
    ['patient', 'basic'],
  ])('in the group %s becomes a %s user there, is written down, and gets a token for an hour', async (group, role) => {
    const person = someone(group);
    const reply = await ask(person);
    const issued = reply.body as Issued;
    expect([reply.status, Object.keys(issued)]).toEqual([201, ['accessToken', 'expiresAt', 'bandyerUserId']]);
    expect(issued.bandyerUserId).toMatch(/^usr_[0-9a-f]{32}$/);
    expect(issued.expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { user, iat, exp } = claimsOf(issued);
    expect([user, Number(exp) - Number(iat)]).toEqual([issued.bandyerUserId, 3600]);
    expect(Date.parse(issued.expiresAt)).toBe(Number(exp) * 1000);
    expect(await userOf(issued.bandyerUserId)).toMatchObject([{ role }]);
    const confirmedAt = expect.stringMatching(/^\d{4}-/);
    expect(await itemOf(`ext#${person.userId}`)).toMatchObject({ kaleyraId: issued.bandyerUserId, role, confirmedAt });
    const wayBack = { externalId: person.userId, fullName: person.fullName };
    expect(await itemOf(`kal#${issued.bandyerUserId}`)).toMatchObject(wayBack);
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json' });
  });

  it('calling 20 times at once becomes one user and one row', async () => {
    const person = someone();
    const before = [(await world.simulator.state()).users.length, (await world.items()).length];
    const replies = await Promise.all(Array.from({ length: 20 }, () => ask(person)));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(replies.map(({ body }) => (body as Issued).bandyerUserId)).size).toBe(1);
    const after = [(await world.simulator.state()).users.length, (await world.items()).length];
    // The row, and the way back from Kaleyra's id.
    expect(after).toEqual([Number(before[0]) + 1, Number(before[1]) + 2]);
  });

  it('is known to the directory under the caller’s own id, whatever the directory calls them', async () => {
    const described = { externalId: 'other-name', groups: ['doctor'], fullName: 'Dr Fay Invented', language: null };
    world.wrapDeps(deps => ({
      ...deps,
      openDirectory: () => ({ describe: async () => [], describeCaller: async () => described }),
    }));
    const reply = await world.api.as({ userId: 'caller-of-a-directory' }).post('/credentials');
    expect(reply.status).toBe(201);
    const { bandyerUserId } = reply.body as Issued;
    expect(await itemOf('ext#caller-of-a-directory')).toMatchObject({ kaleyraId: bandyerUserId, role: 'plus' });
    expect(await itemOf(`kal#${bandyerUserId}`)).toMatchObject({ fullName: 'Dr Fay Invented' });
    expect(await itemOf('ext#other-name')).toBeUndefined();
  });
});

describe('somebody whom the table knows', () => {
  it('gets a token of the user that takes part in their teleconsultation, with one call to Kaleyra', async () => {
    const id = await aBooking(world, { participants: [drRossi, mrBianchi] });
    await world.simulator.forgetRequests();
    // Nobody needs to say who they are in: the mapping is enough.
    const reply = await world.api.as(mrBianchi).post('/credentials');
    expect(reply.status).toBe(201);
    const opened = await world.api.as(mrBianchi).get(`/teleconsultation/${id}`);
    expect((reply.body as Issued).bandyerUserId).toBe((opened.body as Issued).bandyerUserId);
    expect(await asked()).toEqual([`${TOKEN_CALL} 200`]);
  });

  it('and whom Kaleyra has lost is made known again, once, with the role of before', async () => {
    const person = someone();
    const { bandyerUserId } = (await ask(person)).body as Issued;
    const headers = { apikey: world.env.BANDYER_API_SECRET_KEY ?? '' };
    await fetch(`${world.simulator.url}/v2/users/${bandyerUserId}`, { method: 'DELETE', headers });
    await world.simulator.forgetRequests();
    const reply = await world.api.as(person).post('/credentials');
    expect([reply.status, (reply.body as Issued).bandyerUserId]).toEqual([201, bandyerUserId]);
    expect(await asked()).toEqual([`${TOKEN_CALL} 404`, 'POST /v2/users 201', `${TOKEN_CALL} 200`]);
    expect((await userOf(bandyerUserId)).filter(user => user.deleted !== true)).toMatchObject([{ role: 'plus' }]);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['with 400 and the code', { status: 400, body: { status: 400, code: 'invalid_user_id' } }, {}],
    ['with any 404', { status: 404, body: '<html>' }, {}],
    ['nested', { status: 400, body: { error: { code: 'invalid_user_id' } } }, { errorEnvelope: 'nested' }],
  ])('and whom Kaleyra denies %s for good is a 502 after one more try', async (_, fault, dialect) => {
    const person = someone('patient');
    await ask(person);
    await world.simulator.dialect(dialect);
    await world.simulator.fault({ method: 'POST', path: CREDENTIALS, times: 9, ...fault });
    await world.simulator.forgetRequests();
    const reply = await ask(person);
    expect(reply.status).toBe(502);
    expect(reply.body).toMatchObject({ error: 'Bad Gateway', message: expect.stringContaining('the video service') });
    const calls = await asked();
    expect(calls.map(call => call.replace(/ \d+$/, ''))).toEqual([TOKEN_CALL, 'POST /v2/users', TOKEN_CALL]);
  });

  it('but was never confirmed at Kaleyra is introduced now', async () => {
    const person = someone();
    await world.simulator.fault({ method: 'POST', path: '/v2/users', times: 2, status: 500 });
    expect((await ask(person)).status).toBe(502);
    const begun = await itemOf(`ext#${person.userId}`);
    expect(begun).not.toHaveProperty('confirmedAt');
    const reply = await ask(person);
    expect([reply.status, (reply.body as Issued).bandyerUserId]).toEqual([201, begun?.kaleyraId]);
    expect(await itemOf(`ext#${person.userId}`)).toMatchObject({ role: 'plus', confirmedAt: expect.any(String) });
  });

  it('only by half, and whom nobody can describe, gets a token if Kaleyra knows them and is nobody otherwise', async () => {
    const person = someone();
    await world.simulator.fault({ method: 'POST', path: '/v2/users', times: 2, status: 500 });
    await ask(person);
    const withoutGroups = () => world.api.as(person).post('/credentials');
    expect((await withoutGroups()).status).toBe(401);
    const headers = { apikey: world.env.BANDYER_API_SECRET_KEY ?? '', 'content-type': 'application/json' };
    const user = { id: (await itemOf(`ext#${person.userId}`))?.kaleyraId, role: 'basic' };
    await fetch(`${world.simulator.url}/v2/users`, { method: 'POST', headers, body: JSON.stringify(user) });
    expect((await withoutGroups()).body).toMatchObject({ bandyerUserId: user.id });
  });
});

describe('who gets none', () => {
  const unauthorized = { statusCode: 401, error: 'Unauthorized user', message: 'Unauthorized user' };

  it.each<[string, Record<string, string>]>([
    ['nobody', {}],
    ['an empty id', { miauserid: '' }],
    ['the word null', { miauserid: 'null', miausergroups: 'doctor' }],
    ['the word undefined', { miauserid: 'undefined', miausergroups: 'doctor' }],
    ['an id that is too long', { miauserid: 'x'.repeat(3000), miausergroups: 'doctor' }],
    ['somebody whom neither table nor directory knows', { miauserid: 'unheard-of' }],
  ])('%s: 401 in the documented words', async (_, headers) => {
    const reply = await unheard(() => world.api.withHeaders(headers).post('/credentials'));
    expect([reply.status, reply.body]).toEqual([401, unauthorized]);
  });

  it('somebody in groups that no privilege knows: 400 that says so', async () => {
    const reply = await unheard(() => ask(someone('visitor')));
    const sentence = 'Failed POST /credentials: the caller is in no group that the privileges know';
    expect([reply.status, reply.body]).toEqual([400, { statusCode: 400, error: sentence, message: sentence }]);
  });
});

describe.each(TRANSPORTS)('the body, %s', transport => {
  let own: World;
  beforeAll(async () => {
    own = await openWorld({ transport });
    await own.api.withHeaders(identified(drRossi)).post('/credentials');
  });
  afterAll(() => own.close());
  const send = (headers: Record<string, string>, body?: string, url = '/credentials') =>
    own.api.raw({
      method: 'POST',
      url,
      headers: { ...identified(drRossi), ...headers },
      ...(body !== undefined && { body }),
    });
  const lifetime = async () => (await own.simulator.requests()).at(-1)?.body;
  const json = { 'content-type': 'application/json' };

  it.each<[string, Record<string, string>, string | undefined]>([
    ['no body', {}, undefined],
    ['no body, said to be JSON', json, undefined],
    ['no body, said to be text', { 'content-type': 'text/plain' }, undefined],
    ['an empty body', json, ''],
    ['an empty object', json, '{}'],
    ['other fields', json, '{"expires":7}'],
  ])('may be %s: an hour', async (_, headers, body) => {
    const reply = await send(headers, body);
    expect([reply.status, await lifetime()]).toMatchObject([201, { expires_in: 3600 }]);
  });

  it.each([
    [360, 360],
    [86_400, 86_400],
    ['3601', 3601],
  ])('may ask for %j seconds', async (expiresIn, seconds) => {
    const reply = await send(json, JSON.stringify({ expiresIn }), '/api/v1/telecons-be/credentials');
    expect([reply.status, await lifetime()]).toMatchObject([201, { expires_in: seconds }]);
    const { iat, exp } = claimsOf(reply.body as Issued);
    expect(Number(exp) - Number(iat)).toBe(seconds);
  });

  const refused = async (headers: Record<string, string>, body: string) => {
    const before = [await own.items(), await own.simulator.state(), await own.simulator.requests()];
    const reply = await send(headers, body);
    expect([await own.items(), await own.simulator.state(), await own.simulator.requests()]).toEqual(before);
    return reply;
  };

  it.each<[unknown, string]>([
    [0, 'must be at least 360'],
    [-1, 'must be at least 360'],
    [359, 'must be at least 360'],
    [86_401, 'must be at most 86400'],
    [1e9, 'must be at most 86400'],
    ['1e9', 'must be at most 86400'],
    [1.5, 'must be an integer'],
    ['abc', 'must be an integer'],
    ['', 'must be an integer'],
    [null, 'must be an integer'],
    [true, 'must be an integer'],
    [[3600], 'must be an integer'],
    [{}, 'must be an integer'],
  ])('may not ask for %j', async (expiresIn, message) => {
    const reply = await refused(json, JSON.stringify({ expiresIn }));
    const problem = { path: 'body.expiresIn', message: expect.stringContaining(message) };
    expect([reply.status, reply.body]).toMatchObject([400, { error: 'Bad Request', details: [problem] }]);
  });

  it.each<[string, Record<string, string>, string, number, string]>([
    ['broken JSON', json, '{"expiresIn":', 400, 'body must be valid JSON'],
    ['a list', json, '[]', 400, 'body must be an object'],
    ['a word', json, '"3600"', 400, 'body must be an object'],
    ['an empty word', json, '""', 400, 'body must be an object'],
    ['null', json, 'null', 400, 'body must be an object'],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'expiresIn=3600', 415, 'application/json'],
  ])('may not be %s', async (_, headers, body, status, words) => {
    const reply = await refused(headers, body);
    expect([reply.status, reply.body]).toMatchObject([status, { message: expect.stringContaining(words) }]);
  });
});

describe('what Kaleyra answers', () => {
  it.each([
    ['2031-01-10T11:41:19.250Z', '2031-01-10T11:41:19.250Z'],
    ['2031-01-10T11:41:19Z', '2031-01-10T11:41:19.000Z'],
    ['2031-01-10T11:41:19.000', '2031-01-10T11:41:19.000Z'],
  ])('as the end %s is told as %s', async (expires_at, told) => {
    const person = someone();
    const { bandyerUserId } = (await ask(person)).body as Issued;
    const body = { access_token: 'invented.token', expires_at, user_id: bandyerUserId };
    await world.simulator.fault({ path: CREDENTIALS, status: 200, body });
    expect((await ask(person)).body).toEqual({ accessToken: 'invented.token', expiresAt: told, bandyerUserId });
  });

  it.each<[string, Record<string, unknown>]>([
    ['for somebody else', { user_id: 'usr_somebody_else' }],
    ['without a token', { access_token: undefined }],
    ['with an empty token', { access_token: '' }],
    ['with a token that is no text', { access_token: { jwt: 'x' } }],
    ['with an end that is no date', { expires_at: 'soon' }],
    ['without an end', { expires_at: undefined }],
  ])('%s is not passed on: 502', async (_, wrong) => {
    const person = someone();
    const { bandyerUserId } = (await ask(person)).body as Issued;
    const right = {
      access_token: 'secret.canary.token',
      expires_at: '2031-01-10T11:41:19.000Z',
      user_id: bandyerUserId,
    };
    await world.simulator.fault({ path: CREDENTIALS, status: 200, body: { ...right, ...wrong } });
    const reply = await ask(person);
    expect([reply.status, reply.text.includes('canary')]).toEqual([502, false]);
  });

  it.each<[string, Record<string, unknown>, number, string | undefined]>([
    ['does not know our key', { status: 401 }, 502, undefined],
    ['finds the request invalid', { status: 422 }, 502, undefined],
    ['throttles', { status: 429, retryAfter: 7 }, 503, '7'],
    ['fails', { status: 500 }, 502, undefined],
    ['drops the line', { drop: true }, 503, '10'],
    ['answers HTML', { status: 200, body: '<html>' }, 502, undefined],
  ])('when it %s is a clear failure, and the next call succeeds', async (_, fault, status, retryAfter) => {
    const person = someone();
    await world.simulator.fault({ path: CREDENTIALS, times: 2, ...fault });
    const reply = await ask(person);
    expect([reply.status, reply.headers['retry-after']]).toEqual([status, retryAfter]);
    expect(reply.body).toMatchObject({ statusCode: status, message: expect.stringContaining('the video service') });
    await world.simulator.clearFaults();
    expect((await ask(person)).status).toBe(201);
  });
});

it('the token is written down nowhere', async () => {
  const person = someone();
  world.configure({ LOG_LEVEL: 'debug' });
  const { accessToken } = (await ask(person, { expiresIn: 400 })).body as Issued;
  world.configure({});
  const written = JSON.stringify([world.logs, await world.items()]);
  expect(accessToken.length).toBeGreaterThan(100);
  for (const part of accessToken.split('.')) expect(written).not.toContain(part);
  expect(world.logs.join()).not.toContain(person.userId);
});
