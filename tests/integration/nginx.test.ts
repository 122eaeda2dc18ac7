import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { directoryVariables } from '../../local/directory/index.ts';
import { type Api, createApi, parseBody, type Send } from '../support/api.ts';
import { span } from '../support/bookings.ts';
import { expectDocumented } from '../support/documented.ts';
import { aForm, aJpeg } from '../support/images.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { appointmentManager, frontend } from '../support/old-clients.ts';
import { anEvent, aSignedRequest } from '../support/signed.ts';
import { textOf } from '../support/sources.ts';
import { openWorld, type World } from '../support/world.ts';

/** The reverse proxy of docs/nginx.conf, a real one, between the retired service's clients and the service. */

const DOCTOR = 'auth0|dr-rossi';
const PATIENT = 'auth0|mr-bianchi';
const UNKNOWN_ID = 'f'.repeat(24);
/** The platform's gateway calls from an address of its own. */
const GATEWAY_ADDRESS = '127.0.0.2';

/** What a browser's session service knows, by cookie. */
const SESSIONS: Record<string, { status: number; headers: Record<string, string> }> = {
  'sid=doctor': { status: 200, headers: { 'mia-allowed': 'true', 'mia-userid': DOCTOR, 'mia-groups': 'doctor' } },
  'sid=patient': { status: 204, headers: { 'mia-allowed': 'true', 'mia-userid': PATIENT } },
  'sid=banned': { status: 200, headers: { 'mia-allowed': 'false', 'mia-userid': DOCTOR } },
  'sid=odd': { status: 200, headers: { 'mia-userid': DOCTOR } },
  'sid=broken': { status: 500, headers: {} },
};

let world: World;
let nginx: Nginx;
let sessions: Server;
/** What the session service was asked with. */
let asked: Record<string, unknown>[] = [];
beforeAll(async () => {
  sessions = createServer((question, answer) => {
    asked.push({ ...question.headers, url: question.url, method: question.method });
    const { status, headers } = SESSIONS[question.headers.cookie ?? ''] ?? { status: 401, headers: {} };
    answer.writeHead(status, headers).end();
  }).listen(0, '127.0.0.1');
  [world] = await Promise.all([openWorld({ transport: 'over HTTP', ownSecret: true }), once(sessions, 'listening')]);
  nginx = await startNginx({
    conf: textOf('docs/nginx.conf'),
    api: world.url ?? '',
    secret: world.env.GATEWAY_SECRETS ?? '',
    platformGateway: GATEWAY_ADDRESS,
    sessions: `http://127.0.0.1:${(sessions.address() as AddressInfo).port}`,
  });
});
afterAll(async () => {
  await nginx?.close();
  sessions?.close();
  await world?.close();
});
beforeEach(() => {
  asked = [];
  world.configure({ ...directoryVariables(world.simulator.url, false), TELECONSULTATION_DELETE_UPLOADS: 'true' });
});
afterEach(() => world.clock.reset());

/** @param from the caller's own address */
const through = (origin: string, from = '127.0.0.1'): Api => {
  const send: Send = async asking => {
    const { method, headers, body } = asking;
    const outgoing = request(origin + asking.url, {
      method,
      headers: headers as OutgoingHttpHeaders,
      localAddress: from,
    });
    outgoing.end(body);
    const [answer] = await once(outgoing, 'response');
    const bytes = Buffer.concat(await answer.toArray());
    const text = bytes.toString('utf8');
    const named = answer.headers as Record<string, string>;
    return { status: answer.statusCode, headers: named, text, bytes, body: parseBody(text, named['content-type']) };
  };
  return createApi(send);
};
const service = (): Api => through(nginx.cluster);
const platform = (headers: Record<string, string>): Api => through(nginx.cluster, GATEWAY_ADDRESS).withHeaders(headers);
const browser = (cookie: string): Api => through(nginx.browsers).withHeaders({ cookie, 'client-type': 'browser' });
const manager = (base?: string) => appointmentManager({ clock: world.clock, api: service() }, base);
const anOpenCall = async (): Promise<string> => {
  const own = manager();
  expect(await own.create([DOCTOR, PATIENT], '-1 minute', '1 hour')).toBe(201);
  return own.id;
};

it('without it nobody gets in', async () => {
  const refused = await world.api.as({ userId: DOCTOR }).get(`/teleconsultation/${UNKNOWN_ID}`);
  expect(refused.status).toBe(401);
});

describe('services inside the cluster, without any header of their own', () => {
  it.each(['', '/api/v1/telecons-be'])(
    'the appointment manager books, changes, moves and cancels below "%s"',
    async base => {
      const own = manager(base);
      expect(await own.create([DOCTOR, PATIENT], '2 hours', '3 hours')).toBe(201);
      expect(await own.changeUsers(['auth0|dr-verdi', PATIENT])).toBe(204);
      expect(await own.move('4 hours', '5 hours')).toBe(204);
      expect(await own.remove()).toMatchObject({ status: 204, text: '' });
      expect(await own.remove()).toMatchObject({ status: 404, body: { error: 'not found' } });
    },
  );

  it.each([
    { miauserid: PATIENT },
    { MiaUserId: PATIENT, Miausergroups: 'doctor' },
    { miauserid: [PATIENT, PATIENT] as never },
    { miauserid: PATIENT, 'x-gateway-secret': 'guessed', connection: 'miauserid' },
    { miauserid: PATIENT, 'x-forwarded-for': GATEWAY_ADDRESS, 'x-real-ip': GATEWAY_ADDRESS },
  ])('are nobody, whatever they say: %j', async headers => {
    const id = await anOpenCall();
    const reply = await service().withHeaders(headers).get(`/teleconsultation/${id}`);
    expect(reply).toMatchObject({ status: 401, body: { error: 'Unauthorized user' } });
  });
});

