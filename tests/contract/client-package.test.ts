import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drRossi, mrBianchi } from '../support/people.ts';
import { copyService, removeService } from '../support/service-copy.ts';
import { openWorld, type World } from '../support/world.ts';

/** The client as a program elsewhere has it: built, installed by npm, type-checked there, and calling. */

const FIXTURE = fileURLToPath(new URL('../fixtures/client/', import.meta.url));
const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const run = promisify(execFile);

/** Compilers and npm in processes of their own: minutes on a machine that does much else. */
const SLOW_MS = 300_000;

let world: World;
let service: string;
let program: string;
beforeAll(async () => {
  service = copyService(['package.json', 'tsconfig.json', 'lib', 'local/build-client.mjs']);
  program = mkdtempSync(join(tmpdir(), 'program-'));
  cpSync(FIXTURE, program, { recursive: true });
  writeFileSync(join(program, 'package.json'), JSON.stringify({ name: 'program', type: 'module' }));
  await Promise.all([
    run(process.execPath, ['local/build-client.mjs'], { cwd: service }),
    openWorld({ transport: 'over HTTP' }).then(opened => {
      world = opened;
    }),
  ]);
  const quietly = ['--offline', '--no-audit', '--no-fund', '--no-update-notifier'];
  await run('npm', ['install', ...quietly, join(service, 'dist')], { cwd: program });
}, SLOW_MS);
afterAll(async () => {
  await world.close();
  removeService(service);
  rmSync(program, { recursive: true, force: true });
});

const packageOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    exports: { './client': Record<string, string> };
    dependencies: Record<string, string>;
  };

describe('what is installed', () => {
  it('is one module that brings no other', () => {
    const module = readFileSync(join(service, 'dist/client.js'), 'utf8');
    expect(module).not.toMatch(/^\s*import\b|\bimport\(|\brequire\(/m);
    expect(module.length).toBeLessThan(20_000);
  });

  it('needs only what its types are made of', () => {
    const { zod } = packageOf(service).dependencies;
    expect(packageOf(join(service, 'dist')).dependencies).toEqual({ zod });
  });

  it('lies where the package says, installed as a whole or as this folder alone', () => {
    const [whole, alone] = [packageOf(service), packageOf(join(service, 'dist'))];
    expect(alone.name).toBe(whole.name);
    for (const file of Object.values(whole.exports['./client'])) expect(existsSync(join(service, file))).toBe(true);
    for (const file of Object.values(alone.exports['./client'])) {
      expect(existsSync(join(service, 'dist', file))).toBe(true);
    }
  });
});

describe('a program', () => {
  it.each([
    ['Node’s own resolution', ['--module', 'nodenext']],
    ['a bundler’s', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ])(
    'is type-checked with %s, strictly, and with nothing of Node',
    async (_, resolution) => {
      const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
      const args = [TSC, ...strict, '--target', 'es2022', '--lib', 'es2022,dom', ...resolution, 'types.ts'];
      const { stdout } = await run(process.execPath, args, { cwd: program }).catch(
        error => error as { stdout: string },
      );
      expect(stdout).toBe('');
    },
    SLOW_MS,
  );

  it(
    'books and asks, in a process of its own',
    async () => {
      const people = JSON.stringify([drRossi, mrBianchi]);
      const { stdout } = await run(process.execPath, ['calls.js', world.url ?? '', people], { cwd: program });
      const { roomId, status, missing } = JSON.parse(stdout) as Record<string, unknown>;
      expect(roomId).toMatch(/^[0-9a-f]{24}$/);
      expect(status).toMatchObject({ status: 'not_open_yet', secondsLeft: expect.any(Number) });
      expect(missing).toEqual(['refused', 404, 'Room with id ffffffffffffffffffffffff not found on CRUD']);
      expect((await world.simulator.rooms()).map(room => room.description)).toEqual([roomId]);
    },
    SLOW_MS,
  );
});
