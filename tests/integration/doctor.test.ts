import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { examine, type Patient } from '../../lib/cli/doctor/examine.ts';
import { described } from '../../lib/cli/doctor/finding.ts';
import { localVariables } from '../../lib/cli/doctor/settings.ts';
import { readVariables } from '../../lib/cli/doctor/stage.ts';
import { randomIds, systemClock } from '../../lib/clock.ts';
import { createDocumentClient } from '../../lib/store/document-client.ts';
import { run } from '../support/commands.ts';
import { aGatewayTo, aWall, type Front, type RunningStack, startRunningStack } from '../support/running-stack.ts';
import { answers, aScriptedServer } from '../support/scripted-server.ts';
import { controlSimulator } from '../support/simulator.ts';

/** What the doctor says of a stack that is well, and of those that are not; and that it changes nothing in any of them. */
let stack: RunningStack;
let tokens: RunningStack;
beforeAll(async () => {
  [stack, tokens] = await Promise.all([startRunningStack(), startRunningStack(['--jwt'])]);
}, 60_000);
afterAll(() => Promise.all([stack.close(), tokens.close()]));

const IDENTITY = ['miauserid', 'miausergroups', 'miauserproperties', 'isbackoffice'];

const inFront = async (front: Promise<Front>): Promise<string> => {
  const { url, close } = await front;
  onTestFinished(close);
  return url;
};

/** @param env beside what leads to the stack */
const doctor = async (env: Record<string, string> = {}, of: RunningStack = stack) => {
  const command = run('lib/cli/doctor.ts', [], { ...of.ports, ...env });
  const code = await command.ended;
  return { code, lines: command.printed().split('\n').slice(0, -1) };
};

const patient = (changes: Partial<Patient> = {}): Patient => {
  const client = createDocumentClient(`http://127.0.0.1:${stack.ports.DYNAMODB_PORT}`);
  return {
    nodeVersion: process.versions.node,
    variables: localVariables(stack.ports),
    stage: undefined,
    publicBaseUrl: stack.api,
    embedded: true,
    table: { table: 'teleconsultation-local', connect: () => client },
    clock: systemClock,
    ids: randomIds,
    ...changes,
  };
};
/** What is not well, as `wrong door: ...`. */
const complaints = async (changes: Partial<Patient>): Promise<string[]> =>
  (await examine(patient(changes)))
    .filter(({ outcome }) => outcome !== 'well')
    .map(({ outcome, what, words }) => `${outcome} ${what}: ${words}`);
const LOCAL_NOTE =
  'note door: the gateway of the embedded stack takes anybody’s word for who they are: for this machine alone';

describe('the embedded stack', () => {
  it('is well: each thing is said, where it looked first, and the exit code is 0', async () => {
    const { code, lines } = await doctor();
    const base = stack.api;
    expect(lines.map(line => line.replace(/agree to \d+ s/, 'agree'))).toEqual([
      `target: local stack at ${base}, table teleconsultation-local at http://127.0.0.1:${stack.ports.DYNAMODB_PORT}`,
      `  well    Node           ${process.versions.node}`,
      '  well    configuration  every variable can be used; callers by gateway',
      '  well    table          teleconsultation-local answers',
      `  well    Kaleyra        ${stack.kaleyra} takes the key`,
      `  well    registered     events and names at ${base}`,
      '  well    clocks         Kaleyra’s and the service’s agree',
      `  well    service        ${base}/-/check-up is well`,
      '  note    door           the gateway of the embedded stack takes anybody’s word for who they are: for this machine alone',
      'nothing is wrong',
    ]);
    expect(code).toBe(0);
  });

  it('with tokens is well, and its door is shut', async () => {
    const { code, lines } = await doctor({ IDENTITY_MODE: 'jwt' }, tokens);
    expect(lines).toContain('  well    door           nobody comes in without a token, and none that is not signed');
    expect(code).toBe(0);
  });

  it('that is not running is said in one line', async () => {
    const { code, lines } = await doctor({ PORT: '9' });
    expect([code, lines]).toEqual([
      1,
      [
        expect.stringMatching(/^target: local stack at http:\/\/127\.0\.0\.1:9,/),
        'no stack is running at http://127.0.0.1:9: run `npm start` first',
      ],
    ]);
  });

  it('is only looked at: Kaleyra is asked nothing but reads, and what is stored stays', async () => {
    const simulator = controlSimulator(stack.kaleyra);
    const before = await simulator.state();
    await simulator.forgetRequests();
    await doctor();
    const asked = (await simulator.requests()).map(({ method, path }) => `${method} ${path}`);
    expect(new Set(asked)).toEqual(
      new Set(['GET /v2/company', 'GET /v2/webhooks', 'GET /v2/company/virtual-backgrounds', 'GET /']),
    );
    expect(await simulator.state()).toEqual(before);
  });
});

