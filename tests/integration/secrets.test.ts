import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { cleanUp } from '../support/jobs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../support/people.ts';
import { type SecretStores, startSecretStores } from '../support/secret-stores.ts';
import { anEvent, sendSigned } from '../support/signed.ts';
import { openWorld, type World } from '../support/world.ts';

/** Secrets that are read at run time, and what a rotation of each of them looks like to those who call. */

const KEY = '/invented/test/kaleyra-api-key';
const SECRETS = '/invented/test/gateway-secrets';
const HOOKS = '/invented/test/webhook-keys';
const IN_PARAMETERS = {
  BANDYER_API_SECRET_KEY: '',
  BANDYER_API_SECRET_KEY_PARAMETER: KEY,
  GATEWAY_SECRETS: '',
  GATEWAY_SECRETS_PARAMETER: SECRETS,
  WEBHOOK_KEYS_PARAMETER: HOOKS,
};
const NEWER_KEY = 'ak_live_canary-newer-key-at-the-vendor';
const OTHER_SECRET = 'canary-secret-of-a-gateway-that-is-no-more-0001';
const HOOK_KEY = 'canary-key-for-webhooks-one';
const NEWER_HOOK_KEY = 'canary-key-for-webhooks-two';

let stores: SecretStores;
let world: World;
let firstKey: string;
/** What the gateway in front of this world sends. */
let gatewaySecret: string;

/** Processes as they are after a deployment: they know no secret yet. */
const newInstances = (env: Record<string, string> = {}): void => world.configure({ ...IN_PARAMETERS, ...env });

beforeAll(async () => {
  stores = await startSecretStores();
  world = await openWorld();
  firstKey = String(world.env.BANDYER_API_SECRET_KEY);
  gatewaySecret = String(world.env.GATEWAY_SECRETS);
});
afterAll(async () => {
  await world.close();
  await stores.close();
});
beforeEach(() => {
  stores.trouble();
  stores.putParameter(KEY, firstKey);
  stores.putParameter(SECRETS, gatewaySecret);
  stores.putParameter(HOOKS, HOOK_KEY);
  newInstances();
  stores.asked.length = 0;
  world.logs.length = 0;
});
afterEach(async () => {
  const told = world.logs.join('\n');
  for (const secret of [firstKey, gatewaySecret, 'canary']) expect(told).not.toContain(secret);
  await world.simulator.reset();
  world.clock.reset();
});

const READ_KEY = `ssm:GetParameter ${KEY}`;
const READ_SECRETS = `ssm:GetParameter ${SECRETS}`;
const READ_HOOKS = `ssm:GetParameter ${HOOKS}`;

const events = () => world.logs.map(line => JSON.parse(line) as Record<string, unknown>);
const asksSince = (): string[] => stores.asked.splice(0);
const book = (participants = [drRossi, mrBianchi]) =>
  world.api.post('/teleconsultation', bookingBody(world.clock.now(), { participants }));
const refusals = async (): Promise<number> =>
  (await world.simulator.requests()).filter(({ status }) => status === 401).length;
const hook = (key: string) =>
  sendSigned(world, '/webhooks/kaleyra', anEvent('on_session_ended', { room_id: 'room_unknown' }), { key });

describe('a secret', () => {
  it('is read once by an instance, however many calls it makes with it', async () => {
    expect((await book([drRossi, mrBianchi, msNeri])).status).toBe(201);
    expect((await book([drVerdi, msNeri])).status).toBe(201);
    expect((await hook(HOOK_KEY)).status).toBe(200);
    expect((await hook(HOOK_KEY)).status).toBe(200);
    expect(asksSince()).toEqual([READ_SECRETS, READ_KEY, READ_HOOKS]);
  });

  it('is not read by those who do not need it', async () => {
    expect((await world.api.get('/-/healthz')).status).toBe(200);
    expect((await world.api.get('/-/ready')).status).toBe(200);
    expect(asksSince()).toEqual([]);
    const id = await aBooking(world, { startsIn: '2 hours' });
    newInstances();
    asksSince();
    expect((await world.api.as(drRossi).get(`/teleconsultation/${id}`)).body).toMatchObject({ accessLinkURL: null });
    expect(asksSince()).toEqual([READ_SECRETS]);
    await sendSigned(world, '/user-details', { data: { user_ids: ['usr_x'] } }, { key: HOOK_KEY });
    expect(asksSince()).toEqual([READ_HOOKS]);
  });

  it('may also be a field of a secret in Secrets Manager', async () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:invented/test-AbCdEf';
    stores.putSecret(arn, JSON.stringify({ key: firstKey, gateway: [OTHER_SECRET, gatewaySecret].join() }));
    newInstances({ BANDYER_API_SECRET_KEY_PARAMETER: `${arn}#key`, GATEWAY_SECRETS_PARAMETER: `${arn}#gateway` });
    expect((await book()).status).toBe(201);
    const read = `secretsmanager:GetSecretValue ${arn}`;
    expect(asksSince()).toEqual([read, read]);
  });
});

