import fc from 'fast-check';
import type * as z from 'zod';
import {
  BackgroundAlias,
  BooleanFlag,
  ExternalId,
  FullName,
  Groups,
  Instant,
  Language,
} from '../../lib/schemas/fields.ts';
import { RequestedParticipant, RequestedParticipants } from '../../lib/schemas/requests.ts';

/**
 * Values that the service's own schemas take, by walking the schemas: a field that is added there is sent here the same day.
 * Where a schema says less than the rules behind it (a group has to be one that somebody knows), a list of values stands in.
 */

const PEOPLE = ['dr-fuzz', 'dr-quick', 'mr-input', 'ms-output', 'auth0|fuzz', 'mx-random', '7'];

/** Everybody whom a caller may be, and whom a booking may name. */
export const callerIds = fc.constantFrom(...PEOPLE);

const HOUR_MS = 3_600_000;

/** Around now, so that some are open, some are over, and most are to come. */
const instants = fc
  .integer({ min: -50, max: 200 })
  .chain(hours =>
    fc.constantFrom(
      new Date(Date.now() + hours * HOUR_MS).toISOString(),
      new Date(Date.now() + hours * HOUR_MS).toISOString().replace('Z', '+02:00'),
    ),
  );

const groups = fc.constantFrom<unknown>(['doctor'], ['patient'], 'doctor', 'patient', ['patient', 'ward-7']);

const participant = fc.record({
  userId: callerIds,
  groups,
  fullName: fc.string({ minLength: 1, maxLength: 20 }),
});

const lists = fc
  .uniqueArray(participant, { minLength: 1, maxLength: 4, selector: person => person.userId })
  .chain(data =>
    fc.record({
      number: fc.constantFrom<unknown>(Math.max(2, data.length), String(Math.max(2, data.length)), data.length + 1),
      data: fc.constant([{ ...data[0], groups: ['doctor'] }, ...data.slice(1)]),
    }),
  );

const STAND_INS = new Map<z.core.$ZodType, fc.Arbitrary<unknown>>([
  [ExternalId, callerIds],
  [FullName, fc.string({ minLength: 1, maxLength: 40 })],
  [Groups, groups],
  [Language, fc.constantFrom('it', 'en', 'xx')],
  [Instant, instants],
  [BooleanFlag, fc.constantFrom<unknown>(true, false, 'true', 'false')],
  [BackgroundAlias, fc.constantFrom('fuzz', 'a'.repeat(32))],
  [RequestedParticipant, participant],
  [
    RequestedParticipants,
    fc.oneof({ weight: 4, arbitrary: lists }, { weight: 1, arbitrary: fc.uniqueArray(callerIds) }),
  ],
]);

interface Definition {
  type: string;
  shape?: Record<string, z.core.$ZodType>;
  innerType?: z.core.$ZodType;
  element?: z.core.$ZodType;
  in?: z.core.$ZodType;
  out?: z.core.$ZodType;
  entries?: Record<string, string | number>;
  values?: readonly unknown[];
  options?: readonly z.core.$ZodType[];
  checks?: readonly { _zod: { def: { check: string; value?: unknown } } }[];
}

const boundOf = ({ checks = [] }: Definition, name: string): number | undefined => {
  const found = checks.find(({ _zod }) => _zod.def.check === name)?._zod.def.value;
  return typeof found === 'number' ? found : undefined;
};

