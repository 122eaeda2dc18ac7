/** What a stage may be given, packaged with all of it and with none, and what is refused before anything is packaged. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conditionOf, environmentOf, statementsIn } from '../support/packaged-template.ts';
import { type CommandResult, copyService, osls, removeService } from '../support/service-copy.ts';
import { checkTemplate } from '../support/template-checker.ts';
import type { Template } from '../support/template-references.ts';

const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-1111-2222-3333-444444444444';
const GIVEN = [
  'domain=telecons.clinic.example',
  `certificate=${CERTIFICATE}`,
  'basePath=telecons',
  'defaultEndpoint=closed',
  'subnets=subnet-0123456789abcdef0, subnet-0123456789abcdef1',
  'securityGroups=sg-0123456789abcdef0',
  'logRetention=90',
];

const folders: string[] = [];
let without: Template;
let given: Template;
let refused: CommandResult;

const packaging = async (params: readonly string[]): Promise<{ folder: string; result: CommandResult }> => {
  const folder = copyService();
  folders.push(folder);
  return { folder, result: await osls(folder, ['package', ...params.flatMap(param => ['--param', param])]) };
};
const packaged = async (params: readonly string[]): Promise<Template> => {
  const { folder, result } = await packaging(params);
  expect(result.code, result.stdout + result.stderr).toBe(0);
  return JSON.parse(readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'));
};
beforeAll(async () => {
  [without, given, { result: refused }] = await Promise.all([
    packaged([]),
    packaged(GIVEN),
    packaging(['domain=telecons.clinic.example', 'subnets=subnet-0123456789abcdef0', 'alarmsTo=nobody']),
  ]);
}, 90_000);
afterAll(() => {
  for (const folder of folders) removeService(folder);
});

const ofType = (template: Template, type: string) =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties = {} }]) => ({ id, ...Properties }) as Record<string, unknown> & { id: string });

it('both are what CloudFormation knows', () => {
  expect([checkTemplate(without), checkTemplate(given)]).toEqual([[], []]);
});

describe('a domain', () => {
  it('leads to the API, below its path, over TLS 1.2 with the given certificate', () => {
    expect([conditionOf(given, 'HasDomain'), conditionOf(given, 'HasBasePath')]).toEqual([true, true]);
    expect(given.Resources.ApiDomain).toMatchObject({
      Condition: 'HasDomain',
      Properties: {
        DomainName: 'telecons.clinic.example',
        DomainNameConfigurations: [
          { CertificateArn: CERTIFICATE, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
        ],
      },
    });
    expect(given.Resources.ApiDomainMapping).toMatchObject({
      Condition: 'HasDomain',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        DomainName: { Ref: 'ApiDomain' },
        Stage: { Ref: 'HttpApiStage' },
        ApiMappingKey: { 'Fn::If': ['HasBasePath', 'telecons', { Ref: 'AWS::NoValue' }] },
      },
    });
    expect(given.Outputs?.ApiDomainTarget).toMatchObject({
      Condition: 'HasDomain',
      Value: { 'Fn::GetAtt': ['ApiDomain', 'RegionalDomainName'] },
    });
  });

  it('can be the only way in', () => {
    expect(given.Resources.HttpApi?.Properties).toMatchObject({ DisableExecuteApiEndpoint: true });
  });

  it('is not there unless named, and then AWS’s own name answers', () => {
    expect([conditionOf(without, 'HasDomain'), conditionOf(without, 'HasBasePath')]).toEqual([false, false]);
    expect(without.Resources.HttpApi?.Properties?.DisableExecuteApiEndpoint ?? false).toBe(false);
  });
});

describe('a network', () => {
  const network = {
    SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    SecurityGroupIds: ['sg-0123456789abcdef0'],
  };
  /** What nobody with a name calls: they never ask the directory anything. */
  const OUTSIDE = [
    ...['processBackgroundUpload', 'receiveWebhook', 'getUserDetails', 'health', 'documentation'],
    ...['cleanupUploads', 'reconcileRooms', 'applyRetention', 'eraseUser'],
  ];
  const logicalIdOf = (key: string) => key.charAt(0).toUpperCase() + key.slice(1);
  const isOutside = (id: string): boolean => OUTSIDE.some(key => id.startsWith(logicalIdOf(key)));

  it('holds the functions that may have to ask the directory, and no others', () => {
    const functions = ofType(given, 'AWS::Lambda::Function');
    expect(functions.filter(({ id }) => isOutside(id))).toHaveLength(OUTSIDE.length);
    for (const { id, VpcConfig } of functions) expect(VpcConfig, id).toEqual(isOutside(id) ? undefined : network);
  });

  it('is entered by Lambda in the function’s name, and by the function’s own code never', () => {
    for (const { id, Policies } of ofType(given, 'AWS::IAM::Role')) {
      const own = statementsIn(Policies as never).filter(({ Action }) => JSON.stringify(Action).includes('"ec2:'));
      if (isOutside(id)) {
        expect(own, id).toEqual([]);
        continue;
      }
      const key = id.replace(/Role$/, '').replace(/^./, letter => letter.toLowerCase());
      const name = `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:teleconsultation-dev-${key}`;
      const [changing, describing, denied] = own;
      expect(own).toHaveLength(3);
      expect(changing).toMatchObject({
        Effect: 'Allow',
        Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:*/*` },
      });
      // Exist on everything or not at all.
      expect(describing).toEqual({
        Effect: 'Allow',
        Action: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
        Resource: '*',
      });
      expect(denied).toEqual({
        Effect: 'Deny',
        Action: [changing?.Action, describing?.Action].flat(),
        Resource: '*',
        Condition: { ArnEquals: { 'lambda:SourceFunctionArn': { 'Fn::Sub': name } } },
      });
    }
  });

  it('is nobody’s unless given', () => {
    expect(ofType(without, 'AWS::Lambda::Function').filter(({ VpcConfig }) => VpcConfig !== undefined)).toEqual([]);
    expect(JSON.stringify(without)).not.toContain('"ec2:');
  });
});

it('logs are kept as long as asked for, and 30 days otherwise; an erasure is told how long', () => {
  const days = (template: Template) =>
    new Set(ofType(template, 'AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays));
  expect([days(given), days(without)]).toEqual([new Set([90]), new Set([30])]);
  const told = ({ Resources }: Template) =>
    environmentOf(Resources.EraseUserLambdaFunction?.Properties ?? {}).LOG_RETENTION_DAYS;
  expect([told(given), told(without)]).toEqual(['90', '30']);
});

it('what contradicts itself is refused in words, all of it at once', () => {
  expect(refused.code).toBe(1);
  for (const line of [
    '--param certificate must be the ARN of a certificate in ACM for the domain',
    '--param subnets and securityGroups need each other',
    '--param alarmsTo must be an address of electronic mail',
  ]) {
    expect(refused.stdout + refused.stderr).toContain(line);
  }
});
