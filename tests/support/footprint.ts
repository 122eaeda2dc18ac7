/** What loading a function brings in, of the very files that are deployed. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundleHandlers, type PackagedFile } from '../../local/package/bundle.ts';
import { TO_LOAD } from './to-load.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SEPARATOR = '\n--- modules ---\n';

/** Prints which of Node's own modules are there after a module was loaded. */
const program =
  'await import(process.argv[1]);' +
  `process.stdout.write(${JSON.stringify(SEPARATOR)} + JSON.stringify(process.moduleLoadList));`;

const modulesAfter = async (url: string): Promise<string[]> => {
  const args = ['--input-type=module', '--eval', program, url];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...TO_LOAD }, encoding: 'utf8' });
  const all = JSON.parse(stdout.split(SEPARATOR)[1] ?? '[]') as string[];
  return all.filter(name => name.startsWith('NativeModule ')).map(name => name.slice('NativeModule '.length));
};

export interface Footprint {
  /** Node's own modules that loading it brings in, over a module with nothing in it. */
  builtins: string[];
}

const footprintOf = async (files: readonly PackagedFile[], usual: ReadonlySet<string>): Promise<Footprint> => {
  const folder = mkdtempSync(join(tmpdir(), 'footprint-'));
  try {
    let main = '';
    for (const { path, content } of files) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      if (path.startsWith('functions/') && path.endsWith('.js')) main = file;
    }
    return { builtins: (await modulesAfter(`file://${main}`)).filter(name => !usual.has(name)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** @param handlers as in the template, `functions/health.handler` */
export const footprints = async (handlers: readonly string[]): Promise<Map<string, Footprint>> => {
  const usual = new Set(await modulesAfter('data:text/javascript,export const handler = 0;'));
  const measured = new Map<string, Footprint>();
  for (const [handler, files] of await bundleHandlers(ROOT, handlers)) {
    measured.set(handler, await footprintOf(files, usual));
  }
  return measured;
};
