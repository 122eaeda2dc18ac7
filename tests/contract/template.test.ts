/**
 * What a deployment would send to AWS: packaged twice, in different time zones, and once with secrets in the environment that
 * must not be found in any of it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startEmptyAws } from '../support/empty-aws.ts';
import { loadHandler } from '../support/fresh-process.ts';
import { countedIn } from '../support/metrics.ts';
import { environmentOf, statementsIn } from '../support/packaged-template.ts';
import { parameterArn, secretsOf } from '../support/secret-reads.ts';
import { copyService, filesOf, osls, removeService, zipsOf } from '../support/service-copy.ts';
import { checkTemplate } from '../support/template-checker.ts';
import { referencesIn, type Template } from '../support/template-references.ts';

const tableActions: Record<string, string[]> = {
  createTeleconsultation: ['GetItem', 'PutItem', 'UpdateItem'],
  getTeleconsultation: ['Query'],
  getStatus: ['GetItem'],
  getCalendar: ['GetItem'],
  updateTeleconsultation: ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'],
  deleteTeleconsultation: ['GetItem', 'UpdateItem'],
  addParticipantData: ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'],
  deleteUploads: ['GetItem'],
  createCredentials: ['GetItem', 'UpdateItem'],
  getTranscription: ['GetItem'],
  getRecording: ['GetItem'],
  uploadBackgroundImage: [],
  listBackgroundImages: [],
  requestBackgroundUpload: [],
  processBackgroundUpload: [],
  updateSettings: [],
  receiveWebhook: ['GetItem', 'UpdateItem'],
  getUserDetails: ['BatchGetItem'],
  cleanupUploads: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
  reconcileRooms: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
  applyRetention: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'],
  eraseUser: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'],
  health: ['GetItem'],
  documentation: [],
};
/** Functions that nobody waits for, with their rates. */
const schedules: Record<string, string> = {
  cleanupUploads: 'rate(15 minutes)',
  reconcileRooms: 'rate(5 minutes)',
  applyRetention: 'rate(1 day)',
};
/** Those that find their work in the index; what is due for retention stands in no index. */
const ofTheIndex = ['cleanupUploads', 'reconcileRooms'];
/** Seconds; the others answer requests. */
const timeouts: Record<string, number> = {
  cleanupUploads: 300,
  reconcileRooms: 300,
  applyRetention: 900,
  eraseUser: 300,
};
/** Whose failed runs go to the queue; the event of an erasure names a person, and goes nowhere. */
const toldToQueue = ['processBackgroundUpload', ...Object.keys(schedules)];
/** Has neither route nor schedule. */
const byHand = ['eraseUser'];

/** Files that a function brings along beside its code. */
const assets: Record<string, string[]> = {
  documentation: ['LICENSE', 'NOTICE', 'swagger-ui-bundle.js', 'swagger-ui.css'].map(
    name => `node_modules/swagger-ui-dist/${name}`,
  ),
};

const bucketName = `teleconsultation-dev-backgrounds-\${AWS::AccountId}`;
const bucketArn = `arn:\${AWS::Partition}:s3:::${bucketName}`;
/** What functions may do beside the table, each with the resource it may do it to. */
const bucketActions: Record<string, [actions: string[], resource: string][]> = {
  requestBackgroundUpload: [[['PutObject'], `${bucketArn}/backgrounds/*`]],
  processBackgroundUpload: [
    [['GetObject', 'DeleteObject'], `${bucketArn}/backgrounds/*`],
    [['ListBucket'], bucketArn],
  ],
};
const functionKeys = Object.keys(tableActions);
const kebab = (key: string): string => key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

