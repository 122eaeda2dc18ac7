import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  idOf,
  instantOrNull,
  isFields,
  numberOr,
  page,
  reading,
  textOr,
  textOrNull,
  unwrapped,
} from '../../../../lib/kaleyra/fields.ts';

/** The parts of answers, each by itself. */

describe('an instant', () => {
  const instant = Date.UTC(2024, 5, 12, 9, 30);

  it.each([
    '2024-06-12T09:30:00.000Z',
    '2024-06-12T09:30:00Z',
    '2024-06-12T11:30:00+02:00',
    '2024-06-12T04:00:00-05:30',
    '2024-06-12T09:30:00',
    '2024-06-12T09:30',
    '2024-06-12 09:30:00.000',
    '12 Jun 2024 04:30:00-05:00 (EST)',
  ])('is the same in %s', text => {
    expect(instantOrNull(text)).toBe(instant);
  });

  it.each([['yesterday'], [''], [5], [instant], [null], [undefined], [{}]])('is not in %j', value => {
    expect(instantOrNull(value)).toBeNull();
  });
});

it('a text is one that says something', () => {
  expect(['a', '', 7, null, undefined].map(value => textOr(value, 'b'))).toEqual(['a', 'b', 'b', 'b', 'b']);
  expect(['a', '', 7, null, undefined].map(textOrNull)).toEqual(['a', '', null, null, null]);
});

it('a number is one that can be counted with', () => {
  const values = [0, 1.5, -1, JSON.parse('1e999'), '7', null, undefined, true, []];
  expect(values.map(value => numberOr(value, 9))).toEqual([0, 1.5, -1, 9, 9, 9, 9, 9, 9]);
});

it('fields are those of an object', () => {
  expect([{}, { a: 1 }, [], null, undefined, 'a', 7].map(isFields)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

it('an id is the first spelling that has a text', () => {
  expect(idOf({ id: 'a', room_id: 'b' }, 'id', 'room_id')).toBe('a');
  expect(idOf({ id: '', room_id: 'b' }, 'id', 'room_id')).toBe('b');
  expect(idOf({ id: 7, room_id: null }, 'id', 'room_id')).toBeUndefined();
});

it('a wrapper is taken off, and what stands beside it stays', () => {
  const room = unwrapped('room');
  expect(room.parse({ room: { a: 1, b: 2 }, b: 3, c: 4 })).toMatchObject({ a: 1, b: 2, c: 4 });
  expect(room.parse({ room: 'room_1', a: 1 })).toEqual({ room: 'room_1', a: 1 });
  expect(room.parse({ user: { a: 1 } })).toEqual({ user: { a: 1 } });
  expect([[{ room: {} }], 'room', null, 7].map(body => room.safeParse(body).success)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

it('what nothing can be made of is not read', () => {
  const word = reading((text: string) => (text === '' ? undefined : text.length));
  expect(word.parse('four')).toBe(4);
  expect(word.safeParse('').success).toBe(false);
});

it('a page has a list, and a word on whether there is more', () => {
  const words = page('words', z.string());
  expect(words.parse({ words: ['a'], has_more: true, count: 1 })).toEqual({ words: ['a'], has_more: true });
  const others = [{ words: ['a'] }, { has_more: true }, { words: [7], has_more: true }, { words: [], has_more: 'no' }];
  expect(others.map(body => words.safeParse(body).success)).toEqual([false, false, false, false]);
});
