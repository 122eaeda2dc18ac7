import { describe, expect, it } from 'vitest';
import { countLink, countStranger } from '../../../../lib/domain/link-metrics.ts';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { ServiceError } from '../../../../lib/errors.ts';
import { aConfig } from '../../../support/configs.ts';
import { aScope } from '../../../support/scopes.ts';
import { aRecord, START, withRoom } from '../../../support/teleconsultations.ts';

const counting = () => {
  const counted: unknown[][] = [];
  const base = aScope({ config: aConfig({ IMMUTABLE_PERIOD_MS: '60000' }) });
  const scope = { ...base, metrics: { add: (...metric: unknown[]) => void counted.push(metric) } as never };
  return { scope, counted };
};
const LOCK = START - 60_000;
const upkeep = { roomId: 'room-1', filesClearedAt: null, closedAt: 1, attempts: 0, notBefore: 0 };

describe('how often participants get their link is counted', () => {
  it('where they get it', () => {
    const { scope, counted } = counting();
    countLink(scope, withRoom(), 'https://clinic.bandyer.com/x', LOCK);
    expect(counted).toEqual([['LinksGiven', 1]]);
  });

  it.each<[string, Teleconsultation, number]>([
    ['being_changed', aRecord(), LOCK],
    ['not_open_yet', withRoom(), LOCK - 1],
    ['waiting_for_participants', aRecord({ expected: 3 }), START],
    ['ended', { ...withRoom(), upkeep }, START],
  ])('and why they do not: %s', (reason, record, now) => {
    const { scope, counted } = counting();
    countLink(scope, record, null, now);
    expect(counted).toEqual([['LinksRefused', 1, reason]]);
  });
});

describe('who takes no part is counted', () => {
  const heard = (error: unknown) => {
    const { scope, counted } = counting();
    expect(countStranger(scope, error)).toBe(error);
    return counted;
  };

  it('when they are refused', () => {
    expect(heard(new ServiceError('forbidden', 499, 'refused'))).toEqual([['LinksRefused', 1, 'takes_no_part']]);
  });

  it('and nobody is where the service failed', () => {
    expect(heard(new ServiceError('store_unavailable', 500, 'down'))).toEqual([]);
    expect(heard(new TypeError('as told'))).toEqual([]);
  });
});