const routes: Record<string, string> = {
  'POST /teleconsultation': 'createTeleconsultation',
  'GET /teleconsultation/{id}': 'getTeleconsultation',
  'GET /teleconsultation/{id}/status': 'getStatus',
  'GET /teleconsultation/{id}/calendar': 'getCalendar',
  'PATCH /teleconsultation/{id}': 'updateTeleconsultation',
  'DELETE /teleconsultation/{id}': 'deleteTeleconsultation',
  'POST /teleconsultation/{id}/participants/data': 'addParticipantData',
  'DELETE /teleconsultation/{id}/uploads': 'deleteUploads',
  'POST /credentials': 'createCredentials',
  'GET /transcription/{roomId}/{sessionId}': 'getTranscription',
  'GET /recording/{roomId}/{sessionId}': 'getRecording',
  'POST /settings/background-image': 'uploadBackgroundImage',
  'GET /settings/background-image': 'listBackgroundImages',
  'POST /settings/background-image/uploads': 'requestBackgroundUpload',
  'PATCH /settings/update': 'updateSettings',
  'POST /webhooks/kaleyra': 'receiveWebhook',
  'POST /user-details': 'getUserDetails',
  'GET /-/healthz': 'health',
  'GET /-/ready': 'health',
  'GET /-/check-up': 'health',
  'GET /documentation': 'documentation',
  'GET /documentation/json': 'documentation',
};

/** Takes anybody, or what Kaleyra has signed. */
const OPEN = [
  'POST /webhooks/kaleyra',
  'POST /user-details',
  'GET /-/healthz',
  'GET /-/ready',
  'GET /-/check-up',
  'GET /documentation',
  'GET /documentation/json',
];

const canary = 'canary-that-stays-on-this-machine-0123456789';

const ISSUER = ['--param', 'issuer=https://login.clinic.example/', '--param', 'audience=https://api.clinic.example'];

let first: string;
let second: string;
let template: Template;

beforeAll(async () => {
  first = copyService();
  second = copyService();
  const results = await Promise.all([
    osls(first, ['package'], {
      TZ: 'Asia/Tokyo',
      GATEWAY_SECRETS: canary,
      BANDYER_API_SECRET_KEY: canary,
      WEBHOOK_KEYS: canary,
    }),
    // Of an issuer that exists: what is made without one is never deployed.
    osls(second, ['package', ...ISSUER], { TZ: 'America/New_York' }),
  ]);
  for (const { code, stdout, stderr } of results) {
    expect(code, `${stdout}${stderr}`).toBe(0);
    expect(stdout + stderr).not.toContain(canary);
  }
  template = JSON.parse(readFileSync(join(first, '.serverless/cloudformation-template-update-stack.json'), 'utf8'));
});

afterAll(() => {
  removeService(first);
  removeService(second);
});

const resourcesOf = (type: string) => Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
const propertiesOf = (id: string) => template.Resources[id]?.Properties ?? {};
const logicalId = (key: string, suffix: string) => `${key.charAt(0).toUpperCase()}${key.slice(1)}${suffix}`;

