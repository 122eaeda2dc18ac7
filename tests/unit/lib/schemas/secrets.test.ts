import { describe, expect, it } from 'vitest';
import {
  GatewaySecrets,
  KaleyraKey,
  Reference,
  secretProblems,
  secretSourcesOf,
  WebhookKeys,
} from '../../../../lib/schemas/secrets.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:teleconsultation/prod-AbCdEf';

describe('where a secret is kept', () => {
  it.each([
    ['/teleconsultation/prod/kaleyra-api-key', { store: 'parameters', name: '/teleconsultation/prod/kaleyra-api-key' }],
    ['/key', { store: 'parameters', name: '/key' }],
    [ARN, { store: 'secrets', arn: ARN, region: 'eu-west-1', field: undefined }],
    [`${ARN}#kaleyraApiKey`, { store: 'secrets', arn: ARN, region: 'eu-west-1', field: 'kaleyraApiKey' }],
    [
      'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:a-b-c+d=e@f-123456#a.b_c-d',
      {
        store: 'secrets',
        arn: 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:a-b-c+d=e@f-123456',
        region: 'us-gov-west-1',
        field: 'a.b_c-d',
      },
    ],
  ])('is %s', (text, reference) => {
    expect(Reference.parse(text)).toEqual(reference);
  });

  it.each([
    '',
    '/',
    'kaleyra-api-key',
    '/teleconsultation//key',
    '/teleconsultation/key/',
    // One version for ever is none that can be rotated.
    '/teleconsultation/key:3',
    '/teleconsultation/key with blanks',
    '/teleconsultation/*',
    'arn:aws:ssm:eu-west-1:123456789012:parameter/key',
    // The part of the ARN that AWS adds is missing: a right to it would be one to nothing.
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:teleconsultation/prod',
    'arn:aws:secretsmanager:eu-west-1:12345:secret:teleconsultation/prod-AbCdEf',
    `${ARN}#`,
    `${ARN}#a#b`,
    `${ARN}:kaleyraApiKey::`,
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:*-AbCdEf',
    'ak_live_canary',
  ])('is not %j, and nothing of that is repeated', text => {
    const { error } = Reference.safeParse(text);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'must be the name of an SSM parameter such as /teleconsultation/prod/kaleyra-api-key, or the whole ARN of a secret in Secrets Manager',
    ]);
  });
});

describe('what a secret may hold', () => {
  it.each([
    [KaleyraKey, ' ak_live_x\n', 'ak_live_x'],
    [GatewaySecrets, `${'a'.repeat(32)}, ${'b'.repeat(40)}\n`, ['a'.repeat(32), 'b'.repeat(40)]],
    [GatewaySecrets, 'ü'.repeat(16), ['ü'.repeat(16)]],
    [WebhookKeys, 'newer,older,', ['newer', 'older']],
  ])('without what an editor leaves around it', (schema, text, value) => {
    expect(schema.parse(text)).toEqual(value);
  });

  it.each([
    [KaleyraKey, ''],
    [KaleyraKey, ' \n'],
    [KaleyraKey, 'ak_live_canary\nx-more: y'],
    [KaleyraKey, 'canary with blanks'],
    [KaleyraKey, 'canäry'],
    [GatewaySecrets, ''],
    [GatewaySecrets, ','],
    [GatewaySecrets, 'x'.repeat(31)],
    [GatewaySecrets, `${'canary'.repeat(6)},canary`],
    [WebhookKeys, ' , '],
  ])('and not what cannot be used, of which nothing is repeated', (schema, text) => {
    const { error } = schema.safeParse(text);
    expect(error?.issues.every(({ message }) => message.startsWith('must '))).toBe(true);
    expect(JSON.stringify(error?.issues)).not.toContain('canary');
  });
});

describe('the sources', () => {
  const reference = { store: 'parameters', name: '/key' } as const;

  it('are the variables themselves, or where they say', () => {
    expect(
      secretSourcesOf({
        BANDYER_API_SECRET_KEY_PARAMETER: reference,
        GATEWAY_SECRETS: ['a'],
      }),
    ).toEqual({
      kaleyraKey: { variable: 'BANDYER_API_SECRET_KEY_PARAMETER', reference },
      gatewaySecrets: { value: ['a'] },
      webhookKeys: undefined,
    });
  });

  it.each([
    [true, { BANDYER_API_SECRET_KEY: 'x', GATEWAY_SECRETS_PARAMETER: '/x' }, []],
    [false, { BANDYER_API_SECRET_KEY_PARAMETER: '/x', WEBHOOK_KEYS: 'x' }, []],
    [false, {}, ['BANDYER_API_SECRET_KEY: is required, or BANDYER_API_SECRET_KEY_PARAMETER']],
    [
      true,
      {},
      [
        'BANDYER_API_SECRET_KEY: is required, or BANDYER_API_SECRET_KEY_PARAMETER',
        'GATEWAY_SECRETS: is required in gateway mode, or GATEWAY_SECRETS_PARAMETER',
      ],
    ],
    [
      false,
      Object.fromEntries(
        ['BANDYER_API_SECRET_KEY', 'GATEWAY_SECRETS', 'WEBHOOK_KEYS'].flatMap(name => [
          [name, 'x'],
          [`${name}_PARAMETER`, '/x'],
        ]),
      ),
      [
        'BANDYER_API_SECRET_KEY: must not be given together with BANDYER_API_SECRET_KEY_PARAMETER',
        'GATEWAY_SECRETS: must not be given together with GATEWAY_SECRETS_PARAMETER',
        'WEBHOOK_KEYS: must not be given together with WEBHOOK_KEYS_PARAMETER',
      ],
    ],
  ])('behind a gateway (%s) are complete and unambiguous, or named', (behindGateway, given, problems) => {
    expect(secretProblems(given, behindGateway)).toEqual(problems);
  });
});
