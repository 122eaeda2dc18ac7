import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api, Reply } from '../support/api.ts';
import { bookingBody } from '../support/bookings.ts';
import { drRossi, mrBianchi } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

/** Tokens say who calls: what API Gateway's authorizer refuses never reaches a function, and headers of a client say nothing. */

const ROUTES = ['/teleconsultation', '/api/v1/telecons-be/teleconsultation'];
const SECRET = 'local-gateway-secret-for-this-machine-only';
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe.each(TRANSPORTS)('in jwt mode, %s', transport => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ transport, identity: 'jwt' });
  });
  afterAll(() => world.close());

  const asBearer = (token: string): Api => world.api.withHeaders({ authorization: `Bearer ${token}` });
  const booking = () => bookingBody(world.clock.now(), { startsIn: '-1 minute', participants: [drRossi, mrBianchi] });
  const now = () => Math.floor(world.clock.now() / 1000);

  /** A token of the stack in its parts, for the tests that put other ones together. */
  const parts = async (claims: Record<string, unknown> = {}) => {
    const [header = '', payload = '', signature = ''] = (await world.token(drRossi, claims)).split('.');
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    return { header: read(header), payload: read(payload), signature };
  };
  const publicKey = async (): Promise<Record<string, string>> => {
    const { body } = await world.api.get('/.well-known/jwks.json');
    return (body as { keys: Record<string, string>[] }).keys[0] ?? {};
  };

  const unauthorized = (reply: Reply, challenge: string): void => {
    expect({ status: reply.status, body: reply.body, challenge: reply.headers['www-authenticate'] }).toEqual({
      status: 401,
      body: { message: 'Unauthorized' },
      challenge,
    });
  };
  const invalid = (description: string): string =>
    `Bearer scope="" error="invalid_token" error_description="${description}"`;

  /** Nothing was stored and nothing was asked of Kaleyra. */
  const refused = async (token: string, description: string): Promise<void> => {
    const before = await world.items();
    await world.simulator.forgetRequests();
    for (const route of ROUTES) unauthorized(await asBearer(token).post(route, booking()), invalid(description));
    expect(await world.items()).toEqual(before);
    expect(await world.simulator.requests()).toEqual([]);
  };

  it('a good token books, and the participants of the booking open it, each with a link of their own', async () => {
    const booked = await world.api.asToken(drRossi).post('/teleconsultation', booking());
    expect(booked.status).toBe(201);
    const { roomId } = booked.body as { roomId: string };
    const opened = await Promise.all(
      [drRossi, mrBianchi].map(person => world.api.asToken(person).get(`/teleconsultation/${roomId}`)),
    );
    expect(opened.map(({ status }) => status)).toEqual([200, 200]);
    const links = opened.map(({ body }) => (body as { accessLinkURL: string }).accessLinkURL);
    expect(new Set(links).size).toBe(2);
    expect(await world.record(roomId)).toMatchObject({ creatorId: drRossi.userId });
  });

  it('the word in front of a token is optional and its case free, as API Gateway has it', async () => {
    const token = await world.token(drRossi);
    for (const authorization of [token, `bearer ${token}`, `BEARER  ${token}`]) {
      const reply = await world.api.withHeaders({ authorization }).get('/teleconsultation/3f7a1c9e5b2d4806af13ce72');
      expect(reply.status).toBe(404);
    }
  });

  it('without a token nobody gets in, whatever headers say', async () => {
    const said = { miauserid: drRossi.userId, miausergroups: 'doctor', 'x-gateway-secret': SECRET };
    for (const api of [world.api, world.api.withHeaders(said), world.api.withHeaders({ authorization: 'Bearer ' })]) {
      unauthorized(await api.post('/teleconsultation', booking()), 'Bearer');
    }
  });

  it.each(['not-a-token', 'a.b', 'a.b.c.d'])('%s is no token', async text => {
    await refused(text, 'token contains an invalid number of segments');
  });

  it('two tokens are none', async () => {
    const token = await world.token(drRossi);
    await refused(`${token},${token}`, 'token contains an invalid number of segments');
  });

  it('a token that says it needs no signature is refused', async () => {
    const { header, payload, signature } = await parts();
    for (const alg of ['none', 'None', 'NONE', '']) {
      const unsigned = `${base64({ ...header, alg })}.${base64(payload)}`;
      await refused(`${unsigned}.`, `signing method ${alg} is invalid`);
      await refused(`${unsigned}.${signature}`, `signing method ${alg} is invalid`);
    }
  });

  it('a token signed with the public key as if it were a shared secret is refused', async () => {
    const { header, payload } = await parts();
    const key = await publicKey();
    const text = `${base64({ ...header, alg: 'HS256' })}.${base64(payload)}`;
    for (const secret of [JSON.stringify(key), key.n ?? '', Buffer.from(key.n ?? '', 'base64url')]) {
      const forged = createHmac('sha256', secret).update(text).digest('base64url');
      await refused(`${text}.${forged}`, 'signing method HS256 is invalid');
    }
  });

  it('a token signed by somebody else is refused, also under the id of the right key or with their key in it', async () => {
    const { header, payload } = await parts();
    const signed = (protectedHeader: object): string => {
      const text = `${base64(protectedHeader)}.${base64(payload)}`;
      return `${text}.${sign('RSA-SHA256', Buffer.from(text), foreign.privateKey).toString('base64url')}`;
    };
    await refused(signed(header), 'the signature is invalid');
    await refused(signed({ ...header, jwk: foreign.publicKey.export({ format: 'jwk' }) }), 'the signature is invalid');
    await refused(signed({ ...header, kid: 'theirs' }), 'the key of the token is unknown');
    const { kid: _, ...withoutKey } = header;
    await refused(signed(withoutKey), 'the key of the token is unknown');
  });

  it('a token whose claims were changed is refused', async () => {
    const { header, payload, signature } = await parts();
    const changed = base64({ ...payload, groups: ['doctor', 'admin'] });
    await refused(`${base64(header)}.${changed}.${signature}`, 'the signature is invalid');
  });

  it.each<[string, (seconds: number) => Record<string, unknown>, string]>([
    ['that ends now', s => ({ exp: s }), 'the token has expired'],
    ['that ended', s => ({ exp: s - 1 }), 'the token has expired'],
    ['that never ends', () => ({ exp: null }), 'the token has expired'],
    ['whose end is a text', s => ({ exp: String(s + 60) }), 'the token has expired'],
    ['that begins later', s => ({ nbf: s + 60 }), 'the token is not valid yet'],
    ['of the future', s => ({ iat: s + 60 }), 'the token is not valid yet'],
    ['for another audience', () => ({ aud: 'another' }), 'the token does not have a valid audience'],
    ['for other audiences', () => ({ aud: ['one', 'two'] }), 'the token does not have a valid audience'],
    ['for no audience', () => ({ aud: null }), 'the token does not have a valid audience'],
    [
      'for another audience, of a client of the right name',
      () => ({ aud: 'another', client_id: 'teleconsultation-local' }),
      'the token does not have a valid audience',
    ],
    ['of another issuer', () => ({ iss: 'https://issuer.example/' }), 'the token does not have a valid issuer'],
    ['of no issuer', () => ({ iss: null }), 'the token does not have a valid issuer'],
  ])('a token %s is refused', async (_, claims, description) => {
    await refused(await world.token(drRossi, claims(now())), description);
  });

  it('a token that is valid from now on, for one audience of several or for a client, is taken', async () => {
    const { iss } = (await parts()).payload;
    for (const claims of [
      { nbf: now(), iat: now(), exp: now() + 1 },
      { aud: ['another', 'teleconsultation-local'] },
      { aud: null, client_id: 'teleconsultation-local', token_use: 'access' },
      { iss },
    ]) {
      const reply = await world.api.asToken(drRossi, claims).get('/teleconsultation/3f7a1c9e5b2d4806af13ce72');
      expect(reply.status).toBe(404);
    }
  });

  it('an id token is refused by the function, in its own words', async () => {
    for (const claims of [{ token_use: 'id' }, { typ: 'ID' }, { sub: '' }, { sub: null }]) {
      const reply = await world.api.asToken(drRossi, claims).post('/teleconsultation', booking());
      expect({ status: reply.status, body: reply.body }).toEqual({
        status: 401,
        body: { statusCode: 401, error: 'Unauthorized user', message: 'Unauthorized user' },
      });
    }
  });

  it('beside a token, headers make nobody somebody else', async () => {
    const booked = await world.api.asToken(drRossi).post('/teleconsultation', booking());
    const { roomId } = booked.body as { roomId: string };
    const path = `/teleconsultation/${roomId}`;
    const stranger = { userId: 'ms-neri', groups: ['patient'] };
    const pretending = world.api.withHeaders({
      miauserid: drRossi.userId,
      miausergroups: 'doctor',
      miauserproperties: '{"name":"Somebody Else"}',
      'x-gateway-secret': SECRET,
    });
    const [honest, pretended] = await Promise.all([
      world.api.asToken(stranger).get(path),
      pretending.asToken(stranger).get(path),
    ]);
    expect(honest.status).toBeGreaterThanOrEqual(401);
    expect({ status: pretended.status, body: pretended.body }).toEqual({ status: honest.status, body: honest.body });
    const before = await world.record(roomId);
    expect((await pretending.asToken(stranger).delete(path)).status).toBeGreaterThanOrEqual(401);
    expect(await world.record(roomId)).toEqual(before);
  });

  it('open routes ask for no token, and take a bad one', async () => {
    for (const api of [world.api, asBearer('not-a-token')]) {
      expect((await api.get('/-/healthz')).status).toBe(200);
      // What Kaleyra sends proves itself by its signature: these answers are the functions' own.
      for (const route of ['/webhooks/kaleyra', '/user-details']) {
        expect((await api.post(route, {})).body).toMatchObject({ statusCode: expect.any(Number) });
      }
    }
  });

  it('logs hold nothing of a token', async () => {
    const token = await world.token({ ...drRossi, scope: 'canary:scope' });
    await asBearer(token).post('/teleconsultation', booking());
    await asBearer(token).get('/teleconsultation/3f7a1c9e5b2d4806af13ce72');
    const written = world.logs.join('\n');
    for (const secret of [...token.split('.'), drRossi.userId, drRossi.fullName, 'canary:scope']) {
      expect(written).not.toContain(secret);
    }
  });
});

