/**
 * Secrets in what a deployment would send to AWS: behind a gateway, with a key in Secrets Manager and encrypted with a key of the
 * account's own; and what the packaged code then reads, in a process of its own.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { unzip } from '../../local/package/zip.ts';
import { environmentOf, statementsIn } from '../support/packaged-template.ts';
import { parameterArn, secretReads, secretsOf } from '../support/secret-reads.ts';
import { type SecretStores, startSecretStores } from '../support/secret-stores.ts';
import { type CommandResult, copyService, filesOf, osls, removeService, zipsOf } from '../support/service-copy.ts';
import { checkTemplate } from '../support/template-checker.ts';
import type { Template } from '../support/template-references.ts';

const canary = 'canary-that-stays-on-this-machine-0123456789';
const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clinic/kaleyra-AbCdEf';
const KMS_KEY = 'arn:aws:kms:eu-west-1:123456789012:key/00000000-1111-2222-3333-444444444444';

let folder: string;
let packaged: CommandResult;
let template: Template;
let stores: SecretStores;
beforeAll(async () => {
  folder = copyService();
  packaged = await osls(folder, ['package', '--param', 'identity=gateway'], {
    GATEWAY_SECRETS: canary,
    BANDYER_API_SECRET_KEY: canary,
    WEBHOOK_KEYS: canary,
    BANDYER_API_SECRET_KEY_PARAMETER: `${ARN}#apiKey`,
    SECRETS_KMS_KEY_ARN: KMS_KEY,
  });
  expect(packaged.code, packaged.stdout + packaged.stderr).toBe(0);
  template = JSON.parse(readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'));
  stores = await startSecretStores();
}, 90_000);
afterAll(async () => {
  removeService(folder);
  await stores.close();
});
beforeEach(() => {
  stores.trouble();
  stores.asked.length = 0;
});

const logicalId = (key: string, suffix: string) => `${key.charAt(0).toUpperCase()}${key.slice(1)}${suffix}`;
const propertiesOf = (id: string) => template.Resources[id]?.Properties ?? {};

describe('the template', () => {
  it('is sound', () => {
    expect(checkTemplate(template)).toEqual([]);
  });

  it.each(Object.keys(secretReads))(
    'lets %s read what it uses where it is, with the key it needs, and no more',
    key => {
      const { Policies } = propertiesOf(logicalId(key, 'Role'));
      const actions = /^(ssm|secretsmanager|kms):/;
      const own = statementsIn(Policies).filter(({ Action }) => [Action].flat().some(one => actions.test(String(one))));
      const names = secretsOf(key, 'gateway');
      const parameters = names.filter(name => name !== 'kaleyra-api-key');
      const fromSecrets = names.includes('kaleyra-api-key');
      const through = [
        ...(parameters.length > 0 ? [`ssm.\${AWS::Region}.amazonaws.com`] : []),
        ...(fromSecrets ? ['secretsmanager.eu-west-1.amazonaws.com'] : []),
      ];
      expect(own).toEqual([
        ...(parameters.length > 0
          ? [{ Effect: 'Allow', Action: ['ssm:GetParameter'], Resource: parameters.map(parameterArn) }]
          : []),
        ...(fromSecrets ? [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [ARN] }] : []),
        ...(names.length > 0
          ? [
              {
                Effect: 'Allow',
                Action: ['kms:Decrypt'],
                Resource: [KMS_KEY],
                Condition: { StringEquals: { 'kms:ViaService': expect.toSatisfy(sameAs(through)) } },
              },
            ]
          : []),
      ]);
    },
  );

  it('tells functions where secrets are and not what they are', () => {
    const { Variables } = propertiesOf('GetTeleconsultationLambdaFunction').Environment as { Variables: object };
    expect(Variables).toMatchObject({
      BANDYER_API_SECRET_KEY_PARAMETER: `${ARN}#apiKey`,
      GATEWAY_SECRETS_PARAMETER: '/teleconsultation/dev/gateway-secrets',
      WEBHOOK_KEYS_PARAMETER: '/teleconsultation/dev/webhook-keys',
    });
    expect(Object.keys(Variables)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(BANDYER_API_SECRET_KEY|GATEWAY_SECRETS|WEBHOOK_KEYS)$/)]),
    );
  });
});

describe('the secrets of the machine that packages', () => {
  it('are in no file and no word of the command', () => {
    expect(packaged.stdout + packaged.stderr).not.toContain(canary);
    const artifacts = join(folder, '.serverless');
    const plain = readdirSync(artifacts).filter(name => !name.endsWith('.zip'));
    expect(plain).toContain('serverless-state.json');
    for (const name of plain) expect(readFileSync(join(artifacts, name), 'utf8'), name).not.toContain(canary);
    for (const [key, archive] of zipsOf(folder)) {
      for (const content of filesOf(archive).values()) expect(content.includes(canary), key).toBe(false);
    }
  });

  it('are refused in the place of a name, and not repeated', async () => {
    const variables = ['BANDYER_API_SECRET_KEY', 'WEBHOOK_KEYS', 'GATEWAY_SECRETS'].map(name => `${name}_PARAMETER`);
    const other = copyService();
    const mistaken = Object.fromEntries(variables.map(variable => [variable, canary]));
    const { code, stdout, stderr } = await osls(other, ['package', '--param', 'identity=gateway'], mistaken);
    removeService(other);
    expect(code).toBe(1);
    for (const variable of variables) expect(stdout).toContain(`${variable} must be the name of an SSM parameter`);
    expect(stdout + stderr).not.toContain(canary);
  }, 60_000);
});

/** Calls the handler once with an event, and says what it answered and which line of the log came first. */
const program = `
const [file, event] = process.argv.slice(1);
const { handler } = await import(file);
const { statusCode, body } = await handler(JSON.parse(event), { awsRequestId: 'r', functionName: 'f' });
process.stdout.write(JSON.stringify({ statusCode, body }) + '\\n');
`;

