import { describe, expect, it } from 'vitest';
import { identifyCaller } from '../../../../lib/http/caller.ts';
import { aConfig, GATEWAY_SECRET } from '../../../support/configs.ts';

/**
 * Claims in the shapes in which an HTTP API hands over the access tokens of three issuers, with invented people in them.
 */

const auth0 = {
  iss: 'https://clinic.eu.auth0.example/',
  sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
  aud: '[https://api.clinic.example https://clinic.eu.auth0.example/userinfo]',
  iat: '1768210200',
  exp: '1768296600',
  azp: 'aBcDeFgHiJkLmNoPqRsTuVwXyZ012345',
  scope: 'openid profile offline_access',
  permissions: '[teleconsultation:manage read:reports]',
  'https://clinic.example/groups': '[doctor head-of-ward]',
  'https://clinic.example/person': '{"fhirId":"Practitioner-7","ids":["first","second"]}',
};

const cognito = {
  iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_InventedA',
  sub: '0b0d4f9e-1111-4222-8333-444455556666',
  client_id: '1example23456789',
  'cognito:groups': '[doctor]',
  event_id: '00000000-aaaa-4bbb-8ccc-dddddddddddd',
  token_use: 'access',
  scope: 'aws.cognito.signin.user.admin teleconsultation:manage',
  auth_time: '1768210200',
  exp: '1768213800',
  iat: '1768210200',
  jti: '00000000-eeee-4fff-8000-111111111111',
  username: 'dr-rossi',
};

const keycloak = {
  iss: 'https://login.clinic.example/realms/clinic',
  sub: '7c1f1e0a-1111-4222-8333-444455556666',
  aud: '[teleconsultation account]',
  typ: 'Bearer',
  azp: 'frontend',
  acr: '1',
  'allowed-origins': '[https://app.clinic.example]',
  realm_access: 'map[roles:[doctor offline_access uma_authorization]]',
  resource_access: 'map[account:map[roles:[view-profile]] tele.consultation:map[roles:[admin]]]',
  scope: 'email profile',
  name: 'Dr Ada Rossi-Example',
  preferred_username: 'dr-rossi',
  email_verified: 'false',
  exp: '1768213800',
  iat: '1768210200',
};

const refusal = expect.objectContaining({ status: 401, code: 'unauthorized', sentence: 'Unauthorized user' });

const eventWith = (claims: unknown, headers: Record<string, string> = {}) => ({
  headers,
  requestContext: { authorizer: { jwt: { claims, scopes: null } } },
});

const identify = (claims: unknown, env: Record<string, string> = {}, file: Record<string, unknown> = {}) =>
  identifyCaller(eventWith(claims), aConfig({ IDENTITY_MODE: 'jwt', ...env }, file).identity, []);

const refusalOf = (claims: unknown, env: Record<string, string> = {}): unknown => {
  try {
    return identify(claims, env);
  } catch (error) {
    return error;
  }
};

