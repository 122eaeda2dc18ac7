import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removesLastOtherPlus } from '../../../../lib/domain/authorization.ts';
import { placeholderOf } from '../../../../lib/domain/erasure/placeholder.ts';
import type { Caller } from '../../../../lib/domain/ports.ts';
import { roleOf } from '../../../../lib/domain/roles.ts';
import { removesSeniors, withSeniority } from '../../../../lib/domain/seniority.ts';
import type { Participant } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { asParticipant } from '../../../support/teleconsultations.ts';

const config = aConfig({ AUTHORIZATION: 'rules' });
const as = (id: string): Caller => ({ id, groups: ['doctor'], scopes: [], fullName: null });
const person = (userId: string, group = 'doctor'): Participant =>
  asParticipant({ userId, groups: [group], fullName: `${userId} Example` });
const since = (one: Participant, plusSince: number): Participant => ({ ...one, plusSince });
const asPatient = (one: Participant): Participant => ({ ...one, groups: ['patient'] });
const [ada, bea, cleo, dino] = ['ada', 'bea', 'cleo', 'dino'].map(name => person(name)) as [
  Participant,
  Participant,
  Participant,
  Participant,
];
const pia = person('pia', 'patient');

describe('who was plus before others', () => {
  it.each<[string, string, Participant[], Participant[], boolean]>([
    ['the first, for one who was added', 'ada', [ada, bea, since(cleo, 2)], [ada, since(cleo, 2)], true],
    ['the first, put down', 'ada', [ada, bea, since(cleo, 2)], [ada, asPatient(bea), since(cleo, 2)], true],
    ['the first of those who were added', 'ada', [ada, since(bea, 2), since(cleo, 3)], [ada, since(cleo, 3)], true],
    ['one of two who were there from the start', 'ada', [ada, bea, cleo], [ada, cleo], false],
    ['both of them', 'ada', [ada, bea, cleo, since(dino, 2)], [ada, since(dino, 2)], true],
    ['one who was added', 'ada', [ada, bea, since(cleo, 2)], [ada, bea], false],
    ['one, by somebody who came later', 'cleo', [ada, bea, since(cleo, 2)], [bea, since(cleo, 2)], true],
    ['one who came later than the caller', 'bea', [ada, since(bea, 2), since(cleo, 3)], [ada, since(bea, 2)], false],
    ['the caller alone', 'cleo', [ada, bea, since(cleo, 2)], [ada, bea], false],
    ['everybody, by the creator, who is not in it', 'zoe', [ada, since(bea, 2)], [since(bea, 2)], true],
    ['nobody, where nobody else is plus', 'ada', [ada, pia], [ada], false],
    ['a patient', 'ada', [ada, bea, pia], [ada, bea], false],
  ])('is removed or not: %s', (_, caller, stored, invitees, expected) => {
    expect(removesSeniors(as(caller), stored, invitees, config)).toBe(expected);
  });

  it('is nobody in whose place an erasure has left a mark', () => {
    const erased = { ...bea, externalId: placeholderOf('0123456789abcdef') };
    expect(removesSeniors(as('ada'), [ada, erased, pia], [ada, pia], config)).toBe(false);
    expect(removesLastOtherPlus(as('ada'), [ada, erased, pia], [ada, pia], config)).toBe(false);
  });
});

describe('a change', () => {
  const before = { version: 7, participants: [ada, since(bea, 3), pia, { ...dino, groups: [] }] };
  const told = (people: Participant[], isTrusted: boolean) =>
    withSeniority(before, people, isTrusted, config).map(({ externalId, plusSince }) => [externalId, plusSince]);

  it('says since when whom it makes plus has been it, and leaves those who were', () => {
    expect(told([ada, bea, cleo, { ...pia, groups: ['doctor'] }], false)).toEqual([
      ['ada', undefined],
      ['bea', 3],
      ['cleo', 7],
      ['pia', 7],
    ]);
  });

  it('of a manager puts them there as from the start', () => {
    expect(told([bea, cleo], true)).toEqual([
      ['bea', 3],
      ['cleo', undefined],
    ]);
  });

  it('says nothing of patients, of those put down to one, and of those who were imported without groups', () => {
    expect(told([asPatient(since(bea, 3)), pia, dino], false)).toEqual([
      ['bea', undefined],
      ['pia', undefined],
      ['dino', undefined],
    ]);
  });
});

/** Whether a change may be made, as the rules have it together. */
const may = (caller: string, stored: Participant[], invitees: Participant[]): boolean =>
  !removesLastOtherPlus(as(caller), stored, invitees, config) && !removesSeniors(as(caller), stored, invitees, config);

it('one who leads, with whomever they add and in whatever steps, never gets rid of all who were booked beside them', () => {
  const names = fc.constantFrom('ada', 'bea', 'ben', 'x', 'y', 'z');
  const list = fc.uniqueArray(fc.tuple(names, fc.constantFrom('doctor', 'patient')), {
    maxLength: 5,
    selector: ([name]) => name,
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('ada', 'x', 'y', 'z'), list), { maxLength: 12 }), attempts => {
      let record = { version: 1, participants: [ada, bea, person('ben'), pia] };
      for (const [caller, wished] of attempts) {
        const leads =
          caller === 'ada' ||
          record.participants.some(
            ({ externalId, groups }) => externalId === caller && roleOf(groups, config.privileges) === 'plus',
          );
        const invitees = wished.map(([name, group]) => person(name, group));
        if (!leads || !may(caller, record.participants, invitees)) continue;
        record = { version: record.version + 1, participants: withSeniority(record, invitees, false, config) };
      }
      const left = record.participants.filter(({ externalId }) => ['bea', 'ben'].includes(externalId));
      expect(left.some(({ groups }) => groups.includes('doctor'))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