describe('a key that was replaced at the vendor', () => {
  it('is found by the next request, without a restart, and nothing is done twice', async () => {
    expect((await book()).status).toBe(201);
    await world.simulator.changeKey(NEWER_KEY);
    stores.putParameter(KEY, NEWER_KEY);
    asksSince();
    const reply = await book([drRossi, mrBianchi]);
    expect(reply.status).toBe(201);
    expect(asksSince()).toEqual([READ_KEY]);
    expect(await refusals()).toBe(1);
    const { roomId: id } = reply.body as { roomId: string };
    expect((await world.simulator.rooms()).filter(({ description }) => description === id)).toHaveLength(1);
    expect(events()).toContainEqual(
      expect.objectContaining({ event: 'secret.renewed', keys: ['BANDYER_API_SECRET_KEY_PARAMETER'] }),
    );
    expect(events().filter(({ vendorStatus }) => vendorStatus === 401)).toEqual([]);
  });

  it('is read once by all requests that were refused at the same moment', async () => {
    expect((await book()).status).toBe(201);
    await world.simulator.changeKey(NEWER_KEY);
    stores.putParameter(KEY, NEWER_KEY);
    asksSince();
    const replies = await Promise.all([
      book([drRossi, msNeri]),
      book([drVerdi, msNeri]),
      book([drVerdi, mrBianchi]),
      world.api.get('/-/check-up'),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 200]);
    expect(asksSince()).toEqual([READ_KEY]);
  });

  it('is looked for once a minute while the store still has the old one', async () => {
    expect((await book()).status).toBe(201);
    await world.simulator.changeKey(NEWER_KEY);
    asksSince();
    for (const _ of [1, 2, 3]) {
      const reply = await book();
      expect(reply.status).toBe(502);
      expect(reply.body).toMatchObject({ message: 'the video service refused our key' });
    }
    expect(asksSince()).toEqual([READ_KEY]);
    stores.putParameter(KEY, NEWER_KEY);
    world.clock.moveBy(30_000);
    expect((await book()).status).toBe(502);
    expect(asksSince()).toEqual([]);
    world.clock.moveBy(30_000);
    expect((await book()).status).toBe(201);
    expect(asksSince()).toEqual([READ_KEY]);
  });

  it('does not stop a job half-way', async () => {
    await aBooking(world, { startsIn: '-3 days' });
    await aBooking(world, { startsIn: '-3 days' });
    await world.simulator.changeKey(NEWER_KEY);
    stores.putParameter(KEY, NEWER_KEY);
    asksSince();
    expect(await cleanUp(world)).toMatchObject({ failed: 0, left: 0 });
    expect((await world.simulator.rooms()).filter(({ disabled }) => disabled === true)).toHaveLength(2);
    expect(asksSince()).toEqual([READ_KEY]);
  });
});

describe("a gateway's secret", () => {
  it('that nobody knew is let in once it stands in the store, beside the one before', async () => {
    stores.putParameter(SECRETS, OTHER_SECRET);
    // The gateway was too early: what it sends is looked for once, and stands nowhere.
    expect((await book()).status).toBe(401);
    expect((await book()).status).toBe(401);
    expect(asksSince()).toEqual([READ_SECRETS, READ_SECRETS]);
    stores.putParameter(SECRETS, `${OTHER_SECRET},${gatewaySecret}`);
    world.clock.moveBy(59_000);
    expect((await book()).status).toBe(401);
    expect(asksSince()).toEqual([]);
    world.clock.moveBy(1000);
    expect((await book()).status).toBe(201);
    expect(asksSince()).toEqual([READ_SECRETS, READ_KEY]);
  });

  it.each(['', ' , ', 'canary-too-short', `${OTHER_SECRET},canary-too-short`])(
    'that is not fit for use lets nobody in, and the log names its variable: %j',
    async value => {
      stores.putParameter(SECRETS, value);
      const reply = await book();
      expect(reply.status).toBe(500);
      expect(reply.body).toEqual({
        statusCode: 500,
        error: 'Internal Server Error',
        message: 'a key of this service is not set up',
      });
      expect(events()).toContainEqual(
        expect.objectContaining({
          event: 'secret.unusable',
          code: 'not_valid',
          keys: ['GATEWAY_SECRETS_PARAMETER'],
        }),
      );
      stores.putParameter(SECRETS, gatewaySecret);
      expect((await book()).status).toBe(201);
    },
  );
});