describe('the template', () => {
  it('holds only what CloudFormation knows', () => {
    expect(checkTemplate(template)).toEqual([]);
  });

  it('has no resource that waits for itself', () => {
    const waitsFor = Map.groupBy(
      referencesIn(template).filter(({ target }) => target in template.Resources),
      ({ path }) => path.split('.')[0] ?? '',
    );
    const circles: string[] = [];
    const visit = (id: string, path: readonly string[]): void => {
      if (path.includes(id)) circles.push([...path, id].join(' -> '));
      else for (const { target } of waitsFor.get(id) ?? []) visit(target, [...path, id]);
    };
    for (const id of Object.keys(template.Resources)) visit(id, []);
    expect(circles).toEqual([]);
  });

  it('has exactly the functions of the table, on the platform of the service', () => {
    expect(resourcesOf('AWS::Lambda::Function').map(([, { Properties }]) => Properties)).toEqual(
      functionKeys.map(key =>
        expect.objectContaining({
          FunctionName: `teleconsultation-dev-${key}`,
          Runtime: 'nodejs24.x',
          Architectures: ['arm64'],
          Timeout: timeouts[key] ?? 28,
          MemorySize: 1024,
        }),
      ),
    );
    expect(resourcesOf('AWS::Lambda::Version')).toEqual([]);
  });

  it('answers every route at the root and under the prefix of the retired service', () => {
    const targets = resourcesOf('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [
      Properties?.RouteKey,
      JSON.stringify(Properties?.Target),
    ]);
    const expected = Object.entries(routes).flatMap(([route, key]) => {
      const integration = expect.stringContaining(`"HttpApiIntegration${logicalId(key, '')}"`);
      return [
        [route, integration],
        [route.replace(' ', ' /api/v1/telecons-be'), integration],
      ];
    });
    expect(targets).toHaveLength(expected.length);
    expect(targets).toEqual(expect.arrayContaining(expected));
  });

  it('lets nobody but the bearers of tokens through to a route, except to those that are open', () => {
    const isOpen = (route: string): boolean => OPEN.includes(route.replace('/api/v1/telecons-be', ''));
    const guards = resourcesOf('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [
      Properties?.RouteKey,
      Properties?.AuthorizationType,
      Properties?.AuthorizerId,
    ]);
    expect(guards).toEqual(
      guards.map(([route]) =>
        isOpen(String(route)) ? [route, undefined, undefined] : [route, 'JWT', { Ref: 'HttpApiAuthorizerTokens' }],
      ),
    );
    expect(guards.filter(([route]) => isOpen(String(route)))).toHaveLength(2 * OPEN.length);
  });

  it('lets no page of another origin call, and throttles every route through a stage that waits for those it names', () => {
    expect(propertiesOf('HttpApi')).not.toHaveProperty('CorsConfiguration');
    const { DefaultRouteSettings, RouteSettings } = propertiesOf('HttpApiStage');
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
    const named = Object.keys(RouteSettings ?? {});
    const ids = resourcesOf('AWS::ApiGatewayV2::Route')
      .filter(([, { Properties }]) => named.includes(String(Properties?.RouteKey)))
      .map(([id]) => id);
    expect(ids).toHaveLength(named.length);
    expect([template.Resources.HttpApiStage?.DependsOn].flat()).toEqual(expect.arrayContaining(ids));
  });

  it('hands events over in payload format 2.0', () => {
    const formats = resourcesOf('AWS::ApiGatewayV2::Integration').map(([, { Properties }]) => Properties);
    expect(formats).toHaveLength(new Set(Object.values(routes)).size);
    for (const format of formats) expect(format).toMatchObject({ PayloadFormatVersion: '2.0' });
  });

  it('keeps logs for 30 days', () => {
    const groups = resourcesOf('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties);
    const names = [
      '/aws/http-api/teleconsultation-dev',
      ...functionKeys.map(key => `/aws/lambda/teleconsultation-dev-${key}`),
    ];
    expect(groups).toHaveLength(names.length);
    expect(groups).toEqual(expect.arrayContaining(names.map(name => ({ LogGroupName: name, RetentionInDays: 30 }))));
  });

  it('keeps the table when the stack goes, and everything in it restorable', () => {
    expect(template.Resources.TeleconsultationsTable).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        TableName: 'teleconsultation-dev',
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  it('declares exactly the attributes that the keys use, as DynamoDB demands', () => {
    const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = propertiesOf('TeleconsultationsTable');
    expect(AttributeDefinitions).toEqual([
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
      { AttributeName: 'workShard', AttributeType: 'S' },
      { AttributeName: 'workDue', AttributeType: 'N' },
    ]);
    expect(KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'work',
        KeySchema: [
          { AttributeName: 'workShard', KeyType: 'HASH' },
          { AttributeName: 'workDue', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
  });
});

describe('rights', () => {
  it.each(functionKeys)('%s has a role of its own', key => {
    const role = propertiesOf(logicalId(key, 'LambdaFunction')).Role;
    expect(role).toEqual({ 'Fn::GetAtt': [logicalId(key, 'Role'), 'Arn'] });
  });

  it('there is no role besides', () => {
    expect(resourcesOf('AWS::IAM::Role').map(([id]) => id)).toEqual(functionKeys.map(key => logicalId(key, 'Role')));
    expect(template.Resources).not.toHaveProperty('IamRoleLambdaExecution');
  });

  it.each(functionKeys)('%s may write its own log and do to table and bucket what the lists say, no more', key => {
    const { Policies, ManagedPolicyArns } = propertiesOf(logicalId(key, 'Role'));
    expect(ManagedPolicyArns).toBeUndefined();
    expect(statementsIn(Policies)).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [logicalId(key, 'LogGroup'), 'Arn'] },
      },
      ...(toldToQueue.includes(key)
        ? [{ Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: { 'Fn::GetAtt': ['FailedRuns', 'Arn'] } }]
        : []),
      ...[tableActions[key] ?? []]
        .filter(actions => actions.length > 0)
        .map(actions => ({
          Effect: 'Allow',
          Action: actions.map(action => `dynamodb:${action}`),
          Resource: { 'Fn::GetAtt': ['TeleconsultationsTable', 'Arn'] },
        })),
      ...(ofTheIndex.includes(key)
        ? [
            {
              Effect: 'Allow',
              Action: ['dynamodb:Query'],
              Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['TeleconsultationsTable', 'Arn'] }, '/index/work']] },
            },
          ]
        : []),
      ...(bucketActions[key] ?? []).map(([actions, resource]) => ({
        Effect: 'Allow',
        Action: actions.map(action => `s3:${action}`),
        Resource: { 'Fn::Sub': resource },
      })),
      ...[secretsOf(key, 'jwt')]
        .filter(names => names.length > 0)
        .map(names => ({ Effect: 'Allow', Action: ['ssm:GetParameter'], Resource: names.map(parameterArn) })),
    ]);
  });

  it('nothing is allowed on everything, or to everybody', () => {
    const allowing = statementsIn(template.Resources).filter(({ Effect }) => Effect === 'Allow');
    const ofTheTable = Object.values(tableActions).filter(actions => actions.length > 0);
    const ofTheBucket = Object.values(bucketActions).flat();
    const ofSecrets = functionKeys.filter(key => secretsOf(key, 'jwt').length > 0);
    const others = [ofTheTable, ofTheIndex, ofTheBucket, ofSecrets, toldToQueue].flatMap(list => list.length);
    expect(allowing).toHaveLength(others.reduce((sum, count) => sum + count, 2 * functionKeys.length));
    for (const { Action, Resource, Principal } of allowing) {
      for (const part of [Action, Resource, Principal].flat()) expect(part).not.toBe('*');
    }
  });

  it('no action is a pattern, nothing is allowed by exception, and only the images are a pattern of resources', () => {
    const allowing = statementsIn(template.Resources).filter(({ Effect }) => Effect === 'Allow');
    expect(allowing.filter(statement => 'NotAction' in statement || 'NotResource' in statement)).toEqual([]);
    const actions = allowing.flatMap(({ Action }) => [Action].flat().map(String));
    expect(actions.filter(action => !/^[a-z0-9-]+:[A-Za-z]+$/.test(action))).toEqual([]);
    const patterns = allowing.flatMap(({ Resource }) => [Resource].flat().map(one => JSON.stringify(one) ?? ''));
    expect([...new Set(patterns.filter(resource => resource.includes('*')))]).toEqual([
      JSON.stringify({ 'Fn::Sub': `${bucketArn}/backgrounds/*` }),
    ]);
  });
});

