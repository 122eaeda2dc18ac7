import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forwardedHeaders } from '../../../../lib/users/forwarded-headers.ts';
import { aConfig, GATEWAY_SECRET } from '../../../support/configs.ts';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';

const forward = (headers: Record<string, string | undefined>, env: Record<string, string> = {}) =>
  forwardedHeaders(headers, aConfig({ AUTH_SERVICE: 'auth0-client', ...env }));

const mia = {
  miauserid: 'auth0|dr-rossi',
  miausergroups: 'doctor',
  miauserproperties: '{"name":"Ada"}',
  'client-type': 'telecons',
  isbackoffice: '0',
};
const tracing = {
  'x-request-id': 'r-1',
  'x-forwarded-for': '192.0.2.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'clinic.example',
};

describe('to the directory travel', () => {
  it('the identity, the trace and the cookie, and nothing else of what a browser sends', () => {
    const others = { 'user-agent': 'curl', 'content-type': 'application/json', 'x-other': '1', host: 'clinic.example' };
    expect(forward({ ...mia, ...tracing, ...others, cookie: 'sid=invented' })).toEqual({
      ...mia,
      ...tracing,
      cookie: 'sid=invented',
    });
  });

  it('the headers that the variable lists, in any case of their names', () => {
    expect(
      forward({ 'x-tenant': 'north', acl_rows: '[]' }, { ADDITIONAL_HEADERS_TO_PROXY: 'X-Tenant, acl_rows' }),
    ).toEqual({
      'x-tenant': 'north',
      acl_rows: '[]',
    });
  });

  it('no cookie where the variable leaves it out', () => {
    expect(forward({ ...mia, cookie: 'sid=invented' }, { ADDITIONAL_HEADERS_TO_PROXY: 'x-tenant' })).toEqual(mia);
  });

  it('the identity under the names that the variables give it', () => {
    const env = { USERID_HEADER_KEY: 'X-User', GROUPS_HEADER_KEY: 'X-Groups', BACKOFFICE_HEADER_KEY: 'X-Back' };
    const headers = { 'x-user': 'a', 'x-groups': 'b', 'x-back': 'false', miauserid: 'somebody else' };
    expect(forward(headers, env)).toEqual({ 'x-user': 'a', 'x-groups': 'b', 'x-back': 'false' });
  });

  it('names in UTF-8, although a gateway has decoded them', () => {
    const { miauserproperties = '' } = forward({ miauserproperties: '{"name":"Żaneta ☕"}' });
    expect(Buffer.from(miauserproperties, 'latin1').toString('utf8')).toBe('{"name":"Żaneta ☕"}');
    expect(forward({ miauserproperties: 'Ã¼' }).miauserproperties).toBe('Ã¼');
  });

  it.each(['a\r\nx-admin: true', 'a\nb', 'a\0b', 'a\u007fb', ''])('no value that is none: %j', value => {
    expect(forward({ 'x-request-id': value, miauserid: 'a' })).toEqual({ miauserid: 'a' });
  });
});

describe('in jwt mode, where a client writes all of them, to the directory travel', () => {
  const asJwt = { IDENTITY_MODE: 'jwt' };

  it('the trace, the client type and the cookie, and nothing that says who somebody is', () => {
    expect(forward({ ...mia, ...tracing, cookie: 'sid=invented' }, asJwt)).toEqual({
      ...tracing,
      'client-type': 'telecons',
      cookie: 'sid=invented',
    });
  });

  it('those of them that the variable lists, and still no token', () => {
    const env = { ...asJwt, ADDITIONAL_HEADERS_TO_PROXY: 'miauserid,authorization' };
    expect(forward({ ...mia, authorization: 'Bearer invented' }, env)).toEqual({
      miauserid: 'auth0|dr-rossi',
      'client-type': 'telecons',
    });
  });
});

describe('the client type', () => {
  const env = { DEFAULT_CLIENT_TYPE: 'backend' };
  it('is the default where the request has none, or an empty one', () => {
    expect(forward({}, env)).toEqual({ 'client-type': 'backend' });
    expect(forward({ 'client-type': '' }, env)).toEqual({ 'client-type': 'backend' });
  });

  it('is what the request says', () => {
    expect(forward({ 'client-type': 'app' }, env)).toEqual({ 'client-type': 'app' });
  });

  it('is sent under the name that the platform gives it', () => {
    expect(forward({}, { ...env, CLIENTTYPE_HEADER_KEY: 'MiaClientType' })).toEqual({ miaclienttype: 'backend' });
  });

  it('is absent where nobody names one', () => {
    expect(forward({})).toEqual({});
  });
});

describe('never travel', () => {
  const secrets = {
    authorization: 'Bearer invented',
    'proxy-authorization': 'Basic x',
    'x-gateway-secret': GATEWAY_SECRET,
  };

  it('what proves who somebody is to this service, also when the variable lists it', () => {
    const env = { ADDITIONAL_HEADERS_TO_PROXY: 'Authorization,proxy-authorization,X-Gateway-Secret,x-tenant' };
    expect(forward({ ...secrets, 'x-tenant': 'north' }, env)).toEqual({ 'x-tenant': 'north' });
  });

  it('the secret of the gateway under another name', () => {
    const env = { GATEWAY_SECRET_HEADER: 'X-Proof', ADDITIONAL_HEADERS_TO_PROXY: 'x-proof' };
    expect(forward({ 'x-proof': GATEWAY_SECRET }, env)).toEqual({});
  });

  it('what describes another connection or another body', () => {
    const described = { host: 'a', connection: 'close', 'content-length': '7', 'transfer-encoding': 'chunked' };
    expect(forward(described, { ADDITIONAL_HEADERS_TO_PROXY: Object.keys(described).join(',') })).toEqual({});
  });

  it('any of that, whatever is listed', () => {
    const listed = fc.array(fc.constantFrom(...Object.keys(secrets), 'AUTHORIZATION', 'cookie', 'x-tenant', 'Host'));
    fc.assert(
      fc.property(listed, names => {
        const sent = forward({ ...secrets, host: 'a' }, { ADDITIONAL_HEADERS_TO_PROXY: names.join(',') || ',' });
        expect(sent).toEqual({});
      }),
    );
  });
});

it('whatever is forwarded can be sent', async () => {
  const server = await aScriptedServer(answers(204));
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async value => {
      const headers = forward({ miauserproperties: value, 'x-request-id': 'r-1' });
      expect((await fetch(server.url, { headers })).status).toBe(204);
      expect(server.asked.at(-1)?.headers).toMatchObject({ 'x-request-id': 'r-1' });
    }),
  );
});