/** A schema of a kind that nobody described here is an error, not a hole. */
export const validFor = (schema: z.core.$ZodType): fc.Arbitrary<unknown> => {
  const standIn = STAND_INS.get(schema);
  if (standIn !== undefined) return standIn;
  const definition = schema._zod.def as unknown as Definition;
  const { type, shape = {}, innerType, element, options = [] } = definition;
  if (type === 'object') {
    const fields = Object.entries(shape).map(([key, field]) => [key, validFor(field)] as const);
    const optional = Object.entries(shape).filter(([, field]) => ['optional', 'default'].includes(field._zod.def.type));
    const required = Object.keys(shape).filter(key => !optional.some(([name]) => name === key));
    return fc.record(Object.fromEntries(fields), { requiredKeys: required });
  }
  if (type === 'pipe' && definition.in !== undefined && definition.out !== undefined) {
    // Before a transformation stands what is sent; after one that only prepares, what is checked.
    return validFor(definition.in._zod.def.type === 'transform' ? definition.out : definition.in);
  }
  if (innerType !== undefined) return validFor(innerType);
  if (type === 'array' && element !== undefined) return fc.array(validFor(element), { maxLength: 4 });
  if (type === 'number') {
    const [min = -1000, max = 1000] = [boundOf(definition, 'greater_than'), boundOf(definition, 'less_than')];
    return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max), fc.integer({ min, max }).map(String));
  }
  if (type === 'string') return fc.string({ maxLength: 20 });
  if (type === 'boolean') return fc.boolean();
  if (type === 'enum') return fc.constantFrom(...Object.values(definition.entries ?? {}));
  if (type === 'literal') return fc.constantFrom(...(definition.values ?? []));
  if (type === 'union') return fc.oneof(...options.map(validFor));
  if (type === 'unknown' || type === 'any') return fc.jsonValue({ maxDepth: 2 });
  if (type === 'record')
    return fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 });
  throw new Error(`the fuzzer knows no values for a schema of type ${type}`);
};

const deep = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** What has broken somebody's parser, database, log or screen before. */
const HOSTILE: readonly unknown[] = [
  ...[null, true, false, 0, -0, 1, -1, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 5e-324],
  ...[
    '',
    ' ',
    '\t',
    '\u00a0',
    'null',
    'undefined',
    'true',
    'NaN',
    'Infinity',
    '-0',
    '0x10',
    '1e3',
    '1_000',
    '٣٦٠٠',
    '１２',
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\ud800',
    'x\udfff',
    '\u202etxt.exe',
    '\ufeff',
    '\u2028',
    'e\u0301',
    '\u{1f468}\u200d\u{1f469}',
  ],
  ...[
    '../../etc/passwd',
    '..%2f..%2f',
    '%00',
    '%2e%2e',
    'C:\\boot.ini',
    'file:///etc/passwd',
    'http://169.254.169.254/',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'toString',
    '$where',
    '{"$gt":""}',
    "' OR 1=1--",
    '#pk',
    ':v',
  ],
  ...[
    '<script>alert(1)</script>',
    '{{7*7}}',
    `\${7*7}`,
    'a\r\nset-cookie: fuzz=1',
    'record',
    'ext#',
    'kal#usr_1',
    'room#x',
  ],
  ...[
    'a'.repeat(257),
    'a'.repeat(5000),
    '\u{1f4a9}'.repeat(300),
    ' '.repeat(3000),
    `${'a'.repeat(3000)}!`,
    '1'.repeat(400),
  ],
  ...['2026-01-31', '2026-02-30T00:00:00Z', '2024-02-29T23:59:60Z', '2026-13-01T00:00:00Z', '0000-01-01T00:00:00Z'],
  ...['0000-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59-14:00', '+010000-01-01T00:00:00Z'],
  ...['2026-01-31T09:30:00+99:99', '2026-01-31T09:30:00.123456789Z', '-000001-01-01T00:00:00Z', '2026-01-31t09:30:00z'],
  ...[
    [],
    {},
    [[]],
    [null],
    [{}],
    { length: 25 },
    { toString: 1 },
    JSON.parse('{"valueOf":null}'),
    { toJSON: 'x' },
    JSON.parse('{"then":1}'),
    { 0: 'a' },
  ],
  ...[JSON.parse('{"__proto__":{"fuzzed":true}}'), JSON.parse('{"constructor":{"prototype":{"fuzzed":true}}}')],
  ...[
    Array.from({ length: 30 }, () => 'dr-fuzz'),
    Array.from({ length: 2000 }, (_, index) => index),
    deep(40),
    deep(2000),
  ],
];

export const hostileValues: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

export const hostileTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE.filter(value => typeof value === 'string')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
