import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Instant } from '../../../../lib/schemas/stored.ts';
import { instantIn, isFields, listIn, nullOr, textIn } from '../../../../lib/schemas/usual.ts';

const number = (least: number, most: number, digits: number) =>
  fc.integer({ min: least, max: most }).map(value => String(value).padStart(digits, '0'));

/** Also days and times that do not exist. */
const instants = fc
  .tuple(
    number(0, 9999, 4),
    number(0, 13, 2),
    number(0, 32, 2),
    number(0, 24, 2),
    number(0, 60, 2),
    number(0, 60, 2),
    number(0, 999, 3),
  )
  .map(([year, month, day, hour, minute, second, ms]) => `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);

describe('a usual instant', () => {
  it('is one that the schema takes, and the same', () => {
    fc.assert(
      fc.property(instants, text => {
        const read = instantIn(text);
        if (read !== undefined) expect(Instant.safeParse(text).data).toBe(read);
      }),
      { numRuns: 2000 },
    );
  });

  it('is every day of a year but the last of February in a leap year', () => {
    for (let at = Date.UTC(2028, 0, 1); at < Date.UTC(2029, 0, 1); at += 86_400_000) {
      const text = new Date(at).toISOString();
      expect(instantIn(text), text).toBe(text.includes('-02-29T') ? undefined : at);
    }
  });

  it('may leave out the milliseconds', () => {
    expect(instantIn('2026-05-04T09:00:07Z')).toBe(Date.UTC(2026, 4, 4, 9, 0, 7));
  });

  it('is none of the days that do not exist', () => {
    for (const day of ['01-00', '01-32', '02-30', '02-31', '04-31', '06-31', '09-31', '11-31', '13-01', '00-01']) {
      expect(instantIn(`2028-${day}T09:00:00.000Z`), day).toBeUndefined();
    }
  });

  it.each([
    '2026-05-04T09:00Z',
    '2026-05-04T09:00:00.12Z',
    '2026-05-04T09:00:00.000+00:00',
    ' 2026-05-04T09:00:00.000Z',
    7,
    null,
  ])('is not %j', value => {
    expect(instantIn(value)).toBeUndefined();
  });
});

it('a list is usual if every entry is, and what is missing is an entry', () => {
  expect(listIn(['a', 'b'], textIn)).toEqual(['a', 'b']);
  expect(listIn([], textIn)).toEqual([]);
  for (const value of [['a', 7], new Array(1), { 0: 'a', length: 1 }, 'a', undefined]) {
    expect(listIn(value, textIn)).toBeUndefined();
  }
});

it('nothing is read where null may stand in its place', () => {
  expect([null, 'a', undefined].map(value => nullOr(value, textIn))).toEqual([null, 'a', undefined]);
});

it('fields are those of an object, and of no list', () => {
  expect([{}, Object.create(null)].map(isFields)).toEqual([true, true]);
  expect([null, undefined, 'a', 7, [], Object.assign([], { id: 'a' })].map(isFields)).toEqual(Array(6).fill(false));
});
