import { describe, expect, it } from 'vitest';
import type { Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { storeUnavailable } from '../../../../../lib/errors.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, DETAILS, HOUR, START } from '../../../../support/teleconsultations.ts';
import { OLD, reconciling } from './reconciling.ts';
import { aWatch, booked, idIn, listed, throttled } from './situations.ts';

const [a, b, c, d] = [idIn('a'), idIn('b'), idIn('c'), idIn('d')];
const MINUTE = 60_000;
const END = START + HOUR;
const NOTHING = {
  ...{ claims: 0, abandoned: 0, paid: 0, unpaid: 0, rooms: 0, unknown: 0, strays: 0, removed: 0, lost: 0 },
  ...{ repaired: 0, people: 0, madeUpFor: 0, failed: 0, left: 0, complete: true, alarm: false },
};

describe('where everything is in order', () => {
  it('nothing is done, and that is told', async () => {
    const { outcome, told, metrics, calls } = await reconciling({ records: [booked(a)], rooms: [listed('room-a', a)] });
    expect(outcome).toEqual({ ...NOTHING, rooms: 1 });
    const { complete: _, alarm: __, ...counts } = { ...NOTHING, rooms: 1 };
    expect(told).toEqual([['info', 'reconcile.done', { counts: { ...counts, complete: 1, alarms: 0 } }]]);
    expect(metrics).toEqual([
      'OldestOwed 0',
      'DriftFound 0 strays',
      'DriftFound 0 lost',
      'DriftFound 0 unknown',
      'ReconcileAlarms 0',
    ]);
    expect(calls('change', 'createRoom', 'deleteRoom')).toEqual([]);
  });
});

describe('what the index says is due', () => {
  const dead = { operation: 'dead', until: START - MINUTE };
  const owe = (roomId: string) => ({ roomId, files: false, dueAt: START - 2 * MINUTE, attempts: 0 });

  it('is worked off, and counted', async () => {
    const { outcome, world, metrics } = await reconciling({
      records: [
        booked(a, 'room-a', { claim: dead }),
        aRecord({ id: b, state: 'CREATING', updatedAt: START - HOUR }),
        aRecord({ id: c, owed: [owe('one'), owe('two')] }),
        booked(d, 'room-d', { claim: dead }),
      ],
      rooms: [listed('room-a', a), listed('room-d', d)],
      failing: { 'deleteRoom two': kaleyraFails(500) },
    });
    expect(outcome).toMatchObject({ claims: 2, abandoned: 1, paid: 1, unpaid: 1 });
    expect([world.records.get(a)?.claim, world.records.get(b)?.state]).toEqual([null, 'TRASH']);
    expect(metrics[0]).toBe('OldestOwed 120');
  });

  it('says in seconds how long the oldest has been waiting, whichever comes last', async () => {
    const waiting = async (...records: Teleconsultation[]) => (await reconciling({ records })).metrics[0];
    const older = aRecord({ id: a, owed: [owe('one')] });
    const younger = aRecord({ id: b, owed: [{ ...owe('two'), dueAt: START - 1600 }] });
    expect(await waiting(older, younger)).toBe('OldestOwed 120');
    expect(await waiting({ ...older, id: b }, { ...younger, id: a })).toBe('OldestOwed 120');
    expect(await waiting(younger)).toBe('OldestOwed 2');
  });

  it('counts from when its last call was seen to be over', async () => {
    const over = { id: 's', startedAt: START, durationInSeconds: 60, kaleyraIds: [], overSince: START };
    const seen = { roomId: 'room-a', lookedAt: START, details: DETAILS, sessions: [over] };
    const { metrics, calls } = await reconciling({
      now: START + HOUR + MINUTE,
      environment: { TELECONSULTATION_DELETE_UPLOADS: 'true' },
      records: [booked(a, 'room-a', { endDate: null })],
      rooms: [listed('room-a', a)],
      watches: { [a]: aWatch({ seen, dueAt: START }) },
    });
    expect(metrics[0]).toBe('OldestOwed 60');
    // The cleanup looks at it when it clears its files.
    expect(calls('listSessions')).toEqual([]);
  });

  it('is looked at, where a look is due and no cleanup', async () => {
    const dueAt = START;
    const { outcome, calls } = await reconciling({
      records: [booked(a), booked(b)],
      rooms: [listed('room-a', a), listed('room-b', b)],
      watches: { [a]: aWatch({ dueAt }), [b]: aWatch({ dueAt: dueAt + 1 }) },
    });
    expect([outcome.madeUpFor, calls('listSessions')]).toEqual([1, ['listSessions room-a']]);
  });

  it('is looked at also where no cleanup ever comes, because its call has no end', async () => {
    const { outcome } = await reconciling({
      records: [booked(a, 'room-a', { endDate: null })],
      rooms: [listed('room-a', a)],
      watches: { [a]: aWatch({ dueAt: START }) },
    });
    expect(outcome.madeUpFor).toBe(1);
  });

  it.each([
    ['that is due', END + 24 * HOUR, []],
    ['that is due a moment later', END + 24 * HOUR - 1, ['listSessions room-a']],
  ])('is left to the cleanup %s', async (_, now, looked) => {
    const { calls, outcome } = await reconciling({
      now,
      records: [booked(a)],
      rooms: [listed('room-a', a)],
      watches: { [a]: aWatch({ dueAt: START }) },
    });
    expect([calls('listSessions'), outcome.madeUpFor]).toEqual([looked, looked.length]);
  });

  it('counts no look that came to nothing', async () => {
    const { outcome } = await reconciling({
      records: [booked(a)],
      rooms: [listed('room-a', a)],
      watches: { [a]: aWatch({ dueAt: START }) },
      failing: { listSessions: kaleyraFails(500) },
    });
    expect(outcome.madeUpFor).toBe(0);
  });

  it('adds the calls that no event told of to the looks', async () => {
    const { outcome } = await reconciling({
      records: [booked(a), booked(b)],
      rooms: [listed('room-a', a), listed('room-b', b)],
      watches: { [a]: aWatch({ dueAt: START }) },
      details: { 'room-b': { durationUsedInSeconds: 9 } },
    });
    expect(outcome.madeUpFor).toBe(2);
  });

  it('is forgotten where there is no record any more', async () => {
    const { calls, told } = await reconciling({ orphans: [a] });
    expect(calls('forget')).toEqual([`forget ${a}`]);
    expect(told).toContainEqual(['info', 'record.forgotten', { teleconsultationId: a }]);
  });

  it('and cannot be read is a failure', async () => {
    const { outcome } = await reconciling({
      records: [aRecord({ id: a, owed: [owe('one')] })],
      failing: { [`look ${a}`]: storeUnavailable(undefined) },
    });
    // Once when it was due, and once on the walk along the records.
    expect(outcome).toMatchObject({ failed: 2, paid: 0 });
  });

  it('and that the run did not come to is left', async () => {
    const { outcome, told } = await reconciling({
      records: [
        aRecord({ id: a, owed: [owe('one')] }),
        aRecord({ id: b, owed: [owe('two')] }),
        aRecord({ id: c, owed: [owe('three')] }),
      ],
      failing: { 'deleteRoom one': throttled },
    });
    expect(outcome).toMatchObject({ left: 1, complete: false });
    expect(told.at(-1)).toMatchObject(['info', 'reconcile.done', { counts: { left: 1, complete: 0 } }]);
  });
});

describe('rooms that no record points at', () => {
  const rooms = [listed('stray', a, OLD), listed('room-a', a, OLD), listed('theirs', 'the old service', OLD)];

  it('are removed, and others left alone', async () => {
    const { outcome, world, metrics, told } = await reconciling({ records: [booked(a)], rooms });
    expect(outcome).toEqual({ ...NOTHING, rooms: 3, unknown: 1, strays: 1, removed: 1 });
    expect(world.rooms.map(({ id }) => id)).toEqual(['room-a', 'theirs']);
    expect(metrics).toContain('DriftFound 1 strays');
    expect(metrics).toContain('DriftFound 1 unknown');
    expect(told).toContainEqual(['warn', 'reconcile.unknown_room', { roomId: 'theirs' }]);
  });

  it('and cannot be deleted now are owed, and not counted as removed', async () => {
    const failing = { 'deleteRoom stray': kaleyraFails(500) };
    const { outcome, world } = await reconciling({ records: [booked(a)], rooms, failing });
    expect(outcome).toMatchObject({ strays: 1, removed: 0, failed: 0 });
    expect(world.records.get(a)?.owed).toMatchObject([{ roomId: 'stray' }]);
  });

  it('are failures where the table fails, and hold back no other', async () => {
    const { outcome, world, told } = await reconciling({
      records: [booked(a), booked(b)],
      rooms: [listed('stray-1', a, OLD), listed('stray-2', b, OLD), listed('room-a', a), listed('room-b', b)],
      failing: { [`change ${a}`]: storeUnavailable(undefined) },
    });
    expect(outcome).toMatchObject({ strays: 2, removed: 1, failed: 1, complete: true });
    expect(world.rooms.map(({ id }) => id)).not.toContain('stray-2');
    expect(told).toContainEqual([
      'error',
      'reconcile.repair_failed',
      expect.objectContaining({ errorName: 'ServiceError' }),
    ]);
  });

  it('are not begun with any more once the run is at its end', async () => {
    const { outcome, calls } = await reconciling({
      records: [booked(a), booked(b)],
      rooms: [listed('stray-1', a, OLD), listed('stray-2', b, OLD), listed('room-a', a), listed('room-b', b)],
      failing: { 'deleteRoom stray-1': throttled },
    });
    expect(outcome).toMatchObject({ strays: 2, removed: 0, failed: 0, complete: false });
    expect(calls('deleteRoom', 'change').filter(call => !call.endsWith(a))).toEqual(['deleteRoom stray-1']);
  });

  it('and are not ours are named, ten of them at most', async () => {
    const rooms = Array.from({ length: 12 }, (_, index) => listed(`theirs-${index}`, null, OLD));
    const { outcome, told } = await reconciling({ rooms });
    const named = told.filter(([, event]) => event === 'reconcile.unknown_room').map(([, , fields]) => fields);
    expect([outcome.unknown, named]).toEqual([12, rooms.slice(0, 10).map(({ id }) => ({ roomId: id }))]);
  });
});

describe('records that have lost their room', () => {
  it('have one again', async () => {
    const { outcome, world, metrics } = await reconciling({ records: [booked(a)] });
    expect(outcome).toEqual({ ...NOTHING, lost: 1, repaired: 1 });
    expect(world.records.get(a)?.room?.id).toBe('made-1');
    expect(metrics).toContain('DriftFound 1 lost');
  });

  it('and cannot have one now are failures', async () => {
    const { outcome } = await reconciling({ records: [booked(a)], failing: { createRoom: kaleyraFails(400) } });
    expect(outcome).toMatchObject({ lost: 1, repaired: 0, failed: 1 });
  });

  it('are no failure where the run is at its end', async () => {
    const { outcome, told } = await reconciling({
      records: [booked(a), booked(b)],
      failing: { createRoom: throttled },
    });
    expect(outcome).toMatchObject({ lost: 2, repaired: 0, failed: 0, complete: false });
    expect(told.filter(([level]) => level === 'error')).toEqual([]);
  });

  it('and have it after all are not counted as repaired', async () => {
    const { outcome } = await reconciling({
      records: [booked(a)],
      onCall: (call, { records }) => {
        // Between the two questions for it.
        if (call.startsWith('findDue f')) records.set(a, aRecord({ id: a }));
      },
    });
    expect(outcome).toMatchObject({ repaired: 0, failed: 0 });
  });

  it('are told with people who were never created, and with questions that were not answered', async () => {
    const { outcome } = await reconciling({
      records: [booked(a), booked(b)],
      rooms: [listed('room-a', a)],
      unconfirmed: ['dr-rossi'],
      failing: { 'readRoom room-b': kaleyraFails(500) },
    });
    expect(outcome).toMatchObject({ people: 2, failed: 1 });
  });
});
