/**
 * What a deployment puts between the internet and the functions: packaged once as it comes, and once with every switch of the
 * edge set.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../local/manifest.ts';
import { copyService, osls, removeService } from '../support/service-copy.ts';
import { checkTemplate } from '../support/template-checker.ts';
import type { Template } from '../support/template-references.ts';

const ORIGINS = ['https://clinic.example.com', 'http://localhost:5173'];

/** Which places a function runs in when they are reserved; jobs have one in any case. */
const RESERVED: Record<string, number> = {
  createTeleconsultation: 10,
  getTeleconsultation: 40,
  getStatus: 10,
  getCalendar: 10,
  updateTeleconsultation: 10,
  deleteTeleconsultation: 10,
  addParticipantData: 10,
  deleteUploads: 10,
  createCredentials: 10,
  getTranscription: 5,
  getRecording: 5,
  uploadBackgroundImage: 5,
  listBackgroundImages: 5,
  requestBackgroundUpload: 5,
  updateSettings: 5,
  receiveWebhook: 10,
  getUserDetails: 10,
  health: 10,
  documentation: 2,
};

/** Packaging takes seconds, and many times that on a machine that is busy. */
const PACKAGING_MS = 120_000;

let folders: string[];
let plain: Template;
let switched: Template;

const templateOf = (folder: string): Template =>
  JSON.parse(readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'));

beforeAll(async () => {
  folders = [copyService(), copyService()];
  const [first = '', second = ''] = folders;
  const results = await Promise.all([
    osls(first, ['package']),
    osls(second, ['package', '--param', 'concurrency=reserved'], { CORS_ORIGINS: ORIGINS.join(', ') }),
  ]);
  for (const { code, stdout, stderr } of results) expect(code, `${stdout}${stderr}`).toBe(0);
  plain = templateOf(first);
  switched = templateOf(second);
}, PACKAGING_MS);

afterAll(() => folders.forEach(removeService));

const propertiesOf = (template: Template, id: string) => template.Resources[id]?.Properties ?? {};
const resourcesOf = (template: Template, type: string) =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
const routeKeys = () =>
  new Map(
    resourcesOf(plain, 'AWS::ApiGatewayV2::Route').map(([id, { Properties }]) => [String(Properties?.RouteKey), id]),
  );

it('both templates are sound', () => {
  expect([checkTemplate(plain), checkTemplate(switched)]).toEqual([[], []]);
});

describe('pages of other origins', () => {
  it('may not call unless they are listed', () => {
    expect(propertiesOf(plain, 'HttpApi')).not.toHaveProperty('CorsConfiguration');
  });

  it('may call where they are listed: these exactly, without cookies, with the methods and headers of the service', () => {
    expect(propertiesOf(switched, 'HttpApi').CorsConfiguration).toEqual({
      AllowOrigins: ORIGINS,
      AllowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
      AllowHeaders: ['authorization', 'client-type', 'content-type', 'idempotency-key', 'x-request-id'],
      ExposeHeaders: ['apigw-requestid', 'deprecation', 'link', 'retry-after', 'x-request-id'],
      MaxAge: 600,
    });
  });

  it('are told the same by the local gateway, which reads the same lines', async () => {
    const file = fileURLToPath(new URL('../../serverless.yml', import.meta.url));
    const { cors } = await readManifest(file, { stage: 'local', env: { CORS_ORIGINS: ORIGINS.join(',') } });
    expect({
      AllowOrigins: cors?.allowedOrigins,
      AllowMethods: cors?.allowedMethods,
      AllowHeaders: cors?.allowedHeaders,
      ExposeHeaders: cors?.exposedResponseHeaders,
      MaxAge: cors?.maxAge,
    }).toEqual(propertiesOf(switched, 'HttpApi').CorsConfiguration);
    expect(await readManifest(file, { stage: 'local', env: {} })).not.toHaveProperty('cors');
  });

  it(
    'are listed in full, or nothing is packaged',
    async () => {
      const { code, stdout, stderr } = await osls(folders[0] ?? '', ['package'], {
        CORS_ORIGINS: 'https://*.example.com',
      });
      expect(code).toBe(1);
      expect(`${stdout}${stderr}`).toContain(
        'CORS_ORIGINS: "https://*.example.com" is not an origin such as https://app.example.com',
      );
    },
    PACKAGING_MS,
  );

  it('may use every method that a route has', () => {
    const methods = new Set([...routeKeys().keys()].map(route => route.split(' ')[0]));
    expect([...methods].sort()).toEqual(['DELETE', 'GET', 'PATCH', 'POST']);
  });
});

describe('throttling', () => {
  const stage = () => propertiesOf(plain, 'HttpApiStage') as Record<string, Record<string, unknown>>;
  const ownLimits = () => Object.entries(stage().RouteSettings ?? {});

  it('holds for every route', () => {
    expect(stage().DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
  });

  it('is tighter where an answer costs more, and not wider at the other address of the same route', () => {
    const settings = { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 5 };
    const tight: Record<string, unknown> = {
      'GET /-/check-up': settings,
      'GET /-/ready': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
      'POST /teleconsultation': { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      'POST /settings/background-image': settings,
      'POST /settings/background-image/uploads': settings,
      'PATCH /settings/update': settings,
      'GET /documentation': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
      'GET /documentation/json': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
    };
    const twins = Object.entries(tight).map(([route, limit]) => [route.replace(' ', ' /api/v1/telecons-be'), limit]);
    expect(Object.fromEntries(ownLimits())).toEqual({ ...tight, ...Object.fromEntries(twins) });
  });

  it('waits for the routes that it names, as API Gateway demands', () => {
    const wanted = ownLimits().map(([route]) => routeKeys().get(route) ?? `no route ${route}`);
    expect([plain.Resources.HttpApiStage?.DependsOn].flat()).toEqual(['HttpApiLogGroup', ...wanted]);
  });
});

describe('the access log', () => {
  it('holds the route’s pattern and numbers, and nothing that a caller wrote', () => {
    const { AccessLogSettings } = propertiesOf(plain, 'HttpApiStage') as { AccessLogSettings: Record<string, unknown> };
    expect(AccessLogSettings.DestinationArn).toEqual({ 'Fn::GetAtt': ['HttpApiLogGroup', 'Arn'] });
    expect(String(AccessLogSettings.Format)).not.toContain('\n');
    expect(JSON.parse(String(AccessLogSettings.Format))).toEqual({
      time: '$context.requestTime',
      requestId: '$context.requestId',
      routeKey: '$context.routeKey',
      protocol: '$context.protocol',
      status: '$context.status',
      errorType: '$context.error.responseType',
      responseLength: '$context.responseLength',
      responseLatency: '$context.responseLatency',
      integrationStatus: '$context.integrationStatus',
      integrationLatency: '$context.integrationLatency',
    });
  });

  it('is kept for 30 days', () => {
    expect(propertiesOf(plain, 'HttpApiLogGroup')).toEqual({
      LogGroupName: '/aws/http-api/teleconsultation-dev',
      RetentionInDays: 30,
    });
  });
});

describe('bulkheads', () => {
  const placesIn = (template: Template): Record<string, unknown> =>
    Object.fromEntries(
      resourcesOf(template, 'AWS::Lambda::Function').map(([, { Properties }]) => [
        String(Properties?.FunctionName).replace('teleconsultation-dev-', ''),
        Properties?.ReservedConcurrentExecutions,
      ]),
    );
  /** Without a caller: one at a time, in either case. */
  const jobsIn = (places: Record<string, unknown>) => Object.entries(places).filter(([key]) => !(key in RESERVED));

  it('are open unless an account has room for them', () => {
    const places = placesIn(plain);
    const none = { Ref: 'AWS::NoValue' };
    expect(Object.fromEntries(Object.entries(places).filter(([key]) => key in RESERVED))).toEqual(
      Object.fromEntries(Object.keys(RESERVED).map(key => [key, none])),
    );
  });

  it('keep what waits for Kaleyra away from the places of those who open a consultation', () => {
    const places = placesIn(switched);
    expect(places).toMatchObject(RESERVED);
    const total = Object.values(places).reduce<number>((sum, one) => sum + Number(one), 0);
    // AWS leaves 100 to the functions without a reservation.
    expect(total).toBeLessThanOrEqual(200);
  });

  it('let every job run once at a time', () => {
    const jobs = jobsIn(placesIn(plain));
    expect(jobs.length).toBeGreaterThan(0);
    for (const [key, places] of jobs) expect(places, key).toBe(1);
    expect(jobsIn(placesIn(switched))).toEqual(jobs);
  });
});

describe('routes', () => {
  it('are those that are written down: no catch-all, none of the local stack or its simulator', () => {
    const keys = [...routeKeys().keys()];
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter(key => !/^(GET|POST|PATCH|DELETE) \/(?!_)/.test(key) || key.includes('+}'))).toEqual([]);
    expect(keys.filter(key => /_local|_simulator|_s3|_directory|2015-03-31/.test(key))).toEqual([]);
  });

  it('lead to functions that only API Gateway, S3 and the scheduler of this account can start', () => {
    const permissions = resourcesOf(plain, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties ?? {});
    for (const { Principal, SourceArn, SourceAccount } of permissions) {
      expect(['apigateway.amazonaws.com', 'events.amazonaws.com', 's3.amazonaws.com']).toContain(Principal);
      expect(SourceArn).toBeDefined();
      if (Principal === 's3.amazonaws.com') expect(SourceAccount).toEqual({ Ref: 'AWS::AccountId' });
    }
    expect(resourcesOf(plain, 'AWS::Lambda::Url')).toEqual([]);
  });
});
