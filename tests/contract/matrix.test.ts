import { CompactSign, decodeJwt, generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Api, Reply } from '../support/api.ts';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { aHeldCall } from '../support/calls.ts';
import { aForm, aJpeg } from '../support/images.ts';
import { emptied } from '../support/jobs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri, type Person } from '../support/people.ts';
import { manifestRoutes } from '../support/routes.ts';
import { openWorld, type World } from '../support/world.ts';

/**
 * Every route of serverless.yml against everybody who may knock, as on AWS: tokens are verified, the rules decide.
 *
 * Columns: what the token is, then whom it is of. `dr-rossi` and `mr-bianchi` have the consultation that is asked for; `ms-neri`
 * and `dr-verdi` have one of their own; `dr-gialli` writes himself into whatever body he sends. Cells: the status; `-` is the
 * refusal of the gateway itself, `404` the very answer that an unknown id gets, and `sig` that of a route which takes
 * signatures and no tokens.
 */
const TABLE = `
                                               | none forged expired audience | bianchi neri verdi gialli rossi machine desk admin
POST /teleconsultation                         |  -     -       -       -     |   403   403   403   201   201    201   201   403
GET /teleconsultation/{id}                     |  -     -       -       -     |   200   404   404   404   200    403   403   404
GET /teleconsultation/{id}/status              |  -     -       -       -     |   200   404   404   404   200    403   403   404
GET /teleconsultation/{id}/calendar            |  -     -       -       -     |   200   404   404   404   200    403   403   404
PATCH /teleconsultation/{id}                   |  -     -       -       -     |   403   404   404   404   204    204   204   404
DELETE /teleconsultation/{id}                  |  -     -       -       -     |   403   404   404   404   204    204   204   404
POST /teleconsultation/{id}/participants/data  |  -     -       -       -     |   403   404   404   404   201    201   201   404
DELETE /teleconsultation/{id}/uploads          |  -     -       -       -     |   200   404   404   404   200    200   200   404
POST /credentials                              |  -     -       -       -     |   201   201   201   201   201    403   403   403
GET /transcription/{roomId}/{sessionId}        |  -     -       -       -     |   200   404   404   404   200    403   403   404
GET /recording/{roomId}/{sessionId}            |  -     -       -       -     |   302   404   404   404   302    403   403   404
POST /settings/background-image                |  -     -       -       -     |   403   403   403   403   403    200   403   200
GET /settings/background-image                 |  -     -       -       -     |   403   403   403   403   403    200   403   200
POST /settings/background-image/uploads        |  -     -       -       -     |   403   403   403   403   403    201   403   201
PATCH /settings/update                         |  -     -       -       -     |   403   403   403   403   403    200   403   200
POST /webhooks/kaleyra                         | sig   sig     sig     sig    |   sig   sig   sig   sig   sig    sig   sig   sig
POST /user-details                             | sig   sig     sig     sig    |   sig   sig   sig   sig   sig    sig   sig   sig
GET /-/healthz                                 | 200   200     200     200    |   200   200   200   200   200    200   200   200
GET /-/ready                                   | 200   200     200     200    |   200   200   200   200   200    200   200   200
GET /-/check-up                                | 200   200     200     200    |   200   200   200   200   200    200   200   200
GET /documentation                             | 200   200     200     200    |   200   200   200   200   200    200   200   200
GET /documentation/json                        | 200   200     200     200    |   200   200   200   200   200    200   200   200
`;

const [heading = '', ...lines] = TABLE.split('\n').filter(line => line !== '');
const CALLERS = heading.replaceAll('|', ' ').trim().split(/\s+/);
const ROWS = lines.map(line => {
  const [route = '', ...cells] = line.split('|');
  return [route.trim(), cells.join(' ').trim().split(/\s+/)] as const;
});
const ROUTES = await manifestRoutes();

const drGialli: Person = { userId: 'dr-gialli', groups: ['doctor'], fullName: 'Dr Lia Gialli-Example' };
const msGrigi: Person = { userId: 'ms-grigi', groups: ['patient'], fullName: 'Ms Ida Grigi-Example' };
const MACHINE = { userId: 'machine@clients', scope: 'teleconsultation:manage openid' };
const MANAGER = { userId: 'ms-desk', groups: ['front-desk'] };
const BEARERS: Record<string, { userId: string; groups?: string[]; scope?: string }> = {
  bianchi: mrBianchi,
  neri: msNeri,
  verdi: drVerdi,
  gialli: drGialli,
  rossi: drRossi,
  machine: MACHINE,
  desk: MANAGER,
  admin: { userId: 'mr-admin', groups: ['admins'] },
};

