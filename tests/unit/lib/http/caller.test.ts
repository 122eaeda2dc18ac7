import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditId, identifyCaller } from '../../../../lib/http/caller.ts';
import { aConfig, GATEWAY_SECRET, OLDER_SECRET } from '../../../support/configs.ts';
import { fromGateway } from '../../../support/invocations.ts';

const { identity } = aConfig();
const SECRETS = [GATEWAY_SECRET, OLDER_SECRET];

const identifyByHeaders = (headers: Record<string, string | undefined>, by = identity) =>
  identifyCaller({ headers: headers as Record<string, string> }, by, SECRETS);

const object = (extract: string | number) => ({ from: 'object', extract });
const json = (extract: string | number) => ({ from: 'json', extract });
const array = (extract: string | number) => ({ from: 'array', extract });

/** The id that is found along the path, in headers that came through the gateway. */
const idAt = (userIdPathInRequest: object[], headers: Record<string, string>): string | undefined =>
  identifyByHeaders({ ...fromGateway, ...headers }, aConfig({}, { userIdPathInRequest }).identity).id;

describe('the proof of the gateway', () => {
  const refusal = expect.objectContaining({ status: 401, code: 'unauthorized', sentence: 'Unauthorized user' });
  const refusalOf = (headers: Record<string, string | undefined>): unknown => {
    try {
      return identifyByHeaders(headers);
    } catch (error) {
      return error;
    }
  };

  it('is any of the secrets, so that one can be replaced while the other is in use', () => {
    expect(identifyByHeaders({ 'x-gateway-secret': GATEWAY_SECRET, miauserid: 'a' }).id).toBe('a');
    expect(identifyByHeaders({ 'x-gateway-secret': OLDER_SECRET, miauserid: 'a' }).id).toBe('a');
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['the beginning of a secret', GATEWAY_SECRET.slice(0, -1)],
    ['more than a secret', `${GATEWAY_SECRET}x`],
    ['a secret in other letters', GATEWAY_SECRET.toUpperCase()],
    ['both secrets', `${GATEWAY_SECRET},${OLDER_SECRET}`],
    ['a secret with a space', ` ${GATEWAY_SECRET}`],
  ])('is not %s', (_, secret) => {
    expect(refusalOf({ 'x-gateway-secret': secret, miauserid: 'a' })).toEqual(refusal);
  });

  it('is nothing else, whatever is sent', () => {
    const secrets = [GATEWAY_SECRET, OLDER_SECRET];
    const sent = fc.string({ unit: 'binary', maxLength: 60 }).filter(text => !secrets.includes(text));
    fc.assert(
      fc.property(sent, secret => {
        expect(refusalOf({ 'x-gateway-secret': secret })).toEqual(refusal);
      }),
    );
  });

  it('is looked for in the configured header only', () => {
    const other = aConfig({ GATEWAY_SECRET_HEADER: 'X-Proof' }).identity;
    expect(identifyByHeaders({ 'x-proof': GATEWAY_SECRET, miauserid: 'a' }, other).id).toBe('a');
    expect(() => identifyByHeaders(fromGateway, other)).toThrow('Unauthorized user');
  });
});

