import type * as z from 'zod/mini';

/**
 * Values in the form in which they usually come, read without a schema: what a schema does for every value it is given costs many
 * times what these few comparisons do. A schema stays the law. A reader of usual values takes only what the schema takes, and
 * makes of it what the schema makes; it gives undefined for anything else, right or wrong, and the schema has the word.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** As a schema of an object has it. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isText = (value: unknown): value is string => typeof value === 'string';

export const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

export const isNumber = (value: unknown): value is number => Number.isFinite(value);

export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const nullOr = <Out>(value: unknown, read: (value: unknown) => Out | undefined): Out | null | undefined =>
  value === null ? null : read(value);

/** A list all of whose entries are usual. */
export const listIn = <Out>(value: unknown, read: (entry: unknown) => Out | undefined): Out[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const list: Out[] = [];
  // Not `for of`: what is missing in a list is an entry as well.
  for (let at = 0; at < value.length; at += 1) {
    const entry = read(value[at]);
    if (entry === undefined) return undefined;
    list.push(entry);
  }
  return list;
};

/**
 * As `toISOString` writes it, or without its milliseconds; of days that every year has: the last of February in a leap year is
 * for the schema.
 */
const INSTANT =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** As milliseconds since 1970. */
export const instantIn = (value: unknown): number | undefined =>
  typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : undefined;

/** A control character has no place in an id or a name and corrupts logs, headers and screens. */
export const isPrintable = (value: string): boolean => !/\p{Cc}/u.test(value) && value.isWellFormed();

type Reader = (value: unknown) => unknown;

const readers = new WeakMap<object, Reader>();

/** Names the reader of a schema's usual values. */
export const usually = <Schema extends z.ZodMiniType>(
  schema: Schema,
  read: (value: unknown) => z.output<Schema> | undefined,
): void => {
  readers.set(schema, read);
};

/** What the schema makes of the value, where it has a reader of usual values and this is one; else undefined. */
export const usualOf = <Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> | undefined =>
  readers.get(schema)?.(value) as z.output<Schema> | undefined;
