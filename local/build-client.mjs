/**
 * `npm` runs it after an installation and before the package is packed or linked (`prepare`): lib/client as what other programs
 * install, one module and its types, in `dist/`. In a language that Node 20 runs, as npm does not say which Node it will be.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { resolve } = createRequire(import.meta.url);

/** @returns {Promise<typeof import('esbuild') | undefined>} undefined where only what runs on AWS was installed */
const findBundler = () =>
  import('esbuild').catch(error => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  });

const bundle = bundler =>
  bundler.build({
    absWorkingDir: root,
    entryPoints: ['lib/client/index.ts'],
    outfile: 'dist/client.js',
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    logLevel: 'warning',
  });

const declareTypes = () =>
  promisify(execFile)(process.execPath, [
    join(dirname(resolve('typescript/package.json')), 'bin/tsc'),
    '-p',
    join(root, 'lib/client'),
  ]);

/** `npm ci` right here is for work on the service, which need not wait for what only others install. */
const isForTheServiceAlone = process.env.npm_command === 'ci' && process.env.INIT_CWD === root;

const bundler = isForTheServiceAlone ? undefined : await findBundler();
if (isForTheServiceAlone) console.log('the client is built by `npm run prepare`');
else if (bundler === undefined) console.log('the client is not built: there is no esbuild');
else {
  try {
    await Promise.all([bundle(bundler), declareTypes()]);
  } catch (error) {
    console.error(error.stdout || error.message);
    process.exitCode = 1;
  }
}
