import fc from 'fast-check';
import { expect } from 'vitest';
import type * as z from 'zod/mini';

/** For readers of usual values (lib/schemas/usual.ts): whatever they take, the schema takes, and gives the very same. */

/** What somebody may find, or write, in the place of anything. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    ' ',
    'it',
    'de',
    'true',
    true,
    false,
    0,
    -1,
    1.5,
    26,
    1e300,
    '3600',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    7n,
    [],
    [undefined],
    new Array(2),
    {},
    Object.create(null),
    new Date(0),
    new Map(),
    'PUBLIC',
    '2026-05-04T09:00:00.000Z',
    '2026-05-04T09:00:00Z',
    '2026-05-04T09:00:00.1234Z',
    '2026-05-04T09:00Z',
    '2026-05-04T24:00:00.000Z',
    '2026-05-04T23:59:60.000Z',
    '2026-05-04T09:00:00.000+02:00',
    '2026-05-04t09:00:00.000z',
    '2026-02-29T09:00:00.000Z',
    '2028-02-29T09:00:00.000Z',
    '2026-02-30T09:00:00.000Z',
    '2026-04-31T09:00:00.000Z',
    '2026-12-31T09:00:00.000Z',
    '2026-00-10T09:00:00.000Z',
    '2026-13-10T09:00:00.000Z',
    '2026-05-00T09:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '+002026-05-04T09:00:00.000Z',
    '2026-05-04T09:00:00.000Z\n',
    'a'.repeat(128),
    'a'.repeat(129),
    'è'.repeat(256),
    'è'.repeat(257),
    'dr\u0000rossi',
    'dr\u0085rossi',
    'dr\u2028rossi',
    '\ud800',
    '\u{1f469}',
    '\ufeff',
    JSON.parse('{"__proto__":{"plusSince":1,"number":2}}'),
    Object.create({ userId: 'dr-rossi', plusSince: 3, recordings: true, language: 'it' }),
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.anything({ maxDepth: 2, withBigInt: true, withNullPrototype: true, withSparseArray: true, withMap: true }),
);

type Holder = Record<string, unknown>;

/** Every place in a value, the value itself among them, as the way there. */
const placesIn = (value: unknown): string[][] => {
  if (typeof value !== 'object' || value === null) return [[]];
  const inside = Object.entries(value).flatMap(([key, one]) => placesIn(one).map(place => [key, ...place]));
  return [[], ...inside];
};

const holderOf = (value: unknown, place: readonly string[]): Holder | undefined => {
  const holder = place.slice(0, -1).reduce<unknown>((at, key) => (at as Holder | undefined)?.[key], value);
  return typeof holder === 'object' && holder !== null ? (holder as Holder) : undefined;
};

interface Mutation {
  at: number;
  how: 'replace' | 'remove' | 'add' | 'repeat';
  name: string;
  put: unknown;
}

const mutation = (names: readonly string[]): fc.Arbitrary<Mutation> =>
  fc.record({
    at: fc.nat(),
    how: fc.constantFrom('replace' as const, 'replace' as const, 'remove' as const, 'add' as const, 'repeat' as const),
    name: fc.constantFrom(...names, 'unknown', 'constructor', 'toString'),
    put: anything,
  });

const mutated = (value: unknown, { at, how, name, put }: Mutation): unknown => {
  const places = placesIn(value);
  const place = places[at % places.length] ?? [];
  const [key, holder] = [place.at(-1), holderOf(value, place)];
  if (key === undefined || holder === undefined) return how === 'replace' ? put : value;
  if (how === 'remove') delete holder[key];
  else if (how === 'replace') holder[key] = put;
  else if (how === 'add') holder[name] = put;
  else if (Array.isArray(holder)) holder.push(holder[Number(key)]);
  return value;
};

/** Values that are right, and the same with up to three things done to them. @param names keys that mean something */
export const nearlyRight = (right: fc.Arbitrary<unknown>, names: readonly string[]): fc.Arbitrary<unknown> =>
  fc
    .tuple(right, fc.array(mutation(names), { maxLength: 3 }))
    .map(([value, mutations]) => mutations.reduce<unknown>(mutated, structuredClone(value)));

export const expectTheSchemasWord = (
  schema: z.ZodMiniType,
  usual: (value: unknown) => unknown,
  value: unknown,
): void => {
  const taken = usual(value);
  if (taken === undefined) return;
  const byLaw = schema.safeParse(value);
  expect(byLaw.success).toBe(true);
  expect(taken).toStrictEqual(byLaw.data);
  expect(JSON.stringify(taken)).toBe(JSON.stringify(byLaw.data));
};

export { anything };
