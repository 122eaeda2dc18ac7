import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSdkStoreCalls } from '../../../../lib/cli/sdk-store-calls.ts';
import type { SecretReference } from '../../../../lib/schemas/secrets.ts';
import { type AskStore, createStoreCalls } from '../../../../lib/secrets/calls.ts';
import type { LoadSecret } from '../../../../lib/secrets/stored-secret.ts';
import { createSecretLoader } from '../../../../lib/secrets/stores.ts';
import { type SecretStores, startSecretStores } from '../../../support/secret-stores.ts';

/** Our own calls against stores that answer as AWS does, and the SDK's beside them: both read the same. */
let stores: SecretStores;
let load: LoadSecret;
const CALLS: [name: string, create: () => AskStore][] = [
  ['our own calls', () => createStoreCalls(process.env, { jitter: () => 0 })],
  ['calls of the SDK', createSdkStoreCalls],
];

beforeAll(async () => {
  stores = await startSecretStores();
});
afterEach(() => {
  stores.trouble();
  stores.asked.length = 0;
});
afterAll(() => stores.close());

const NAME = '/invented/test/kaleyra-api-key';
const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:invented/test-AbCdEf';
const parameter: SecretReference = { store: 'parameters', name: NAME };
const secret = (field?: string): SecretReference => ({ store: 'secrets', arn: ARN, region: 'eu-central-1', field });

const never = new AbortController().signal;

describe.each(CALLS)('%s', (_name, create) => {
  beforeEach(() => {
    load = createSecretLoader(create());
  });

  describe('a parameter', () => {
    it('is read and decrypted', async () => {
      stores.putParameter(NAME, 'ak_live_invented');
      expect(await load(parameter, never)).toBe('ak_live_invented');
      expect(stores.asked).toEqual([`ssm:GetParameter ${NAME}`]);
    });

    it('that anybody could read is not taken', async () => {
      stores.putParameter(NAME, 'ak_live_invented', 'String');
      await expect(load(parameter, never)).rejects.toMatchObject({ name: 'UnusableSecret', reason: 'not_encrypted' });
    });

    it('that is not there is missing', async () => {
      stores.remove(NAME);
      await expect(load(parameter, never)).rejects.toMatchObject({ name: 'UnusableSecret', reason: 'missing' });
      expect(stores.asked).toHaveLength(1);
    });
  });

  describe('a secret', () => {
    it('is read as a whole', async () => {
      stores.putSecret(ARN, 'ak_live_invented');
      expect(await load(secret(), never)).toBe('ak_live_invented');
      expect(stores.asked).toEqual([`secretsmanager:GetSecretValue ${ARN}`]);
    });

    it('gives one of its fields', async () => {
      stores.putSecret(ARN, JSON.stringify({ kaleyraApiKey: 'ak_live_invented', gatewaySecrets: 'others' }));
      expect(await load(secret('kaleyraApiKey'), never)).toBe('ak_live_invented');
    });

    it.each([
      ['has no such field', '{"other":"x"}', 'kaleyraApiKey'],
      ['has a number there', '{"kaleyraApiKey":7}', 'kaleyraApiKey'],
      ['is no object', '"kaleyraApiKey"', 'kaleyraApiKey'],
      ['is null', 'null', 'kaleyraApiKey'],
      ['has the field only as every object has it', '{}', 'constructor'],
      ['is no JSON', 'ak_live_canary', 'kaleyraApiKey'],
    ])('that %s is of no use, and nothing of it is told', async (_, text, field) => {
      stores.putSecret(ARN, text);
      const failure = await load(secret(field), never).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'UnusableSecret', reason: 'no_such_field' });
      expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('canary');
    });

    it('that holds bytes holds no text', async () => {
      stores.putSecret(ARN, undefined);
      await expect(load(secret(), never)).rejects.toMatchObject({ name: 'UnusableSecret', reason: 'no_text' });
    });

    it.each([
      [400, 'ResourceNotFoundException'],
      [400, 'InvalidRequestException'],
    ])('of which the store says %i %s is missing', async (status, type) => {
      stores.trouble({ status, type });
      await expect(load(secret(), never)).rejects.toMatchObject({ name: 'UnusableSecret', reason: 'missing' });
    });
  });

  describe.each([
    ['Parameter Store', parameter],
    ['Secrets Manager', secret()],
  ])('%s', (_, reference) => {
    it.each([
      [400, 'AccessDeniedException'],
      [400, 'ThrottlingException'],
      [500, 'InternalServerError'],
      [503, 'ServiceUnavailable'],
    ])('that answers %i %s is not taken for one without the secret', async (status, type) => {
      stores.trouble({ status, type });
      const failure = await load(reference, never).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      expect((failure as Error).name).toBe(type);
    });

    it('is asked again at once when a call is lost', async () => {
      stores.putParameter(NAME, 'ak_live_invented');
      stores.putSecret(ARN, 'ak_live_invented');
      stores.trouble('cuts');
      const loading = load(reference, never);
      while (stores.asked.length === 0) await new Promise(setImmediate);
      stores.trouble();
      expect(await loading).toBe('ak_live_invented');
      expect(stores.asked.length).toBeGreaterThan(1);
    });

    it('is left alone when nobody waits any more', async () => {
      stores.trouble('hangs');
      const stop = new AbortController();
      const loading = load(reference, stop.signal);
      while (stores.asked.length === 0) await new Promise(setImmediate);
      stop.abort();
      await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
    });
  });
});

it.each([
  ['Parameter Store', parameter],
  ['Secrets Manager', secret()],
])('%s is given up after two and a half seconds when it never answers', async (_, reference) => {
  stores.trouble('hangs');
  load = createSecretLoader(createStoreCalls(process.env, { jitter: () => 0 }));
  await expect(load(reference, never)).rejects.toThrow('not done within 2500 ms');
});