describe('a gateway in front', () => {
  const behind = async (front: Promise<Front>): Promise<string[]> => {
    const publicBaseUrl = await inFront(front);
    return (await complaints({ publicBaseUrl, embedded: false })).filter(line => line.includes(' door: '));
  };

  it('that deletes what clients send is well; what cannot be seen is said', async () => {
    expect(await behind(aGatewayTo(stack.api, IDENTITY))).toEqual([
      'unseen door: whether the API can be reached past the gateway: --param defaultEndpoint=closed, and mutual TLS',
    ]);
  });

  it('that lets them through is wrong, and the headers are named', async () => {
    expect(await behind(aGatewayTo(stack.api))).toEqual([
      'wrong door: a client can say in headers who it is (answered 200): the gateway has to delete miauserid, miausergroups from what clients send',
    ]);
  });

  it('that deletes one and not the other is as wrong', async () => {
    expect(await behind(aGatewayTo(stack.api, ['miausergroups']))).toEqual([
      expect.stringMatching(/^wrong door: a client can say in headers who it is/),
    ]);
  });

  it.each([302, 401, 403])(
    'that asks for a login with %i hides what it does with those who are logged in',
    async status => {
      const [only, ...others] = await behind(aWall(status, { message: 'log in' }));
      expect(only).toMatch(new RegExp(`^unseen door: the gateway asks for a login first \\(${status}\\)`));
      expect(others).toEqual([]);
    },
  );

  it('that does not send its secret is wrong', async () => {
    const body = { statusCode: 401, error: 'Unauthorized user', message: 'Unauthorized user' };
    expect(await behind(aWall(401, body, { 'x-request-id': 'any' }))).toEqual([
      'wrong door: the gateway does not send its secret, or not one of GATEWAY_SECRETS: everybody gets 401',
    ]);
  });

  it('that is not there is wrong', async () => {
    expect(await behind(Promise.resolve({ url: 'http://127.0.0.1:9', close: async () => undefined }))).toEqual([
      'wrong door: http://127.0.0.1:9 cannot be reached, or answers no longer than it may',
    ]);
  });
});

describe('a deployment with tokens', () => {
  it('whose routes have no authorizer is wrong in three ways', async () => {
    const publicBaseUrl = await inFront(aWall(404, { statusCode: 404, error: 'not found', message: 'x' }));
    const variables = { ...localVariables(stack.ports), IDENTITY_MODE: 'jwt', GATEWAY_SECRETS: '' };
    const door = (await complaints({ variables, publicBaseUrl, embedded: false })).filter(line =>
      line.includes(' door: '),
    );
    expect(door).toEqual([
      'wrong door: a request without a token is answered 404 instead of 401',
      'wrong door: a request with forged identity headers and no token is answered 404 instead of 401',
      'wrong door: a request with a token that nobody has signed is answered 404 instead of 401',
    ]);
  });
});

