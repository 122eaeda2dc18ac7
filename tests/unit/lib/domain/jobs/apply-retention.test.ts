import { describe, expect, it } from 'vitest';
import { applyRetention } from '../../../../../lib/domain/jobs/apply-retention.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, HOUR, START } from '../../../../support/teleconsultations.ts';
import { booked, idIn, listed, RUN_MS, throttled } from './situations.ts';
import { aJobWorld, type JobWorld } from './support.ts';

const DAY = 24 * HOUR;
const END = START + HOUR;
/** The instant at which a call that ended at END is not yet past. */
const NOW = END + 30 * DAY;
const [a, b, c, d, e, f] = ['a', 'b', 'c', 'd', 'e', 'f'].map(shard => idIn(shard)) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

const NOTHING = {
  seen: 0,
  removed: 0,
  postponed: 0,
  owing: 0,
  failed: 0,
  left: 0,
  rooms: 0,
  uploads: 0,
  recordings: 0,
};

const applying = async (options: JobWorld = {}, dryRun?: boolean) => {
  const job = aJobWorld({ now: NOW + 1, ...options, environment: { RETENTION_DAYS: '30', ...options.environment } });
  return { outcome: await applyRetention(job.scope, { dryRun }, NOW + RUN_MS), ...job };
};

const withEverything: JobWorld = {
  records: [
    booked(a),
    booked(b),
    booked(c),
    booked(d, 'room-d', { endDate: END + 1 }),
    aRecord({ id: e, state: 'CREATING' }),
    booked(f),
  ],
  rooms: [listed('room-a', a), listed('room-b', b), listed('room-d', d), listed('room-f', f)],
  details: { 'room-b': { status: 'RUNNING' } },
  files: { 'room-a': ['file-1', 'file-2'], 'room-f': ['file-3'] },
  recordings: { 'room-a': ['call-1'] },
  sessions: {
    'room-a': ['call-1', 'not recorded', 'nor this one'].map(id => ({
      id,
      startedAt: 0,
      durationInSeconds: 1,
      kaleyraIds: [],
    })),
  },
  failing: { 'deleteUpload file-3': kaleyraFails(500) },
};

describe('records of calls that ended long ago', () => {
  it('are removed with all that Kaleyra has of them, and counted by kinds', async () => {
    const { outcome, world, told } = await applying(withEverything);
    const counts = {
      seen: 5,
      removed: 2,
      postponed: 1,
      owing: 1,
      failed: 1,
      left: 0,
      rooms: 1,
      uploads: 2,
      recordings: 1,
    };
    expect(outcome).toEqual({ days: 30, ...counts, complete: true, dryRun: false });
    expect([...world.records.keys()]).toEqual([b, d, e, f]);
    expect(world.rooms.map(({ id }) => id)).toEqual(['room-b', 'room-d', 'room-f']);
    expect(told).toContainEqual([
      'info',
      'retention.done',
      { counts: { ...counts, days: 30, complete: 1, dryRun: 0 } },
    ]);
  });

  it.each([
    ['on order', true, {}],
    ['by the settings', undefined, { CLEANUP_DRY_RUN: 'true' }],
  ])('are counted alike in a dry run %s, and stay', async (_, dryRun, environment) => {
    const { outcome, world, calls, told } = await applying({ ...withEverything, failing: {}, environment }, dryRun);
    expect(outcome).toMatchObject({ seen: 5, removed: 3, rooms: 2, uploads: 3, recordings: 1, dryRun: true });
    expect([world.records.size, world.rooms.length]).toEqual([6, 4]);
    expect(calls('deleteRoom', 'deleteUpload', 'change', 'erase', 'saveWalk')).toEqual([]);
    expect(told).toContainEqual(['info', 'retention.done', { counts: expect.objectContaining({ dryRun: 1 }) }]);
  });

  it('are removed although the settings only look, where the order says so', async () => {
    const { outcome } = await applying({ records: [booked(a)], environment: { CLEANUP_DRY_RUN: 'true' } }, false);
    expect(outcome).toMatchObject({ removed: 1, dryRun: false });
  });

  it('that the run did not come to are left, and it says that it is not complete', async () => {
    const { outcome, told } = await applying({
      records: [booked(a), booked(b)],
      rooms: [listed('room-a', a), listed('room-b', b)],
      failing: { 'readRoom room-a': throttled },
    });
    expect(outcome).toMatchObject({ seen: 2, removed: 0, failed: 0, left: 2, complete: false });
    expect(told.at(-1)).toMatchObject(['info', 'retention.done', { counts: { left: 2, complete: 0 } }]);
  });

  it('may be nothing at all', async () => {
    expect((await applying()).outcome).toEqual({ days: 30, ...NOTHING, complete: true, dryRun: false });
  });
});

describe('without a number of days', () => {
  it.each([
    [{}, undefined, false],
    [{}, true, true],
    [{ CLEANUP_DRY_RUN: 'true' }, undefined, true],
  ])('nothing is looked at: %o %s', async (environment, asked, dryRun) => {
    const { scope, told, journal } = aJobWorld({ records: [booked(a)], now: NOW, environment });
    const outcome = await applyRetention(scope, { dryRun: asked }, NOW + RUN_MS);
    expect(outcome).toEqual({ days: null, ...NOTHING, complete: true, dryRun });
    expect([told, journal]).toEqual([[['info', 'retention.off', { keys: ['RETENTION_DAYS'] }]], []]);
  });
});
