import { describe, expect, it } from 'vitest';
import type { Osls } from '../../../../local/package/osls.ts';
import { problemsOf, withSecretRights } from '../../../../local/package/secret-rights.ts';
import SecretsPlugin from '../../../../local/package/secrets-plugin.ts';

const arnOf = (name: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter${name}`,
});
const reads = (...names: string[]) => ({ Effect: 'Allow', Action: ['ssm:GetParameter'], Resource: names.map(arnOf) });
const log = { Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: 'a log' };
const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:invented-AbCdEf';
const KMS_KEY = 'arn:aws:kms:eu-west-1:123456789012:key/0123abcd-0123';

describe('the rights of a role', () => {
  it('are one statement for all its parameters, after everything else', () => {
    expect(withSecretRights([log, reads('/a'), reads('/b')], '')).toEqual([log, reads('/a', '/b')]);
  });

  it('are none where it reads none', () => {
    expect(withSecretRights([log], KMS_KEY)).toEqual([log]);
    expect(withSecretRights([log, reads('')], KMS_KEY)).toEqual([log]);
  });

  it('are those of Secrets Manager for its ARNs, each secret once', () => {
    expect(withSecretRights([reads(`${SECRET}#key`), reads('/b'), reads(`${SECRET}#gateway`)], '')).toEqual([
      reads('/b'),
      { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [SECRET] },
    ]);
  });

  it("include a key of the account's own, through the stores that are used and not otherwise", () => {
    const parameters = { 'Fn::Sub': `ssm.\${AWS::Region}.amazonaws.com` };
    const secrets = { 'Fn::Sub': 'secretsmanager.eu-central-1.amazonaws.com' };
    const decrypts = (...through: unknown[]) => ({
      Effect: 'Allow',
      Action: ['kms:Decrypt'],
      Resource: [KMS_KEY],
      Condition: { StringEquals: { 'kms:ViaService': through } },
    });
    expect(withSecretRights([reads('/a'), reads('/b')], KMS_KEY).at(-1)).toEqual(decrypts(parameters));
    expect(withSecretRights([reads(SECRET)], KMS_KEY).at(-1)).toEqual(decrypts(secrets));
    expect(withSecretRights([reads('/a', SECRET)], KMS_KEY).at(-1)).toEqual(decrypts(parameters, secrets));
  });

  it.each(['*', { Ref: 'Something' }, { 'Fn::Sub': 'arn:aws:ssm:*:*:parameter/a' }, undefined])(
    'are never wider than a name: %j',
    resource => {
      const wide = { Effect: 'Allow', Action: ['ssm:GetParameter'], Resource: resource };
      expect(() => withSecretRights([wide], '')).toThrow('is not one of custom.parameterArns');
    },
  );
});

describe('a name', () => {
  it('that is none is told by its variable, and not repeated', () => {
    const problems = problemsOf({ ONE: '/a/b', TWO: SECRET, THREE: '', FOUR: 'ak_live_canary', FIVE: undefined });
    expect(problems.map(text => text.split(' ')[0])).toEqual(['THREE', 'FOUR', 'FIVE']);
    expect(problems.join()).not.toContain('canary');
  });
});

describe('the plugin', () => {
  const aService = ({ stage = 'dev', environment = {}, kmsKey = '' } = {}) => {
    const role = (...statements: unknown[]) => ({
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyDocument: { Statement: statements } }] },
    });
    // One statement, in two roles: YAML's anchors make it the same object.
    const shared = reads(`${SECRET}#key`);
    const resources = {
      One: role(log, shared),
      Two: role(shared, log, reads('')),
      Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
    };
    const usual = { BANDYER_API_SECRET_KEY_PARAMETER: '/a', WEBHOOK_KEYS_PARAMETER: '/b', IDENTITY_MODE: 'jwt' };
    const osls = {
      service: {
        provider: { environment: { ...usual, ...environment } },
        custom: { secrets: { kmsKey } },
        resources: { Resources: resources },
      },
      getProvider: () => ({ getStage: () => stage }),
      classes: { Error },
    } as unknown as Osls;
    const { hooks } = new SecretsPlugin(osls);
    return { resources, run: () => hooks['before:package:initialize']?.() };
  };
  const statements = (role: { Properties: { Policies: { PolicyDocument: { Statement: unknown[] } }[] } }) =>
    role.Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

  it('gives every role the rights that fit', () => {
    const { resources, run } = aService();
    run();
    const right = { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [SECRET] };
    expect(statements(resources.One)).toEqual([log, right]);
    expect(statements(resources.Two)).toEqual([log, right]);
  });

  it('leaves stage local alone, which is never deployed', () => {
    const { resources, run } = aService({ stage: 'local', environment: { WEBHOOK_KEYS_PARAMETER: '' } });
    run();
    expect(statements(resources.One)).toEqual([log, reads(`${SECRET}#key`)]);
  });

  it.each([
    [{ environment: { BANDYER_API_SECRET_KEY_PARAMETER: 'x' } }, /^BANDYER_API_SECRET_KEY_PARAMETER must be the name/],
    [{ environment: { WEBHOOK_KEYS_PARAMETER: '' } }, /^WEBHOOK_KEYS_PARAMETER must be the name/],
    [{ environment: { IDENTITY_MODE: 'gateway' } }, /^GATEWAY_SECRETS_PARAMETER must be the name/],
    [{ kmsKey: 'alias/mine' }, /^SECRETS_KMS_KEY_ARN must be the ARN of a key/],
    [{ kmsKey: '*' }, /^SECRETS_KMS_KEY_ARN must be the ARN of a key/],
  ])('refuses %j', (settings, message) => {
    expect(aService(settings).run).toThrow(message);
  });

  it('asks for the secrets of a gateway only where there is one', () => {
    expect(aService({ environment: { GATEWAY_SECRETS_PARAMETER: '' } }).run).not.toThrow();
  });
});
