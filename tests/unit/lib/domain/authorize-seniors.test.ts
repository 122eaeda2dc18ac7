import { describe, expect, it } from 'vitest';
import { authorizeList, isTrusted } from '../../../../lib/domain/authorize.ts';
import type { Participant } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { aScope } from '../../../support/scopes.ts';
import { asParticipant } from '../../../support/teleconsultations.ts';

/** Who was added counts less than who was there before, but for managers, and where the gateway decides. */

const RULES = { AUTHORIZATION: 'rules', MANAGER_GROUPS: 'front-desk' };
const doctor = (userId: string): Participant =>
  asParticipant({ userId, groups: ['doctor'], fullName: `${userId} Example` });
const [ada, bea] = [doctor('ada'), doctor('bea')];
const added = { ...doctor('cleo'), plusSince: 2 };

const asking = (environment: Record<string, string>, groups: string[] = ['doctor']) =>
  aScope({ config: aConfig(environment), caller: { id: 'ada', groups, scopes: [], fullName: null } });

describe('a list without those who were plus before others', () => {
  const listing = (...asked: Parameters<typeof asking>) =>
    authorizeList(asking(...asked), [ada, bea, added], [ada, added]);

  it('is refused, although somebody plus is left in it', () => {
    expect(() => listing(RULES)).toThrow(
      'only a manager may remove the plus participants who were there before others',
    );
  });

  it('may be made by a manager, and where the gateway in front decides', () => {
    expect(() => listing(RULES, ['front-desk'])).not.toThrow();
    expect(() => listing({})).not.toThrow();
  });

  it('is not one without those who were added', () => {
    expect(() => authorizeList(asking(RULES), [ada, bea, added], [ada, bea])).not.toThrow();
  });
});

describe('whom somebody writes into a list is there as from the start', () => {
  it.each<[string, boolean, Record<string, string>, string[]]>([
    ['where the gateway in front decides', true, {}, ['doctor']],
    ['by a manager', true, RULES, ['front-desk']],
    ['by nobody else', false, RULES, ['doctor']],
  ])('%s', (_, expected, environment, groups) => {
    expect(isTrusted(asking(environment, groups))).toBe(expected);
  });
});
