/**
 * `npm run client`: lib/client as what other programs install, in `dist/`: one module, its types, and a package.json that needs
 * nothing but what the types are made of. npm also runs it (`prepare`) before this whole package is linked or packed, with
 * whatever Node it has: hence in a language that Node 20 runs.
 */
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
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

/** Under the same name: whoever installs the folder imports what whoever installs everything does. */
const describe = async () => {
  const { name, version, license, dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const own = {
    name,
    version,
    description: 'Typed client of the teleconsultation backend',
    license,
    type: 'module',
    exports: { './client': { types: './client/index.d.ts', default: './client.js' } },
    dependencies: { zod: dependencies.zod },
  };
  await writeFile(join(root, 'dist/package.json'), `${JSON.stringify(own, null, 2)}\n`);
};

const { npm_lifecycle_event: script, npm_command: command, INIT_CWD: asked } = process.env;
/** `npm ci` right here is for work on the service, which need not wait for what only others install. */
const isForTheServiceAlone = script === 'prepare' && command === 'ci' && asked === root;
const bundler = isForTheServiceAlone ? undefined : await findBundler();

if (bundler !== undefined) {
  try {
    await rm(join(root, 'dist'), { recursive: true, force: true });
    await Promise.all([bundle(bundler), declareTypes()]);
    await describe();
  } catch (error) {
    console.error(error.stdout || error.message);
    process.exitCode = 1;
  }
} else if (script !== 'prepare') {
  console.error('`npm ci` brings what the client is built with');
  process.exitCode = 1;
}
