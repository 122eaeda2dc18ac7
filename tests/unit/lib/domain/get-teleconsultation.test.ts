import { describe, expect, it } from 'vitest';
import { getStatus } from '../../../../lib/domain/get-status.ts';
import { getTeleconsultation } from '../../../../lib/domain/get-teleconsultation.ts';
import { countStranger } from '../../../../lib/domain/link-metrics.ts';
import type { RoomDetails, Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { secretUnusable, storeUnavailable, unauthorizedUser } from '../../../../lib/errors.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, mrBianchi, msNeri, type Person } from '../../../support/people.ts';
import { aScope } from '../../../support/scopes.ts';
import { aRecord, DETAILS, HOUR, linkOf, START, withRoom } from '../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const RUNNING: RoomDetails = { ...DETAILS, status: 'RUNNING' };
const STORED_LATER: RoomDetails = { ...DETAILS, durationUsedInSeconds: 7 };

interface Situation {
  record?: Teleconsultation | undefined;
  watch?: object | undefined;
  now?: number;
  environment?: Record<string, string>;
  /** What Kaleyra says of the room; an error where it fails. */
  kaleyra?: RoomDetails | Error | undefined;
  recent?: RoomDetails;
}

const opening = (person: Person | undefined, situation: Situation = {}) => {
  const { record = withRoom(), now = START, environment, recent } = situation;
  const metrics: unknown[][] = [];
  const kept: unknown[][] = [];
  const asked: unknown[][] = [];
  let time = now;
  const base = aScope({
    config: aConfig(environment),
    clock: { now: () => time },
    caller: { id: person?.userId, groups: person?.groups ?? [], scopes: [], fullName: null },
    records: {
      find: async () => record,
      findWithWatch: async () => {
        // Whatever the clock says after the read, the answer is of the instant before it.
        time = START + HOUR;
        return 'record' in situation && situation.record === undefined
          ? undefined
          : { record, watch: situation.watch as never };
      },
    },
    kaleyra: {
      readRoom: async (...question) => {
        asked.push(question);
        if (situation.kaleyra instanceof Error) throw situation.kaleyra;
        return situation.kaleyra;
      },
    },
  });
  const scope = {
    ...base,
    metrics: { ...base.metrics, add: (...counted: unknown[]) => void metrics.push(counted) },
    recentDetails: {
      get: (...wanted: unknown[]) => {
        asked.push(['recent', ...wanted]);
        return recent;
      },
      set: (...remembered: unknown[]) => void kept.push(remembered),
    },
  };
  return { scope, metrics, kept, asked };
};

const get = async (person: Person | undefined, situation: Situation = {}) => {
  const { scope, ...seen } = opening(person, situation);
  const options = { useBackground: undefined, language: undefined };
  const outcome = await getTeleconsultation(scope as never, ID, person?.userId, options as never).catch(
    (error: Error) => error,
  );
  return { outcome, ...seen };
};

describe('opening a teleconsultation', () => {
  it('gives everybody their own link, and counts it', async () => {
    for (const person of [drRossi, mrBianchi]) {
      const { outcome, metrics } = await get(person, { kaleyra: RUNNING });
      expect(outcome).toMatchObject({
        link: linkOf(`usr_${person.userId}`),
        participant: { externalId: person.userId },
        details: RUNNING,
        progress: 'scheduled',
      });
      expect(metrics).toEqual([['LinksGiven', 1]]);
    }
  });

  it('gives no link a moment too early, by the clock before the read, and asks Kaleyra for nothing', async () => {
    const { outcome, metrics, asked } = await get(mrBianchi, { now: START - 1 });
    expect(outcome).toMatchObject({ link: null, details: DETAILS });
    expect([metrics, asked]).toEqual([[['LinksRefused', 1, 'not_open_yet']], []]);
  });

  it('gives no link either to whoever asks for one in their language', async () => {
    const { scope } = opening(mrBianchi, { now: START - 1 });
    const options = { useBackground: true, language: 'en' };
    const { link } = await getTeleconsultation(scope as never, ID, mrBianchi.userId, options as never);
    expect(link).toBeNull();
  });

  it('says why there is no link', async () => {
    const reasonFor = async (record: Teleconsultation) => (await get(drRossi, { record })).metrics[0]?.[2];
    expect(await reasonFor(withRoom(aRecord({ claim: { operation: 'x', until: START + 1 } })))).toBe('being_changed');
    expect(await reasonFor(aRecord({ expected: 3 }))).toBe('waiting_for_participants');
    const upkeep = { roomId: 'room-1', filesClearedAt: null, closedAt: 1, attempts: 0, notBefore: 0 };
    expect(await reasonFor(withRoom(aRecord({ upkeep })))).toBe('ended');
  });

  it('has nothing to say of a room where there is none', async () => {
    const { outcome, asked } = await get(drRossi, { record: aRecord() });
    expect(outcome).toMatchObject({ link: null, details: undefined });
    expect(asked).toEqual([]);
  });
});

describe('who has no business there', () => {
  const refused = ['LinksRefused', 1, 'takes_no_part'];

  it.each([
    ['nothing', undefined],
    ['a booking under way', withRoom(aRecord({ state: 'CREATING' }))],
    ['a cancelled one', withRoom(aRecord({ state: 'TRASH' }))],
  ])('finds %s to be unknown', async (_, record) => {
    const { outcome, metrics } = await get(drRossi, { record });
    expect(outcome).toMatchObject({ status: 404, sentence: `Room with id ${ID} not found on CRUD` });
    expect(metrics).toEqual([]);
  });

  it('is refused where they take no part, and counted', async () => {
    const { outcome, metrics } = await get(msNeri);
    expect([outcome, metrics]).toMatchObject([{ status: 401 }, [refused]]);
    expect((await get(undefined)).outcome).toMatchObject({ status: 401 });
  });

  it('is let in by the rules where they take part', async () => {
    const { outcome } = await get(drRossi, { environment: { AUTHORIZATION: 'rules' } });
    expect(outcome).toMatchObject({ link: linkOf('usr_dr-rossi') });
  });

  it.each([
    ['a service that could not find out', storeUnavailable(new Error('invented')), 0],
    ['a service that is not set up', secretUnusable('ANY'), 0],
    ['something that broke', Object.assign(new Error('broken'), { status: 400 }), 0],
    ['a refusal', unauthorizedUser(), 1],
  ])('is counted for %s: %s', (_, error, times) => {
    const { scope, metrics } = opening(drRossi);
    expect(countStranger(scope as never, error)).toBe(error);
    expect(metrics).toEqual(Array(times).fill(refused));
  });

  it('is told by the rules that there is nothing, and counted', async () => {
    const { outcome, metrics } = await get(msNeri, { environment: { AUTHORIZATION: 'rules' } });
    expect(outcome).toMatchObject({ status: 404, sentence: `Room with id ${ID} not found on CRUD` });
    expect(metrics).toEqual([refused]);
  });
});

describe('what is said of an open room', () => {
  it('is Kaleyra’s word, asked for a second at most, and remembered', async () => {
    const { outcome, asked, kept } = await get(drRossi, { kaleyra: RUNNING });
    expect(outcome).toMatchObject({ details: RUNNING });
    expect(asked).toEqual([
      ['recent', 'room-1', START + HOUR],
      ['room-1', 1000],
    ]);
    expect(kept).toEqual([['room-1', RUNNING, START + HOUR]]);
  });

  it('is what was remembered a moment ago, without asking again', async () => {
    const { outcome, asked, kept } = await get(drRossi, { recent: RUNNING });
    expect(outcome).toMatchObject({ details: RUNNING });
    expect([asked.length, kept]).toEqual([1, []]);
  });

  it.each([
    ['fails', new Error('no answer')],
    ['knows no such room', undefined],
  ])('is what is stored where Kaleyra %s, and that is remembered', async (_, kaleyra) => {
    const { outcome, kept } = await get(drRossi, { kaleyra });
    expect(outcome).toMatchObject({ link: linkOf('usr_dr-rossi'), details: DETAILS });
    expect(kept).toEqual([['room-1', DETAILS, START + HOUR]]);
  });

  it('is what was seen last, before what was stored with the room', async () => {
    const seen = { roomId: 'room-1', details: STORED_LATER, sessions: [] };
    const { outcome } = await get(drRossi, { watch: { seen }, now: START - 1 });
    expect(outcome).toMatchObject({ details: STORED_LATER });
  });
});

describe('the status', () => {
  it('is decided by what decides the link, by the clock before the read', async () => {
    const status = (now: number) => getStatus(opening(mrBianchi, { now }).scope as never, ID, mrBianchi.userId);
    expect(await status(START)).toEqual({ status: 'open' });
    expect(await status(START - 1500)).toEqual({ status: 'not_open_yet', opensAt: START, secondsLeft: 2 });
  });

  it('is of nobody else’s business', async () => {
    await expect(getStatus(opening(msNeri).scope as never, ID, msNeri.userId)).rejects.toMatchObject({ status: 401 });
  });
});
