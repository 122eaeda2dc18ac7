import { describe, expect, it } from 'vitest';
import { createRouter } from '../../../../local/gateway/routes.ts';
import { aManifest } from './manifests.ts';

const router = createRouter(
  aManifest({
    create: ['POST /visits'],
    read: ['GET /visits/{id}'],
    next: ['GET /visits/next'],
    notes: ['GET /visits/{id}/notes/{note}'],
    files: ['GET /visits/{proxy+}'],
    any: ['ANY /anything', 'ANY /visits/{id}'],
    spaced: ['GET /caffè'],
    fallback: ['ANY $default'],
  }).functions,
);

describe('a request', () => {
  it.each([
    ['POST', '/visits', 'create', 'POST /visits', undefined],
    ['POST', '/visits/', 'create', 'POST /visits', undefined],
    ['GET', '/visits/7', 'read', 'GET /visits/{id}', { id: '7' }],
    ['GET', '/visits/7/', 'read', 'GET /visits/{id}', { id: '7' }],
    ['GET', '/visits/next', 'next', 'GET /visits/next', undefined],
    ['GET', '/visits/NEXT', 'read', 'GET /visits/{id}', { id: 'NEXT' }],
    ['GET', '/visits/a%20b%2Fc', 'read', 'GET /visits/{id}', { id: 'a b/c' }],
    ['GET', '/visits/7/notes/8', 'notes', 'GET /visits/{id}/notes/{note}', { id: '7', note: '8' }],
    ['GET', '/visits/7/other/8', 'files', 'GET /visits/{proxy+}', { proxy: '7/other/8' }],
    ['PATCH', '/visits/7', 'any', 'ANY /visits/{id}', { id: '7' }],
    ['DELETE', '/anything', 'any', 'ANY /anything', undefined],
    ['GET', '/caff%C3%A8', 'spaced', 'GET /caffè', undefined],
    ['GET', '/Visits/7', 'fallback', '$default', undefined],
    ['PUT', '/visits', 'fallback', '$default', undefined],
    ['GET', '/', 'fallback', '$default', undefined],
  ])('%s %s goes to %s', (method, path, functionKey, routeKey, pathParameters) => {
    expect(router(method, path)).toEqual({ functionKey, routeKey, ...(pathParameters && { pathParameters }) });
  });

  it.each([
    ['GET', '/visits'],
    ['GET', '/visits/'],
    ['GET', '/visits//'],
    ['POST', '/visits/7'],
    ['GET', '/visits/7/more'],
    ['get', '/visits/7'],
  ])('%s %s goes nowhere without a route of its own', (method, path) => {
    const { functions } = aManifest({ read: ['GET /visits/{id}'], create: ['POST /visits'] });
    expect(createRouter(functions)(method, path)).toBeUndefined();
  });
});

it('refuses a manifest in which two functions claim one route', () => {
  const { functions } = aManifest({ one: ['GET /visits'], two: ['GET /visits'] });
  expect(() => createRouter(functions)).toThrow('GET /visits belongs to both one and two');
});
