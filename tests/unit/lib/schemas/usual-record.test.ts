import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoredRecord } from '../../../../lib/schemas/stored.ts';
import { usualRecord } from '../../../../lib/schemas/usual-record.ts';
import { DETAILS } from '../../../support/teleconsultations.ts';
import { anything, expectTheSchemasWord, nearlyRight } from '../../../support/usual-values.ts';

const text = fc.string({ maxLength: 4 });
const at = fc
  .date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map(date => date.toISOString());
const always = { requiredKeys: ['externalId', 'kaleyraId', 'groups', 'fullName', 'language'] } as const;

const written = fc.record({
  id: text,
  state: fc.constantFrom('CREATING', 'PUBLIC', 'TRASH'),
  startDate: at,
  endDate: fc.option(at),
  expected: fc.nat(),
  participants: fc.array(
    fc.record(
      {
        externalId: text,
        kaleyraId: text,
        groups: fc.array(text, { maxLength: 2 }),
        fullName: fc.option(text),
        language: fc.constantFrom('it', 'en', null),
        plusSince: fc.nat(),
      },
      { requiredKeys: [...always.requiredKeys] },
    ),
    { maxLength: 2 },
  ),
  room: fc.option(
    fc.record({
      id: text,
      specHash: text,
      links: fc.array(fc.record({ kaleyraId: text, url: text }), { maxLength: 2 }),
      details: fc.record({
        ...Object.fromEntries(Object.entries(DETAILS).map(([name, value]) => [name, fc.constant(value)])),
        description: fc.option(text),
        durationInSeconds: fc.double({ noNaN: true, noDefaultInfinity: true }),
      }),
    }),
  ),
  claim: fc.option(fc.record({ operation: text, until: at })),
  owed: fc.array(
    fc.record(
      {
        roomId: fc.option(text),
        files: fc.boolean(),
        recordings: fc.constant(true),
        dueAt: at,
        attempts: fc.nat(),
      },
      { requiredKeys: ['roomId', 'files', 'dueAt', 'attempts'] },
    ),
    { maxLength: 2 },
  ),
  upkeep: fc.option(
    fc.record({
      roomId: text,
      filesClearedAt: fc.option(at),
      closedAt: fc.option(at),
      attempts: fc.nat(),
      notBefore: at,
    }),
  ),
  formerRooms: fc.array(text, { maxLength: 2 }),
  formerPeople: fc.array(text, { maxLength: 2 }),
  booking: fc.option(fc.record({ digest: text, done: fc.boolean() })),
  creatorId: text,
  createdAt: at,
  updaterId: text,
  updatedAt: at,
  revision: fc.nat(),
  version: fc.nat(),
  op: text,
});

const NAMES = ['plusSince', 'recordings', 'upkeep', 'revision', 'booking', 'formerRooms', 'pk', 'workDue'];

describe('the reader of usual records', () => {
  it('gives what the schema gives, or leaves it to the schema', () => {
    fc.assert(
      fc.property(nearlyRight(written, NAMES), value => expectTheSchemasWord(StoredRecord, usualRecord, value)),
      { numRuns: 1000 },
    );
  });

  it('takes no value of another kind than the schema does', () => {
    fc.assert(fc.property(anything, value => expectTheSchemasWord(StoredRecord, usualRecord, value)));
  });

  it('takes every record as this service writes it, but for the last of February', () => {
    fc.assert(
      fc.property(written, value => {
        fc.pre(!JSON.stringify(value).includes('-02-29T'));
        expect(usualRecord({ ...value, pk: value.id, sk: 'record', workDue: 7 })).toStrictEqual(
          StoredRecord.parse(value),
        );
      }),
    );
  });

  it('leaves older records to the schema, which knows what they lack', () => {
    const [record] = fc.sample(written, { numRuns: 1, seed: 7 });
    for (const name of ['upkeep', 'formerRooms', 'formerPeople', 'booking', 'revision']) {
      const older = { ...record, [name]: undefined };
      expect(usualRecord(older)).toBeUndefined();
      expect(StoredRecord.safeParse(older).success).toBe(true);
    }
  });
});
