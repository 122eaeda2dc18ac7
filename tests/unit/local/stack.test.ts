import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listen, shut } from '../../../local/listen.ts';
import { type Stack, type StackOptions, startStack } from '../../../local/stack.ts';

const manifestFile = fileURLToPath(new URL('../../fixtures/local/serverless.yml', import.meta.url));
const opened: Stack[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map(stack => stack.close()));
});

async function started(options: StackOptions = {}): Promise<Stack> {
  const stack = await startStack({ manifestFile, ...options });
  opened.push(stack);
  return stack;
}

async function aTakenPort(): Promise<number> {
  const server = createServer();
  const { port } = await listen(server, 0);
  onTestFinished(() => shut(server));
  return port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const { port } = await listen(server, 0);
  await shut(server);
  return port;
}

describe('the stack', () => {
  it('wires the functions to the ports that were really bound', async () => {
    const { env, kaleyra, dynamodb } = await started();
    expect(kaleyra).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(env).toMatchObject({ VENDOR: kaleyra, AWS_ENDPOINT_URL_DYNAMODB: dynamodb, CLINIC_TABLE: 'clinic-local' });
  });

  it('lets given variables reach the manifest, and nothing of the process', async () => {
    vi.stubEnv('LEVEL', 'from the shell');
    onTestFinished(() => void vi.unstubAllEnvs());
    const first = await started();
    expect(first.env.LEVEL).toBe('info');
    await first.close();
    expect((await started({ env: { LEVEL: 'debug' } })).env.LEVEL).toBe('debug');
  });

  it('runs the manifest’s own functions with that environment', async () => {
    const { api, kaleyra } = await started();
    const response = await fetch(`${api}/greetings/ada`);
    expect(await response.json()).toEqual({ name: 'ada', room: 'waiting', vendor: kaleyra });
  });

  it('gives them the tables', async () => {
    const { api, invoke } = await started();
    const put = await fetch(`${api}/memory`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"id":"1","kind":"note"}',
    });
    expect(put.status).toBe(204);
    expect(await invoke('remember', { id: '1' })).toEqual({ found: 'note' });
  });

  it('proves itself with the first secret of the manifest', async () => {
    const { api } = await started({ handlerFor: async () => async event => (event as { headers: unknown }).headers });
    const response = await fetch(`${api}/greetings/ada`, { headers: { 'x-clinic-secret': 'forged' } });
    expect(await response.json()).toMatchObject({ 'x-clinic-secret': 'fresh-secret' });
  });

  it('has the simulator take the manifest’s key', async () => {
    const { kaleyra, env } = await started();
    const call = (apikey: string) => fetch(`${kaleyra}/v2/rooms`, { headers: { apikey } });
    expect((await call('ak_test_ffffffffffffffffffffffff')).status).toBe(401);
    expect((await call(env.BANDYER_API_SECRET_KEY ?? '')).status).not.toBe(401);
  });

  it('keeps its tables in the folder it is given', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stack-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const dataDir = join(folder, 'new');
    const first = await started({ dataDir });
    await first.invoke('remember', { body: '{"id":"7","kind":"letter"}' });
    await first.close();
    const second = await started({ dataDir });
    expect(await second.invoke('remember', { id: '7' })).toEqual({ found: 'letter' });
  });
});

describe('the environment of the process', () => {
  it('is the functions’ while the stack runs, without the developer’s own AWS settings', async () => {
    vi.stubEnv('AWS_PROFILE', 'somebody');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'private');
    onTestFinished(() => void vi.unstubAllEnvs());
    const stack = await started();
    expect(process.env).toMatchObject({ AWS_ACCESS_KEY_ID: 'local', ROOM: 'waiting' });
    expect(process.env.AWS_PROFILE).toBeUndefined();
    await stack.close();
    expect(process.env).toMatchObject({ AWS_PROFILE: 'somebody', AWS_ACCESS_KEY_ID: 'private' });
    expect(process.env.ROOM).toBeUndefined();
  });

  it('stays as it is when the functions are the caller’s', async () => {
    await started({ handlerFor: async () => async () => null });
    expect(process.env.ROOM).toBeUndefined();
  });
});

describe('a stack that cannot start', () => {
  it.each([
    ['api', 'PORT'],
    ['kaleyra', 'KALEYRA_PORT'],
    ['dynamodb', 'DYNAMODB_PORT'],
  ] as const)('names the variable that moves %s, and closes the rest', async (part, variable) => {
    const port = await aTakenPort();
    const others = { api: await freePort(), kaleyra: await freePort(), dynamodb: await freePort() };
    await expect(started({ ports: { ...others, [part]: port } })).rejects.toThrow(
      `port ${port} is in use: set ${variable} to another one, or to 0 for a free one`,
    );
    for (const free of Object.entries(others).filter(([name]) => name !== part)) {
      const server = createServer();
      await listen(server, free[1]);
      await shut(server);
    }
  });

  it('names a manifest that is not there', async () => {
    await expect(started({ manifestFile: '/nowhere/serverless.yml' })).rejects.toThrow('/nowhere/serverless.yml');
  });

  it('answers 500, and says why, when a function cannot be loaded', async () => {
    const lines: string[] = [];
    const { api } = await started({
      log: line => lines.push(line),
      handlerFor: () => Promise.reject(new Error('functions/greet.ts exports no function handler')),
    });
    expect((await fetch(`${api}/greetings/ada`)).status).toBe(500);
    expect(lines[0]).toContain('greet failed: Error: functions/greet.ts exports no function handler');
  });
});

it('ends at once and may be closed twice', async () => {
  const stack = await started();
  await fetch(`${stack.api}/greetings/ada`);
  const begun = performance.now();
  await stack.close();
  await stack.close();
  expect(performance.now() - begun).toBeLessThan(8_000);
  for (const url of [stack.api, stack.kaleyra, stack.dynamodb]) await expect(fetch(url)).rejects.toThrow();
});
