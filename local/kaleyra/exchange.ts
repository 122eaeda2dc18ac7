// A request as it arrived and an answer as it will leave, without the connection between them.
import type { World } from './world.ts';

export interface Incoming {
  readonly method: string;
  /** Raw, still percent-encoded, without the query. */
  readonly path: string;
  /** Raw, without the question mark; undefined when there is none. */
  readonly query: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON, unless `content` is given. */
  readonly json?: unknown;
  readonly content?: { readonly type: string; readonly bytes: Buffer };
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (json: unknown): Answer => ({ status: 200, json });
export const created = (json: unknown): Answer => ({ status: 201, json });

/** Deletes answer with what they deleted or, in the other dialect, with nothing. */
export const deleted = (world: World, json: unknown): Answer =>
  world.dialect.deleteStatus === 204 ? { status: 204 } : ok(json);

/** v1 put single resources into an object of their name. */
export const wrap = (world: World, name: string, json: unknown): unknown =>
  world.dialect.wrapped ? { [name]: json } : json;

export const header = (incoming: Incoming, name: string): string | undefined => {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value[0] : value;
};
