import { isNativeError } from 'node:util/types';
import type { Loggable } from './personal.ts';
import type { UserHash } from './user-hash.ts';

/**
 * Structured logs by allow-list: a line holds an event name from our own code and the fields below, nothing else. Health data
 * passes through this service, so there is deliberately no way to log a text, a body, a link, a name or an error object.
 * What is marked as personal (personal.ts) does not compile here; what lost its mark on the way meets the patterns below.
 */

export interface LogFields {
  code?: Loggable;
  status?: number;
  durationMs?: number;
  /** Ids that we or Kaleyra made; never a person's own id. */
  teleconsultationId?: Loggable;
  roomId?: Loggable;
  kaleyraUserId?: Loggable;
  /** Who called; never the id itself. */
  userHash?: UserHash;
  method?: Loggable;
  /** The route's pattern, not the path that was asked. */
  route?: Loggable;
  vendorStatus?: number | undefined;
  vendorCode?: Loggable;
  attempts?: number;
  count?: number;
  /** What a run of a job did, by kinds that our own code names. */
  counts?: Readonly<Record<string, number>>;
  /** Names of configuration keys, never their values. */
  keys?: readonly Loggable[];
  errorName?: Loggable;
  /** `file:line` places of a stack; the error's message is not among them. */
  frames?: readonly Loggable[];
}

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** A name that stands in our own code as it is; a text that somebody put together is none. */
type Literal<Name extends string> = Name extends unknown
  ? Record<never, never> extends Record<Name, unknown>
    ? never
    : Name
  : never;

type Write = <Name extends string>(event: Literal<Name>, fields?: LogFields) => void;

export interface Logger {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  /** The same logger with the request's own ids on every line. */
  child(context: { requestId: Loggable; function: Loggable }): Logger;
}

const WEIGHT: Record<string, number> = { trace: 0, debug: 0, info: 1, warn: 2, error: 3, fatal: 3, silent: 4 };

/** What a text of a field may look like; anything else is withheld, because a surprise in a log is a leak. */
const ID = /^[A-Za-z0-9._-]{1,128}$/;
const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const FIELDS = {
  code: CODE,
  status: ID,
  durationMs: ID,
  teleconsultationId: ID,
  roomId: ID,
  kaleyraUserId: ID,
  userHash: /^[0-9a-f]{16}$/,
  method: /^[A-Z]{3,7}$/,
  route: /^(?:[A-Z]{3,7} )?\/[A-Za-z0-9/{}_-]{0,200}$/,
  vendorStatus: ID,
  vendorCode: CODE,
  attempts: ID,
  count: ID,
  keys: /^[A-Z][A-Z0-9_]{0,63}$/,
  errorName: CODE,
  frames: /^[a-z0-9][A-Za-z0-9_.-]{0,100}:\d+$/,
} as const satisfies Record<Exclude<keyof LogFields, 'counts'>, RegExp>;

/** In the order in which they stand in a line. */
const PATTERNS = Object.entries(FIELDS) as readonly [keyof typeof FIELDS, RegExp][];

const WITHHELD = '(withheld)';

/** As JSON. What passes a pattern holds nothing that JSON writes in another way, so it is a line's text as it is. */
const safe = (value: unknown, pattern: RegExp): string => {
  if (typeof value === 'string') return `"${pattern.test(value) ? value : WITHHELD}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${Array.from(value.slice(0, 20), item => safe(item, pattern)).join(',')}]`;
  return `"${WITHHELD}"`;
};

const KIND = /^[a-z][A-Za-z]{0,31}$/;

const numbersIn = (counts: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counts ?? {}).filter(
      (entry): entry is [string, number] => KIND.test(entry[0]) && Number.isFinite(entry[1]),
    ),
  );

/**
 * @param level the lowest level that is written
 * @param write takes one line of JSON; standard output in production
 */
export const createLogger = (level: string, write: (line: string) => void, now: () => number): Logger =>
  loggerOf(WEIGHT[level] ?? 1, write, now, '');

/** @param context the fields of every line, as they stand there */
const loggerOf = (lowest: number, write: (line: string) => void, now: () => number, context: string): Logger => {
  const log =
    (at: Level) =>
    (event: string, fields: LogFields = {}): void => {
      if ((WEIGHT[at] ?? 0) < lowest) return;
      const time = new Date(now()).toISOString();
      let line = `{"time":"${time}","level":"${at}","event":${JSON.stringify(event)}${context}`;
      for (const [field, pattern] of PATTERNS) {
        const value = fields[field];
        if (value !== undefined) line += `,"${field}":${safe(value, pattern)}`;
      }
      if (fields.counts !== undefined) line += `,"counts":${JSON.stringify(numbersIn(fields.counts))}`;
      write(`${line}}`);
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: ({ requestId, function: name }) =>
      loggerOf(lowest, write, now, `,"requestId":${safe(requestId, ID)},"function":${safe(name, ID)}`),
  };
};

/** As our own files and those of packages are named; a text in a message that only looks like a place is not. */
const PLACE = /^ {4}at .{0,300}?([a-z0-9][a-z0-9_.-]{0,80}\.(?:ts|js|mjs|cjs):\d+):\d+\)?$/gm;

/** What may be said of an error of unknown origin: its class and the places it passed, without its message. */
export const traceOf = (error: unknown): Pick<LogFields, 'errorName' | 'frames'> => {
  if (!isNativeError(error)) return { errorName: typeof error };
  const stack = error.stack ?? '';
  const messageAt = error.message === '' ? -1 : stack.indexOf(error.message);
  // A message that was changed after the stack was written cannot be told from the places below it.
  if (messageAt === -1 && error.message !== '') return { errorName: error.name, frames: [] };
  const afterMessage = messageAt === -1 ? stack : stack.slice(messageAt + error.message.length);
  const places = [...afterMessage.matchAll(PLACE)].map(place => place[1] ?? '');
  return { errorName: error.name, frames: places.slice(0, 6) };
};
