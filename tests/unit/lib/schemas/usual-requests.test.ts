import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CreateRequest, LinkOptions, TeleconsultationPath } from '../../../../lib/schemas/requests.ts';
import { usualOf } from '../../../../lib/schemas/usual.ts';
import { usualBooking, usualLinkOptions, usualPath } from '../../../../lib/schemas/usual-requests.ts';
import { bookingBody } from '../../../support/bookings.ts';
import { drRossi, mrBianchi, patients } from '../../../support/people.ts';
import { anything, expectTheSchemasWord, nearlyRight } from '../../../support/usual-values.ts';

const text = fc.constantFrom('a', 'dr-rossi', 'auth0|7', 'Niccolò Esempio', ' a', 'a'.repeat(128), 'b'.repeat(256));
const at = fc.constantFrom('2026-05-04T09:00:00.000Z', '2026-05-04T09:00:00Z', '9999-12-31T23:59:59.999Z');
const group = fc.constantFrom('doctor', 'patient', 'c'.repeat(128));

const person = fc.record(
  {
    userId: text,
    groups: fc.array(group, { maxLength: 21 }),
    fullName: text,
    language: fc.constantFrom('it', 'en'),
  },
  { requiredKeys: ['userId'] },
);

const participants = fc.record({
  number: fc.integer({ min: 2, max: 25 }),
  data: fc.oneof(
    fc.array(person, { maxLength: 3 }),
    fc.uniqueArray(person, { maxLength: 26, selector: one => one.userId }),
  ),
});

const booking = fc.oneof(
  fc.record({ participants, start_date: at, end_date: at }),
  fc.record({ participants, start_date: at, duration_in_seconds: fc.integer({ min: 1, max: 90_000 }) }),
);

const NOW = Date.UTC(2026, 4, 4);

const NAMES = [
  ...['participants', 'start_date', 'end_date', 'duration_in_seconds', 'number', 'data'],
  ...['userId', 'userExternalId', 'groups', 'group', 'fullName', 'language'],
];

describe('the reader of usual bookings', () => {
  it('gives what the schema gives, or leaves it to the schema', () => {
    fc.assert(
      fc.property(nearlyRight(booking, NAMES), value => expectTheSchemasWord(CreateRequest, usualBooking, value)),
      { numRuns: 2000 },
    );
  });

  it('takes no value of another kind than the schema does', () => {
    fc.assert(fc.property(anything, value => expectTheSchemasWord(CreateRequest, usualBooking, value)));
  });

  it.each([
    ['two people', bookingBody(NOW, { participants: [drRossi, mrBianchi] })],
    ['twenty-five', bookingBody(NOW, { participants: [drRossi, ...patients(24)] })],
    [
      'a duration',
      { ...bookingBody(NOW, { participants: [drRossi, mrBianchi] }), end_date: undefined, duration_in_seconds: 3600 },
    ],
    [
      'somebody who is expected',
      { ...bookingBody(NOW, {}), participants: { number: 3, data: [{ userId: 'dr-rossi' }] } },
    ],
  ])('takes a booking of %s', (_, body) => {
    const sent = JSON.parse(JSON.stringify(body));
    expect(usualOf(CreateRequest, sent)).toStrictEqual(CreateRequest.parse(sent));
  });
});

describe('the reader of usual options of a link', () => {
  const options = fc.record(
    { useBackground: fc.constantFrom('true', 'false'), language: fc.constantFrom('it', 'en') },
    { requiredKeys: [] },
  );

  it('gives what the schema gives, or leaves it to the schema', () => {
    fc.assert(
      fc.property(nearlyRight(options, ['useBackground', 'language']), value =>
        expectTheSchemasWord(LinkOptions, usualLinkOptions, value),
      ),
      { numRuns: 1000 },
    );
  });

  it('takes every language and every flag, and neither', () => {
    fc.assert(
      fc.property(options, value => {
        expect(usualOf(LinkOptions, value)).toStrictEqual(LinkOptions.parse(value));
      }),
    );
  });
});

describe('the reader of usual paths', () => {
  it('gives what the schema gives, or leaves it to the schema', () => {
    fc.assert(
      fc.property(nearlyRight(fc.record({ id: fc.string() }), ['id']), value =>
        expectTheSchemasWord(TeleconsultationPath, usualPath, value),
      ),
    );
    expect(usualOf(TeleconsultationPath, { id: 'a', more: 'b' })).toStrictEqual({ id: 'a' });
  });
});
