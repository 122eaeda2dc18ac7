import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { register } from '../../lib/cli/registration.ts';
import { stageTarget } from '../../lib/cli/stage-callback-target.ts';
import { EVENTS } from '../../lib/domain/hear-event.ts';
import { run } from '../support/commands.ts';
import { ENVIRONMENT } from '../support/configs.ts';
import { type SecretStores, startSecretStores } from '../support/secret-stores.ts';
import { openWorld, type World } from '../support/world.ts';

/** Telling Kaleyra where to send events and where to ask for names. */
const HERE = 'https://clinic.example/telecons';
const WEBHOOKS = `${HERE}/webhooks/kaleyra`;
const NAMES = `${HERE}/user-details`;

let world: World;
let apiKey: string;
beforeAll(async () => {
  world = await openWorld();
  apiKey = String(world.env.BANDYER_API_SECRET_KEY);
});
afterAll(() => world.close());
beforeEach(() => world.simulator.reset());

const registered = () => register({ kaleyra: { baseUrl: world.simulator.url, apiKey }, publicBaseUrl: HERE });

const vendor = async (method: string, path: string, body?: unknown) => {
  const headers = { apikey: apiKey, 'content-type': 'application/json' };
  const response = await fetch(`${world.simulator.url}/v2/${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
  return (await response.json()) as Record<string, unknown>;
};
const webhooks = async () => {
  const { webhooks: all } = await vendor('GET', 'webhooks?limit=100');
  return (all as { event: string; url: string; version: string }[])
    .map(({ event, url, version }) => `${event} ${version} ${url}`)
    .sort();
};
const ours = EVENTS.map(event => `${event} 1 ${WEBHOOKS}`).sort();
const changes = async () => (await world.simulator.requests()).filter(({ method }) => method !== 'GET');

it('sets a webhook for each event that is heard, signed as a whole, and the user details address', async () => {
  const done = await registered();
  expect(await webhooks()).toEqual(ours);
  expect((await vendor('GET', 'company')).user_details_provider_url).toBe(NAMES);
  expect(done).toEqual([
    ...EVENTS.map(what => ({ what, url: WEBHOOKS, outcome: 'now set' })),
    { what: 'user details', url: NAMES, outcome: 'now set' },
  ]);
});

it('orders no event that carries chat messages or fresh links', () => {
  expect(EVENTS).not.toContain('on_message_sent');
  expect(EVENTS).not.toContain('on_room_created');
});

it('changes nothing when it is right', async () => {
  await registered();
  await world.simulator.forgetRequests();
  const done = await registered();
  expect(await changes()).toEqual([]);
  expect(new Set(done.map(({ outcome }) => outcome))).toEqual(new Set(['set already']));
});

it('puts right what is wrong at our address, and only there', async () => {
  await registered();
  const { webhooks: all } = await vendor('GET', 'webhooks?limit=100');
  const [gone, weak] = all as { id: string; event: string }[];
  await vendor('DELETE', `webhooks/${gone?.id}`);
  await vendor('PUT', `webhooks/${weak?.id}`, { version: '0.1' });
  await vendor('POST', 'webhooks', { event: 'on_message_sent', url: WEBHOOKS, version: '1' });
  await vendor('POST', 'webhooks', { event: 'on_session_ended', url: WEBHOOKS, version: '1' });
  const elsewhere = { event: 'on_session_ended', url: 'https://other-stage.example/webhooks/kaleyra', version: '0.1' };
  await vendor('POST', 'webhooks', elsewhere);
  await vendor('PUT', 'company', { user_details_provider_url: 'https://older.example/names', name: 'Example Clinic' });
  await world.simulator.forgetRequests();

  const done = await registered();
  expect(await webhooks()).toEqual([...ours, `on_session_ended 0.1 ${elsewhere.url}`].sort());
  expect(await vendor('GET', 'company')).toMatchObject({
    name: 'Example Clinic',
    user_details_provider_url: NAMES,
    end_call_redirect_timeout_ms: 5000,
  });
  const count = (outcome: string) =>
    done
      .filter(one => one.outcome === outcome)
      .map(({ what }) => what)
      .sort();
  expect(count('now set')).toEqual([gone?.event, weak?.event, 'user details'].sort());
  expect(count('removed')).toEqual([weak?.event, 'on_message_sent', 'on_session_ended', 'user details'].sort());
  expect(count('left alone')).toEqual(['on_session_ended']);
  await world.simulator.forgetRequests();
  await registered();
  expect(await changes()).toEqual([]);
});

it('sets the new one before the wrong one goes', async () => {
  await vendor('POST', 'webhooks', { event: 'on_session_ended', url: WEBHOOKS, version: '0.1' });
  await world.simulator.forgetRequests();
  await registered();
  const methods = (await changes()).map(({ method }) => method);
  expect(methods).toEqual([...EVENTS.map(() => 'POST'), 'DELETE', 'PUT']);
});

it('finds its own among many', async () => {
  await registered();
  for (let index = 0; index < 101; index += 1) {
    await vendor('POST', 'webhooks', {
      event: 'on_session_ended',
      url: `https://other-${index}.example/`,
      version: '1',
    });
  }
  await world.simulator.forgetRequests();
  const done = await registered();
  expect(await changes()).toEqual([]);
  expect(done.filter(({ outcome }) => outcome === 'left alone')).toHaveLength(101);
});

it('says that it failed, and nothing of the key', async () => {
  const failing = register({ kaleyra: { baseUrl: world.simulator.url, apiKey: 'ak_test_wrong' }, publicBaseUrl: HERE });
  await expect(failing).rejects.toMatchObject({
    code: 'kaleyra_refused',
    message: 'the video service refused our key',
  });
});

