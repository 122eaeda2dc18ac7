/**
 * Turns handlers of serverless.yml into the files of their zips: one readable ES module with everything in it, beside the
 * `package.json` that says it is one.
 *
 * There are no source maps: they make the zip two thirds larger and every cold start some 10 ms longer, and the places that
 * the log names are lines of a readable bundle, which packaging the same commit again reproduces byte for byte.
 */
import { isBuiltin } from 'node:module';
import { type BuildFailure, build, formatMessages, type Plugin } from 'esbuild';

/** A file as it goes into a zip: its path there, with forward slashes, and its bytes. */
export interface PackagedFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** A build that failed; the message is the list of problems, each with its file. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/** CommonJS dependencies may ask for a module with `require`, which an ES module does not have. */
const requireForCommonJs = "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);";

/**
 * Node's own modules as `require` gives them. An ES module's `import` of one reads everything that it offers, and some of that
 * is loaded when it is read: for a name out of `node:http`, `fetch` and all that belongs to it, a third of a cold start.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^[a-z]/ }, ({ path }) => (isBuiltin(path) ? { path, namespace: 'builtin' } : undefined));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }));
  },
};

const moduleMarker: PackagedFile = { path: 'package.json', content: Buffer.from('{"type":"module"}\n') };

/** `functions/create-teleconsultation.handler` -> `functions/create-teleconsultation` */
const moduleOf = (handler: string): string => handler.slice(0, handler.lastIndexOf('.'));

/**
 * Bundles the handlers of a service in one pass and returns, per handler, the files of its zip. Nothing is written to disk.
 * @param absent modules that are asked for and left out, because whoever asks goes on without them
 * @throws BundleError naming the files that do not build
 */
export async function bundleHandlers(
  serviceDir: string,
  handlers: readonly string[],
  absent: readonly string[] = [],
): Promise<ReadonlyMap<string, readonly PackagedFile[]>> {
  const modules = new Map(handlers.map(handler => [handler, moduleOf(handler)]));
  const { outputFiles } = await build({
    absWorkingDir: serviceDir,
    entryPoints: [...new Set(modules.values())].map(module => ({ in: `${module}.ts`, out: module })),
    // Only names the files: `write` is off.
    outdir: '.build',
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // ES modules where a package offers both: what nothing uses is left out of the bundle.
    mainFields: ['module', 'main'],
    plugins: [lazyBuiltins],
    banner: { js: requireForCommonJs },
    external: [...absent],
    logLevel: 'silent',
  }).catch(async (error: unknown) => {
    throw isBuildFailure(error) ? new BundleError(await problemsOf(error)) : error;
  });

  return new Map(
    Array.from(modules, ([handler, module]) => {
      const path = `${module}.js`;
      const output = outputFiles.find(file => file.path.replaceAll('\\', '/').endsWith(`/.build/${path}`));
      if (!output) throw new BundleError(`${module}.ts: the build made no ${path}`);
      return [handler, [{ path, content: output.contents }, moduleMarker]];
    }),
  );
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

async function problemsOf(failure: BuildFailure): Promise<string> {
  return (await formatMessages(failure.errors, { kind: 'error' })).join('').trim();
}
