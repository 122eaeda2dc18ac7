/** Loads packaged code as Lambda does: a new process, the files of the zip, and nothing else. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzip } from '../../local/package/zip.ts';

/** A module, because any other script would lend the code its own `require`. */
const program = 'import(process.argv[1]).then(module => process.stdout.write(typeof module[process.argv[2]]))';

/** What a handler, written as in the template (`functions/health.handler`), turns out to be, and what it prints on the way. */
export interface LoadedHandler {
  readonly type: string;
  readonly printed: readonly string[];
}

export function loadHandler(
  archive: Buffer,
  handler: string,
  environment: Readonly<Record<string, string>>,
): LoadedHandler {
  // Far from any node_modules: what the zip lacks is missing here as it would be on AWS.
  const folder = mkdtempSync(join(tmpdir(), 'zip-'));
  try {
    for (const { path, content } of unzip(archive)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const dot = handler.lastIndexOf('.');
    const args = [join(folder, `${handler.slice(0, dot)}.js`), handler.slice(dot + 1)];
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program, ...args], {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
    });
    const lines = output.split('\n');
    return { type: lines.at(-1) ?? '', printed: lines.slice(0, -1) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
