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

describe('the revision', () => {
  const revisionAfter = (before: Partial<Teleconsultation>, after: Partial<Teleconsultation>): number =>
    memoryAfter(aRecord({ revision: 7, ...before }), aRecord({ revision: 7, ...before, ...after })).revision;
  const [one, two] = named('a', 'b');
  const participants = one && two ? [one, two] : [];

  it.each<[string, Partial<Teleconsultation>, Partial<Teleconsultation>]>([
    ['when it is moved', {}, { startDate: 5 }],
    ['when it gets another length', {}, { endDate: null }],
    ['when others take part', { participants }, { participants: named('a', 'c') }],
    [
      'when somebody is called otherwise',
      { participants },
      { participants: named('a').concat({ ...participants[1], fullName: 'Invented' } as never) },
    ],
    ['when more are expected', {}, { expected: 3 }],
    ['when it is cancelled', {}, { state: 'TRASH' }],
    ['when it is booked', { state: 'CREATING', participants: [] }, { state: 'PUBLIC', participants }],
    ['when it is booked without anybody', { state: 'CREATING' }, { state: 'PUBLIC' }],
    ['when a booking is carried out after all', { state: 'TRASH' }, { state: 'PUBLIC' }],
  ])('rises by one %s', (_, before, after) => {
    expect(revisionAfter(before, after)).toBe(8);
  });

  it.each<[string, Partial<Teleconsultation>, Partial<Teleconsultation>]>([
    ['a claim', {}, { claim: { operation: 'o', until: 1 } }],
    ['another room', { room: room('a') }, { room: room('b') }],
    ['what is owed and paid', {}, { owed: [{ roomId: 'a', files: true, dueAt: 0, attempts: 0 }] }],
    ['the upkeep of jobs', {}, { upkeep: { roomId: 'a', filesClearedAt: 1, closedAt: 1, attempts: 0, notBefore: 1 } }],
    ['who wrote it, and when', {}, { updaterId: 'somebody else', updatedAt: 9, version: 9 }],
    [
      'other groups and languages',
      { participants },
      { participants: participants.map(person => ({ ...person, groups: ['x'], language: 'it' as const })) },
    ],
    ['a booking that failed and is cleared away', { state: 'CREATING' }, { state: 'TRASH', participants }],
    ['a booking that is taken up again', { state: 'TRASH' }, { state: 'CREATING' }],
    ['a cancelled one that changes', { state: 'TRASH' }, { state: 'TRASH', participants: [] }],
  ])('stays with %s', (_, before, after) => {
    expect(revisionAfter(before, after)).toBe(7);
  });
});

it('a call is over at its end, and where it has none, it counts from its beginning', () => {
  expect([endOf({ startDate: 1, endDate: 2 }), endOf({ startDate: 1, endDate: null })]).toEqual([2, 1]);
});