describe('the platform’s gateway', () => {
  it('lets the frontend wait, enter, and clean up behind it', async () => {
    const own = manager();
    await own.create([DOCTOR, PATIENT], '10 minutes', '1 hour');
    const [doctor, patient] = [DOCTOR, PATIENT].map(miauserid => frontend(platform({ miauserid, cookie: 'sid=1' })));
    expect(await patient?.poll(own.id)).toBeNull();
    world.clock.moveBy(span('10 minutes'));
    const links = [await doctor?.poll(own.id), await patient?.poll(own.id)];
    expect(links).toEqual([expect.stringMatching(/^http/), expect.stringMatching(/^http/)]);
    expect(new Set(links).size).toBe(2);
    const room = (await world.simulator.rooms()).find(one => one.description === own.id);
    await world.simulator.playCall({ roomId: room?.id, uploads: 2 });
    expect(await doctor?.callEnded(own.id)).toMatchObject({ status: 200, body: { total: 2, deleted: 2 } });
    expect(await frontend(platform({ miauserid: 'auth0|dr-verdi' })).poll(own.id)).toBe(401);
  });

  it('gets answers as they are, documented ones', async () => {
    const path = `/api/v1/telecons-be/teleconsultation/${UNKNOWN_ID}?language=it`;
    const reply = await platform({ miauserid: DOCTOR }).get(path);
    const own = Object.fromEntries(Object.entries(reply.headers).filter(([name]) => name !== 'server'));
    expectDocumented({ method: 'GET', url: path }, { ...reply, headers: own });
    expect(reply.status).toBe(404);
  });

  it('sends an image of megabytes', async () => {
    const image = Buffer.concat([aJpeg(), Buffer.alloc(3_000_000)]);
    const form = aForm(image);
    const reply = await platform({ miauserid: DOCTOR, miausergroups: 'doctor' }).raw(form);
    expect(reply).toMatchObject({ status: 200, body: { virtual_background: expect.anything() } });
  });
});

describe('browsers', () => {
  it('are who their session says', async () => {
    const id = await anOpenCall();
    const links = [await frontend(browser('sid=doctor')).poll(id), await frontend(browser('sid=patient')).poll(id)];
    expect(links).toEqual([expect.stringMatching(/^http/), expect.stringMatching(/^http/)]);
    expect(new Set(links).size).toBe(2);
  });

  it('are nobody else, whatever they say, and the session service does not hear it', async () => {
    const id = await anOpenCall();
    const forged = { miauserid: PATIENT, miausergroups: 'admin', miauserproperties: '{}', isbackoffice: '1' };
    const own = await frontend(browser('sid=doctor')).poll(id);
    expect(await frontend(browser('sid=doctor').withHeaders({ cookie: 'sid=doctor', ...forged })).poll(id)).toBe(own);
    for (const name of Object.keys(forged)) expect(asked.at(-1)).not.toHaveProperty(name);
    expect(asked.at(-1)).toMatchObject({ url: '/auth', 'x-original-method': 'GET', cookie: 'sid=doctor' });
  });

  it.each([
    ['sid=unknown', 401],
    ['', 401],
    ['sid=banned', 403],
    ['sid=odd', 403],
    ['sid=broken', 500],
  ])('with the session %j get %i, and do nothing', async (cookie, status) => {
    const id = await anOpenCall();
    const own = browser(cookie).withHeaders({ cookie, miauserid: DOCTOR });
    expect((await own.get(`/teleconsultation/${id}`)).status).toBe(status);
    expect((await own.delete(`/teleconsultation/${id}`)).status).toBe(status);
    expect((await world.record(id))?.state).toBe('PUBLIC');
  });

  it('cannot ask the session service by themselves', async () => {
    expect((await browser('sid=doctor').get('/_session')).status).toBe(404);
  });
});

describe('Kaleyra', () => {
  it.each(['', '/api/v1/telecons-be'])('is heard without a session, its bodies unchanged, below "%s"', async prefix => {
    const event = anEvent('on_call_ended', { room_id: 'invented' });
    const signed = aSignedRequest(world, `${prefix}/webhooks/kaleyra`, `${JSON.stringify(event, null, 2)}\n`);
    const sent = through(nginx.browsers);
    expect((await sent.raw(signed)).status).toBe(200);
    expect((await sent.raw({ ...signed, body: `${signed.body} ` })).status).toBe(401);
  });
});

it('writes down neither secret nor cookie nor query', async () => {
  await browser('sid=doctor').get(`/teleconsultation/${UNKNOWN_ID}?language=it`);
  await browser('sid=broken').get(`/teleconsultation/${UNKNOWN_ID}?language=it`);
  const logs = nginx.logs();
  expect(logs).toMatch(new RegExp(`GET /teleconsultation/${UNKNOWN_ID} 404 `));
  for (const kept of [world.env.GATEWAY_SECRETS ?? '?', 'sid=', DOCTOR]) expect(logs).not.toContain(kept);
});
