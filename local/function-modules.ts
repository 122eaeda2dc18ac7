/** The handlers of the manifest's functions, imported into this process when they are first called. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Handler } from './gateway/index.ts';
import type { Manifest } from './manifest.ts';

/** @param root the folder that the manifest's paths start from */
export function functionModules(manifest: Manifest, root: string): (key: string) => Promise<Handler> {
  return async key => {
    const definition = manifest.functions[key];
    if (!definition) throw new Error(`there is no function ${key}`);
    const exported = (await import(pathToFileURL(join(root, definition.file)).href)) as Record<string, unknown>;
    const handler = exported[definition.exportName];
    if (!isHandler(handler)) throw new Error(`${definition.file} exports no function ${definition.exportName}`);
    return handler;
  };
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}
