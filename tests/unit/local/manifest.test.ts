// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of serverless.yml
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../local/manifest.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/local/serverless.yml', import.meta.url));

describe('a manifest', () => {
  it('gives the environment of the stage, merge keys and nested variables resolved', async () => {
    const { environment } = await readManifest(FIXTURE, { stage: 'local', env: { KALEYRA_PORT: '4001' } });
    expect(environment).toEqual({
      CLINIC_TABLE: 'clinic-local',
      LEVEL: 'info',
      SECRET: 'local-secret',
      VENDOR: 'http://127.0.0.1:4001',
      GATEWAY_SECRETS: 'fresh-secret, old-secret',
      GATEWAY_SECRET_HEADER: 'x-clinic-secret',
      BANDYER_API_SECRET_KEY: 'ak_test_00112233445566778899aabb',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:3002',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
  });

  it('gives another stage its own values', async () => {
    const { environment } = await readManifest(FIXTURE, { stage: 'test', env: { LEVEL: 'debug' } });
    expect(environment).toEqual({
      CLINIC_TABLE: 'clinic-test',
      LEVEL: 'debug',
      SECRET: '{{resolve:secretsmanager:clinic:SecretString:key}}',
    });
  });

  it('lets given parameters win over those of the file', async () => {
    const { functions } = await readManifest(FIXTURE, { stage: 'local', env: {}, params: { room: 'blue' } });
    expect(functions.greet?.environment.ROOM).toBe('blue');
  });

  it('describes each function with its file, time, environment, routes and schedules', async () => {
    const { service, functions, environment } = await readManifest(FIXTURE, { stage: 'local', env: {} });
    expect(service).toBe('clinic');
    expect(functions).toEqual({
      greet: {
        key: 'greet',
        handler: 'functions/greet.handler',
        file: 'functions/greet.ts',
        exportName: 'handler',
        timeoutMs: 9_000,
        environment: { ...environment, ROOM: 'waiting', COUNT: '3' },
        routes: [
          { method: 'GET', path: '/greetings/{name}' },
          { method: 'POST', path: '/greetings' },
        ],
        schedules: [],
      },
      remember: {
        key: 'remember',
        handler: 'functions/remember.keep',
        file: 'functions/remember.ts',
        exportName: 'keep',
        timeoutMs: 2_000,
        environment,
        routes: [{ method: 'PUT', path: '/memory' }],
        schedules: [
          { rateMs: 900_000, enabled: true },
          { rateMs: 900_000, enabled: false, input: { dryRun: true, room: 'waiting' } },
          { rateMs: 3_600_000, enabled: false, input: { dryRun: true, room: 'waiting' } },
        ],
      },
    });
  });

  it('gives the tables with only what CreateTable knows', async () => {
    const { tables } = await readManifest(FIXTURE, { stage: 'local', env: {} });
    expect(tables).toEqual([
      {
        TableName: 'clinic-local',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'kind', AttributeType: 'S' },
        ],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byKind',
            KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      },
    ]);
  });
});

describe('a manifest that cannot be used', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manifest-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const reading = async (text: string): Promise<unknown> => {
    const file = join(folder, 'serverless.yml');
    await writeFile(file, text);
    return readManifest(file, { stage: 'local', env: {} });
  };

  it.each([
    [
      'a variable without a value',
      'provider: { environment: { KEY: "${env:MISSING}" } }',
      'serverless.yml: cannot resolve ${env:MISSING} in provider.environment.KEY',
    ],
    [
      'a form of variable that is not known',
      'provider: { environment: { KEY: "${ssm:/key}" } }',
      'serverless.yml: ${ssm:/key} in provider.environment.KEY is a form of variable that the embedded stack does not know',
    ],
    [
      'a value that only a deployment knows',
      'functions: { a: { handler: x.y, environment: { KEY: !Ref Table } } }',
      'serverless.yml: functions.a.environment.KEY is not a literal value',
    ],
    [
      'a schedule that cannot be run',
      'functions: { a: { handler: x.y, events: [{ schedule: "cron(0 8 ? * MON *)" }] } }',
      'serverless.yml: the schedule cron(0 8 ? * MON *) is not one that the embedded stack can run',
    ],
    ['a handler without an export', 'functions: { a: { handler: nothing } }', 'functions.a.handler is not of the form'],
    [
      'a route without a path',
      'functions: { a: { handler: x.y, events: [{ httpApi: GET }] } }',
      'functions.a has an httpApi',
    ],
    [
      'a timeout that is none',
      'functions: { a: { handler: x.y, timeout: soon } }',
      'functions.a has a timeout that is not',
    ],
    ['text that is not YAML', 'functions: { a: [', 'serverless.yml is not valid YAML'],
    [
      'a table with a computed name',
      'resources: { Resources: { T: { Type: "AWS::DynamoDB::Table", Properties: { TableName: !Sub x } } } }',
      'resources.Resources.T.Properties.TableName is not a literal name',
    ],
  ])('%s is named', async (_, text, message) => {
    await expect(reading(text)).rejects.toThrow(message);
  });

  it('leaves a function with no timeout at all the six seconds of the framework', async () => {
    expect(await reading('functions: { a: { handler: x.y } }')).toMatchObject({
      functions: { a: { timeoutMs: 6_000 } },
    });
  });

  it('reads whose tokens a route takes, in both forms, and that an empty name is nobody’s', async () => {
    const routes = `
      - httpApi: { method: GET, path: /a, authorizer: people }
      - httpApi: { method: GET, path: /b, authorizer: { name: people } }
      - httpApi: { method: GET, path: /c, authorizer: '' }
      - httpApi: GET /d`;
    const authorizers = '{ people: { type: jwt, issuerUrl: "https://people.example/", audience: "a, b" } }';
    const provider = `provider: { httpApi: { authorizers: ${authorizers} } }`;
    const manifest = await reading(`${provider}\nfunctions:\n  a:\n    handler: x.y\n    events:${routes}`);
    expect(manifest).toMatchObject({
      authorizers: { people: { issuer: 'https://people.example/', audience: ['a', 'b'] } },
    });
    expect((manifest as { functions: { a: { routes: unknown } } }).functions.a.routes).toEqual([
      { method: 'GET', path: '/a', authorizer: 'people' },
      { method: 'GET', path: '/b', authorizer: 'people' },
      { method: 'GET', path: '/c' },
      { method: 'GET', path: '/d' },
    ]);
  });

  it('reads the catch-all route in both of its forms', async () => {
    expect(
      await reading("functions: { a: { handler: x.y, events: [{ httpApi: '*' }, { httpApi: '* /any' }] } }"),
    ).toMatchObject({
      functions: {
        a: {
          routes: [
            { method: 'ANY', path: '$default' },
            { method: 'ANY', path: '/any' },
          ],
        },
      },
    });
  });
});
