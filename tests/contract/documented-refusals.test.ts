import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BOOKINGS, EXAMPLE_ID } from '../../local/openapi/examples.ts';
import type { Api, Reply } from '../support/api.ts';
import { aBooking } from '../support/bookings.ts';
import { drRossi, mrBianchi, msNeri } from '../support/people.ts';
import { textOf } from '../support/sources.ts';
import { openWorld, type World } from '../support/world.ts';

/** The refusals that docs/openapi.json shows are those that the service gives, word for word. */

type Content = Record<string, { examples?: Record<string, { value: unknown }> }>;
type Response = { $ref?: string; content?: Content };
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
  components: { responses: Record<string, Response> };
}
const document = JSON.parse(textOf('docs/openapi.json')) as Document;

const examplesOf = (route: string, status: number): unknown[] => {
  const [method = '', path = ''] = route.split(' ');
  const said = document.paths[path]?.[method.toLowerCase()]?.responses[status];
  const shared = document.components.responses[said?.$ref?.split('/').at(-1) ?? ''];
  const { content = {} } = (said?.$ref === undefined ? said : shared) ?? {};
  return Object.values(content).flatMap(({ examples = {} }) => Object.values(examples).map(({ value }) => value));
};

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  world.configure({});
  await world.simulator.clearFaults();
});

const RULES = { AUTHORIZATION: 'rules', MANAGER_GROUPS: 'front-desk', ADMIN_GROUPS: 'managers' };
const BOOKING = BOOKINGS.aPair?.value as Record<string, unknown>;
const CREATE = 'POST /teleconsultation';
const PATCH = 'PATCH /teleconsultation/{id}';
const OPEN = 'GET /teleconsultation/{id}';
const READ = 'GET /recording/{roomId}/{sessionId}';
const ADD = 'POST /teleconsultation/{id}/participants/data';
const onlyPatients = { number: 2, data: [mrBianchi, msNeri] };
const as = (person = drRossi) => world.api.as(person).withHeaders({ miausergroups: person.groups.join(',') });
const withRules = (person = drRossi) => {
  world.configure(RULES);
  return as(person);
};
/** To a participant, or to somebody of the front desk, who takes no part. */
const refusedTo = (group: 'patient' | 'front-desk', ask: (api: Api, id: string) => Promise<Reply>) => async () => {
  const id = await aBooking(world);
  const person = group === 'patient' ? mrBianchi : { ...msNeri, groups: [group] };
  return ask(withRules(person), id);
};
const withoutId = () => ({ ...BOOKING, participants: { number: 2, data: [{ groups: ['doctor'], fullName: 'X' }] } });
const twice = async (): Promise<Reply> => {
  const repeated = as().withHeaders({ 'idempotency-key': 'once' });
  await repeated.post('/teleconsultation', BOOKING);
  return repeated.post('/teleconsultation', { ...BOOKING, start_date: '2027-04-01T09:00:00Z' });
};
const inText = (method: string, url: string, body: string, type = 'application/json') =>
  as().raw({ method, url, body, headers: { 'content-type': type } });

