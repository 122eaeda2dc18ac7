/** Loads packaged code as Lambda does: a new process, the files of the zip, and nothing else. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzip } from '../../local/package/zip.ts';

/** A module, because any other script would lend the code its own `require`. */
const program = 'import(process.argv[1]).then(module => process.stdout.write(typeof module[process.argv[2]]))';

/** The type of what a handler, written as in the template (`functions/health.handler`), turns out to be. */
export function typeOfHandler(archive: Buffer, handler: string, environment: Readonly<Record<string, string>>): string {
  // Far from any node_modules: what the zip lacks is missing here as it would be on AWS.
  const folder = mkdtempSync(join(tmpdir(), 'zip-'));
  try {
    for (const { path, content } of unzip(archive)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const dot = handler.lastIndexOf('.');
    const args = [join(folder, `${handler.slice(0, dot)}.js`), handler.slice(dot + 1)];
    return execFileSync(process.execPath, ['--input-type=module', '--eval', program, ...args], {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