describe('schedules', () => {
  it('run at their rates', () => {
    const rules = resourcesOf('AWS::Events::Rule').map(([, { Properties }]) => Properties);
    const byRate = (one: { rate: unknown }, other: { rate: unknown }) =>
      String(one.rate) < String(other.rate) ? -1 : 1;
    const told = rules.map(rule => ({
      rate: rule?.ScheduleExpression,
      enabled: rule?.State,
      target: JSON.stringify(rule?.Targets),
    }));
    const expected = Object.entries(schedules).map(([key, rate]) => ({
      rate,
      enabled: 'ENABLED',
      target: expect.stringContaining(`"${logicalId(key, 'LambdaFunction')}"`),
    }));
    expect(told.sort(byRate)).toEqual(expected.sort(byRate));
  });

  it.each([...Object.keys(schedules), ...byHand])('%s runs once at a time, and Lambda never repeats it', key => {
    expect(propertiesOf(logicalId(key, 'LambdaFunction')).ReservedConcurrentExecutions).toBe(1);
    const configs = resourcesOf('AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties);
    const own = configs.filter(config => JSON.stringify(config).includes(`"${logicalId(key, 'LambdaFunction')}"`));
    expect(own).toEqual([expect.objectContaining({ MaximumRetryAttempts: 0 })]);
  });
});

describe('the bucket for large images', () => {
  it('is nobody else’s, encrypted, and empty after a day', () => {
    expect(template.Resources.BackgroundUploadsBucket).toMatchObject({
      DependsOn: ['BackgroundUploadsPermission'],
      DeletionPolicy: 'Delete',
      Properties: {
        BucketName: { 'Fn::Sub': bucketName },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        LifecycleConfiguration: {
          Rules: [
            { Status: 'Enabled', ExpirationInDays: 1, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
          ],
        },
      },
    });
    expect(resourcesOf('AWS::S3::BucketPolicy').map(([id]) => id)).toEqual(['ServerlessDeploymentBucketPolicy']);
    expect(propertiesOf('BackgroundUploadsBucket')).not.toHaveProperty('CorsConfiguration');
  });

  it('tells one function, which nobody else’s bucket can invoke', () => {
    const target = { 'Fn::GetAtt': ['ProcessBackgroundUploadLambdaFunction', 'Arn'] };
    expect(propertiesOf('BackgroundUploadsBucket').NotificationConfiguration).toEqual({
      LambdaConfigurations: [
        {
          Event: 's3:ObjectCreated:*',
          Function: target,
          Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'backgrounds/' }] } },
        },
      ],
    });
    expect(propertiesOf('BackgroundUploadsPermission')).toEqual({
      FunctionName: target,
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: { 'Fn::Sub': bucketArn },
    });
  });

  it('is handled by one function at a time, which Lambda repeats twice', () => {
    expect(propertiesOf('ProcessBackgroundUploadLambdaFunction').ReservedConcurrentExecutions).toBe(1);
    const repeated = resourcesOf('AWS::Lambda::EventInvokeConfig').filter(
      ([, { Properties }]) => Properties?.MaximumRetryAttempts !== 0,
    );
    expect(repeated.map(([, { Properties }]) => Properties)).toEqual([
      expect.objectContaining({ MaximumRetryAttempts: 2 }),
    ]);
  });

  it('is known to those who use it, and to no other function', () => {
    const knowing = functionKeys.filter(key => {
      const { Environment } = propertiesOf(logicalId(key, 'LambdaFunction'));
      return JSON.stringify(Environment).includes('BACKGROUND_UPLOADS_BUCKET');
    });
    expect(knowing).toEqual(['requestBackgroundUpload', 'processBackgroundUpload']);
    expect(propertiesOf('ProcessBackgroundUploadLambdaFunction').Environment).toMatchObject({
      Variables: { BACKGROUND_UPLOADS_BUCKET: { 'Fn::Sub': bucketName } },
    });
  });
});