describe('the caller of a token', () => {
  it('of Auth0 has groups under a name with a namespace, and permissions if those are asked for', () => {
    const env = { JWT_CLAIM_GROUPS: 'https://clinic.example/groups' };
    expect(identify(auth0, env)).toEqual({
      id: 'auth0|5f7c8ec7c33c6c004bbafe82',
      groups: ['doctor', 'head-of-ward'],
      scopes: ['openid', 'profile', 'offline_access'],
      fullName: null,
    });
    expect(identify(auth0, { ...env, JWT_CLAIM_SCOPES: 'permissions,scope' }).scopes).toEqual([
      'teleconsultation:manage',
      'read:reports',
    ]);
  });

  it('of Cognito has its groups', () => {
    expect(identify(cognito, { JWT_CLAIM_GROUPS: 'cognito:groups' })).toEqual({
      id: '0b0d4f9e-1111-4222-8333-444455556666',
      groups: ['doctor'],
      scopes: ['aws.cognito.signin.user.admin', 'teleconsultation:manage'],
      fullName: null,
    });
  });

  it.each([
    ['without quotes', keycloak],
    ['as JSON', { ...keycloak, realm_access: '{"roles":["doctor","offline_access","uma_authorization"]}' }],
  ])('of Keycloak has the roles inside of an object, written %s', (_, claims) => {
    expect(identify(claims, { JWT_CLAIM_GROUPS: 'realm_access.roles' })).toEqual({
      id: '7c1f1e0a-1111-4222-8333-444455556666',
      groups: ['doctor', 'offline_access', 'uma_authorization'],
      scopes: ['email', 'profile'],
      fullName: 'Dr Ada Rossi-Example',
    });
  });

  it('of Keycloak has the roles of one client, also of one with a dot in its name', () => {
    const groupsAt = (name: string) => identify(keycloak, { JWT_CLAIM_GROUPS: name }).groups;
    expect(groupsAt('resource_access.tele.consultation.roles')).toEqual(['admin']);
    expect(groupsAt('resource_access.account.roles')).toEqual(['view-profile']);
    expect(groupsAt('resource_access.nobody.roles')).toEqual([]);
  });

  it('has the scopes of the first claim that is there, and none where there is none', () => {
    expect(identify({ sub: 'a', scp: 'one two' }).scopes).toEqual(['one', 'two']);
    expect(identify({ sub: 'a', scope: 'one', scp: 'two' }).scopes).toEqual(['one']);
    expect(identify({ sub: 'a', scope: '<nil>', scp: 'two' }).scopes).toEqual(['two']);
    expect(identify({ sub: 'a', scope: 'x,teleconsultation:manage y' }).scopes).toEqual([
      'x,teleconsultation:manage',
      'y',
    ]);
    expect(identify({ sub: 'a' })).toEqual({ id: 'a', groups: [], scopes: [], fullName: null });
  });

  it.each([' ', '', '\t', '<nil>'])('has no name where it is %j', name => {
    expect(identify({ sub: 'a', name }).fullName).toBeNull();
  });
});

describe('the path to the id in claims', () => {
  const step = (from: string, extract: string | number) => ({ from, extract });
  const claims = step('object', 'claims');
  const person = step('object', 'https://clinic.example/person');

  it.each([
    ['a claim', [claims, step('object', 'azp')], auth0.azp],
    ['a property of JSON in a claim', [claims, person, step('json', 'fhirId')], 'Practitioner-7'],
    ['the same as a property of an object', [claims, person, step('object', 'fhirId')], 'Practitioner-7'],
    ['an element of a list', [claims, person, step('object', 'ids'), step('array', 1)], 'second'],
    [
      'an element of a claim that was one',
      [claims, step('object', 'aud'), step('array', 0)],
      'https://api.clinic.example',
    ],
  ])('leads to %s', (_, userIdPathInRequest, id) => {
    expect(identify(auth0, {}, { userIdPathInRequest }).id).toBe(id);
  });

  it.each([
    ['a claim in another case', [claims, step('object', 'AZP')]],
    ['a claim that every object inherits', [claims, step('object', 'constructor')]],
    ['something that every object inherits', [claims, person, step('object', 'toString')]],
    ['an element beyond the end', [claims, step('object', 'aud'), step('array', 2)]],
    ['a list as a whole', [claims, person, step('object', 'ids')]],
  ])('leads nowhere at %s, and the token is nobody’s', (_, userIdPathInRequest) => {
    expect(() => identify(auth0, {}, { userIdPathInRequest })).toThrow('Unauthorized user');
  });
});