let world: World;
beforeAll(async () => {
  world = await openWorld({
    transport: 'over HTTP',
    identity: 'jwt',
    env: {
      DEFAULT_RECORDING_TYPE: 'automatic',
      TELECONSULTATION_DELETE_UPLOADS: 'true',
      MANAGER_GROUPS: 'front-desk',
      ADMIN_GROUPS: 'admins',
      BACKGROUND_UPLOADS_BUCKET: 'teleconsultation-local-backgrounds',
    },
  });
});
afterAll(() => world.close());

/** Somebody's who knows everything of the issuer's but its own. */
const { privateKey } = await generateKeyPair('RS256');

/** What dr-rossi's own token says, under the name of the key that signs those. */
const forgedToken = async (): Promise<string> => {
  const claims = decodeJwt(await world.token(drRossi));
  const { keys } = (await world.api.get('/.well-known/jwks.json')).body as { keys: { kid: string }[] };
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RS256', kid: keys[0]?.kid ?? '', typ: 'JWT' })
    .sign(privateKey);
};

/** Whoever has no right to it says in headers that they are dr-rossi, who has, behind a gateway that is not there. */
const PRETENDING = {
  miauserid: 'dr-rossi',
  miausergroups: 'doctor,admins,front-desk',
  miauserproperties: '{"fullName":"Dr Ada Rossi-Example"}',
};
const pretending = (): Api =>
  world.api.withHeaders({ ...PRETENDING, 'x-gateway-secret': 'local-gateway-secret-for-this-machine-only' });

const apiOf = async (caller: string): Promise<Api> => {
  const seconds = Math.floor(world.clock.now() / 1000);
  switch (caller) {
    case 'none':
      return pretending();
    case 'forged':
      return pretending().withHeaders({ authorization: `Bearer ${await forgedToken()}` });
    case 'expired':
      return pretending().asToken(drRossi, { iat: seconds - 7200, exp: seconds - 3600 });
    case 'audience':
      return pretending().asToken(drRossi, { aud: 'another-service' });
    default: {
      const bearer = BEARERS[caller];
      if (bearer === undefined) throw new Error(`nobody is called ${caller}`);
      return pretending().asToken(bearer);
    }
  }
};

interface Situation {
  id: string;
  sessionId: string;
  alias: string;
}

const UNKNOWN = '0123456789abcdef01234567';
const whose = (people: readonly Person[]) => ({ number: people.length, data: people });

/** dr-rossi's consultation as each route needs it, and two others' own one. */
const situationFor = async (route: string): Promise<Situation> => {
  const rossi = { clock: world.clock, api: world.api.asToken(drRossi) };
  const participants = [drRossi, mrBianchi];
  if (/transcription|recording|uploads/.test(route)) {
    const { id, sessionId } = await aHeldCall({ ...world, ...rossi } as World, { participants }, { uploads: 1 });
    return { id, sessionId, alias: '' };
  }
  if (route === 'PATCH /settings/update') {
    const reply = await world.api.asToken(MACHINE).raw(aForm(aJpeg()));
    const { virtual_background: image } = reply.body as { virtual_background: { background_alias: string } };
    return { id: UNKNOWN, sessionId: '', alias: image.background_alias };
  }
  const startsIn = route.startsWith('GET') ? '-1 minute' : '2 hours';
  const expected = route.endsWith('/participants/data') ? 3 : 2;
  return { id: await aBooking(rossi, { startsIn, participants, expected }), sessionId: '', alias: '' };
};

const BODIES: Record<string, (caller: string, situation: Situation) => unknown> = {
  'POST /teleconsultation': caller => {
    // mr-bianchi writes that he is a doctor; dr-gialli books for himself; ms-neri and dr-verdi book for others.
    const bianchi = caller === 'bianchi' ? { ...mrBianchi, groups: ['doctor'] } : mrBianchi;
    const participants = caller === 'gialli' ? [drGialli, bianchi] : [drRossi, bianchi];
    return bookingBody(world.clock.now(), { participants });
  },
  'PATCH /teleconsultation/{id}': caller => ({
    participants: whose([drRossi, mrBianchi, caller === 'gialli' ? drGialli : msGrigi]),
  }),
  'POST /teleconsultation/{id}/participants/data': caller => (caller === 'gialli' ? drGialli : msGrigi),
  'POST /credentials': () => ({ expiresIn: 600 }),
  'PATCH /settings/update': (_, { alias }) => ({ background_alias: alias }),
  'POST /webhooks/kaleyra': () => ({ event: 'on_session_ended', room_id: 'room_0123456789ab' }),
  'POST /user-details': () => ({ data: { user_ids: ['usr_invented'] } }),
};

