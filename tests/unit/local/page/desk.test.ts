import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type GatewayOptions, startGateway } from '../../../../local/gateway/index.ts';
import { readManifest } from '../../../../local/manifest.ts';
import { pageSettings, policyOf } from '../../../../local/page/settings.ts';
import { filesUnder, importsOf, textOf } from '../../../support/sources.ts';
import { aManifest } from '../gateway/manifests.ts';
import { aRoom, aSimulator } from '../kaleyra/support.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const SIMULATOR = 'http://127.0.0.1:9';

async function aGateway(options: Partial<GatewayOptions> = {}, simulator = SIMULATOR) {
  const lines: string[] = [];
  const gateway = await startGateway({
    port: 0,
    manifest: aManifest({ echo: ['GET /echo'] }),
    handlerFor: async () => async () => ({ statusCode: 200 }),
    page: { settings: async () => pageSettings(simulator, {}) },
    log: line => lines.push(line),
    ...options,
  });
  onTestFinished(() => gateway.close());
  return { get: (path: string, method = 'GET') => fetch(`${gateway.url}${path}`, { method }), lines };
}

describe('the page', () => {
  it('is there for whoever opens the stack in a browser, and lets nothing in from elsewhere', async () => {
    const { get } = await aGateway();
    const response = await get('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = (response.headers.get('content-security-policy') ?? '').split('; ');
    expect(policy).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      `frame-src ${SIMULATOR}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(await response.text()).not.toMatch(/https?:|<script(?! type="module" src=)|<style|\son\w+=/);
  });

  it('frames nothing where calls are made elsewhere', () => {
    const policy = policyOf(pageSettings(SIMULATOR, { BANDYER_BASE_URL: 'https://vendor.example' }));
    expect(policy.split('; ')).toContain("frame-src 'none'");
  });

  it.each([
    ['page.js', 'text/javascript'],
    ['style.css', 'text/css; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
    ['settings', 'application/json'],
  ])('has its %s', async (name, type) => {
    const { get } = await aGateway();
    const response = await get(`/_local/page/${name}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  });

  it('asks no other machine', async () => {
    const { get } = await aGateway();
    for (const name of ['page.js', 'style.css']) {
      const text = await (await get(`/_local/page/${name}`)).text();
      // The name of a drawing's language, which nobody looks up.
      const addresses = (text.match(/https?:\/\/[^\s"'`)]*/g) ?? []).filter(
        one => one !== 'http://www.w3.org/2000/svg',
      );
      expect(addresses, name).toEqual([]);
    }
  });

  it.each(['/_local/page/', '/_local/page/desk.ts', '/_local/page/story/', '/_local/page/story/..', '/index.html'])(
    'has no %s',
    async path => {
      const { get } = await aGateway();
      expect((await get(path)).status).toBe(404);
    },
  );

  it('tells what happened to a consultation, of which only the simulator knows', async () => {
    const simulator = await aSimulator();
    const description = '0123456789abcdef01234567';
    const room = await aRoom(simulator, { description });
    const { get } = await aGateway({}, simulator.url);
    const response = await get(`/_local/page/story/${description}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ rooms: [{ id: room.id, alive: true }], uploads: [] });
  });

  it('says so when the simulator does not answer', async () => {
    const { get } = await aGateway();
    expect((await get('/_local/page/story/0123456789abcdef01234567')).status).toBe(502);
  });

  it('asks too often for a terminal, which shows everything else', async () => {
    const { get, lines } = await aGateway();
    await get('/_local/page/settings');
    await get('/');
    await get('/echo');
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(2);
    expect(lines.join('\n')).not.toContain('page');
  });
});

describe('nowhere but in the stack', () => {
  it('does the gateway answer at / when no page is given', async () => {
    const gateway = await startGateway({
      port: 0,
      manifest: aManifest({ echo: ['GET /echo'] }),
      handlerFor: async () => async () => ({ statusCode: 200 }),
    });
    onTestFinished(() => gateway.close());
    expect((await fetch(`${gateway.url}/`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/_local/page/settings`)).status).toBe(404);
  });

  it('does a function of the manifest answer there', async () => {
    const { functions } = await readManifest(join(root, 'serverless.yml'), { stage: 'local', env: {} });
    const routes = Object.values(functions).flatMap(({ routes: own }) => own);
    expect(routes.filter(({ path }) => path === '/' || path === '$default')).toEqual([]);
  });

  it('is any of it in what a function is packaged from', () => {
    const packaged = new Set<string>();
    const add = (file: string): void => {
      if (packaged.has(file)) return;
      packaged.add(file);
      for (const { to } of importsOf(file)) if (sources.includes(to)) add(to);
    };
    const sources = filesUnder('functions', 'lib', 'local');
    for (const file of filesUnder('functions')) add(file);
    expect(packaged.size).toBeGreaterThan(100);
    expect([...packaged].filter(file => file.startsWith('local/'))).toEqual([]);
    expect([...packaged].filter(file => /_local\/page|local\/page/.test(textOf(file)))).toEqual([]);
  });
});

describe('what the page is told of the stack', () => {
  it('names who can be played, by the ids that the functions know', () => {
    const settings = pageSettings(SIMULATOR, {});
    expect(settings).toMatchObject({ identity: 'gateway', headers: { userId: 'miauserid', groups: 'miausergroups' } });
    expect(settings.people.map(({ userId }) => userId)).toEqual(['dr-rossi', 'mr-bianchi', 'dr-verdi', 'ms-neri']);
    const inDirectory = pageSettings(SIMULATOR, { AUTH_SERVICE: `${SIMULATOR}/_directory` });
    expect(inDirectory).toMatchObject({ inDirectory: true, people: [{ userId: 'auth0|dr-rossi' }, {}, {}, {}] });
  });

  it.each([
    [{ TELECONSULTATION_DELETE_UPLOADS: 'true' }, { deletesFiles: true }],
    [{ TELECONSULTATION_DELETE_UPLOADS: 'false' }, { deletesFiles: false }],
    [{ IDENTITY_MODE: 'jwt' }, { identity: 'jwt' }],
    [{ USERID_HEADER_KEY: 'x-user' }, { headers: { userId: 'x-user', groups: 'miausergroups' } }],
    [{ BANDYER_BASE_URL: SIMULATOR }, { vendorElsewhere: null }],
    [{ BANDYER_BASE_URL: 'https://vendor.example' }, { vendorElsewhere: 'https://vendor.example' }],
    [{ AUTH_SERVICE: 'auth.example' }, { directoryElsewhere: 'auth.example', inDirectory: false }],
  ])('%j is %j', (env, told) => {
    expect(pageSettings(SIMULATOR, env)).toMatchObject(told);
  });
});
