import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasPlus, roleOf } from '../../../../lib/domain/roles.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, mrBianchi, msNeri } from '../../../support/people.ts';
import { asParticipant, basicGroups, plusGroups } from '../../../support/teleconsultations.ts';

const { privileges } = aConfig();

describe('the role of a person', () => {
  it('is plus as soon as one group is, whatever the others and their order', () => {
    fc.assert(
      fc.property(plusGroups, groups => {
        expect(roleOf(groups, privileges)).toBe('plus');
      }),
    );
  });

  it('is basic for a basic group and no plus one', () => {
    fc.assert(
      fc.property(basicGroups, groups => {
        expect(roleOf(groups, privileges)).toBe('basic');
      }),
    );
  });

  it('is nothing without a group that the privileges know', () => {
    const unknown = fc.array(fc.string().filter(group => !['doctor', 'patient', 'customer'].includes(group)));
    fc.assert(
      fc.property(unknown, groups => {
        expect(roleOf(groups, privileges)).toBeUndefined();
      }),
    );
    expect(roleOf(['Doctor'], privileges)).toBeUndefined();
  });

  it('is plus for a group that stands in both lists', () => {
    const both = aConfig({}, { privileges: { basic: { groups: ['nurse'] }, plus: { groups: ['surgeon', 'nurse'] } } });
    expect(roleOf(['nurse'], both.privileges)).toBe('plus');
  });
});

it('a list has a plus user when one of them is', () => {
  const [doctor, patient, other] = [drRossi, mrBianchi, msNeri].map(asParticipant);
  if (!doctor || !patient || !other) throw new Error('three people were asked for');
  expect([[doctor], [patient, doctor], [patient, other], []].map(people => hasPlus(people, privileges))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
