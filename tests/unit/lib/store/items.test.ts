import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { fromStoredRecord, toStoredRecord } from '../../../../lib/store/items.ts';
import { aRecord } from '../../../support/teleconsultations.ts';

const instant = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
const text = fc.string({ maxLength: 20 });
const language = fc.constantFrom('it' as const, 'en' as const, null);

const record: fc.Arbitrary<Teleconsultation> = fc.record({
  id: fc.stringMatching(/^[0-9a-f]{24}$/),
  state: fc.constantFrom('CREATING' as const, 'PUBLIC' as const, 'TRASH' as const),
  startDate: instant,
  endDate: fc.option(instant),
  expected: fc.integer({ min: 2, max: 25 }),
  participants: fc.array(
    fc.record(
      {
        externalId: text,
        kaleyraId: text,
        groups: fc.array(text),
        fullName: fc.option(text),
        language,
        plusSince: fc.integer({ min: 1 }),
      },
      { requiredKeys: ['externalId', 'kaleyraId', 'groups', 'fullName', 'language'] },
    ),
    { maxLength: 4 },
  ),
  room: fc.option(
    fc.record({
      id: text,
      specHash: text,
      links: fc.array(fc.record({ kaleyraId: text, url: fc.webUrl() }), { maxLength: 3 }),
      details: fc.record({
        recording: text,
        recordingStatus: text,
        callType: text,
        description: fc.option(text),
        status: text,
        disabled: fc.boolean(),
        creationDate: fc.option(text),
        durationInSeconds: fc.nat(),
        durationUsedInSeconds: fc.nat(),
        live: fc.boolean(),
      }),
    }),
  ),
  claim: fc.option(fc.record({ operation: text, until: instant })),
  owed: fc.array(
    fc.record(
      {
        roomId: fc.option(text),
        files: fc.boolean(),
        recordings: fc.constant(true as const),
        dueAt: instant,
        attempts: fc.nat({ max: 9 }),
      },
      { requiredKeys: ['roomId', 'files', 'dueAt', 'attempts'] },
    ),
    { maxLength: 3 },
  ),
  upkeep: fc.option(
    fc.record({
      roomId: text,
      filesClearedAt: fc.option(instant),
      closedAt: fc.option(instant),
      attempts: fc.nat(),
      notBefore: instant,
    }),
  ),
  formerRooms: fc.array(text, { maxLength: 3 }),
  formerPeople: fc.array(text, { maxLength: 3 }),
  booking: fc.option(fc.record({ digest: text, done: fc.boolean() })),
  creatorId: text,
  createdAt: instant,
  updaterId: text,
  updatedAt: instant,
  revision: fc.nat(),
  version: fc.integer({ min: 1 }),
});

it('a record comes back from its item as it went in, with the mark of the write', () => {
  fc.assert(
    fc.property(record, fc.string(), (before, op) => {
      expect(fromStoredRecord(JSON.parse(JSON.stringify(toStoredRecord(before, op))))).toEqual({ record: before, op });
    }),
  );
});

it('dates lie in the table as texts that an operator can read', () => {
  fc.assert(
    fc.property(record, before => {
      expect(toStoredRecord(before, 'op').startDate).toBe(new Date(before.startDate).toISOString());
    }),
  );
});

it('an item that is not a record is refused, not guessed', () => {
  for (const item of [{}, { id: 'x' }, null, { id: 'x', state: 'DRAFT' }]) {
    expect(() => fromStoredRecord(item)).toThrow();
  }
});

it('since when somebody leads is said of those alone who were added', () => {
  const [fromTheStart, added] = aRecord().participants.map((one, index) =>
    index === 0 ? one : { ...one, plusSince: 7 },
  );
  if (fromTheStart === undefined || added === undefined) throw new Error('two people take part');
  expect(toStoredRecord(aRecord({ participants: [fromTheStart, added] }), 'op').participants).toStrictEqual([
    fromTheStart,
    added,
  ]);
});
