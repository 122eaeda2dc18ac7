/** Reads serverless.yml as the deployment does, as far as the embedded stack needs it: functions, triggers, environment, tables. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { tablesOf } from './manifest/tables.ts';
import { routesOf, schedulesOf } from './manifest/triggers.ts';
import type { Manifest, ManifestFunction } from './manifest/types.ts';
import { createResolver, isRecord, type Resolver, type VariableSources } from './manifest/variables.ts';
import { parseYaml } from './manifest/yaml.ts';
import { tokenAuthorizersOf } from './package/authorizers.ts';
import { type CorsSettings, corsOf } from './package/cors.ts';

export type { Manifest, ManifestFunction, Route, Schedule } from './manifest/types.ts';

/** What the framework gives a function that names no timeout. */
const DEFAULT_TIMEOUT_SECONDS = 6;

/** The last text that was read, and what stands in it: nobody changes it, and reading it takes a while. */
let last: { text: string; document: unknown } | undefined;

const documentOf = (text: string, name: string): unknown => {
  if (last?.text !== text) last = { text, document: parseYaml(text, name) };
  return last.document;
};

/** Errors name the file, the variable or value, and where it stands. */
export async function readManifest(file: string, sources: VariableSources): Promise<Manifest> {
  const name = basename(file);
  const document = documentOf(await readFile(file, 'utf8'), name);
  try {
    return toManifest(isRecord(document) ? document : {}, sources);
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  }
}

function toManifest(document: Record<string, unknown>, sources: VariableSources): Manifest {
  const resolver = createResolver(document, sources);
  const environment = toEnvironment(resolver.at('provider.environment'), 'provider.environment');
  const timeout = resolver.at('provider.timeout') ?? DEFAULT_TIMEOUT_SECONDS;
  const functions = resolver.open(document.functions, 'functions');
  const authorizers = tokenAuthorizersOf(resolver.at('provider.httpApi.authorizers'));
  const cors = corsOf(resolver.at('custom.cors') as CorsSettings | undefined);
  return {
    service: String(resolver.at('service') ?? ''),
    stage: sources.stage,
    environment,
    functions: Object.fromEntries(
      Object.entries(isRecord(functions) ? functions : {}).map(([key, definition]) => [
        key,
        toFunction(key, definition, { resolver, environment, timeout }),
      ]),
    ),
    tables: tablesOf(document.resources, resolver),
    ...(Object.keys(authorizers).length > 0 && { authorizers }),
    ...(cors !== undefined && { cors }),
  };
}

interface Shared {
  readonly resolver: Resolver;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: unknown;
}

function toFunction(key: string, definition: unknown, shared: Shared): ManifestFunction {
  const where = `functions.${key}`;
  const opened = shared.resolver.open(definition, where);
  const value = (name: string): unknown =>
    isRecord(opened) ? shared.resolver.resolve(opened[name], `${where}.${name}`) : undefined;
  const handler = value('handler');
  const match = typeof handler === 'string' ? /^(.+)\.([^./]+)$/.exec(handler) : null;
  if (!match) throw new Error(`${where}.handler is not of the form file.export`);
  const timeoutMs = Number(value('timeout') ?? shared.timeout) * 1000;
  if (!(timeoutMs > 0)) throw new Error(`${where} has a timeout that is not a number of seconds`);
  const events = value('events');
  return {
    key,
    handler: match[0],
    file: `${match[1]}.ts`,
    exportName: match[2] ?? '',
    timeoutMs,
    environment: { ...shared.environment, ...toEnvironment(value('environment'), `${where}.environment`) },
    routes: routesOf(events, where),
    schedules: schedulesOf(events, where),
  };
}

/** Lambda knows only text; numbers and booleans are written as text, null is a variable left out. */
function toEnvironment(value: unknown, where: string): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw new Error(`${where} is not a map`);
  const entries = Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined);
  return Object.fromEntries(
    entries.map(([key, entry]) => {
      if (typeof entry === 'object') throw new Error(`${where}.${key} is not a literal value`);
      return [key, String(entry)];
    }),
  );
}
