import { describe, expect, it } from 'vitest';
import { inProcess } from '../../../../local/gateway/in-process.ts';
import type { Manifest } from '../../../../local/manifest.ts';
import { createTokens } from '../../../../local/tokens/index.ts';
import { aManifest } from '../gateway/manifests.ts';

const NOW = Date.UTC(2026, 0, 12, 9, 30);
const authorizers = {
  people: { issuer: 'https://people.example', audience: ['visits'] },
  machines: { issuer: 'https://machines.example', audience: ['visits'] },
};
const names = { id: 'sub', groups: 'groups', scopes: 'scope' };

/** One open route and two that take tokens, each of another issuer; every function gives its event back. */
const manifest: Manifest = (() => {
  const plain = aManifest({ open: ['GET /open'], read: ['GET /visits/{id}'], sync: ['POST /sync'] });
  const taking = (key: string, authorizer: string) => {
    const one = plain.functions[key];
    if (one === undefined) throw new Error(`there is no ${key}`);
    return { ...one, routes: one.routes.map(route => ({ ...route, authorizer })) };
  };
  const functions = { ...plain.functions, read: taking('read', 'people'), sync: taking('sync', 'machines') };
  return { ...plain, functions, authorizers };
})();

const aGateway = async (withTokens = true) => {
  const tokens = await createTokens({ now: () => NOW, settings: async () => ({ authorizers, names }) });
  const asked: unknown[] = [];
  const call = inProcess({
    manifest,
    handlerFor: async () => async event => void asked.push(event),
    ...(withTokens && { tokens }),
  });
  const send = async (method: string, url: string, headers: Record<string, string | string[]> = {}) =>
    (await call({ method, url, headers })).statusCode;
  return { tokens, asked, send };
};

describe('a route that takes tokens', () => {
  it('hands the claims over where an HTTP API has them, with scopes that no route asked for', async () => {
    const { tokens, asked, send } = await aGateway();
    const token = await tokens.mint({ sub: 'ada', groups: ['doctor', 'admin'], expiresIn: 60 });
    expect(await send('GET', '/visits/7', { authorization: `Bearer ${token}` })).toBe(200);
    expect(asked).toMatchObject([
      {
        routeKey: 'GET /visits/{id}',
        headers: { authorization: `Bearer ${token}` },
        requestContext: {
          authorizer: {
            jwt: {
              claims: {
                iss: 'https://people.example',
                aud: 'visits',
                sub: 'ada',
                groups: '[doctor admin]',
                iat: String(NOW / 1000),
                exp: String(NOW / 1000 + 60),
              },
              scopes: null,
            },
          },
        },
      },
    ]);
  });

  it('takes those of its own issuer only', async () => {
    const { tokens, asked, send } = await aGateway();
    const ofPeople = { authorization: await tokens.mint({ sub: 'ada' }) };
    const ofMachines = {
      authorization: await tokens.mint({ sub: 'sync', claims: { iss: authorizers.machines.issuer } }),
    };
    expect([await send('GET', '/visits/7', ofMachines), await send('POST', '/sync', ofPeople)]).toEqual([401, 401]);
    expect(asked).toEqual([]);
    expect([await send('GET', '/visits/7', ofPeople), await send('POST', '/sync', ofMachines)]).toEqual([200, 200]);
  });

  it('takes one token, not the first of several', async () => {
    const { tokens, send } = await aGateway();
    const token = await tokens.mint({ sub: 'ada' });
    expect(await send('GET', '/visits/7', { authorization: [token, token] })).toBe(401);
  });

  it('takes no token that another process has signed', async () => {
    const [one, other] = await Promise.all([aGateway(), aGateway()]);
    const token = await other.tokens.mint({ sub: 'ada' });
    expect(await one.send('GET', '/visits/7', { authorization: token })).toBe(401);
    expect(one.asked).toEqual([]);
  });

  it('lets nobody in where nobody verifies tokens', async () => {
    const { tokens, asked, send } = await aGateway(false);
    expect(await send('GET', '/visits/7', { authorization: await tokens.mint({ sub: 'ada' }) })).toBe(401);
    expect(asked).toEqual([]);
  });
});

it('an open route gets no claims, whatever token comes with the request', async () => {
  const { tokens, asked, send } = await aGateway();
  expect(await send('GET', '/open', { authorization: await tokens.mint({ sub: 'ada' }) })).toBe(200);
  expect(await send('GET', '/open', { authorization: 'not-a-token' })).toBe(200);
  for (const event of asked) expect(event).not.toHaveProperty('requestContext.authorizer');
});