describe('a key for webhooks', () => {
  it('that nobody knew counts once it stands in the store', async () => {
    expect((await hook(HOOK_KEY)).status).toBe(200);
    asksSince();
    stores.putParameter(HOOKS, `${NEWER_HOOK_KEY},${HOOK_KEY}`);
    expect((await hook(NEWER_HOOK_KEY)).status).toBe(200);
    expect((await hook(HOOK_KEY)).status).toBe(200);
    expect(asksSince()).toEqual([READ_HOOKS]);
  });

  it('that somebody made up is looked for once a minute, and what is not signed at all never', async () => {
    expect((await hook(HOOK_KEY)).status).toBe(200);
    asksSince();
    const unsigned = await world.api.post('/webhooks/kaleyra', anEvent('on_session_ended', { room_id: 'room_x' }));
    expect(unsigned.status).toBe(401);
    expect(asksSince()).toEqual([]);
    const forged = await Promise.all(Array.from({ length: 20 }, () => hook('canary-made-up')));
    expect(new Set(forged.map(({ status }) => status))).toEqual(new Set([401]));
    expect(asksSince()).toEqual([READ_HOOKS]);
    world.clock.moveBy(60_000);
    await hook('canary-made-up');
    expect(asksSince()).toEqual([READ_HOOKS]);
  });

  it("is Kaleyra's own where no other is named", async () => {
    newInstances({ WEBHOOK_KEYS_PARAMETER: '' });
    expect((await hook(firstKey)).status).toBe(200);
    expect((await hook(HOOK_KEY)).status).toBe(401);
    stores.putParameter(KEY, NEWER_KEY);
    world.clock.moveBy(60_000);
    expect((await hook(NEWER_KEY)).status).toBe(200);
    expect((await hook(firstKey)).status).toBe(401);
    expect(asksSince()).toEqual([READ_KEY, READ_KEY, READ_KEY]);
  });
});

describe('a store that does not answer', () => {
  const unavailable = {
    statusCode: 503,
    error: 'Service Unavailable',
    message: 'the keys of this service cannot be read at the moment',
  };

  it.each([
    'cuts',
    { status: 503, type: 'ServiceUnavailable' },
    { status: 400, type: 'AccessDeniedException' },
  ] as const)('fails the request that needs it, and not the one after it: %j', async trouble => {
    stores.trouble(trouble);
    const reply = await book();
    expect(reply.status).toBe(503);
    expect(reply.headers['retry-after']).toBe('5');
    expect(reply.body).toEqual(unavailable);
    expect(await world.simulator.requests()).toEqual([]);
    stores.trouble();
    expect((await book()).status).toBe(201);
  });

  it('fails a booking that cannot be made without it, of which nothing stays', async () => {
    expect((await world.api.as(drRossi).get('/teleconsultation/0123456789abcdef01234567')).status).toBe(404);
    stores.trouble({ status: 500, type: 'InternalServerError' });
    const reply = await book();
    expect(reply.status).toBe(503);
    expect(reply.headers['retry-after']).toBe('5');
    expect(reply.body).toEqual(unavailable);
    expect(await world.simulator.requests()).toEqual([]);
    expect(events()).toContainEqual(
      expect.objectContaining({
        event: 'secret.unavailable',
        keys: ['BANDYER_API_SECRET_KEY_PARAMETER'],
        errorName: 'InternalServerError',
      }),
    );
  });

  it('takes nobody’s link away, and cancels no cancellation', async () => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    newInstances();
    expect((await world.api.as(drRossi).get('/teleconsultation/0123456789abcdef01234567')).status).toBe(404);
    stores.trouble('hangs');
    const startedAt = performance.now();
    const opened = await world.api.as(drRossi).get(`/teleconsultation/${id}`);
    expect(opened.status).toBe(200);
    expect(opened.body).toMatchObject({ accessLinkURL: expect.stringContaining('http') });
    expect(performance.now() - startedAt).toBeLessThan(2000);
    stores.trouble({ status: 500, type: 'InternalServerError' });
    expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
    expect((await world.record(id))?.state).toBe('TRASH');
  });

  it('does not disturb an instance that knows its secrets', async () => {
    expect((await book()).status).toBe(201);
    stores.trouble('cuts');
    expect((await book()).status).toBe(201);
    // Refused, and nobody can say whether there is another one.
    await world.simulator.changeKey(NEWER_KEY);
    expect((await book()).status).toBe(502);
  });
});
