import { describe, expect, it } from 'vitest';
import { eraseUser } from '../../../../../lib/domain/erasure/erase-user.ts';
import { NOTHING_REMOVED, newErasure } from '../../../../../lib/domain/erasure/erasure.ts';
import { deadlinePassed } from '../../../../../lib/errors.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { START } from '../../../../support/teleconsultations.ts';
import { booked, idIn, listed, throttled } from '../jobs/situations.ts';
import { anErasing, ERASED, type ErasureWorld, HIS, OPERATION, OVER } from './support.ts';

const [a, b] = [idIn('a'), idIn('b')];
const QUIET = 35_000;
const TRAIL = { kaleyraId: HIS, erasure: undefined };
const ORDER = { externalId: ERASED, cancel: false, dryRun: false };
const begun = (parts = {}) => ({ ...newErasure(OVER - QUIET, 'f'.repeat(16), [HIS]), ...parts });

const erasing = async (options: ErasureWorld = {}, order = {}) => {
  const erasure = anErasing(options);
  const statement = await eraseUser(erasure.scope, { ...ORDER, ...order }, erasure.endsAt);
  return { statement, ...erasure };
};
const logged = (code: string, counts = {}) => [
  'info',
  'erasure.run',
  {
    code,
    counts: { ...NOTHING_REMOVED, roomsLeft: 0, usersLeft: 0, recordsLeft: 0, bookingsLeft: 0, dryRun: 0, ...counts },
  },
];

describe('somebody of whom nothing is known', () => {
  it('is not written down by being erased', async () => {
    const { statement, done, begun: tombstone, told } = await erasing({ traces: [{}, {}] });
    expect(statement).toMatchObject({ outcome: 'unknown', dryRun: false, removed: NOTHING_REMOVED, waitMs: 0 });
    expect([done, tombstone()]).toEqual([['traces 0', 'traces 1'], undefined]);
    expect(told).toEqual([logged('unknown')]);
  });

  it.each([
    [{ kaleyraIds: [HIS] }],
    [{ naming: [{ id: a, kaleyraIds: [HIS] }] }],
    [{ authored: [a] }],
    [{ kaleyraIds: [HIS], naming: [{ id: a, kaleyraIds: [HIS] }] }],
    [{ naming: [{ id: a, kaleyraIds: [HIS] }], authored: [a] }],
    [{ kaleyraIds: [HIS], authored: [a] }],
  ])('is somebody all the same where the table holds %o', async page => {
    const { begun: tombstone } = await erasing({ traces: [{}, page] });
    expect(tombstone()).toEqual(newErasure(OVER, OPERATION, []));
  });

  it('is not said to be so where the walk was cut off', async () => {
    const erasure = anErasing({ traces: [{}, {}] });
    const { findTraces } = erasure.scope.erasures;
    erasure.scope.erasures.findTraces = async (...page) => {
      erasure.stop.abort(deadlinePassed());
      return findTraces(...page);
    };
    await expect(eraseUser(erasure.scope, ORDER, erasure.endsAt)).rejects.toMatchObject({ code: 'deadline' });
    expect(erasure.done).toEqual(['traces 0']);
  });
});

describe('the first run', () => {
  it('writes a tombstone after a pause of all jobs, and waits for what is under way', async () => {
    const { statement, done, begun: tombstone, told } = await erasing({ trail: TRAIL });
    expect(tombstone()).toEqual({
      begunAt: OVER,
      operation: OPERATION,
      stage: 'gathering',
      kaleyraIds: [HIS],
      position: null,
      checkedSince: null,
      removed: NOTHING_REMOVED,
      mark: '',
    });
    expect(done).toEqual([`pause ${OVER + QUIET}`, 'traces 0']);
    expect(statement).toMatchObject({ outcome: 'waiting', waitMs: QUIET, waitsFor: 'requests', dryRun: false });
    expect(told).toEqual([logged('waiting')]);
  });

  it('does not end a pause that others need for longer', async () => {
    const erasure = anErasing({ trail: TRAIL });
    let reads = 0;
    // Asked for between the look with which a run begins and the tombstone.
    erasure.scope.jobs.pausedUntil = async () => (++reads === 1 ? 0 : OVER + 3 * QUIET);
    await eraseUser(erasure.scope, ORDER, erasure.endsAt);
    expect(erasure.done[0]).toBe(`pause ${OVER + 3 * QUIET}`);
  });

  it.each<[string, ErasureWorld, string[]]>([
    ['also who the person became meanwhile', { trail: TRAIL, meanwhile: 'usr_new' }, [HIS, 'usr_new']],
    ['who the person was and is', { trail: TRAIL }, [HIS]],
    ['nobody yet where no user is known', { traces: [{ authored: [a] }] }, []],
  ])('goes on with %s', async (_, options, expected) => {
    const erasure = anErasing(options);
    const saved: (readonly string[])[] = [];
    const { save } = erasure.scope.erasures;
    erasure.scope.erasures.save = (id, before, after) => {
      saved.push(after.kaleyraIds);
      return save(id, before, after);
    };
    await eraseUser(erasure.scope, ORDER, erasure.endsAt);
    expect(saved[0]).toEqual(expected);
  });
});

