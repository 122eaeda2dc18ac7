import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Instant } from '../../../../lib/schemas/fields.ts';
import { StoredPerson, StoredRecord } from '../../../../lib/schemas/stored.ts';
import { DETAILS } from '../../../support/teleconsultations.ts';

const AT = '2026-05-04T09:00:00.000Z';
const INSTANT = Date.parse(AT);

const stored: StoredRecord = {
  id: 'f'.repeat(24),
  state: 'PUBLIC',
  startDate: AT,
  endDate: null,
  expected: 2,
  participants: [{ externalId: 'dr-rossi', kaleyraId: 'usr_1', groups: ['doctor'], fullName: null, language: 'it' }],
  room: { id: 'room-1', specHash: 'abc', links: [{ kaleyraId: 'usr_1', url: 'https://a.example' }], details: DETAILS },
  claim: { operation: 'o1', until: AT },
  upkeep: null,
  formerRooms: [],
  formerPeople: [],
  owed: [{ roomId: null, files: true, dueAt: AT, attempts: 1 }],
  booking: null,
  creatorId: 'public',
  createdAt: AT,
  updaterId: 'public',
  updatedAt: AT,
  revision: 2,
  version: 3,
  op: 'o2',
};

describe('a stored record', () => {
  it('is read with its dates as instants, and without what is not its own', () => {
    expect(StoredRecord.parse({ ...stored, pk: stored.id, sk: 'record', work: 7 })).toEqual({
      ...stored,
      startDate: INSTANT,
      claim: { operation: 'o1', until: INSTANT },
      owed: [{ roomId: null, files: true, dueAt: INSTANT, attempts: 1 }],
      createdAt: INSTANT,
      updatedAt: INSTANT,
    });
  });

  it('may be without an end, a room and a claim, and with null where nobody knows a name', () => {
    const bare = { ...stored, room: null, claim: null, owed: [], participants: [] };
    expect(StoredRecord.parse(bare)).toMatchObject({
      endDate: null,
      room: null,
      claim: null,
      owed: [],
      participants: [],
    });
  });

  it.each([
    ['a state nobody knows', { state: 'DRAFT' }],
    ['a date that is none', { startDate: 'tomorrow' }],
    ['a date as a number', { updatedAt: INSTANT }],
    ['a missing version', { version: undefined }],
    ['a room without links', { room: { id: 'room-1', specHash: 'abc', details: DETAILS } }],
    ['a participant without an id at Kaleyra', { participants: [{ ...stored.participants[0], kaleyraId: undefined }] }],
    ['a language that Kaleyra is never given', { participants: [{ ...stored.participants[0], language: 'de' }] }],
  ])('with %s cannot be read', (_, change) => {
    expect(StoredRecord.safeParse({ ...stored, ...change }).success).toBe(false);
  });

  it('can be read back for every instant that a request may name', () => {
    const at = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    const offset = fc
      .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([sign, hours, minutes]) => `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`);
    const texts = fc
      .tuple(at, fc.oneof(fc.constant('Z'), offset))
      .map(([date, zone]) => date.toISOString().replace('Z', zone));
    fc.assert(
      fc.property(texts, text => {
        const requested = Instant.safeParse(text);
        fc.pre(requested.success);
        const startDate = new Date(requested.data ?? Number.NaN).toISOString();
        expect(StoredRecord.parse({ ...stored, startDate }).startDate).toBe(requested.data);
      }),
      { examples: [['0000-01-01T00:00:00.000+01:00'], ['9999-12-31T23:59:59.999Z']] },
    );
  });
});

it('a stored person is confirmed only with a role and an instant', () => {
  expect(StoredPerson.parse({ kaleyraId: 'usr_1', pk: 'ext#x' })).toEqual({ kaleyraId: 'usr_1' });
  const confirmed = { kaleyraId: 'usr_1', role: 'plus', confirmedAt: AT };
  expect(StoredPerson.parse(confirmed)).toEqual({ kaleyraId: 'usr_1', role: 'plus', confirmedAt: INSTANT });
  expect(StoredPerson.safeParse({ kaleyraId: 'usr_1', role: 'admin' }).success).toBe(false);
  expect(StoredPerson.safeParse({}).success).toBe(false);
});
