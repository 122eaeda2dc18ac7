/** Bundles whoever is measured as the deployment bundles its functions, and writes the files of each into a folder of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleHandlers } from '../../../local/package/bundle.ts';
import { PEERS } from './contenders.ts';

/** NestJS asks for these in case somebody uses them; without them it goes on. */
const NOT_INSTALLED = [
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'class-transformer',
  'class-transformer/*',
  'class-validator',
];

export interface Built {
  /** By handler: the file to import. */
  files: ReadonlyMap<string, string>;
  remove(): void;
}

/** @param handlers as the template writes them, `functions/health.handler`, below `serviceDir` */
export const buildInto = async (serviceDir: string, handlers: readonly string[]): Promise<Built> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const absent = serviceDir === PEERS ? NOT_INSTALLED : [];
  const bundles = await bundleHandlers(serviceDir, handlers, absent);
  const files = new Map<string, string>();
  for (const [handler, packaged] of bundles) {
    for (const { path, content } of packaged) {
      const file = join(folder, handler.replaceAll('/', '-'), path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      if (path.endsWith('.js')) files.set(handler, file);
    }
  }
  return { files, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** The peers bring a lock of their own, so that the service's stays small; installed when somebody first measures. */
export const installPeers = (): void => {
  if (existsSync(join(PEERS, 'node_modules', '.package-lock.json'))) return;
  console.log('installing the peers (once, below tests/bench/peers)');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: PEERS,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the peers cannot be installed: npm ci in tests/bench/peers says why');
};
