import { describe, expect, it } from 'vitest';
import { inProcess, type PlainRequest } from '../../../../local/gateway/in-process.ts';
import { aManifest } from './manifests.ts';

/** The gateway in front of pages of other origins, as the deployed HTTP API behaves with the same configuration. */

const PAGE = 'https://clinic.example.com';
const STRANGER = 'https://evil.example.com';

const cors = {
  allowedOrigins: [PAGE, 'http://localhost:5173'],
  allowedMethods: ['GET', 'POST'],
  allowedHeaders: ['authorization', 'content-type'],
  exposedResponseHeaders: ['retry-after', 'x-request-id'],
  maxAge: 600,
};

const asking = (settings: { cors?: typeof cors } = { cors }) => {
  const called: string[] = [];
  const send = inProcess({
    manifest: { ...aManifest({ read: ['GET /visits/{id}'] }), ...settings },
    handlerFor: async key => async () => {
      called.push(key);
      return { statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*', etag: 'e' }, body: '{}' };
    },
  });
  const ask = async (request: PlainRequest) => {
    const { statusCode, headers } = await send(request);
    const told = headers.filter(([name]) => name.toLowerCase().startsWith('access-control-'));
    return { status: statusCode, told: Object.fromEntries(told) };
  };
  return { ask, called };
};

const question = (origin: string, url = '/visits/1'): PlainRequest => ({
  method: 'OPTIONS',
  url,
  headers: { origin, 'access-control-request-method': 'GET' },
});

describe('a page of a listed origin', () => {
  it('is told beforehand what it may send, by the gateway itself', async () => {
    const { ask, called } = asking();
    const told = {
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-max-age': '600',
    };
    expect(await ask(question(PAGE))).toEqual({ status: 204, told });
    expect(await ask(question(PAGE, '/no-such-route'))).toEqual({ status: 204, told });
    expect(called).toEqual([]);
  });

  it('may read the answer, and what a function says about that does not count', async () => {
    const { ask } = asking();
    expect(await ask({ method: 'GET', url: '/visits/1', headers: { Origin: PAGE } })).toEqual({
      status: 200,
      told: { 'access-control-allow-origin': PAGE, 'access-control-expose-headers': 'retry-after,x-request-id' },
    });
  });

  it('may read a refusal of the gateway too', async () => {
    const { ask } = asking();
    expect(await ask({ method: 'GET', url: '/no-such-route', headers: { origin: PAGE } })).toMatchObject({
      status: 404,
      told: { 'access-control-allow-origin': PAGE },
    });
  });
});

describe('a page of any other origin', () => {
  it.each([STRANGER, `${PAGE}.evil.example.com`, 'null', PAGE.toUpperCase(), 'http://clinic.example.com'])(
    '%s is told nothing',
    async origin => {
      const { ask } = asking();
      expect(await ask(question(origin))).toEqual({ status: 204, told: {} });
      expect(await ask({ method: 'GET', url: '/visits/1', headers: { origin } })).toEqual({ status: 200, told: {} });
    },
  );
});

describe('without a configuration', () => {
  it('OPTIONS is a route that does not exist, and no answer is for another page', async () => {
    const { ask } = asking({});
    expect(await ask(question(PAGE))).toEqual({ status: 404, told: {} });
  });
});

describe('OPTIONS that asks nothing', () => {
  it('is a request like any other', async () => {
    const { ask } = asking();
    expect(await ask({ method: 'OPTIONS', url: '/visits/1', headers: { origin: PAGE } })).toMatchObject({
      status: 404,
    });
  });
});
