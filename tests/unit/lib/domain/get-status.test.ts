import { expect, it } from 'vitest';
import { getStatus } from '../../../../lib/domain/get-status.ts';
import { aConfig } from '../../../support/configs.ts';
import { aScope } from '../../../support/scopes.ts';
import { START, withRoom } from '../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);

const asking = (now: number, callerId = 'mr-bianchi') => {
  let time = now;
  const scope = aScope({
    config: aConfig({ IMMUTABLE_PERIOD_MS: '60000' }),
    clock: { now: () => time },
    caller: { id: callerId, groups: [], scopes: [], fullName: null },
    records: {
      find: async () => {
        time += 1;
        return withRoom();
      },
    },
  });
  return getStatus(scope, ID, callerId);
};

it('a participant may join from the lock on, by the time at which they asked', async () => {
  expect(await asking(START - 60_000)).toEqual({ status: 'open' });
  expect(await asking(START - 60_001)).toEqual({ status: 'not_open_yet', opensAt: START - 60_000, secondsLeft: 1 });
});

it('nobody else learns of it', async () => {
  await expect(asking(START, 'ms-neri')).rejects.toMatchObject({ status: 401 });
});
