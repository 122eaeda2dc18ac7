// One route of the vendor's API: what it accepts, and nothing beside it.
import * as z from 'zod';
import { missing, refused, VendorError } from './errors.ts';
import { type Answer, header, type Incoming } from './exchange.ts';
import { type Codes, strict } from './strict.ts';
import type { World } from './world.ts';

/** `{name}` is one segment, `{name...}` the rest of the path with its slashes. */
type ParamNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}...` ? Plain : Name) | ParamNames<Rest>
  : never;

const Nothing = z.strictObject({});
type Nothing = typeof Nothing;

interface Rules<Q, B> {
  readonly query?: Q;
  readonly body?: B;
  /** Vendor codes of fields. */
  readonly codes?: Codes;
  /** The handler reads the form itself. */
  readonly multipart?: boolean;
}

interface Input<P extends string, Q, B> {
  readonly params: Readonly<Record<ParamNames<P>, string>>;
  readonly query: Q;
  readonly body: B;
  readonly incoming: Incoming;
}

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  run(world: World, incoming: Incoming, captured: Readonly<Record<string, string>>): Answer | Promise<Answer>;
}

export function route<P extends string, Q extends z.ZodType = Nothing, B extends z.ZodType = Nothing>(
  method: string,
  path: P,
  rules: Rules<Q, B>,
  handle: (world: World, input: Input<P, z.output<Q>, z.output<B>>) => Answer | Promise<Answer>,
): Route {
  const pattern = path.replace(/\{(\w+)(\.\.\.)?\}/g, (_, name, rest) => `(?<${name}>${rest ? '.+' : '[^/]+'})`);
  return {
    method,
    pattern: new RegExp(`^${pattern}$`),
    run(world, incoming, captured) {
      const params = decoded(captured) as Record<ParamNames<P>, string>;
      const query = strict(rules.query ?? Nothing, readQuery(incoming.query), 'query parameter', rules.codes);
      const body = rules.multipart
        ? {}
        : strict(rules.body ?? Nothing, readDeclaredJson(incoming), 'body field', rules.codes);
      return handle(world, { params, query: query as z.output<Q>, body: body as z.output<B>, incoming });
    },
  };
}

/** Finds the route and runs it; what is not there is refused by its name. */
export function dispatch(routes: readonly Route[], world: World, incoming: Incoming): Answer | Promise<Answer> {
  for (const candidate of routes) {
    if (candidate.method !== incoming.method) continue;
    const match = candidate.pattern.exec(incoming.path);
    if (match !== null) return candidate.run(world, incoming, match.groups ?? {});
  }
  throw missing('route_not_found', `no such route: ${incoming.method} ${incoming.path}`);
}

function decoded(captured: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(captured).map(([name, raw]) => [name, decodeURIComponent(raw)]));
  } catch {
    throw refused('invalid_path', 'the path is not well encoded');
  }
}

function readQuery(raw: string | undefined): Record<string, string | string[]> {
  const query = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(raw ?? '')) {
    // A repeated parameter becomes a list, which no schema accepts.
    const before = query.get(name);
    query.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(query);
}

/** The vendor's body, which has to say that it is JSON. */
function readDeclaredJson(incoming: Incoming): unknown {
  if (incoming.body.length === 0) return {};
  const type = (header(incoming, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    const message = `content-type must be application/json, not "${type}"`;
    throw new VendorError(415, 'invalid_request_error', 'unsupported_media_type', message);
  }
  return readJson(incoming);
}

/** The JSON body, whatever it says it is; nothing sent counts as an empty object, so that the missing fields are named. */
export function readJson(incoming: Incoming): unknown {
  if (incoming.body.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(incoming.body));
  } catch {
    throw refused('invalid_json', 'the body is not well-formed JSON');
  }
}
