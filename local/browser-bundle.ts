/** Modules of a page, with everything that they import, as one script that a browser runs. */
import { fileURLToPath } from 'node:url';

const bundles = new Map<string, Promise<Buffer>>();

/** Built when it is first asked for, once per process; a build that failed is tried again. */
export function bundled(entry: URL): Promise<Buffer> {
  const known = bundles.get(entry.href);
  if (known !== undefined) return known;
  const building = bundle(fileURLToPath(entry));
  bundles.set(entry.href, building);
  building.catch(() => bundles.delete(entry.href));
  return building;
}

async function bundle(entry: string): Promise<Buffer> {
  // Loaded here: a stack whose pages nobody opens does without.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [entry],
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}