describe('secrets', () => {
  it('are in no variable of any function, which hold their names alone', () => {
    for (const [, { Properties }] of resourcesOf('AWS::Lambda::Function')) {
      expect(Properties?.Environment).toMatchObject({
        Variables: {
          BANDYER_API_SECRET_KEY_PARAMETER: '/teleconsultation/dev/kaleyra-api-key',
          WEBHOOK_KEYS_PARAMETER: '/teleconsultation/dev/webhook-keys',
          // Nobody needs them where an issuer's tokens say who calls.
          GATEWAY_SECRETS_PARAMETER: '',
        },
      });
      const { Variables } = (Properties?.Environment ?? {}) as { Variables: Record<string, unknown> };
      for (const name of ['BANDYER_API_SECRET_KEY', 'GATEWAY_SECRETS', 'WEBHOOK_KEYS']) {
        expect(Variables).not.toHaveProperty(name);
      }
    }
    expect(JSON.stringify(template)).not.toContain('{{resolve:');
  });

  it('of the machine that packages are in no file that is uploaded', () => {
    const artifacts = join(first, '.serverless');
    const plain = readdirSync(artifacts).filter(name => !name.endsWith('.zip'));
    expect(plain).toContain('serverless-state.json');
    for (const name of plain) expect(readFileSync(join(artifacts, name), 'utf8'), name).not.toContain(canary);
    for (const [key, archive] of zipsOf(first)) {
      for (const content of filesOf(archive).values()) expect(content.includes(canary), key).toBe(false);
    }
  });
});

