import { describe, expect, it } from 'vitest';
import { findOwnPlace } from '../../../../lib/domain/own-place.ts';
import { retainedSince } from '../../../../lib/domain/retention.ts';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, mrBianchi, msNeri } from '../../../support/people.ts';
import { aScope } from '../../../support/scopes.ts';
import { aRecord, asParticipant, HOUR, START } from '../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const NOW = START + 100 * 24 * HOUR;

const finding = (
  record: Teleconsultation | undefined,
  callerId: string | null = mrBianchi.userId,
  environment: Record<string, string> = {},
  groups: string[] = [],
) => {
  const scope = aScope({
    config: aConfig(environment),
    clock: { now: () => NOW },
    caller: { id: callerId ?? undefined, groups, scopes: [], fullName: null },
    records: { find: async id => (id === ID ? record : undefined) },
  });
  return findOwnPlace(scope, ID, callerId ?? undefined);
};

const UNKNOWN = { status: 404, sentence: `Room with id ${ID} not found on CRUD` };

describe('a place of one’s own', () => {
  it('is that of the participant with the caller’s id, and of nobody else', async () => {
    const record = aRecord();
    expect(await finding(record)).toEqual({ record, participant: asParticipant(mrBianchi) });
    expect(await finding(record, drRossi.userId)).toEqual({ record, participant: asParticipant(drRossi) });
  });

  it('is refused to whoever takes no part', async () => {
    const refusal = { status: 401, sentence: 'Unauthorized user' };
    await expect(finding(aRecord(), msNeri.userId)).rejects.toMatchObject(refusal);
    await expect(finding(aRecord(), null)).rejects.toMatchObject(refusal);
  });

  it('is open by the rules to those who take part, and to managers is said why not', async () => {
    const rules = { AUTHORIZATION: 'rules', MANAGER_GROUPS: 'front-desk' };
    expect(await finding(aRecord(), mrBianchi.userId, rules)).toMatchObject({ participant: asParticipant(mrBianchi) });
    await expect(finding(aRecord(), 'ms-desk', rules, ['front-desk'])).rejects.toMatchObject({
      status: 403,
      message: 'a teleconsultation opens only for those who take part in it',
    });
  });

  it('is refused by the rules before that, as if the id were unknown', async () => {
    await expect(finding(aRecord(), msNeri.userId, { AUTHORIZATION: 'rules' })).rejects.toMatchObject(UNKNOWN);
  });
});

describe('what nobody was invited to is unknown', () => {
  it.each([
    ['no record', undefined],
    ['a booking under way', aRecord({ state: 'CREATING' })],
    ['a booking that has been shown and is made again', aRecord({ state: 'CREATING', revision: 3 })],
    ['a booking that failed and was cleared away', aRecord({ state: 'TRASH', revision: 0 })],
  ])('%s', async (_, record) => {
    await expect(finding(record)).rejects.toMatchObject(UNKNOWN);
  });
});

describe('a cancelled one', () => {
  const cancelled = aRecord({ state: 'TRASH', revision: 1 });

  it('is still found by those who were invited', async () => {
    expect(await finding(cancelled)).toMatchObject({ participant: { externalId: mrBianchi.userId } });
  });

  it('is unknown to everybody else', async () => {
    await expect(finding(cancelled, msNeri.userId)).rejects.toMatchObject(UNKNOWN);
  });

  it('is unknown once retention removes it, and not before', async () => {
    const days = { RETENTION_DAYS: '30' };
    const limit = retainedSince(30, NOW);
    const ended = (endDate: number) => ({ ...cancelled, startDate: endDate - HOUR, endDate });
    await expect(finding(ended(limit - 1), mrBianchi.userId, days)).rejects.toMatchObject(UNKNOWN);
    expect(await finding(ended(limit), mrBianchi.userId, days)).toBeDefined();
    expect(await finding(ended(limit - 1))).toBeDefined();
  });

  it('that took place is not taken for one that is being removed', async () => {
    const days = { RETENTION_DAYS: '30' };
    expect(await finding(aRecord({ startDate: 0, endDate: 1 }), mrBianchi.userId, days)).toBeDefined();
  });
});
