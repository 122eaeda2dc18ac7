import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../support/api.ts';
import { textOf } from '../support/sources.ts';
import { openWorld, type World } from '../support/world.ts';

const PREFIXES = ['', '/api/v1/telecons-be'];

let world: World;
beforeAll(async () => {
  world = await openWorld({ transport: 'over HTTP' });
});
afterAll(() => world.close());
afterEach(() => world.configure({}));

describe.each(PREFIXES)('below "%s"', prefix => {
  it('the description is the one that is checked in, for anybody', async () => {
    const reply = await world.api.get(`${prefix}/documentation/json`);
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(reply.body).toEqual(JSON.parse(textOf('docs/openapi.json')));
  });

  it('a page shows it, of the address that lies beside the page', async () => {
    const reply = await world.api.get(`${prefix}/documentation`);
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    const [, address] = /SwaggerUIBundle\(\{\s*url: '([^']+)'/.exec(reply.text) ?? [];
    const resolved = new URL(address ?? '', `http://localhost${prefix}/documentation`);
    expect(resolved.pathname).toBe(`${prefix}/documentation/json`);
    expect((await world.api.get(resolved.pathname)).status).toBe(200);
  });

  it('is taken away by DOCUMENTATION=false', async () => {
    world.configure({ DOCUMENTATION: 'false' });
    for (const path of ['/documentation', '/documentation/json']) {
      const reply = await world.api.get(prefix + path);
      const message = 'this deployment shows no documentation';
      expect([reply.status, reply.body]).toEqual([404, { statusCode: 404, error: 'Not Found', message }]);
    }
  });
});

describe('the page', () => {
  let page: Reply;
  beforeAll(async () => {
    page = await world.api.get('/documentation');
  });
  const hashOf = (content: string): string => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  const contentsOf = (tag: string): string[] =>
    [...page.text.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, content]) => content ?? '');
  const policy = (): Record<string, string[]> =>
    Object.fromEntries(
      (page.headers['content-security-policy'] ?? '').split('; ').map(directive => {
        const [name = '', ...values] = directive.split(' ');
        return [name, values];
      }),
    );

  it('runs what is in it and nothing else, and asks nobody but its own origin', () => {
    const [viewer = '', start = '', ...others] = contentsOf('script');
    const [style = ''] = contentsOf('style');
    expect([viewer.length > 1_000_000, start.startsWith('window.ui ='), others]).toEqual([true, true, []]);
    expect(policy()).toEqual({
      'default-src': ["'none'"],
      'script-src': [hashOf(viewer), hashOf(start)],
      'style-src': [hashOf(style)],
      'img-src': ['data:'],
      'connect-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    });
    const frame = page.text.replaceAll(/<(script|style)>[\s\S]*?<\/\1>/g, '');
    expect(frame.length).toBeLessThan(1000);
    expect(frame).not.toMatch(/\bsrc=|https?:/);
    expect(viewer).not.toMatch(/<!--|<\/script/);
    expect(start).toContain('validatorUrl: null');
  });

  it('fits into what a function may answer, with room to grow', () => {
    expect(Buffer.byteLength(Buffer.from(page.text).toString('base64'))).toBeLessThan(4_000_000);
  });

  it('keeps every other header that answers have', () => {
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
});

it('needs neither table nor vendor, and nobody’s secret', async () => {
  await world.simulator.forgetRequests();
  world.configure({
    TELECONSULTATIONS_TABLE: 'no-such-table',
    GATEWAY_SECRETS: 'another-secret-than-the-one-that-is-sent',
  });
  for (const path of ['/documentation', '/documentation/json']) expect((await world.api.get(path)).status).toBe(200);
  expect((await world.simulator.requests()).filter(({ path }) => path.startsWith('/v2'))).toEqual([]);
});