const send = (route: string, prefix: string, api: Api, caller: string, situation: Situation): Promise<Reply> => {
  const [method = '', path = ''] = route.split(' ');
  const { id, sessionId } = situation;
  const url = prefix + path.replace(/\{(id|roomId)\}/, id).replace('{sessionId}', sessionId);
  if (route === 'POST /settings/background-image') return api.raw({ ...aForm(aJpeg()), url });
  const body = BODIES[route]?.(caller, situation);
  return api.raw({
    method,
    url,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
};

/** All that a client sees, but for the id it asked for, the ids of the request, and the time. */
const seen = ({ status, headers, text }: Reply, id: string): string => {
  const { 'x-request-id': _, 'apigw-requestid': __, date: ___, ...others } = headers;
  return JSON.stringify({ status, headers: others, text }).replaceAll(id, '{id}');
};

const SIGNATURE = {
  statusCode: 401,
  error: 'Unauthorized',
  message: 'the signature is missing, wrong, or not of this moment',
};

const answerOf = ({ status, body, headers }: Reply): string => {
  const isOfTheGateway = JSON.stringify(body) === '{"message":"Unauthorized"}' && 'www-authenticate' in headers;
  if (status === 401 && isOfTheGateway) return '-';
  if (status === 401 && JSON.stringify(body) === JSON.stringify(SIGNATURE)) return 'sig';
  return String(status);
};

const isRefusal = (cell: string): boolean => !/^[23]/.test(cell);
const everything = async () => [await world.items(), await world.simulator.state()];
const askedOfKaleyra = async () => (await world.simulator.requests()).filter(({ path }) => path.startsWith('/v2'));

describe('the table', () => {
  it('has a row for every route, and a route for every row', () => {
    expect(ROWS.map(([route]) => route).sort()).toEqual([...ROUTES].sort());
  });

  it('has a cell for everybody in every row', () => {
    expect(ROWS.filter(([, cells]) => cells.length !== CALLERS.length)).toEqual([]);
    expect(CALLERS).toHaveLength(12);
  });
});

describe.each(['', '/api/v1/telecons-be'])('below "%s"', prefix => {
  beforeEach(async () => {
    await emptied(world);
    const others = { clock: world.clock, api: world.api.asToken(drVerdi) };
    await aBooking(others, { participants: [drVerdi, msNeri] });
  });

  it.each(ROWS)('%s lets in whom the table says, and nobody else', async (route, cells) => {
    const expected = Object.fromEntries(CALLERS.map((caller, index) => [caller, cells[index] ?? '']));
    const answers: Record<string, string> = {};
    const refused = CALLERS.filter(caller => isRefusal(expected[caller] ?? ''));
    const situation = await situationFor(route);
    const before = await everything();
    await world.simulator.forgetRequests();
    for (const caller of refused) {
      const lines = world.logs.length;
      answers[caller] = answerOf(await send(route, prefix, await apiOf(caller), caller, situation));
      // What the gateway refuses reaches no function; what a function refuses is written down.
      expect(world.logs.length - lines, caller).toBe(expected[caller] === '-' ? 0 : 1);
    }
    expect(await askedOfKaleyra()).toEqual([]);
    expect(await everything()).toEqual(before);

    for (const caller of CALLERS.filter(one => !refused.includes(one))) {
      const own = await situationFor(route);
      answers[caller] = answerOf(await send(route, prefix, await apiOf(caller), caller, own));
    }
    expect(answers).toEqual(expected);
  });

  const hidden = ROWS.filter(([, cells]) => cells.includes('404'));
  it.each(hidden)('%s looks to strangers as if nothing had ever been there', async (route, cells) => {
    const situation = await situationFor(route);
    for (const stranger of CALLERS.filter((_, index) => cells[index] === '404')) {
      const api = await apiOf(stranger);
      const unknown = { ...situation, id: UNKNOWN };
      const asked = seen(await send(route, prefix, api, stranger, situation), situation.id);
      expect(asked, stranger).toBe(seen(await send(route, prefix, api, stranger, unknown), UNKNOWN));
      expect(JSON.parse(asked)).toMatchObject({ status: 404, text: expect.stringContaining('Room with id {id} not') });
    }
  });
});

it('whoever writes himself into somebody else’s consultation is not in it', async () => {
  const { id } = await situationFor('PATCH /teleconsultation/{id}');
  const before = await world.record(id);
  const gialli = world.api.asToken(drGialli);
  const everybody = whose([drRossi, mrBianchi, drGialli]);
  expect((await gialli.patch(`/teleconsultation/${id}`, { participants: everybody })).status).toBe(404);
  expect((await gialli.post(`/teleconsultation/${id}/participants/data`, drGialli)).status).toBe(404);
  expect((await gialli.get(`/teleconsultation/${id}`)).status).toBe(404);
  expect(await world.record(id)).toEqual(before);
});
