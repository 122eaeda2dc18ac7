/** A private copy of the deployable service, and the framework run in it: no test shares `.serverless/` with another. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { unzip } from '../../local/package/zip.ts';

const root = resolve(import.meta.dirname, '../..');
const framework = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');

/** Everything that packaging reads; a test of the plugin alone brings functions of its own instead. */
const deployable = [
  'serverless.yml',
  'package.json',
  'tsconfig.json',
  'local/package',
  'lib',
  'functions',
  'docs/openapi.json',
];

export function copyService(parts: readonly string[] = deployable): string {
  const folder = mkdtempSync(join(tmpdir(), 'service-'));
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}

export function removeService(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the framework with nothing of this machine's AWS settings, so that needing any is a failure. */
export async function osls(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [framework, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((done, fail) => child.once('close', done).once('error', fail));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** The zips of a packaged service, by function key. */
export function zipsOf(folder: string): Map<string, Buffer> {
  const artifacts = join(folder, '.serverless');
  const names = readdirSync(artifacts).filter(name => name.endsWith('.zip'));
  return new Map(names.map(name => [name.replace(/\.zip$/, ''), readFileSync(join(artifacts, name))]));
}

/** What is inside a zip, as text, by path. */
export function filesOf(archive: Buffer): Map<string, string> {
  return new Map(unzip(archive).map(({ path, content }) => [path, Buffer.from(content).toString('utf8')]));
}
