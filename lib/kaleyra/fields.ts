import * as z from 'zod/mini';

/** How the parts of Kaleyra's answers are read, whichever of its two versions and their spellings they come in. */

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Makes something of an answer, or of a part of it; where `read` makes undefined of it, it is none that can be read. */
export const reading = <From, To>(read: (from: From) => To | undefined) =>
  z.transform((from: From, context): To => {
    const made = read(from);
    if (made !== undefined) return made;
    // Stryker disable next-line StringLiteral,ObjectLiteral: nobody is told more than that an answer cannot be read
    context.issues.push({ code: 'custom', input: from });
    return z.NEVER;
  });

/** v1 wraps a resource in its name and v2 does not; an id may then stand beside the wrapper. */
export const unwrapped = (name: string) =>
  reading((body: unknown): Fields | undefined => {
    if (!isFields(body)) return undefined;
    const inner = body[name];
    return isFields(inner) ? { ...body, ...inner } : body;
  });

export const textOr = (value: unknown, fallback: string): string =>
  typeof value === 'string' && value !== '' ? value : fallback;
export const numberOr = (value: unknown, fallback: number): number =>
  Number.isFinite(value) ? Number(value) : fallback;
export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** @returns milliseconds since 1970 */
export const instantOrNull = (value: unknown): number | null => {
  if (typeof value !== 'string') return null;
  // v1 dates leave out the zone, which is UTC.
  const instant = Date.parse(/Z|[+-]\d\d:\d\d/.test(value) ? value : `${value}Z`);
  return Number.isFinite(instant) ? instant : null;
};

/** The first of these that has a text. */
export const idOf = (fields: Fields, ...spellings: string[]): string | undefined => {
  for (const spelling of spellings) {
    const id = fields[spelling];
    if (typeof id === 'string' && id !== '') return id;
  }
  return undefined;
};

/** `has_more` decides: treating its absence as the end could leave somebody's files behind. */
export const page = <Item extends z.ZodMiniType, Name extends string>(name: Name, item: Item) =>
  z.object({ has_more: z.boolean(), [name]: z.array(item) } as { has_more: z.ZodMiniBoolean } & {
    [key in Name]: z.ZodMiniArray<Item>;
  });