describe('what is missing is said in words', () => {
  it('an old Node', async () => {
    expect(await complaints({ nodeVersion: '20.19.0' })).toEqual([
      'wrong Node: 20.19.0: the service runs on 24 or newer; `npm ci` brings one for Linux x64',
      LOCAL_NOTE,
    ]);
  });

  it('variables, all of them at once; then nothing more is asked', async () => {
    const variables = {
      ...localVariables(stack.ports),
      HASH_KEY: 'short',
      IMMUTABLE_PERIOD_MS: 'soon',
      GATEWAY_SECRETS: '',
    };
    expect(await complaints({ variables })).toEqual([
      'wrong configuration: GATEWAY_SECRETS: is required in gateway mode, or GATEWAY_SECRETS_PARAMETER',
      'wrong configuration: IMMUTABLE_PERIOD_MS: must be a whole number of milliseconds',
      'wrong configuration: HASH_KEY: must be at least 16 characters long',
      'unseen the rest: nothing more can be asked before that is right',
    ]);
  });

  it('a table', async () => {
    const client = createDocumentClient(`http://127.0.0.1:${stack.ports.DYNAMODB_PORT}`);
    const table = { table: 'teleconsultation-elsewhere', connect: () => client };
    expect(await complaints({ table })).toEqual([
      'wrong table: there is no table teleconsultation-elsewhere',
      LOCAL_NOTE,
    ]);
  });

  it('a Kaleyra key of another region or environment', async () => {
    const variables = { ...localVariables(stack.ports), BANDYER_API_SECRET_KEY: 'ak_live_of_another_region' };
    expect(await complaints({ variables })).toEqual([
      `wrong Kaleyra: ${stack.kaleyra} refuses the key (401): it is of another region or environment, or not valid any more`,
      'unseen registered: without a key, nobody can ask',
      LOCAL_NOTE,
    ]);
  });

  it.each([
    [404, { message: 'Not Found' }, /knows no \/v2\/company: BANDYER_BASE_URL is not the address of Kaleyra's API$/],
    [429, {}, /asks to slow down: try again in a minute$/],
    [200, { status: 'OK' }, /answers, but not as Kaleyra's API does$/],
    [500, {}, /cannot be reached or does not work \(500\)$/],
  ])('a Kaleyra that answers %i', async (status, body, words) => {
    const BANDYER_BASE_URL = await inFront(aWall(status, body));
    const variables = { ...localVariables(stack.ports), BANDYER_BASE_URL };
    const lines = await complaints({ variables });
    expect(lines.filter(line => line.startsWith('wrong Kaleyra: '))).toEqual([expect.stringMatching(words)]);
  });

  it('events and names that Kaleyra sends elsewhere', async () => {
    const publicBaseUrl = await inFront(aGatewayTo(stack.api, IDENTITY));
    const lines = (await complaints({ publicBaseUrl, embedded: false })).filter(line => line.includes(' registered: '));
    expect(lines).toContain(
      `wrong registered: Kaleyra asks somebody else for names, and not ${publicBaseUrl}/user-details: run \`npm run kaleyra:register\``,
    );
    expect(lines).toContain(
      `wrong registered: Kaleyra does not send on_session_ended to ${publicBaseUrl}/webhooks/kaleyra: run \`npm run kaleyra:register\``,
    );
    const ofStage = await complaints({ publicBaseUrl, embedded: false, stage: 'prod' });
    expect(ofStage.filter(line => line.includes(' registered: '))).toEqual(
      lines.map(line => line.replace(/`$/, ' -- --stage prod`')),
    );
  });

  it('clocks that are too far apart for events to count', async () => {
    const late = new Date(Date.now() - 400_000).toUTCString();
    const BANDYER_BASE_URL = await inFront(aWall(200, {}, { date: late }));
    const variables = { ...localVariables(stack.ports), BANDYER_BASE_URL };
    expect((await complaints({ variables })).filter(line => line.includes(' clocks: '))).toEqual([
      expect.stringMatching(
        /^wrong clocks: Kaleyra’s clock and the service’s are (399|400|401) s apart: beyond 300 s no event of Kaleyra’s counts$/,
      ),
    ]);
  });

  it('a service that does not work by its own account, or is no such service', async () => {
    const message = 'not available: kaleyra';
    const broken = await inFront(aWall(503, { status: 'KO', message }));
    const other = await inFront(aWall(200, { hello: 'world' }));
    for (const [publicBaseUrl, words] of [
      [broken, `says: ${message}`],
      [other, 'says: status 200'],
    ] as const) {
      expect(await complaints({ publicBaseUrl, embedded: false })).toContain(
        `wrong service: ${publicBaseUrl}/-/check-up ${words}`,
      );
    }
  });

  it('where callers reach the service, if nobody has said: what depends on it was not looked at', async () => {
    expect(await complaints({ publicBaseUrl: undefined, embedded: false })).toEqual([
      'unseen registered: PUBLIC_BASE_URL does not say where Kaleyra reaches this service',
      'unseen door: PUBLIC_BASE_URL does not say where callers reach this service',
    ]);
  });

  it('and the exit code says so, with how much of it there is', async () => {
    const { code, lines } = await doctor({
      BANDYER_API_SECRET_KEY: 'ak_live_of_another_region',
      IMMUTABLE_PERIOD_MS: '5',
    });
    expect([code, lines.at(-1)]).toEqual([1, '1 to put right; 1 could not be looked at']);
    expect(lines.join('\n')).not.toContain('ak_live_of_another_region');
  });
});

describe('a stage', () => {
  const settings = (endpoint: string) => ({
    region: 'eu-south-1',
    endpoint,
    credentials: { accessKeyId: 'invented', secretAccessKey: 'invented' },
  });

  it('is known by the variables of one of its functions', async () => {
    const lambda = await aScriptedServer(answers(200, { Environment: { Variables: { IDENTITY_MODE: 'jwt' } } }));
    expect(await readVariables(settings(lambda.url), 'prod')).toEqual({ IDENTITY_MODE: 'jwt' });
    expect(lambda.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /2015-03-31/functions/teleconsultation-prod-health/configuration',
    ]);
  });

  it.each([
    [
      'ResourceNotFoundException',
      404,
      'nothing is deployed as stage prod in eu-south-1: teleconsultation-prod-health is not there',
    ],
    ['AccessDeniedException', 403, 'teleconsultation-prod-health could not be looked at (AccessDeniedException)'],
  ])('that answers %s is said in one line', async (kind, status, line) => {
    const lambda = await aScriptedServer(answers(status, {}, { 'x-amzn-errortype': kind }));
    await expect(readVariables(settings(lambda.url), 'prod')).rejects.toMatchObject({
      name: 'CommandError',
      message: line,
    });
  });

  it('is never taken for the local one', async () => {
    const command = run('lib/cli/doctor.ts', ['--stage', 'local'], stack.ports);
    expect(await command.ended).toBe(1);
    expect(command.printed()).toBe('the local stack is the target when no stage is named\n');
  });

  it('whose configuration file is in the zips is looked at without it', async () => {
    const variables = {
      ...localVariables(stack.ports),
      TELECONSULTATION_SERVICE_CONFIG_PATH: './teleconsultation.config.json',
      HTTP_PORT: '8080',
    };
    expect(await complaints({ variables, stage: 'prod' })).toEqual([
      'note configuration: ./teleconsultation.config.json is inside of the zips: it was read at packaging time, and not now',
      'note configuration: without effect: HTTP_PORT',
      LOCAL_NOTE,
    ]);
  });
});

it('no line is too long for what stands before it', () => {
  const [line] = described([{ what: 'configuration', outcome: 'unseen', words: 'x' }]);
  expect(line).toBe('  unseen  configuration  x');
});
