import { describe, expect, it } from 'vitest';
import { makeUpFor } from '../../../../../lib/domain/jobs/lost-events.ts';
import type { Activity } from '../../../../../lib/domain/progress.ts';
import type { RoomDetails } from '../../../../../lib/domain/teleconsultation.ts';
import { DETAILS } from '../../../../support/teleconsultations.ts';
import { booked, idIn, listed } from './situations.ts';
import { aJobWorld } from './support.ts';

const ID = idIn('a');
const details = (status: string, durationUsedInSeconds = 0): RoomDetails => ({
  ...DETAILS,
  status,
  durationUsedInSeconds,
});
const known = (room: RoomDetails | null): Activity => ({ roomId: 'room-a', lookedAt: 0, details: room, sessions: [] });

const looking = async (said: RoomDetails, before: Activity | undefined, overtaken = false) => {
  const record = booked(ID);
  const { scope, calls } = aJobWorld({ records: [record], rooms: [listed('room-a', ID)] });
  const activities = { ...scope.activities, ...(overtaken && { finish: async () => 'overtaken' as const }) };
  const madeUpFor = await makeUpFor({ ...scope, activities }, record, before, said);
  return { madeUpFor, looked: calls('listSessions').length > 0 };
};

const NEWS = { madeUpFor: true, looked: true };
const NO_NEWS = { madeUpFor: false, looked: false };

describe('what a room says of its calls', () => {
  it.each<[string, RoomDetails]>([
    ['somebody is in it', details('RUNNING')],
    ['its time is used up', details('CLOSED')],
    ['there was a call', details('NOT_RUNNING', 1)],
  ])('is news where nobody has told anything: %s', async (_, said) => {
    expect(await looking(said, undefined)).toEqual(NEWS);
  });

  it('is no news where nobody was ever in it', async () => {
    expect(await looking(details('NOT_RUNNING'), undefined)).toEqual(NO_NEWS);
  });

  it.each<[string, RoomDetails, RoomDetails | null]>([
    ['a call has begun', details('RUNNING'), details('NOT_RUNNING')],
    ['a call has ended', details('NOT_RUNNING', 9), details('RUNNING', 9)],
    ['there was another call', details('NOT_RUNNING', 9), details('NOT_RUNNING', 5)],
    ['it was not there before', details('NOT_RUNNING'), null],
  ])('is news where it has changed: %s', async (_, said, before) => {
    expect(await looking(said, known(before))).toEqual(NEWS);
  });

  it.each<[string, RoomDetails]>([
    ['nothing happened', details('NOT_RUNNING', 5)],
    ['the same call goes on', details('RUNNING', 9)],
  ])('is no news where it is known: %s', async (_, said) => {
    const before = known({ ...said, durationUsedInSeconds: 5 });
    expect(await looking(said, before)).toEqual(NO_NEWS);
  });

  it('is made up for by whoever looks at the same time', async () => {
    expect(await looking(details('RUNNING'), undefined, true)).toEqual({ madeUpFor: false, looked: true });
  });
});