describe('a later run', () => {
  const world: ErasureWorld = {
    trail: { kaleyraId: HIS, erasure: begun({ removed: { ...NOTHING_REMOVED, uploads: 7 } }) },
    records: [booked(a)],
    rooms: [listed('room-a', a)],
    files: { 'room-a': ['file-1'] },
    notes: { [HIS]: [{ id: a, cleared: false }] },
  };

  it('goes on with the tombstone that stands, and sums up what all runs have removed', async () => {
    const { statement, done, begun: tombstone, told } = await erasing({ ...world, notes: {} });
    expect([tombstone(), done.at(-1)]).toEqual([undefined, 'finish']);
    const removed = { ...NOTHING_REMOVED, uploads: 7, users: 1 };
    expect(statement).toMatchObject({ outcome: 'finished', waitMs: 0, waitsFor: null, removed });
    expect(told).toEqual([logged('finished', removed)]);
  });

  it('says what it could not remove', async () => {
    const { statement, told } = await erasing({ ...world, failing: { 'listUploads room-a': kaleyraFails(500) } });
    const removed = { ...NOTHING_REMOVED, uploads: 7, users: 1 };
    expect(statement).toMatchObject({ outcome: 'left', left: { rooms: 1, users: 0, records: 0 }, removed });
    expect(told).toContainEqual(logged('left', { ...removed, roomsLeft: 1 }));
  });

  it('that is left with something waits for no pause', async () => {
    const erasure = anErasing({ ...world, failing: { 'listUploads room-a': kaleyraFails(500) } });
    let reads = 0;
    erasure.scope.jobs.pausedUntil = async () => (++reads === 1 ? 0 : OVER + 500_000);
    expect(await eraseUser(erasure.scope, ORDER, erasure.endsAt)).toMatchObject({ outcome: 'left', waitMs: 0 });
  });

  it('counts what it cancels, and says what it does not', async () => {
    const soon = { ...world, now: START, trail: { kaleyraId: HIS, erasure: begun({ begunAt: START - QUIET }) } };
    const refused = await erasing(soon);
    expect(refused.statement).toMatchObject({ outcome: 'refused', bookings: [a] });
    expect(refused.told).toEqual([logged('refused', { bookingsLeft: 1 })]);
    const cancelled = await erasing(soon, { cancel: true });
    expect(cancelled.world.records.get(a)?.state).toBe('TRASH');
    expect(cancelled.statement.removed).toMatchObject({ bookings: 1, uploads: 1, links: 1, users: 1 });
  });

  it('that Kaleyra asks to slow down waits for that', async () => {
    const { statement } = await erasing({ ...world, failing: { listUploads: throttled } });
    expect(statement).toMatchObject({ outcome: 'waiting', waitMs: 5000, waitsFor: 'pause' });
  });

  it('that was cut off can go on at once', async () => {
    const erasure = anErasing({
      ...world,
      onCall: call => call.startsWith('listUploads') && erasure.stop.abort(deadlinePassed()),
    });
    expect(await eraseUser(erasure.scope, ORDER, erasure.endsAt)).toMatchObject({
      outcome: 'interrupted',
      waitMs: 0,
      waitsFor: null,
    });
  });

  it('whose wait is over by the time it says so waits no longer', async () => {
    const erasure = anErasing({ ...world, failing: { listUploads: throttled } });
    const { pausedUntil } = erasure.scope.jobs;
    erasure.scope.jobs.pausedUntil = async () => {
      const until = await pausedUntil();
      if (until > 0) erasure.world.now = until + 1;
      return until;
    };
    expect(await eraseUser(erasure.scope, ORDER, erasure.endsAt)).toMatchObject({ outcome: 'interrupted', waitMs: 0 });
  });
});

describe('while no job may call Kaleyra', () => {
  it.each([true, false])('nothing is looked at, and it says for how long: dry run %s', async dryRun => {
    const { statement, done, journal, told } = await erasing({ trail: TRAIL, pausedUntil: OVER + 4000 }, { dryRun });
    expect(statement).toMatchObject({ outcome: 'waiting', waitMs: 4000, waitsFor: 'pause', dryRun });
    expect(statement.removed).toEqual(NOTHING_REMOVED);
    expect([done, journal]).toEqual([[], []]);
    expect(told.at(-1)).toEqual(logged('waiting', { dryRun: dryRun ? 1 : 0 }));
  });

  it('it is to be tried again at once where the pause is over meanwhile', async () => {
    const erasure = anErasing({ trail: TRAIL, pausedUntil: OVER + 4000 });
    const { pausedUntil } = erasure.scope.jobs;
    let reads = 0;
    erasure.scope.jobs.pausedUntil = async () => {
      if (++reads === 2) erasure.world.now = OVER + 5000;
      return pausedUntil();
    };
    expect(await eraseUser(erasure.scope, ORDER, erasure.endsAt)).toMatchObject({ outcome: 'waiting', waitMs: 0 });
  });
});

describe('a dry run', () => {
  it('counts and says so', async () => {
    const { statement, done, told } = await erasing(
      { trail: TRAIL, records: [booked(b)], notes: { [HIS]: [{ id: b, cleared: false }] } },
      { dryRun: true },
    );
    const removed = { ...NOTHING_REMOVED, users: 1, names: 1, links: 1 };
    expect(statement).toMatchObject({ outcome: 'finished', dryRun: true, removed });
    expect(done).toEqual(['traces 0', `has ${HIS}`]);
    expect(told).toContainEqual(logged('finished', { ...removed, dryRun: 1 }));
  });
});