describe('the zips', () => {
  it('are one per function, each with its bundle and nothing else', () => {
    const contents = [...zipsOf(first)].map(([key, archive]) => [key, [...filesOf(archive).keys()]]);
    expect(Object.fromEntries(contents)).toEqual(
      Object.fromEntries(
        functionKeys.map(key => [key, [`functions/${kebab(key)}.js`, ...(assets[key] ?? []), 'package.json']]),
      ),
    );
  });

  it('are the same bytes whenever and wherever they are made', () => {
    const again = zipsOf(second);
    for (const [key, archive] of zipsOf(first)) expect(again.get(key)?.equals(archive), key).toBe(true);
  });

  it.each(functionKeys)('%s carries nothing of the local stack or of the tests', key => {
    const code = [...filesOf(archiveOf(key)).values()].join('\n');
    // The bundler heads every source with its path.
    const sources = [...code.matchAll(/^\s*\/\/ ((?!node_modules\/)\S+\.ts)$/gm)].map(([, path]) => path ?? '');
    expect(sources).toContain(`functions/${kebab(key)}.ts`);
    expect(sources.filter(path => !/^(functions|lib)\//.test(path))).toEqual([]);
    expect(code).not.toMatch(/_simulator|_local\b/);
  });

  it('carry no client of Lambda: only commands invoke functions', () => {
    const carrying = functionKeys.filter(key =>
      /@aws-sdk\/client-lambda\//.test([...filesOf(archiveOf(key)).values()].join()),
    );
    expect(carrying).toEqual([]);
  });

  it('carry no client of the SDK', () => {
    const carrying = functionKeys.filter(key => /@aws-sdk\/client-/.test([...filesOf(archiveOf(key)).values()].join()));
    expect(carrying).toEqual([]);
  });

  // A second each; the long run loads all of them.
  const loaded = functionKeys.filter((_, index) => process.env.TESTS === 'all' || index % 4 === 0);
  it.each(loaded)('%s loads in a fresh process with the settings of the template', key => {
    const properties = propertiesOf(logicalId(key, 'LambdaFunction'));
    const environment = { AWS_REGION: 'eu-west-1', ...environmentOf(properties) };
    const { type, printed } = loadHandler(archiveOf(key), String(properties.Handler), environment);
    expect(type).toBe('function');
    // The start of a process is counted, and nothing else is said of it.
    expect(countedIn(printed)).toEqual({ ColdStarts: [1] });
    expect(printed).toHaveLength(1);
  });
});

describe('a deployment', () => {
  it('finds every artifact it needs before it asks CloudFormation for a stack', async () => {
    const aws = await startEmptyAws();
    onTestFinished(() => aws.stop());
    const { stderr } = await osls(second, ['deploy', '--package', '.serverless'], {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'nothing',
    });
    expect(aws.asked, stderr).toContain('CreateChangeSet');
  });
});

let zips: ReturnType<typeof zipsOf> | undefined;

function archiveOf(key: string): Buffer {
  zips ??= zipsOf(first);
  return zips.get(key) ?? Buffer.alloc(0);
}
