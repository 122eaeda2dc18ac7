import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { storeUnavailable } from '../../../lib/errors.ts';
import type { Reply } from '../../support/api.ts';
import { aBooking, bookingBody } from '../../support/bookings.ts';
import { aHeldCall } from '../../support/calls.ts';
import { aForm, aJpeg } from '../../support/images.ts';
import { drRossi, mrBianchi, msNeri } from '../../support/people.ts';
import { anEvent, sendSigned } from '../../support/signed.ts';
import { ROUTES } from '../../support/watched-world.ts';
import { openWorld, type World } from '../../support/world.ts';

/** Every answer of every function, whatever it answers, tells browsers and caches the same. */
const SECURITY = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

/** What would tell a stranger what runs here. */
const TELLTALE = ['server', 'x-powered-by', 'via', 'x-runtime', 'x-aws-request-id'];

const OTHER_SECRET = 'another-gateway-secret-than-the-one-that-is-sent';

let world: World;
beforeAll(async () => {
  world = await openWorld({ env: { TELECONSULTATION_DELETE_UPLOADS: 'true', DEFAULT_RECORDING_TYPE: 'automatic' } });
});
afterAll(() => world.close());
afterEach(async () => {
  world.wrapDeps(deps => deps);
  world.configure({});
  await world.simulator.clearFaults();
});

const methodAndPath = (route: string): [string, string] => {
  const [method = '', path = ''] = route.split(' ');
  return [method, path.replaceAll(/\{.*?\}/g, '0123456789abcdef01234567')];
};

/** The same request to any route, as somebody who may; half of them read a body. */
const sent = (route: string, more: { headers?: Record<string, string>; body?: string; query?: string } = {}) => {
  const [method, path] = methodAndPath(route);
  const { headers = {}, query = '' } = more;
  const body = method === 'POST' || method === 'PATCH' ? (more.body ?? '{}') : undefined;
  return world.api.as(drRossi).raw({
    method,
    url: path + query,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  });
};

/** The one page may run its own scripts: see documentation.test.ts for which. */
const PAGE = {
  ...SECURITY,
  'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'sha256-"),
};

const expectSafe = ({ headers }: Reply): void => {
  const isPage = headers['content-type'] === 'text/html; charset=utf-8';
  expect(headers).toMatchObject(isPage ? PAGE : SECURITY);
  expect(TELLTALE.filter(name => name in headers)).toEqual([]);
  expect(Object.keys(headers).filter(name => name.startsWith('access-control-') || name === 'set-cookie')).toEqual([]);
};

describe.each(ROUTES)('%s', route => {
  it('says so when it refuses, and when what it needs is down', async () => {
    const statuses: number[] = [];
    const take = async (reply: Promise<Reply>): Promise<void> => {
      const answered = await reply;
      expectSafe(answered);
      statuses.push(answered.status);
    };
    await take(sent(route));
    await take(sent(route, { body: '{"cut off' }));
    await take(sent(route, { headers: { 'x-long': 'x'.repeat(8193) } }));
    await take(sent(route, { query: `?q=${'x'.repeat(2048)}` }));
    world.configure({ GATEWAY_SECRETS: OTHER_SECRET });
    await take(sent(route));
    world.configure({});
    world.wrapDeps(deps => ({
      ...deps,
      openStore: () => {
        throw storeUnavailable(new Error('invented'));
      },
    }));
    await take(sent(route));
    world.wrapDeps(deps => ({
      ...deps,
      openKaleyra: () => {
        throw new TypeError('a mistake of ours');
      },
    }));
    await take(sent(route));
    const open =
      route.includes('/-/') ||
      route.startsWith('GET /documentation') ||
      route === 'POST /webhooks/kaleyra' ||
      route === 'POST /user-details';
    expect(statuses.slice(2, 4)).toEqual([431, 414]);
    if (!open) expect(statuses[4]).toBe(401);
    // A status that nobody sees is no test: each route has failed in more than one way.
    expect(new Set(statuses).size).toBeGreaterThan(2);
  });
});

