/**
 * Turns handlers of serverless.yml into the files of their zips: one readable ES module with everything in it, beside the
 * `package.json` that says it is one.
 *
 * There are no source maps: they make the zip two thirds larger and every cold start some 10 ms longer, and the places that
 * the log names are lines of a readable bundle, which packaging the same commit again reproduces byte for byte.
 */
import { type BuildFailure, build, formatMessages } from 'esbuild';

/** A file as it goes into a zip: its path there, with forward slashes, and its bytes. */
export interface PackagedFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** A build that failed; the message is the list of problems, each with its file. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/** CommonJS dependencies ask for Node's own modules with `require`, which an ES module does not have. */
const requireForCommonJs =
  "import { createRequire as createRequireOfBundle } from 'node:module';\n" +
  'const require = createRequireOfBundle(import.meta.url);';

const moduleMarker: PackagedFile = { path: 'package.json', content: Buffer.from('{"type":"module"}\n') };

/** `functions/create-teleconsultation.handler` -> `functions/create-teleconsultation` */
const moduleOf = (handler: string): string => handler.slice(0, handler.lastIndexOf('.'));

/**
 * Bundles the handlers of a service in one pass and returns, per handler, the files of its zip. Nothing is written to disk.
 * @throws BundleError naming the files that do not build
 */
export async function bundleHandlers(
  serviceDir: string,
  handlers: readonly string[],
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
    banner: { js: requireForCommonJs },
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
