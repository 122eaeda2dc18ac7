/** Who is let in by what a deployment would send to AWS: packaged for nobody's tokens, for an issuer's, and for a gateway. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startEmptyAws } from '../support/empty-aws.ts';
import { environmentOf } from '../support/packaged-template.ts';
import { copyService, osls, removeService } from '../support/service-copy.ts';
import { checkTemplate } from '../support/template-checker.ts';
import type { Template } from '../support/template-references.ts';

/** Every other route takes a token. */
const OPEN = [
  'POST /webhooks/kaleyra',
  'POST /user-details',
  'GET /-/healthz',
  'GET /-/ready',
  'GET /-/check-up',
  'GET /documentation',
  'GET /documentation/json',
];
const PREFIX = '/api/v1/telecons-be';

const ISSUER = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_InventedA';
const NAMED = ['--param', `issuer=${ISSUER}`, '--param', 'audience=web-client, app-client'];
const GATEWAY = ['--param', 'identity=gateway'];
const REFUSAL =
  'Nobody issues tokens yet: deploy with --param issuer=https://... --param audience=..., or with --param identity=gateway behind a gateway of your own.';

const FUNCTIONS = join(import.meta.dirname, '../../functions');

const folders: string[] = [];
let forNobody: Template;
let forIssuer: Template;
let forGateway: Template;

beforeAll(async () => {
  const made = await Promise.all([[], NAMED, GATEWAY].map(packaged));
  [forNobody, forIssuer, forGateway] = made as [Template, Template, Template];
}, 60_000);
afterAll(() => {
  for (const folder of folders) removeService(folder);
});

async function packaged(args: readonly string[]): Promise<Template> {
  const folder = withoutCode();
  folders.push(folder);
  // What the shell says of the mode is for the local stack: a deployment names it.
  const { code, stdout, stderr } = await osls(folder, ['package', ...args], { IDENTITY_MODE: 'gateway', PORT: '1' });
  expect(code, `${stdout}${stderr}`).toBe(0);
  return JSON.parse(readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'));
}

/** A template says nothing of what functions do, and what does nothing is built at once. */
function withoutCode(): string {
  const folder = copyService(['serverless.yml', 'package.json', 'tsconfig.json', 'local/package', 'lib']);
  mkdirSync(join(folder, 'functions'));
  for (const name of readdirSync(FUNCTIONS)) {
    writeFileSync(join(folder, 'functions', name), 'export const handler = async () => null;');
  }
  return folder;
}

const resourcesOf = (template: Template, type: string) =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type);

const routesOf = (template: Template) =>
  resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => ({
    route: String(Properties?.RouteKey),
    type: Properties?.AuthorizationType,
    authorizer: Properties?.AuthorizerId,
  }));

const isOpen = (route: string): boolean => OPEN.includes(route.replace(PREFIX, ''));

const authorizersOf = (template: Template) =>
  resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer').map(([id, { Properties }]) => ({ id, ...Properties }));

const environmentsOf = (template: Template) =>
  resourcesOf(template, 'AWS::Lambda::Function').map(([, { Properties }]) => environmentOf(Properties ?? {}));

it('every template is sound', () => {
  expect([forNobody, forIssuer, forGateway].map(checkTemplate)).toEqual([[], [], []]);
});

describe('packaged with nothing said', () => {
  it('every route takes tokens but the open ones, which take none', () => {
    const routes = routesOf(forNobody);
    expect(routes.length).toBeGreaterThanOrEqual(36);
    for (const { route, type, authorizer } of routes) {
      const expected = isOpen(route)
        ? { type: undefined, authorizer: undefined }
        : { type: 'JWT', authorizer: { Ref: 'HttpApiAuthorizerTokens' } };
      expect({ route, type, authorizer }).toEqual({ route, ...expected });
    }
  });

  it('the tokens are nobody’s', () => {
    expect(authorizersOf(forNobody)).toEqual([
      {
        id: 'HttpApiAuthorizerTokens',
        ApiId: { Ref: 'HttpApi' },
        Name: 'tokens',
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: 'https://issuer.invalid/', Audience: ['audience.invalid'] },
      },
    ]);
  });
});

describe('packaged for an issuer', () => {
  it('the routes are the same, and the tokens those of the issuer for any of the audiences', () => {
    expect(routesOf(forIssuer)).toEqual(routesOf(forNobody));
    expect(authorizersOf(forIssuer)).toMatchObject([
      { JwtConfiguration: { Issuer: ISSUER, Audience: ['web-client', 'app-client'] } },
    ]);
  });

  it('every function knows the same issuer and audiences, and no gateway', () => {
    for (const environment of environmentsOf(forIssuer)) {
      expect(environment).toMatchObject({
        IDENTITY_MODE: 'jwt',
        JWT_ISSUER: ISSUER,
        JWT_AUDIENCE: 'web-client, app-client',
        JWT_CLAIM_ID: 'sub',
        JWT_CLAIM_GROUPS: 'groups',
        JWT_CLAIM_SCOPES: 'scope,scp',
      });
      expect(environment.GATEWAY_SECRETS ?? '').toBe('');
      expect(environment.GATEWAY_SECRETS_PARAMETER ?? '').toBe('');
    }
  });
});

describe('packaged for a gateway in front', () => {
  it('no route takes tokens, and every function asks for the gateway’s secret', () => {
    expect(authorizersOf(forGateway)).toEqual([]);
    expect(routesOf(forGateway)).toEqual(
      routesOf(forNobody).map(({ route }) => ({ route, type: undefined, authorizer: undefined })),
    );
    for (const environment of environmentsOf(forGateway)) {
      expect(environment).toMatchObject({ IDENTITY_MODE: 'gateway', GATEWAY_SECRET_HEADER: 'x-gateway-secret' });
      expect(environment.GATEWAY_SECRETS_PARAMETER ?? environment.GATEWAY_SECRETS).toMatch(/./);
    }
  });
});

describe('deploying', () => {
  const deploy = async (folder: string, args: readonly string[]) => {
    const aws = await startEmptyAws();
    onTestFinished(() => aws.stop());
    const { code, stdout, stderr } = await osls(folder, ['deploy', ...args], {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'nothing',
    });
    return { code, said: `${stdout}${stderr}`, asked: aws.asked };
  };
  const folderOf = (index: number): string => folders[index] ?? '';

  it.each([
    ['with nothing said', []],
    ['what was packaged for nobody, whatever is said now', ['--package', '.serverless', ...GATEWAY]],
  ])('%s is refused in one line, before anything of AWS is changed', async (_, args) => {
    const { code, said, asked } = await deploy(folderOf(0), args);
    expect(code).toBe(1);
    expect(asked.filter(action => action !== 'GetCallerIdentity')).toEqual([]);
    expect(said.split('\n').filter(line => line.includes('Nobody issues'))).toEqual([expect.stringContaining(REFUSAL)]);
    expect(said).not.toMatch(/^\s+at /m);
  });

  it('what was packaged for a gateway goes on to AWS', async () => {
    const { asked } = await deploy(folderOf(2), ['--package', '.serverless']);
    expect(asked).toContain('CreateChangeSet');
  });
});