describe('packaged code', () => {
  const gatewaySecret = 'invented-gateway-secret-of-32-bytes-or-more';
  const event = (secret: string) => ({
    version: '2.0',
    routeKey: 'POST /settings/background-image/uploads',
    rawPath: '/settings/background-image/uploads',
    headers: { 'x-gateway-secret': secret },
    requestContext: { http: { method: 'POST', path: '/settings/background-image/uploads' } },
  });

  /** In a process of its own, which has the files of the zip and the variables of the template. */
  const invoke = async (secret: string): Promise<{ statusCode: number; lines: string[] }> => {
    const key = 'requestBackgroundUpload';
    const properties = propertiesOf(logicalId(key, 'LambdaFunction'));
    const place = join(folder, '.unzipped');
    for (const { path, content } of unzip(zipsOf(folder).get(key) ?? Buffer.alloc(0))) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), content);
    }
    const args = [join(place, 'functions/request-background-upload.js'), JSON.stringify(event(secret))];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program, ...args],
      {
        cwd: place,
        env: {
          ...environmentOf(properties),
          AWS_REGION: 'eu-west-1',
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_ENDPOINT_URL_SSM: stores.url,
        },
      },
    );
    const lines = stdout.trim().split('\n');
    return { ...(JSON.parse(lines.pop() ?? '') as { statusCode: number }), lines };
  };

  it('reads its secrets with the client in its bundle', async () => {
    stores.putParameter('/teleconsultation/dev/gateway-secrets', gatewaySecret);
    // Nobody in particular: the gateway is believed, and asked who it is for.
    const { lines } = await invoke(gatewaySecret);
    expect(stores.asked).toEqual(['ssm:GetParameter /teleconsultation/dev/gateway-secrets']);
    expect(lines.join()).toContain('"code":"unauthorized"');
    expect(lines.join()).not.toContain(gatewaySecret);
  });

  it('answers 503 when the store does not', async () => {
    stores.trouble({ status: 500, type: 'InternalServerError' });
    expect(await invoke(gatewaySecret)).toMatchObject({ statusCode: 503 });
  });
});

function sameAs(expected: readonly string[]) {
  const sorted = (texts: readonly string[]) => JSON.stringify([...texts].sort());
  return (services: unknown): boolean =>
    sorted((services as { 'Fn::Sub': string }[]).map(service => service['Fn::Sub'])) === sorted(expected);
}
