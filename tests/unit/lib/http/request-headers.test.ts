import { describe, expect, it } from 'vitest';
import { identifyCaller } from '../../../../lib/http/caller.ts';
import { headersOf } from '../../../../lib/http/request-headers.ts';
import { aConfig, GATEWAY_SECRET } from '../../../support/configs.ts';

describe('the headers of a request', () => {
  it('have lower-case names, whoever wrote the event', () => {
    expect(headersOf({ headers: { MiaUserId: 'a', 'Content-Type': 'application/json' } })).toEqual({
      miauserid: 'a',
      'content-type': 'application/json',
    });
  });

  it('are those that API Gateway wrote in lower case, whatever they are called', () => {
    const headers = JSON.parse('{"__proto__":"a","x-é":"b","constructor":"c"}');
    expect(Object.entries(headersOf({ headers }))).toEqual(Object.entries(headers));
    const upper = { ...headers, 'X-É': 'd', HOST: 'e' };
    expect(headersOf({ headers: upper })).toMatchObject({ 'x-é': 'd', host: 'e', constructor: 'c' });
  });

  it('hold the cookies, which the event keeps apart', () => {
    expect(headersOf({ headers: {}, cookies: ['sid=invented', 'theme=dark'] })).toEqual({
      cookie: 'sid=invented; theme=dark',
    });
    expect(headersOf({ headers: {}, cookies: [] })).toEqual({});
  });

  it('name the caller in any case of their names', () => {
    const headers = { 'X-Gateway-Secret': GATEWAY_SECRET, MIAUSERID: 'auth0|dr-rossi', MiaUserGroups: 'doctor' };
    const { identity } = aConfig({ USERID_HEADER_KEY: 'MiaUserID' });
    const caller = identifyCaller({ headers }, identity, [GATEWAY_SECRET]);
    expect(caller).toMatchObject({ id: 'auth0|dr-rossi', groups: ['doctor'] });
  });
});
