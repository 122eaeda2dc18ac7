/**
 * What a stage may be given beside the usual: a domain of its own, a network for the directory, somebody to be told. All of it is
 * optional; what contradicts itself is said in words before anything is packaged, because AWS would say it in the middle of a
 * deployment.
 */
import type { ServiceFunction } from './osls.ts';
import type { Statement } from './secret-rights.ts';

/** As `custom.deployment` of serverless.yml holds it; empty texts are not given. */
export interface Deployment {
  readonly domain: string;
  readonly certificate: string;
  readonly basePath: string;
  readonly defaultEndpoint: string;
  readonly subnets: string;
  readonly securityGroups: string;
  readonly alarmsTo: string;
}

/** Where functions are that call the directory. */
export interface Network {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
}

const SUBNET = /^subnet-[0-9a-f]{8,17}$/;
const SECURITY_GROUP = /^sg-[0-9a-f]{8,17}$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
const CERTIFICATE = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/;
/** What API Gateway takes, and an address needs no escapes for. */
const BASE_PATH = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Each in one line, by the parameter that has to change. */
export function problemsOf(given: Deployment): string[] {
  const { domain, certificate, basePath, defaultEndpoint, alarmsTo } = given;
  const [subnets, groups] = [listOf(given.subnets), listOf(given.securityGroups)];
  const problems: [wrong: boolean, line: string][] = [
    [domain !== '' && !DOMAIN.test(domain), 'domain must be a name such as telecons.clinic.example'],
    [
      domain !== '' && !CERTIFICATE.test(certificate),
      'certificate must be the ARN of a certificate in ACM for the domain',
    ],
    [domain === '' && certificate !== '', 'certificate needs domain'],
    [basePath !== '' && domain === '', 'basePath needs domain'],
    [basePath !== '' && !BASE_PATH.test(basePath), 'basePath must be a path such as telecons, without / at its ends'],
    [
      domain === '' && defaultEndpoint === 'closed',
      'defaultEndpoint=closed needs domain: nobody could reach the service',
    ],
    [subnets.length > 0 !== groups.length > 0, 'subnets and securityGroups need each other'],
    [!subnets.every(one => SUBNET.test(one)), 'subnets must be a comma list of ids such as subnet-0123456789abcdef0'],
    [
      !groups.every(one => SECURITY_GROUP.test(one)),
      'securityGroups must be a comma list of ids such as sg-0123456789abcdef0',
    ],
    [alarmsTo !== '' && !ADDRESS.test(alarmsTo), 'alarmsTo must be an address of electronic mail'],
  ];
  return problems.filter(([wrong]) => wrong).map(([, line]) => `--param ${line}`);
}

/** undefined: functions call from where Lambda is. */
export function networkOf({ subnets, securityGroups }: Deployment): Network | undefined {
  const subnetIds = listOf(subnets);
  return subnetIds.length === 0 ? undefined : { subnetIds, securityGroupIds: listOf(securityGroups) };
}

/** Whoever has a caller may have to ask the directory what groups they are in; nobody else ever asks it anything. */
export function hasCaller({ events = [] }: ServiceFunction): boolean {
  return events.some(({ httpApi }) => typeof httpApi === 'object' && httpApi !== null && 'authorizer' in httpApi);
}

const INTERFACES = `arn:\${AWS::Partition}:ec2:\${AWS::Region}:\${AWS::AccountId}:*/*`;

/**
 * What Lambda needs to give a function its place in the network, in the function's name. Describing exists on `*` alone, and
 * deleting has to be allowed on all there is. The code itself may do none of it.
 */
export function networkRights(functionName: string): Statement[] {
  const changing = [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  const describing = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];
  const itself = `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${functionName}`;
  return [
    { Effect: 'Allow', Action: changing, Resource: { 'Fn::Sub': INTERFACES } },
    { Effect: 'Allow', Action: describing, Resource: '*' },
    {
      Effect: 'Deny',
      Action: [...changing, ...describing],
      Resource: '*',
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': { 'Fn::Sub': itself } } },
    },
  ];
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '');
}
