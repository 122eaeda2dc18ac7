import { describe, expect, it } from 'vitest';
import { type Deployment, hasCaller, networkOf, problemsOf } from '../../../../local/package/deployment.ts';

const NOTHING: Deployment = {
  domain: '',
  certificate: '',
  basePath: '',
  defaultEndpoint: 'open',
  subnets: '',
  securityGroups: '',
  alarmsTo: '',
};
const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-1111-2222-3333-444444444444';
const DOMAIN = { domain: 'telecons.clinic.example', certificate: CERTIFICATE };
const problems = (given: Partial<Deployment>) => problemsOf({ ...NOTHING, ...given });

describe('a stage is deployed', () => {
  it.each<[string, Partial<Deployment>]>([
    ['with nothing', {}],
    ['with a domain', DOMAIN],
    ['with a domain alone', { ...DOMAIN, defaultEndpoint: 'closed', basePath: 'v2/telecons' }],
    ['with a network', { subnets: 'subnet-01234567, subnet-0123456789abcdef0', securityGroups: 'sg-01234567' }],
    ['with somebody to tell', { alarmsTo: 'night@clinic.example' }],
  ])('%s', (_, given) => {
    expect(problems(given)).toEqual([]);
  });
});

describe('a stage is refused', () => {
  it.each<[Partial<Deployment>, RegExp]>([
    [{ domain: 'https://clinic.example', certificate: CERTIFICATE }, /^--param domain must be a name/],
    [{ domain: '-clinic.example', certificate: CERTIFICATE }, /^--param domain must be a name/],
    [{ domain: 'telecons.clinic.example' }, /^--param certificate must be the ARN/],
    [
      { ...DOMAIN, certificate: 'arn:aws:iam::123456789012:server-certificate/x' },
      /^--param certificate must be the ARN/,
    ],
    [{ certificate: CERTIFICATE }, /^--param certificate needs domain$/],
    [{ basePath: 'telecons' }, /^--param basePath needs domain$/],
    [{ ...DOMAIN, basePath: '/telecons' }, /^--param basePath must be a path/],
    [{ ...DOMAIN, basePath: 'a b' }, /^--param basePath must be a path/],
    [{ defaultEndpoint: 'closed' }, /^--param defaultEndpoint=closed needs domain/],
    [{ subnets: 'subnet-01234567' }, /^--param subnets and securityGroups need each other$/],
    [{ securityGroups: 'sg-01234567' }, /^--param subnets and securityGroups need each other$/],
    [{ subnets: 'vpc-01234567', securityGroups: 'sg-01234567' }, /^--param subnets must be a comma list/],
    [{ subnets: 'subnet-01234567', securityGroups: 'default' }, /^--param securityGroups must be a comma list/],
    [{ alarmsTo: 'https://hooks.example' }, /^--param alarmsTo must be an address/],
  ])('with %j, in one line', (given, line) => {
    expect(problems(given)).toEqual([expect.stringMatching(line)]);
  });
});

it('a network is two lists, and none without subnets', () => {
  expect(networkOf(NOTHING)).toBeUndefined();
  expect(networkOf({ ...NOTHING, subnets: 'subnet-1, subnet-2,', securityGroups: 'sg-1' })).toEqual({
    subnetIds: ['subnet-1', 'subnet-2'],
    securityGroupIds: ['sg-1'],
  });
});

it('a function has a caller where a route takes an authorizer, also when it is none', () => {
  const handler = 'x.handler';
  expect(hasCaller({ handler, events: [{ httpApi: { path: '/x', authorizer: 'tokens' } }] })).toBe(true);
  expect(hasCaller({ handler, events: [{ httpApi: { path: '/x', authorizer: '' } }] })).toBe(true);
  expect(hasCaller({ handler, events: [{ httpApi: 'POST /x' }] })).toBe(false);
  expect(hasCaller({ handler, events: [{}] })).toBe(false);
  expect(hasCaller({ handler })).toBe(false);
});