const command = (args: string[], env: Record<string, string> = {}) => run('lib/cli/register.ts', args, env);

it('the command says first where it works, then shows what is set', async () => {
  const { port } = new URL(world.simulator.url);
  const env = { PORT: '3999', KALEYRA_PORT: port, BANDYER_API_SECRET_KEY: apiKey };
  const first = command([], env);
  expect(await first.ended).toBe(0);
  const lines = first.printed().trim().split('\n');
  expect(lines[0]).toBe(`target: local stack at http://127.0.0.1:3999, Kaleyra at http://127.0.0.1:${port}`);
  expect(lines).toContain('  on_session_ended            now set: http://127.0.0.1:3999/webhooks/kaleyra');
  expect(lines).toContain('  user details                now set: http://127.0.0.1:3999/user-details');
  expect(lines.at(-1)).toBe(`${EVENTS.length + 1} changed`);
  const second = command([], env);
  expect(await second.ended).toBe(0);
  expect(second.printed().trim().split('\n').at(-1)).toBe('nothing to change');
});

describe('a stage on AWS', () => {
  const KEY = '/invented/prod/kaleyra-api-key';
  let stores: SecretStores;
  beforeAll(async () => {
    stores = await startSecretStores();
    stores.putParameter(KEY, apiKey);
  });
  afterAll(() => stores.close());

  const variables = (): Record<string, string> => ({
    ...ENVIRONMENT,
    BANDYER_API_SECRET_KEY: '',
    BANDYER_API_SECRET_KEY_PARAMETER: KEY,
    BANDYER_BASE_URL: world.simulator.url,
    TELECONSULTATION_SERVICE_CONFIG_PATH: './in-the-zips.json',
  });
  /** What a shell may hold of another Kaleyra. */
  const shell = {
    AWS_REGION: 'eu-south-1',
    PUBLIC_BASE_URL: `${HERE}/`,
    BANDYER_BASE_URL: 'https://api.sandbox.eu.bandyer.com',
    BANDYER_API_SECRET_KEY: 'ak_live_of_the_shell',
  };

  it('is registered with its own Kaleyra and its own key, whatever the shell says; the target comes first', async () => {
    const told: string[] = [];
    const target = await stageTarget(
      'prod',
      shell,
      line => void told.push(line),
      async ({ region }, stage) => {
        told.push(`variables of ${stage} in ${region} are read`);
        return variables();
      },
    );
    expect(told).toEqual([
      `target: AWS, stage prod in eu-south-1, reached at ${HERE}`,
      'variables of prod in eu-south-1 are read',
      `Kaleyra at ${world.simulator.url}`,
    ]);
    await register(target);
    expect(await webhooks()).toEqual(ours);
    expect((await vendor('GET', 'company')).user_details_provider_url).toBe(NAMES);
    expect(stores.asked).toEqual([`ssm:GetParameter ${KEY}`]);
  });

  it.each([
    [{ AWS_REGION: '' }, 'AWS_REGION must say in which region the stage is'],
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, 'AWS_ENDPOINT_URL leads away from AWS: unset it to work on a stage'],
    [{ PUBLIC_BASE_URL: '' }, 'PUBLIC_BASE_URL must be the https address at which Kaleyra reaches the stage'],
    [
      { PUBLIC_BASE_URL: 'http://clinic.example' },
      'PUBLIC_BASE_URL must be the https address at which Kaleyra reaches the stage',
    ],
  ])('that is not clear with %j is refused before anything is asked', async (changes, message) => {
    const told: string[] = [];
    const read = () => Promise.reject(new Error('nobody is to be asked'));
    const outcome = stageTarget('prod', { ...shell, ...changes }, line => void told.push(line), read);
    await expect(outcome).rejects.toMatchObject({ name: 'CommandError', message });
    expect(told).toEqual([]);
  });

  it.each([
    [
      'whose key cannot be read',
      { BANDYER_API_SECRET_KEY_PARAMETER: '/invented/prod/no-such-key' },
      'the Kaleyra key of stage prod cannot be read with your credentials: /invented/prod/no-such-key',
    ],
    [
      'with settings that cannot be used',
      { BANDYER_BASE_URL: '' },
      expect.stringMatching(/^the settings of stage prod cannot be used: BANDYER_BASE_URL/),
    ],
  ])('%s is told in one line', async (_, changes, message) => {
    const read = async () => ({ ...variables(), ...changes });
    await expect(stageTarget('prod', shell, () => undefined, read)).rejects.toMatchObject({
      name: 'CommandError',
      message,
    });
    expect(await webhooks()).toEqual([]);
  });

  it('is never taken for this machine by the command', async () => {
    const env = { KALEYRA_PORT: new URL(world.simulator.url).port, BANDYER_API_SECRET_KEY: apiKey };
    for (const [stage, line] of [
      ['prod', 'AWS_REGION must say in which region the stage is\n'],
      ['local', 'the local stack is the target when no stage is named\n'],
    ] as const) {
      const { ended, printed } = command(['--stage', stage], env);
      expect(await ended).toBe(1);
      expect(printed()).toBe(line);
    }
    expect(await webhooks()).toEqual([]);
  });
});

it('the command says how it is used', async () => {
  const { ended, printed } = command(['--stages', 'prod']);
  expect(await ended).toBe(1);
  expect(printed()).toMatch(/usage: npm run kaleyra:register \[-- --stage NAME\]\n$/);
});

it('the command says in one line that nobody is there', async () => {
  const { ended, printed } = command([], { KALEYRA_PORT: '9' });
  expect(await ended).toBe(1);
  expect(printed().trim().split('\n')).toEqual([
    'target: local stack at http://127.0.0.1:3000, Kaleyra at http://127.0.0.1:9',
    'the video service cannot be reached',
  ]);
});