describe('a success says so too:', () => {
  const invoked: [route: string, status: number, ask: () => Promise<Reply>][] = [
    ['POST /teleconsultation', 201, () => world.api.post('/teleconsultation', bookingBody(world.clock.now()))],
    [
      'GET /teleconsultation/{id}',
      200,
      async () => world.api.as(drRossi).get(`/teleconsultation/${await aBooking(world)}`),
    ],
    [
      'GET /teleconsultation/{id}/status',
      200,
      async () => world.api.as(drRossi).get(`/teleconsultation/${await aBooking(world)}/status`),
    ],
    [
      'GET /teleconsultation/{id}/calendar',
      200,
      async () => world.api.as(drRossi).get(`/teleconsultation/${await aBooking(world)}/calendar`),
    ],
    [
      'PATCH /teleconsultation/{id}',
      204,
      async () =>
        world.api.as(drRossi).patch(`/teleconsultation/${await aBooking(world)}`, {
          participants: { number: 2, data: [drRossi, msNeri] },
        }),
    ],
    [
      'DELETE /teleconsultation/{id}',
      204,
      async () => world.api.as(drRossi).delete(`/teleconsultation/${await aBooking(world)}`),
    ],
    [
      'POST /teleconsultation/{id}/participants/data',
      201,
      async () => {
        const id = await aBooking(world, { participants: [drRossi], expected: 2 });
        return world.api.as(drRossi).post(`/teleconsultation/${id}/participants/data`, mrBianchi);
      },
    ],
    [
      'DELETE /teleconsultation/{id}/uploads',
      200,
      async () => world.api.as(drRossi).delete(`/teleconsultation/${await aBooking(world)}/uploads`),
    ],
    [
      'POST /credentials',
      201,
      () => world.api.as(drRossi).withHeaders({ miausergroups: 'doctor' }).post('/credentials'),
    ],
    [
      'GET /transcription/{roomId}/{sessionId}',
      200,
      async () => {
        const { id, sessionId } = await aHeldCall(world, {}, { transcription: 'invented words' });
        return world.api.as(drRossi).get(`/transcription/${id}/${sessionId}`);
      },
    ],
    [
      'GET /recording/{roomId}/{sessionId}',
      302,
      async () => {
        const { id, sessionId } = await aHeldCall(world);
        return world.api.as(drRossi).get(`/recording/${id}/${sessionId}`);
      },
    ],
    ['POST /settings/background-image', 200, () => world.api.as(drRossi).raw(aForm(aJpeg()))],
    ['GET /settings/background-image', 200, () => world.api.as(drRossi).get('/settings/background-image')],
    [
      'POST /settings/background-image/uploads',
      201,
      () => world.api.as(drRossi).post('/settings/background-image/uploads'),
    ],
    [
      'PATCH /settings/update',
      200,
      async () => {
        const reply = await world.api.as(drRossi).raw(aForm(aJpeg()));
        const { virtual_background: made } = reply.body as { virtual_background: { background_alias: string } };
        return world.api.as(drRossi).patch('/settings/update', { background_alias: made.background_alias });
      },
    ],
    [
      'POST /webhooks/kaleyra',
      200,
      () => sendSigned(world, '/webhooks/kaleyra', anEvent('on_session_ended', { room_id: 'room_0123456789ab' })),
    ],
    ['POST /user-details', 200, () => sendSigned(world, '/user-details', { data: { user_ids: ['usr_invented'] } })],
    ['GET /-/healthz', 200, () => world.api.get('/-/healthz')],
    ['GET /-/ready', 200, () => world.api.get('/-/ready')],
    ['GET /-/check-up', 200, () => world.api.get('/-/check-up')],
    ['GET /documentation', 200, () => world.api.get('/documentation')],
    ['GET /documentation/json', 200, () => world.api.get('/documentation/json')],
  ];

  it.each(invoked)('%s: %i', async (_, status, ask) => {
    const reply = await ask();
    expect([reply.status, reply.status === status ? '' : reply.text]).toEqual([status, '']);
    expectSafe(reply);
  });

  it('of every route', () => {
    expect(invoked.map(([route]) => route).sort()).toEqual([...ROUTES].sort());
  });
});
