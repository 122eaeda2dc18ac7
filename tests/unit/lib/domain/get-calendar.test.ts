import { describe, expect, it } from 'vitest';
import { getCalendar } from '../../../../lib/domain/get-calendar.ts';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aScope } from '../../../support/scopes.ts';
import { aRecord, HOUR, START } from '../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);

const asking = (parts: Partial<Teleconsultation> = {}, language?: 'it' | 'en', callerId = 'mr-bianchi') => {
  const scope = aScope({
    caller: { id: callerId, groups: [], scopes: [], fullName: null },
    records: { find: async () => aRecord({ updatedAt: START - HOUR, ...parts }) },
  });
  return getCalendar(scope, ID, callerId, { language });
};

const speaking = (language: 'it' | 'en') => ({
  participants: aRecord().participants.map(one => (one.externalId === 'mr-bianchi' ? { ...one, language } : one)),
});

describe('a teleconsultation as an appointment', () => {
  it('says when it is and since when it is so, and nothing of who takes part', async () => {
    expect(await asking({ revision: 3 })).toEqual({
      id: ID,
      startDate: START,
      endDate: START + HOUR,
      cancelled: false,
      sequence: 2,
      createdAt: START - 24 * HOUR,
      changedAt: START - HOUR,
      language: 'en',
    });
  });

  it('begins with 0 and without an end where nobody knows one', async () => {
    expect(await asking({ endDate: null })).toMatchObject({ endDate: null, sequence: 0 });
  });

  it('says that it was cancelled', async () => {
    expect(await asking({ state: 'TRASH', revision: 2 })).toMatchObject({ cancelled: true, sequence: 1 });
  });

  it('is in the language that is asked for, else in the participant’s own', async () => {
    expect(await asking(speaking('it'), 'en')).toMatchObject({ language: 'en' });
    expect(await asking(speaking('it'))).toMatchObject({ language: 'it' });
    expect(await asking({}, 'it')).toMatchObject({ language: 'it' });
  });

  it('is for nobody else', async () => {
    await expect(asking({}, undefined, 'ms-neri')).rejects.toMatchObject({ status: 401 });
  });
});
