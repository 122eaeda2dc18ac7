import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomIds } from '../../lib/clock.ts';
import { openApiDocument } from '../../local/openapi/document.ts';
import { BOOKINGS, EXAMPLE_ID } from '../../local/openapi/examples.ts';
import type { Reply } from '../support/api.ts';
import { aForm, aJpeg } from '../support/images.ts';
import { emptied, roomIdOf } from '../support/jobs.ts';
import { manifestRoutes } from '../support/routes.ts';
import { sendSigned } from '../support/signed.ts';
import { textOf } from '../support/sources.ts';
import { openWorld, type World } from '../support/world.ts';

/** docs/openapi.json says what the service does: it is current, sound, complete, and what it shows as an example works. */

interface Example {
  value: unknown;
}

interface Operation {
  deprecated?: boolean;
  security: Record<string, string[]>[];
  parameters: { in: string; name: string; example?: unknown; schema: { example?: unknown } }[];
  requestBody?: { content: Record<string, { examples?: Record<string, Example> }> };
  responses: Record<string, unknown>;
}

const text = textOf('docs/openapi.json');
const document = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> };
const OPERATIONS = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, operation })),
);
const ROUTES = await manifestRoutes();

it('is what `npm run openapi` writes', () => {
  expect(JSON.parse(text)).toEqual(openApiDocument());
});

it('has every route of the manifest, and no other', () => {
  expect(OPERATIONS.map(({ route }) => route).sort()).toEqual([...ROUTES].sort());
});

it('marks the one deprecated route', () => {
  const marked = OPERATIONS.filter(({ operation }) => operation.deprecated === true).map(({ route }) => route);
  expect(marked).toEqual(['POST /teleconsultation/{id}/participants/data']);
});

it('asks for proof wherever the manifest does', () => {
  const open = OPERATIONS.filter(({ operation }) => operation.security.length === 0).map(({ route }) => route);
  expect(open.sort()).toEqual([
    'GET /-/check-up',
    'GET /-/healthz',
    'GET /-/ready',
    'GET /documentation',
    'GET /documentation/json',
  ]);
  const signed = OPERATIONS.filter(({ operation }) => JSON.stringify(operation.security) === '[{"signature":[]}]');
  expect(signed.map(({ route }) => route).sort()).toEqual(['POST /user-details', 'POST /webhooks/kaleyra']);
});

describe('a linter', () => {
  it('with Redocly’s recommended rules finds nothing, but for a route that answers with a redirect alone', async () => {
    const cli = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [cli, 'lint', 'docs/openapi.json', '--extends=recommended', '--format=json'],
      {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
        maxBuffer: 10_000_000,
      },
    );
    const { problems } = JSON.parse(stdout) as {
      problems: { ruleId: string; message: string; location: { pointer: string }[] }[];
    };
    expect(problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`)).toEqual([
      'operation-2xx-response #/paths/~1recording~1{roomId}~1{sessionId}/get/responses: Operation must have at least one `2XX` response.',
    ]);
  });
});

interface Situation {
  sessionId: string;
  alias: string;
}

let world: World;
beforeAll(async () => {
  world = await openWorld({
    env: {
      DEFAULT_RECORDING_TYPE: 'automatic',
      TELECONSULTATION_DELETE_UPLOADS: 'true',
      BACKGROUND_UPLOADS_BUCKET: 'teleconsultation-local-backgrounds',
    },
    inputs: { ids: { ...randomIds, recordId: () => EXAMPLE_ID } },
  });
});
afterAll(() => world.close());

/** Somebody of the examples. */
const asDoctor = () => world.api.withHeaders({ miauserid: 'dr-rossi', miausergroups: 'doctor' });

/** What has to be there before a route has something to answer; only what Kaleyra names itself is not the examples’ own. */
const situationFor = async (route: string): Promise<Situation> => {
  await emptied(world);
  // A day on which the people of the examples book.
  world.clock.moveTo(Date.UTC(2027, 1, 20, 8, 15));
  if (route === 'PATCH /settings/update') {
    const { body } = await asDoctor().raw(aForm(aJpeg()));
    const { virtual_background: image } = body as { virtual_background: { background_alias: string } };
    return { sessionId: '', alias: image.background_alias };
  }
  if (!route.includes('{')) return { sessionId: '', alias: '' };
  const { value } = route.endsWith('/participants/data') ? BOOKINGS.oneToCome : BOOKINGS.aPair;
  expect(await asDoctor().post('/teleconsultation', value)).toMatchObject({
    status: 201,
    body: { roomId: EXAMPLE_ID },
  });
  if (!/transcription|recording|uploads/.test(route)) return { sessionId: '', alias: '' };
  const roomId = await roomIdOf(world, EXAMPLE_ID);
  const call = { roomId, uploads: 2, transcription: 'Invented words', webhooks: false };
  return { sessionId: (await world.simulator.playCall(call)).sessionId, alias: '' };
};

const exampleOf = ({ example, schema }: Operation['parameters'][number]): unknown => example ?? schema.example;

const send = (route: string, { parameters }: Operation, body: unknown, situation: Situation): Promise<Reply> => {
  const [method = '', template = ''] = route.split(' ');
  const given = parameters.flatMap(one =>
    exampleOf(one) === undefined ? [] : [{ ...one, value: String(exampleOf(one)) }],
  );
  const inPath = given.filter(one => one.in === 'path');
  const path = inPath
    .reduce((all, { name, value }) => all.replace(`{${name}}`, value), template)
    .replace('{sessionId}', situation.sessionId);
  const query = new URLSearchParams(
    Object.fromEntries(given.filter(one => one.in === 'query').map(({ name, value }) => [name, value])),
  );
  const url = query.size === 0 ? path : `${path}?${query}`;
  if (['POST /webhooks/kaleyra', 'POST /user-details'].includes(route)) return sendSigned(world, url, body);
  if (route === 'POST /settings/background-image') return asDoctor().raw({ ...aForm(aJpeg()), url });
  const headers = Object.fromEntries(given.filter(one => one.in === 'header').map(({ name, value }) => [name, value]));
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body).replace(/[0-9a-f]{32}(?="\}$)/, situation.alias) };
  return asDoctor().raw({ method, url, headers: { 'content-type': 'application/json', ...headers }, ...sent });
};

/** Every example of a body; a route without one is asked as its parameters say. */
const CASES = OPERATIONS.flatMap(({ route, operation }) => {
  const bodies = Object.values(operation.requestBody?.content ?? {}).flatMap(({ examples = {} }) =>
    Object.entries(examples),
  );
  if (bodies.length === 0) return [{ route, operation, name: 'parameters', body: undefined as unknown }];
  return bodies.map(([name, { value }]) => ({ route, operation, name, body: value }));
});

describe('an example that is sent as it stands', () => {
  it.each(CASES)('$route, $name, succeeds with what is documented', async ({ route, operation, body }) => {
    const situation = await situationFor(route);
    const { status, text: answer } = await send(route, operation, body, situation);
    const successes = Object.keys(operation.responses).filter(one => Number(one) < 400);
    expect(successes, `${status} ${answer.slice(0, 300)}`).toContain(String(status));
  });
});
