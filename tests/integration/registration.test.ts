import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { register } from '../../lib/cli/registration.ts';
import { EVENTS } from '../../lib/domain/hear-event.ts';
import { run } from '../support/commands.ts';
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

it('the command never falls back from a stage to this machine', async () => {
  const { ended, printed } = command(['--stage', 'prod'], { KALEYRA_PORT: new URL(world.simulator.url).port });
  expect(await ended).toBe(1);
  expect(printed()).toMatch(/^stage prod is on AWS/);
  expect(await webhooks()).toEqual([]);
});

it('the command says in one line that nobody is there', async () => {
  const { ended, printed } = command([], { KALEYRA_PORT: '9' });
  expect(await ended).toBe(1);
  expect(printed().trim().split('\n')).toEqual([
    'target: local stack at http://127.0.0.1:3000, Kaleyra at http://127.0.0.1:9',
    'the video service cannot be reached',
  ]);
});