describe('the caller', () => {
  const identify = (headers: Record<string, string>) => identifyByHeaders({ ...fromGateway, ...headers });
  const nobody = { id: undefined, groups: [], scopes: [], fullName: null };

  it('is who the headers name, with the groups they list', () => {
    expect(identify({ miauserid: 'dr-rossi', miausergroups: 'doctor,,admin,' })).toEqual({
      id: 'dr-rossi',
      groups: ['doctor', 'admin'],
      scopes: [],
      fullName: null,
    });
  });

  it('is nobody for a service that calls without a user', () => {
    expect(identify({})).toEqual(nobody);
    expect(identify({ miauserid: '', miausergroups: '', miauserproperties: '' })).toEqual(nobody);
  });

  it('is read from the headers that the variables name', () => {
    const environment = {
      USERID_HEADER_KEY: 'X-User',
      GROUPS_HEADER_KEY: 'X-Groups',
      USER_PROPERTIES_HEADER_KEY: 'X-About',
    };
    const headers = {
      ...fromGateway,
      miauserid: 'no',
      'x-user': 'yes',
      'x-groups': 'doctor',
      'x-about': '{"name":"Ada"}',
    };
    const caller = identifyByHeaders(headers, aConfig(environment).identity);
    expect(caller).toEqual({ id: 'yes', groups: ['doctor'], scopes: [], fullName: 'Ada' });
  });

  it.each([
    ['{"fullName":"Ada Example","name":"A","nickname":"a"}', 'Ada Example'],
    ['{"fullName":" ","name":"Ada"}', 'Ada'],
    ['{"name":7,"nickname":"ada"}', 'ada'],
    ['{"email":"ada@clinic.example"}', null],
    ['"Ada"', null],
    ['{"fullName":', null],
  ])('whose properties are %s has the name %j', (miauserproperties, fullName) => {
    expect(identify({ miauserproperties }).fullName).toBe(fullName);
  });
});

describe('the path to the user id', () => {
  const properties =
    '{"customUserId":"fhir-7","nested":{"ids":["first","second"]},"number":7,"none":null,"Case":"kept"}';
  const headers = { miauserproperties: properties };
  const start = [object('headers'), object('miauserproperties')];

  it.each([
    ['a header', [object('headers'), object('miauserproperties')], properties],
    ['a header, whatever its case', [object('headers'), object('MiaUserProperties')], properties],
    ['a property of JSON', [...start, json('customUserId')], 'fhir-7'],
    ['a number in JSON', [...start, json('number')], '7'],
    ['an element of a list', [...start, json('nested'), object('ids'), array(1)], 'second'],
    ['an element by the text of its index', [...start, json('nested'), object('ids'), array('0')], 'first'],
    ['a property, whose case counts', [...start, json('Case')], 'kept'],
    ['a property in another case', [...start, json('case')], undefined],
    ['an object', [...start, json('nested')], undefined],
    ['null', [...start, json('none')], undefined],
    ['a property that is not there', [...start, json('other'), object('deeper'), array(0)], undefined],
    ['an element beyond the end', [...start, json('nested'), object('ids'), array(2)], undefined],
    ['an element of what is no list', [...start, array(0)], undefined],
    ['something every object inherits', [...start, json('constructor'), object('name')], undefined],
    ['a header that was not sent', [object('headers'), object('x-other')], undefined],
    ['a header that every object inherits', [object('headers'), object('toString')], undefined],
  ])('leads to %s', (_, path, id) => {
    expect(idAt(path, headers)).toBe(id);
  });

  it.each(['{"customUserId":', 'text', '', '[]', 'null', '7'])('leads nowhere in %j', text => {
    expect(idAt([...start, json('customUserId')], { miauserproperties: text })).toBeUndefined();
  });

  it('parses JSON inside JSON', () => {
    const inner = JSON.stringify({ list: ['a', JSON.stringify({ id: 'deep' })] });
    const path = [...start, json('inner'), json('list'), array(1), json('id')];
    expect(idAt(path, { miauserproperties: JSON.stringify({ inner }) })).toBe('deep');
  });

  it('never fails on whatever the headers hold', () => {
    const step = fc.oneof(
      fc.constantFrom('a', 'length', '__proto__', 0).map(object),
      fc.constantFrom('a', '__proto__').map(json),
      fc.integer({ min: 0, max: 2 }).map(array),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 4 }), fc.oneof(fc.json(), fc.string()), (steps, text) => {
        expect(['string', 'undefined']).toContain(typeof idAt([...start, ...steps], { miauserproperties: text }));
      }),
    );
  });
});

it.each([
  ['dr-rossi', 'dr-rossi'],
  [undefined, 'public'],
  ['null', 'public'],
  ['undefined', 'public'],
])('a change by %s is written down as one by %s', (id, author) => {
  expect(auditId({ id, groups: [], scopes: [], fullName: null })).toBe(author);
});