describe('the issuer of the embedded stack', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ identity: 'jwt' });
  });
  afterAll(() => world.close());

  it('publishes where its keys are, and of those only the public half', async () => {
    const { body } = await world.api.get('/.well-known/openid-configuration');
    const { issuer, jwks_uri } = body as { issuer: string; jwks_uri: string };
    expect(jwks_uri).toBe(`${issuer}/.well-known/jwks.json`);
    const keys = ((await world.api.get('/.well-known/jwks.json')).body as { keys: Record<string, string>[] }).keys;
    expect(keys).toEqual([
      { kty: 'RSA', n: expect.any(String), e: 'AQAB', alg: 'RS256', use: 'sig', kid: expect.any(String) },
    ]);
  });

  it('hands out tokens for anybody that the routes take', async () => {
    const order = { sub: 'admin-tool', scope: 'teleconsultation:manage', groups: ['doctor'], expiresIn: 60 };
    const { status, body } = await world.api.post('/_local/token', order);
    expect(status).toBe(200);
    const { token } = body as { token: string };
    const [, payload = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
      iss: expect.stringMatching(/^http:/),
      aud: 'teleconsultation-local',
      iat: Math.floor(world.clock.now() / 1000),
      exp: Math.floor(world.clock.now() / 1000) + 60,
      sub: 'admin-tool',
      groups: ['doctor'],
      scope: 'teleconsultation:manage',
    });
    const reply = await world.api
      .withHeaders({ authorization: `Bearer ${token}` })
      .get('/teleconsultation/3f7a1c9e5b2d4806af13ce72');
    expect(reply.status).toBe(404);
  });

  it.each([
    [{}, 'sub: must say who the token is for'],
    [{ sub: '' }, 'sub: must say who the token is for'],
    [{ sub: 'a', groups: ['head doctor'] }, 'groups.0: must be a name without blanks, commas and brackets'],
    [{ sub: 'a', expiresIn: 0 }, expect.stringMatching(/^expiresIn: /)],
    [{ sub: 'a', role: 'doctor' }, expect.stringContaining('role')],
    ['{', 'The order is not valid JSON'],
  ])('does not take the order %j', async (order, message) => {
    const { status, body } = await world.api.post('/_local/token', order);
    expect({ status, body }).toEqual({ status: 400, body: { message } });
  });

  it('is not there where headers say who calls', async () => {
    const other = await openWorld();
    const replies = [
      await other.api.post('/_local/token', { sub: 'a' }),
      await other.api.get('/.well-known/jwks.json'),
      await other.api.get('/.well-known/openid-configuration'),
    ];
    await other.close();
    expect(replies.map(({ status, body }) => ({ status, body }))).toEqual(
      replies.map(() => ({ status: 404, body: { message: 'Not Found' } })),
    );
  });
});

