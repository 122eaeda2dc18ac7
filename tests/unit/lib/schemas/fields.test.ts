import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import {
  BooleanFlag,
  ExternalId,
  FullName,
  Groups,
  Instant,
  isRecordId,
  Language,
  wholeNumber,
} from '../../../../lib/schemas/fields.ts';

/** The parsed value, or what is wrong with it. */
const parsed = (schema: z.ZodMiniType, value: unknown): unknown => {
  const result = schema.safeParse(value);
  return result.success ? result.data : result.error.issues.map(issue => issue.message);
};

const CONTROLS = [...Array(32).keys(), ...Array.from({ length: 33 }, (_, index) => 127 + index)].map(code =>
  String.fromCharCode(code),
);

describe('the id of a person', () => {
  it('is never empty, longer than 256 characters, or with control characters in it', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('a', ' ', '\u00a0', ...CONTROLS), maxLength: 4 }),
      fc.string({ unit: fc.constantFrom('a', '\u{1f642}', '\ud800', '\udc00'), minLength: 120, maxLength: 260 }),
    );
    fc.assert(
      fc.property(text, id => {
        const acceptable =
          id.trim() !== '' && id.length <= 256 && id.isWellFormed() && !CONTROLS.some(control => id.includes(control));
        expect(ExternalId.safeParse(id).success).toBe(acceptable);
        if (acceptable) expect(ExternalId.parse(id)).toBe(id);
      }),
      { numRuns: 500 },
    );
  });

  it.each(CONTROLS.map(control => [control.charCodeAt(0), control]))('does not hold the character %i', (_, control) => {
    expect(parsed(ExternalId, `a${control}b`)).toEqual(['must not contain control characters']);
  });

  it.each([
    ['auth0|5f7c8ec7c33c6c004bbafe82', 'auth0|5f7c8ec7c33c6c004bbafe82'],
    [7, '7'],
    [-1.5, '-1.5'],
    ['a'.repeat(256), 'a'.repeat(256)],
    ['a'.repeat(257), ['must be at most 256 characters long']],
    ['   ', ['must not be empty']],
    [undefined, ['is required']],
    [null, ['must be a string']],
    [true, ['must be a string']],
    [Number.NaN, ['must be a string']],
    [['a'], ['must be a string']],
    [{ id: 'a' }, ['must be a string']],
  ])('%j becomes %j', (value, outcome) => {
    expect(parsed(ExternalId, value)).toEqual(outcome);
    expect(parsed(FullName, value)).toEqual(outcome);
  });
});

describe('groups', () => {
  it.each([
    ['doctor', ['doctor']],
    [
      ['doctor', 'admin'],
      ['doctor', 'admin'],
    ],
    [7, ['7']],
    [[], []],
  ])('%j are %j', (value, outcome) => {
    expect(Groups.parse(value)).toEqual(outcome);
  });

  it.each([
    [null, 'must be a string'],
    [[['doctor']], 'must be a string'],
    ['', 'must not be empty'],
    ['a\tb', 'must not contain control characters'],
    ['a'.repeat(129), 'must be at most 128 characters long'],
    [Array.from({ length: 21 }, () => 'a'), 'must name at most 20 groups'],
  ])('%j are refused', (value, problem) => {
    expect(parsed(Groups, value)).toEqual([problem]);
  });
});

describe('scalars', () => {
  it('texts of whole numbers are whole numbers', () => {
    fc.assert(
      fc.property(fc.integer(), number => {
        const schema = wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
        expect([schema.parse(number), schema.parse(String(number))]).toEqual([number, number]);
      }),
    );
  });

  it.each([
    ['3', 3],
    [2, 2],
    [1, ['must be at least 2']],
    ['5', ['must be at most 4']],
    [2.5, ['must be an integer']],
    ['2.5', ['must be an integer']],
    ['', ['must be an integer']],
    [' ', ['must be an integer']],
    ['two', ['must be an integer']],
    ['Infinity', ['must be an integer']],
    [true, ['must be an integer']],
    [null, ['must be an integer']],
    [[3], ['must be an integer']],
    [undefined, ['is required']],
  ])('of the numbers from 2 to 4, %j is %j', (value, outcome) => {
    expect(parsed(wholeNumber(2, 4), value)).toEqual(outcome);
  });

  it.each([
    [true, true],
    [false, false],
    ['true', true],
    ['false', false],
    ['TRUE', ['must be true or false']],
    [1, ['must be true or false']],
    ['', ['must be true or false']],
    [null, ['must be true or false']],
  ])('as a flag, %j is %j', (value, outcome) => {
    expect(parsed(BooleanFlag, value)).toEqual(outcome);
  });

  it("the language is it or en, and anything else is the company's, never an error", () => {
    expect(['it', 'en'].map(value => Language.parse(value))).toEqual(['it', 'en']);
    const other = fc.anything().filter(value => value !== 'it' && value !== 'en');
    fc.assert(fc.property(other, value => Language.parse(value) === undefined));
  });
});

describe('an instant', () => {
  it.each([
    ['2026-01-31T09:30:00.000Z', Date.UTC(2026, 0, 31, 9, 30)],
    ['2026-01-31T09:30:00Z', Date.UTC(2026, 0, 31, 9, 30)],
    ['2026-01-31T10:30:00.5+01:00', Date.UTC(2026, 0, 31, 9, 30, 0, 500)],
    ['1999-12-31T23:59:59.999Z', Date.UTC(1999, 11, 31, 23, 59, 59, 999)],
    ['9999-12-31T23:59:59.999Z', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
  ])('%s is an instant', (text, milliseconds) => {
    expect(Instant.parse(text)).toBe(milliseconds);
  });

  it.each([
    '2026-01-31',
    '2026-01-31T09:30:00',
    '2026-02-30T09:30:00Z',
    '2026-01-31T24:00:00Z',
    '31/01/2026 09:30',
    '1767225600000',
    '+012026-01-31T09:30:00Z',
    '',
  ])('%j is none', text => {
    expect(parsed(Instant, text)).toEqual(['must be a date-time such as 2026-01-31T09:30:00.000Z']);
  });

  it.each([
    [undefined, 'is required'],
    [1_767_225_600_000, 'must be a string'],
    [null, 'must be a string'],
    ['9999-12-31T23:59:59.999-00:01', 'must be a date that exists'],
    ['0000-01-01T00:00:00.000+00:01', 'must be a date that exists'],
  ])('%j is none: %s', (value, problem) => {
    expect(parsed(Instant, value)).toEqual([problem]);
  });
});

it('the id of a record is 24 lower-case hex or a UUID', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{24}$/);
  fc.assert(fc.property(fc.oneof(hex, fc.uuid()), isRecordId));
  const wrong = [
    '',
    'a'.repeat(23),
    'a'.repeat(25),
    'A'.repeat(24),
    'g'.repeat(24),
    `${'a'.repeat(24)}\n`,
    '../health',
  ];
  expect([...wrong, 'F47AC10B-58CC-4372-A567-0E02B2C3D479', `x${'a'.repeat(24)}`].filter(isRecordId)).toEqual([]);
});
