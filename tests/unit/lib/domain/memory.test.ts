import { describe, expect, it } from 'vitest';
import { endOf, memoryAfter, type Room, type Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aRecord, withRoom } from '../../../support/teleconsultations.ts';

/** What a record keeps of what it was. */

const room = (id: string): Room => ({ ...(withRoom().room as Room), id });

const roomsAfter = (before: Partial<Teleconsultation>, after: Room | null): readonly string[] =>
  memoryAfter(aRecord(before), aRecord({ ...before, room: after })).formerRooms;

describe('rooms', () => {
  it.each<[string, Partial<Teleconsultation>, Room | null, string[]]>([
    ['that were replaced', { room: room('a') }, room('b'), ['a']],
    ['that were dropped', { room: room('a') }, null, ['a']],
    ['each once', { room: room('a'), formerRooms: ['a', 'b'] }, null, ['a', 'b']],
    ['newest last', { room: room('c'), formerRooms: ['a', 'b'] }, room('d'), ['a', 'b', 'c']],
    ['not the one that stays', { room: room('a') }, room('a'), []],
    ['none where there was none', { formerRooms: ['a'] }, room('b'), ['a']],
  ])('%s', (_, before, after, expected) => {
    expect(roomsAfter(before, after)).toEqual(expected);
  });

  it('fifty of them, and then the oldest is forgotten', () => {
    const many = Array.from({ length: 50 }, (_, index) => `room-${index}`);
    const rooms = roomsAfter({ room: room('newest'), formerRooms: many }, null);
    expect([rooms.length, rooms[0], rooms.at(-1)]).toEqual([50, 'room-1', 'newest']);
  });
});

const named = (...ids: string[]): Teleconsultation['participants'] =>
  ids.map(id => ({ externalId: `ext-${id}`, kaleyraId: id, groups: [], fullName: null, language: null }));

describe('people', () => {
  it.each<[string, string[], string[], string[], string[]]>([
    ['that are named no more', ['a', 'b'], ['b', 'c'], [], ['a']],
    ['nobody while all stay', ['a', 'b'], ['b', 'a'], [], []],
    ['each once', ['a'], [], ['a'], ['a']],
    ['also who is named again', ['b'], ['a', 'b'], ['a'], ['a']],
    ['newest last', ['a', 'b', 'c'], ['b'], ['z'], ['z', 'a', 'c']],
  ])('%s', (_, before, after, known, expected) => {
    const was = aRecord({ participants: named(...before), formerPeople: known });
    expect(memoryAfter(was, aRecord({ participants: named(...after) })).formerPeople).toEqual(expected);
  });

  it('five hundred of them, and then the oldest is forgotten', () => {
    const many = Array.from({ length: 500 }, (_, index) => `usr_${index}`);
    const was = aRecord({ participants: named('newest'), formerPeople: many });
    const { formerPeople } = memoryAfter(was, aRecord({ participants: [] }));
    expect([formerPeople.length, formerPeople[0], formerPeople.at(-1)]).toEqual([500, 'usr_1', 'newest']);
  });
});

it('a call is over at its end, and where it has none, it counts from its beginning', () => {
  expect([endOf({ startDate: 1, endDate: 2 }), endOf({ startDate: 1, endDate: null })]).toEqual([2, 1]);
});