const SITUATIONS: [route: string, status: number, ask: () => Promise<Reply>][] = [
  [CREATE, 400, () => as().post('/teleconsultation', withoutId())],
  [CREATE, 400, () => as().post('/teleconsultation', { ...BOOKING, participants: onlyPatients })],
  [CREATE, 403, () => withRules(mrBianchi).post('/teleconsultation', BOOKING)],
  [CREATE, 413, () => inText('POST', '/teleconsultation', JSON.stringify({ padding: 'x'.repeat(300_000) }))],
  [PATCH, 414, () => as().patch(`/teleconsultation/${'x'.repeat(3000)}`, {})],
  [CREATE, 415, () => inText('POST', '/teleconsultation', '{}', 'text/plain')],
  [CREATE, 422, twice],
  [OPEN, 400, () => as().get(`/teleconsultation/${EXAMPLE_ID}?useBackground=perhaps`)],
  [OPEN, 401, async () => world.api.get(`/teleconsultation/${await aBooking(world)}`)],
  [OPEN, 403, refusedTo('front-desk', (api, id) => api.get(`/teleconsultation/${id}`))],
  [PATCH, 403, refusedTo('patient', (api, id) => api.patch(`/teleconsultation/${id}`, {}))],
  [ADD, 403, refusedTo('patient', (api, id) => api.post(`/teleconsultation/${id}/participants/data`, msNeri))],
  ['DELETE /teleconsultation/{id}', 403, refusedTo('patient', (api, id) => api.delete(`/teleconsultation/${id}`))],
  [READ, 403, refusedTo('front-desk', (api, id) => api.get(`/recording/${id}/session`))],
  [
    READ.replace('recording', 'transcription'),
    403,
    refusedTo('front-desk', (api, id) => api.get(`/transcription/${id}/session`)),
  ],
  [OPEN, 404, () => as().get(`/teleconsultation/${EXAMPLE_ID}`)],
  ['GET /teleconsultation/{id}/status', 404, () => as().get(`/teleconsultation/${EXAMPLE_ID}/status`)],
  [PATCH, 404, () => as().patch(`/teleconsultation/${EXAMPLE_ID}`, {})],
  [PATCH, 400, async () => as().patch(`/teleconsultation/${await aBooking(world)}`, { participants: onlyPatients })],
  [
    PATCH,
    400,
    async () =>
      as().patch(`/teleconsultation/${await aBooking(world, { startsIn: '-1 minute' })}`, { duration_in_seconds: 60 }),
  ],
  ['DELETE /teleconsultation/{id}', 404, () => as().delete(`/teleconsultation/${EXAMPLE_ID}`)],
  [ADD, 404, () => as().post(`/teleconsultation/${EXAMPLE_ID}/participants/data`, mrBianchi)],
  ['POST /credentials', 400, () => as().post('/credentials', { expiresIn: 1 })],
  ['POST /credentials', 401, () => world.api.post('/credentials', {})],
  ['POST /credentials', 403, () => withRules({ ...drRossi, groups: ['front-desk'] }).post('/credentials', {})],
  ['PATCH /settings/update', 400, () => as().patch('/settings/update', {})],
  ['PATCH /settings/update', 403, () => withRules().patch('/settings/update', { background_alias: 'a' })],
  [READ, 400, async () => as().get(`/recording/${await aBooking(world)}/session`)],
  [
    'GET /transcription/{roomId}/{sessionId}',
    400,
    async () => as().get(`/transcription/${await aBooking(world)}/session`),
  ],
  ['POST /webhooks/kaleyra', 401, () => inText('POST', '/webhooks/kaleyra', '{}')],
  ['POST /user-details', 401, () => inText('POST', '/user-details', '{}')],
  [
    'GET /-/ready',
    503,
    () => {
      world.configure({ TELECONSULTATIONS_TABLE: 'no-such-table' });
      return world.api.get('/-/ready');
    },
  ],
  [
    'GET /-/check-up',
    503,
    async () => {
      await world.simulator.fault({ path: '/v2/company', times: 9, status: 500 });
      world.clock.moveBy(60_000);
      return world.api.get('/-/check-up');
    },
  ],
  [
    'GET /documentation',
    404,
    () => {
      world.configure({ DOCUMENTATION: 'false' });
      return world.api.get('/documentation');
    },
  ],
  [
    'POST /settings/background-image/uploads',
    501,
    () => {
      world.configure({ BACKGROUND_UPLOADS_BUCKET: '' });
      return as().post('/settings/background-image/uploads');
    },
  ],
];

describe('as it is shown', () => {
  it.each(SITUATIONS)('%s %i', async (route, status, ask) => {
    const { status: answered, body } = await ask();
    expect(answered, JSON.stringify(body)).toBe(status);
    expect(examplesOf(route, status)).toContainEqual(body);
  });
});
