import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AuthorizerSettings, tokenAuthorizersOf } from '../../../../local/package/authorizers.ts';
import IdentityPlugin from '../../../../local/package/identity-plugin.ts';
import type { Osls, OslsOptions } from '../../../../local/package/osls.ts';

const ISSUER = 'https://login.clinic.example/';
const good: AuthorizerSettings = { type: 'jwt', issuerUrl: ISSUER, audience: 'https://api.clinic.example' };

/** A service with one authorizer, or none, as the framework shows it to a plugin. */
function aService(authorizer: AuthorizerSettings | undefined, commands: string[] = ['deploy'], folder?: string) {
  const serviceDir = mkdtempSync(join(tmpdir(), 'identity-'));
  onTestFinished(() => rmSync(serviceDir, { recursive: true }));
  const authorizers = authorizer === undefined ? {} : { tokens: { ...authorizer } };
  const framework: Osls = {
    serviceDir,
    processedInput: { commands },
    service: {
      provider: { httpApi: { authorizers } },
      getAllFunctions: () => [],
      getFunction: key => ({ handler: key }),
    },
    getProvider: () => ({ getStage: () => 'dev' }),
    classes: { Error },
  };
  const options: OslsOptions = folder === undefined ? {} : { package: folder };
  const { hooks } = new IdentityPlugin(framework, options);
  const packaged = (resources: object): void => {
    mkdirSync(join(serviceDir, 'made'));
    const template = JSON.stringify({ Resources: resources });
    writeFileSync(join(serviceDir, 'made/cloudformation-template-update-stack.json'), template);
  };
  return { authorizers, packaged, run: (hook: string) => hooks[hook]?.() };
}

describe('deploying is refused in one line', () => {
  it.each<[string, AuthorizerSettings]>([
    ['with nobody’s issuer', { ...good, issuerUrl: 'https://issuer.invalid/' }],
    ['with nobody’s issuer on a port', { ...good, issuerUrl: 'https://issuer.invalid:8443' }],
    ['with an issuer that is no https address', { ...good, issuerUrl: 'http://login.clinic.example' }],
    ['with an issuer that is none', { ...good, issuerUrl: 'clinic' }],
    ['without an issuer', { type: 'jwt', audience: 'a' }],
    ['with nobody’s audience', { ...good, audience: 'audience.invalid' }],
    ['with nobody’s audience among others', { ...good, audience: 'a, audience.invalid' }],
    ['without an audience', { ...good, audience: ' , ' }],
  ])('%s', (_, authorizer) => {
    const line =
      /^Nobody issues tokens yet: deploy with --param issuer=https:\/\/\.\.\. --param audience=\.\.\., or .+\.$/;
    for (const commands of [['deploy'], ['deploy', 'function']]) {
      expect(() => aService(authorizer, commands).run('initialize')).toThrow(line);
    }
  });

  it('with a package that was made for nobody, whatever is said now', () => {
    const { packaged, run } = aService(good, ['deploy'], 'made');
    const JwtConfiguration = { Issuer: 'https://issuer.invalid/', Audience: ['a'] };
    packaged({ Tokens: { Type: 'AWS::ApiGatewayV2::Authorizer', Properties: { JwtConfiguration } } });
    expect(() => run('initialize')).toThrow('Nobody issues tokens yet');
  });

  it('with a package that is not there', () => {
    expect(() => aService(good, ['deploy'], 'made').run('initialize')).toThrow('There is no package in "made".');
  });
});

describe('nothing stands in the way of', () => {
  const bad = { ...good, issuerUrl: 'https://issuer.invalid/' };

  it.each<[string, AuthorizerSettings | undefined, string[]]>([
    ['deploying with an issuer and an audience', good, ['deploy']],
    ['deploying behind a gateway', undefined, ['deploy']],
    ['packaging for nobody', bad, ['package']],
    ['invoking', bad, ['invoke', 'local']],
    ['listing what was deployed', bad, ['deploy', 'list']],
    ['removing', bad, ['remove']],
  ])('%s', (_, authorizer, commands) => {
    expect(() => aService(authorizer, commands).run('initialize')).not.toThrow();
  });

  it('deploying a package that was made for an issuer, with nothing said now', () => {
    const { packaged, run } = aService(bad, ['deploy'], 'made');
    const JwtConfiguration = { Issuer: ISSUER, Audience: ['a'] };
    packaged({
      Tokens: { Type: 'AWS::ApiGatewayV2::Authorizer', Properties: { JwtConfiguration } },
      Table: { Type: 'AWS::DynamoDB::Table' },
    });
    expect(() => run('initialize')).not.toThrow();
  });
});

it('several audiences are separated by commas', () => {
  const { authorizers, run } = aService({ ...good, audience: 'web-client, app-client,' });
  run('before:package:initialize');
  expect(authorizers).toEqual({ tokens: { ...good, audience: ['web-client', 'app-client'] } });
});

it('the embedded stack reads the same', () => {
  expect(tokenAuthorizersOf({ tokens: { ...good, audience: 'a,b' } })).toEqual({
    tokens: { issuer: ISSUER, audience: ['a', 'b'] },
  });
  expect(tokenAuthorizersOf(undefined)).toEqual({});
});