describe('nobody', () => {
  it.each([
    ['a request that met no authorizer', { headers: {} }],
    ['one without claims', eventWith(undefined)],
    ['claims that are a text', eventWith('{"sub":"a"}')],
    [
      'claims in the place of an authorizer function',
      { headers: {}, requestContext: { authorizer: { lambda: cognito } } },
    ],
    ['claims in the place of a REST API', { headers: {}, requestContext: { authorizer: { claims: cognito } } }],
    ['claims that a client wrote into a header', { headers: { authorizer: JSON.stringify(cognito) } }],
  ])('is %s', (_, event) => {
    expect(() => identifyCaller(event, aConfig({ IDENTITY_MODE: 'jwt' }).identity, [])).toThrow('Unauthorized user');
  });

  it.each([
    [{ name: 'Ada' }],
    [{ sub: '' }],
    [{ sub: 'null' }],
    [{ sub: 'undefined' }],
    [{ sub: null }],
    [{ sub: '<nil>' }],
    [{ sub: { id: 'a' } }],
  ])('is who is called %j', claims => {
    expect(refusalOf(claims)).toEqual(refusal);
  });

  it.each([
    ['an id token of Cognito', { ...cognito, token_use: 'id' }],
    ['a use that nobody knows', { ...cognito, token_use: 'Access' }],
    ['an id token of Keycloak', { ...keycloak, typ: 'ID' }],
    ['a refresh token of Keycloak', { ...keycloak, typ: 'Refresh' }],
    ['an offline token of Keycloak', { ...keycloak, typ: 'Offline' }],
    ['a logout token', { ...keycloak, typ: 'Logout' }],
  ])('is the bearer of %s', (_, claims) => {
    expect(refusalOf(claims)).toEqual(refusal);
  });

  it('is named by headers, also with a gateway’s secret', () => {
    const headers = { miauserid: 'dr-rossi', miausergroups: 'doctor', 'x-gateway-secret': GATEWAY_SECRET };
    const { identity } = aConfig({ IDENTITY_MODE: 'jwt' });
    const secrets = [GATEWAY_SECRET];
    expect(() => identifyCaller({ headers }, identity, secrets)).toThrow('Unauthorized user');
    const groups = { ...headers, miausergroups: 'admin', miauserproperties: '{"name":"Somebody Else"}' };
    expect(identifyCaller(eventWith({ sub: 'mr-bianchi', groups: '[patient]' }, groups), identity, secrets)).toEqual({
      id: 'mr-bianchi',
      groups: ['patient'],
      scopes: [],
      fullName: null,
    });
  });
});

describe('what the authorizer has checked', () => {
  const env = { JWT_ISSUER: auth0.iss, JWT_AUDIENCE: 'other,https://api.clinic.example' };

  it('is looked at once more where it is configured', () => {
    expect(identify(auth0, env).id).toBe(auth0.sub);
    expect(refusalOf({ ...auth0, iss: 'https://clinic.eu.auth0.example' }, env)).toEqual(refusal);
    expect(refusalOf({ ...auth0, iss: undefined }, env)).toEqual(refusal);
    expect(refusalOf({ ...auth0, aud: '[https://api.clinic.example.evil]' }, env)).toEqual(refusal);
    expect(refusalOf({ ...auth0, aud: undefined }, env)).toEqual(refusal);
    expect(identify({ ...auth0, aud: 'https://api.clinic.example' }, env).id).toBe(auth0.sub);
  });

  it('is the client where a token has no audience, and only there', () => {
    const ofClient = { JWT_AUDIENCE: cognito.client_id };
    expect(identify(cognito, ofClient).id).toBe(cognito.sub);
    expect(refusalOf({ ...cognito, client_id: 'another' }, ofClient)).toEqual(refusal);
    expect(refusalOf({ ...cognito, aud: 'another' }, ofClient)).toEqual(refusal);
  });
});

it('a gateway’s secret proves nothing about claims: in gateway mode they are not looked at', () => {
  const { identity } = aConfig();
  expect(() => identifyCaller(eventWith(cognito), identity, [GATEWAY_SECRET])).toThrow('Unauthorized user');
  const sent = { ...eventWith(cognito), headers: { 'x-gateway-secret': GATEWAY_SECRET } };
  expect(identifyCaller(sent, identity, [GATEWAY_SECRET])).toEqual({
    id: undefined,
    groups: [],
    scopes: [],
    fullName: null,
  });
});