describe('claims of other names', () => {
  it('are read where the variables say, and tokens of the stack have them there', async () => {
    const env = {
      JWT_CLAIM_ID: 'https://clinic.example/id',
      JWT_CLAIM_GROUPS: 'realm_access.roles',
      JWT_CLAIM_SCOPES: 'permissions',
    };
    const world = await openWorld({ identity: 'jwt', env });
    const booking = bookingBody(world.clock.now(), { startsIn: '-1 minute', participants: [drRossi, mrBianchi] });
    const roles = { 'realm_access.roles': null, realm_access: { roles: ['doctor', 'offline_access'] } };
    const booked = await world.api
      .asToken(drRossi, { sub: 'somebody-else', ...roles })
      .post('/teleconsultation', booking);
    const { roomId } = booked.body as { roomId: string };
    const record = await world.record(roomId);
    const opened = await world.api.asToken(mrBianchi).get(`/teleconsultation/${roomId}`);
    const bySubject = await world.api
      .asToken(mrBianchi, { 'https://clinic.example/id': null })
      .get(`/teleconsultation/${roomId}`);
    await world.close();
    expect(booked.status).toBe(201);
    expect(record).toMatchObject({ creatorId: drRossi.userId });
    expect(opened.status).toBe(200);
    expect(bySubject.status).toBe(401);
  });
});
