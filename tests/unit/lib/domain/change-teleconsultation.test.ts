import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesRoom } from '../../../../lib/domain/change-teleconsultation.ts';
import type { Plan } from '../../../../lib/domain/planning.ts';
import { roleOf } from '../../../../lib/domain/roles.ts';
import type { Invitee, Participant, Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, msNeri } from '../../../support/people.ts';
import {
  anyCompleteRecord,
  anyOrderOf,
  aRecord,
  asParticipant,
  basicGroups,
  HOUR,
  plusGroups,
  START,
  withRoom,
} from '../../../support/teleconsultations.ts';

const limited = { config: aConfig({ UNLIMITED_TELECONSULTATION: 'false' }) };
const unlimited = { config: aConfig() };

const planOf = (record: Teleconsultation, parts: Partial<Plan> = {}): Plan => ({
  startDate: record.startDate,
  endDate: record.endDate,
  expected: record.expected,
  invitees: record.participants,
  ...parts,
});

const isPlus = ({ groups }: Invitee): boolean => roleOf(groups, unlimited.config.privileges) === 'plus';

/** The same person with the same role: other groups, another name, another language. */
const sameToKaleyra = (one: Participant): fc.Arbitrary<Participant> =>
  fc
    .tuple(
      isPlus(one) ? plusGroups : basicGroups,
      fc.option(fc.string()),
      fc.constantFrom('it' as const, 'en' as const, null),
    )
    .map(([groups, fullName, language]) => ({ ...one, groups, fullName, language }));

/** A record with its room and, in any order, the same people as Kaleyra knows them. */
const situations = anyCompleteRecord.chain(record =>
  fc.tuple(
    fc.constant(record),
    anyOrderOf(record.participants).chain(people => fc.tuple(...people.map(sameToKaleyra))),
    fc.integer({ min: -1000, max: 1000 }),
    fc.nat(record.participants.length - 1),
  ),
);

const withOne = (people: readonly Participant[], at: number, part: Partial<Participant>): Participant[] =>
  people.map((one, index) => (index === at ? { ...one, ...part } : one));

describe('a change keeps the room', () => {
  it('when only order, names, languages, groups of the same role and the start differ', () => {
    fc.assert(
      fc.property(situations, ([record, invitees, hours]) => {
        const [startDate, endDate] = [record.startDate + hours * HOUR, (record.endDate ?? 0) + hours * HOUR];
        for (const scope of [limited, unlimited]) {
          const stored = withRoom(record, scope.config);
          expect(changesRoom(scope, stored, planOf(stored, { invitees }))).toBe(false);
          expect(changesRoom(scope, stored, planOf(stored, { invitees, startDate, endDate }))).toBe(false);
        }
      }),
    );
  });

  it('when only the end differs and calls are unlimited', () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 1, max: 86_400_000 }), ([record, invitees], milliseconds) => {
        const stored = withRoom(record, unlimited.config);
        const endDate = record.startDate + milliseconds;
        expect(changesRoom(unlimited, stored, planOf(stored, { invitees, endDate }))).toBe(false);
      }),
    );
  });

  it('when there is none and none is to be: somebody is still missing', () => {
    const stored = aRecord({ expected: 4 });
    expect(changesRoom(unlimited, stored, planOf(stored))).toBe(false);
    const newcomer = [...stored.participants, asParticipant(msNeri)];
    expect(changesRoom(unlimited, stored, planOf(stored, { invitees: newcomer }))).toBe(false);
  });
});

describe('a change takes another room', () => {
  it('when a limited call gets another length', () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 1, max: 10_000 }), ([record, invitees], seconds) => {
        const stored = withRoom(record, limited.config);
        const longer = planOf(stored, { invitees, endDate: (record.endDate ?? 0) + seconds * 1000 });
        const later = planOf(stored, { invitees, startDate: record.startDate - seconds * 1000 });
        expect(
          [longer, later, planOf(stored, { endDate: null })].map(plan => changesRoom(limited, stored, plan)),
        ).toEqual([true, true, true]);
      }),
    );
  });

  it("when somebody's role changes", () => {
    fc.assert(
      fc.property(situations, plusGroups, basicGroups, ([record, invitees, , at], plus, basic) => {
        const stored = withRoom(record, unlimited.config);
        const one = invitees[at];
        const groups = one !== undefined && isPlus(one) ? basic : plus;
        const plan = planOf(stored, { invitees: withOne(invitees, at, { groups }) });
        expect(changesRoom(unlimited, stored, plan)).toBe(true);
      }),
    );
  });

  it('when somebody else comes, goes, or is one more', () => {
    fc.assert(
      fc.property(situations, ([record, invitees, , at]) => {
        const stored = withRoom(record, unlimited.config);
        const stranger = 'somebody who is not in the list';
        const plans: Partial<Plan>[] = [
          { invitees: withOne(invitees, at, { externalId: stranger }) },
          { invitees: invitees.toSpliced(at, 1), expected: record.expected - 1 },
          {
            invitees: [...invitees, { ...asParticipant(drRossi), externalId: stranger }],
            expected: record.expected + 1,
          },
        ];
        expect(plans.map(plan => changesRoom(unlimited, stored, planOf(stored, plan)))).toEqual([true, true, true]);
      }),
    );
  });

  it('when somebody is one user at Kaleyra and was another in the room', () => {
    fc.assert(
      fc.property(situations, ([record, invitees, , at]) => {
        const { room } = withRoom(record, unlimited.config);
        const stored = { ...record, room, participants: withOne(record.participants, at, { kaleyraId: 'usr_other' }) };
        expect(changesRoom(unlimited, stored, planOf(stored, { invitees }))).toBe(true);
      }),
    );
  });

  it('when the list becomes incomplete: the room goes', () => {
    fc.assert(
      fc.property(situations, ([record, invitees, , at]) => {
        const stored = withRoom(record, unlimited.config);
        expect(changesRoom(unlimited, stored, planOf(stored, { expected: record.expected + 1 }))).toBe(true);
        expect(changesRoom(unlimited, stored, planOf(stored, { invitees: invitees.toSpliced(at, 1) }))).toBe(true);
        const newcomer = withOne(invitees, at, { externalId: 'somebody who is not in the list' });
        expect(changesRoom(unlimited, stored, planOf(stored, { invitees: newcomer, expected: 9 }))).toBe(true);
      }),
    );
  });

  it('when the list becomes complete, by a newcomer or by a smaller number', () => {
    const stored = aRecord({ expected: 3 });
    const invitees = [...stored.participants, asParticipant(msNeri)];
    expect(changesRoom(unlimited, stored, planOf(stored, { invitees }))).toBe(true);
    expect(changesRoom(unlimited, stored, planOf(stored, { expected: 2 }))).toBe(true);
  });

  it('when the service asks for other rooms than at the time it was made', () => {
    const stored = withRoom(aRecord({ startDate: START }), unlimited.config);
    const recording = { config: aConfig({ DEFAULT_RECORDING_TYPE: 'automatic' }) };
    expect([limited, recording].map(scope => changesRoom(scope, stored, planOf(stored)))).toEqual([true, true]);
  });
});
