import { describe, expect, it } from 'vitest';
import type { Sweep } from '../../../../../lib/domain/jobs/sweep-state.ts';
import type { ListedRoom } from '../../../../../lib/domain/ports.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { HOUR, START } from '../../../../support/teleconsultations.ts';
import { OLD, reconciling } from './reconciling.ts';
import { booked, idIn, listed, RUN_MS, throttled } from './situations.ts';
import { aJobWorld, type JobWorld } from './support.ts';

/** What one run of the reconciler leaves for the next one, and when it changes nothing at all. */

const [a, b] = [idIn('a'), idIn('b')];
const MINUTE = 60_000;
const { minimumAgeMs } = aJobWorld().scope.config.jobs;
/** Every room that was made before has been compared, once the run is through. */
const COMPARED = START - minimumAgeMs - 5 * MINUTE;
const theirs = (count: number, createdAt = OLD): ListedRoom[] =>
  Array.from({ length: count }, (_, index) => listed(`theirs-${index}`, null, createdAt - index));

const sweep = (parts: Partial<Sweep> = {}): Sweep => ({
  comparedBefore: OLD,
  fullAt: START - HOUR,
  full: null,
  undecided: [],
  records: { shard: '0', after: null },
  ...parts,
});

const left = async (options: JobWorld, order = {}) => (await reconciling(options, order)).world.saved;

describe('a run that dealt with what it found', () => {
  it('has compared everything, the first time', async () => {
    expect(await left({ rooms: theirs(3) })).toEqual([
      {
        comparedBefore: COMPARED,
        fullAt: START,
        full: null,
        undecided: [],
        records: { shard: '1', after: null },
      },
    ]);
  });

  it('leaves the comparison of all rooms alone until it is due', async () => {
    const { world, calls } = await reconciling({ sweep: sweep(), rooms: theirs(60) });
    expect(world.saved).toEqual([sweep({ comparedBefore: COMPARED, records: { shard: '1', after: null } })]);
    expect(calls('listRooms')).toEqual(['listRooms 0']);
  });

  it('goes on with the comparison of all rooms for six tenths of its time, and then says where it is', async () => {
    const full = { startedAt: 5, offset: 0, cameTo: null };
    const compare = 0.6 * (RUN_MS - 10_000);
    const run = (stepMs: number) =>
      left({
        sweep: sweep({ comparedBefore: START, full }),
        rooms: theirs(200),
        pageSize: 10,
        onCall: (call, world) => {
          if (call.startsWith('listRooms')) world.now += stepMs;
        },
      });
    // One page of the newest, then pages of all, each of the same length.
    const [last] = await run(compare / 4);
    expect(last?.full).toMatchObject({ startedAt: 5, offset: 15 });
    const [one] = await run(compare / 4 - 1);
    expect(one?.full).toMatchObject({ startedAt: 5, offset: 20 });
    expect([last?.fullAt, last?.comparedBefore]).toEqual([START - HOUR, COMPARED]);
  });

  it('keeps what it could not decide yet', async () => {
    const young = listed('young', a, START - minimumAgeMs + 1);
    const stray = { roomId: 'earlier', recordId: b, madeAt: OLD };
    const saved = await left({
      records: [booked(a), booked(b, 'room-b', { claim: { operation: 'x', until: START + HOUR } })],
      sweep: sweep({ undecided: [stray] }),
      rooms: [young, listed('room-a', a)],
    });
    expect(saved[0]?.undecided).toEqual([stray, { roomId: 'young', recordId: a, madeAt: young.createdAt }]);
  });

  it('decides what an earlier run could not', async () => {
    const stray = { roomId: 'earlier', recordId: a, madeAt: OLD };
    const { outcome, world } = await reconciling({
      records: [booked(a)],
      sweep: sweep({ undecided: [stray] }),
      rooms: [listed('room-a', a)],
    });
    expect(outcome).toMatchObject({ strays: 1, removed: 1 });
    expect(world.saved[0]?.undecided).toEqual([]);
  });

  it('keeps a room whose record somebody has begun to change', async () => {
    let reads = 0;
    const saved = await left({
      records: [booked(a)],
      rooms: [listed('stray', a, OLD), listed('room-a', a)],
      onCall: (call, { records }) => {
        const claim = { operation: 'x', until: START + HOUR };
        if (call === `find ${a}` && ++reads === 3) records.set(a, booked(a, 'room-a', { claim }));
      },
    });
    expect(saved[0]?.undecided).toEqual([{ roomId: 'stray', recordId: a, madeAt: OLD }]);
  });

  it.each([
    [200, []],
    [201, 'as it was'],
  ])('keeps no more than two hundred of those: of %d', async (count, expected) => {
    const undecided = Array.from({ length: count }, (_, index) => ({ roomId: `r-${index}`, recordId: a, madeAt: OLD }));
    const before = sweep({ undecided });
    const claim = { operation: 'x', until: START + HOUR };
    const saved = await left({ records: [booked(a, 'room-a', { claim })], sweep: before });
    expect(saved[0]?.comparedBefore).toBe(expected === 'as it was' ? OLD : COMPARED);
  });
});

describe('a run that did not', () => {
  const FULL = { startedAt: START, offset: 0, cameTo: null };
  const before = sweep({ fullAt: null });

  it.each<[string, JobWorld]>([
    ['a stray could not be removed', { failing: { [`change ${a}`]: new Error('as told') } }],
    ['a room could not be made again', { records: [booked(a), booked(b)], failing: { createRoom: kaleyraFails(400) } }],
    ['it was at its end', { failing: { 'deleteRoom stray': throttled } }],
  ])('lets the next one begin where it began: %s', async (_, options) => {
    const rooms = [listed('stray', a, OLD), listed('room-a', a)];
    expect(await left({ records: [booked(a)], sweep: before, rooms, ...options })).toEqual([{ ...before, full: FULL }]);
  });

  it('goes back to the same newest rooms where those could not be listed', async () => {
    const { outcome, world } = await reconciling({
      sweep: sweep(),
      rooms: theirs(20),
      failing: { listRooms: kaleyraFails(500) },
    });
    expect([outcome.failed, world.saved[0]?.comparedBefore]).toEqual([1, OLD]);
  });
});

describe('how old a room has to be', () => {
  const run = (order: { minimumAgeMs?: number }, createdAt: number) =>
    reconciling({ records: [booked(a)], rooms: [listed('room', a, createdAt), listed('room-a', a)] }, order);

  it('is what the settings say', async () => {
    expect((await run({}, START - minimumAgeMs)).outcome.strays).toBe(1);
    expect((await run({}, START - minimumAgeMs + 1)).outcome.strays).toBe(0);
  });

  it('is what the order says, and what was compared counts by the longer of the two', async () => {
    const short = await run({ minimumAgeMs: 0 }, START);
    expect([short.outcome.strays, short.world.saved[0]?.comparedBefore]).toEqual([1, COMPARED]);
    const long = await run({ minimumAgeMs: minimumAgeMs + 7 }, START - minimumAgeMs - 6);
    expect([long.outcome.strays, long.world.saved[0]?.comparedBefore]).toEqual([0, COMPARED - 7]);
  });
});

describe('too much to be changed at once', () => {
  const strays = (count: number) => Array.from({ length: count }, (_, index) => listed(`stray-${index}`, a, OLD));
  const run = (count: number, more: ListedRoom[] = [], order = {}, records = [booked(a)]) =>
    reconciling({ records, rooms: [...strays(count), ...more, listed('room-a', a, OLD)], pageSize: 500 }, order);

  it('means that something else is wrong: nothing is changed, and nothing left for the next run', async () => {
    const { outcome, world, told, metrics, calls } = await run(20, [], {}, [booked(a), booked(b)]);
    expect(outcome).toMatchObject({ strays: 20, lost: 1, removed: 0, repaired: 0, alarm: true, complete: true });
    expect([world.saved, calls('change', 'deleteRoom', 'createRoom')]).toEqual([[], []]);
    expect(told).toContainEqual(['error', 'reconcile.alarm', { counts: { strays: 20, lost: 1, rooms: 21 } }]);
    expect(told.at(-1)).toMatchObject(['info', 'reconcile.done', { counts: { alarms: 1, complete: 1 } }]);
    expect(metrics).toContain('ReconcileAlarms 1');
  });

  it('is more than twenty', async () => {
    expect((await run(20)).outcome).toMatchObject({ removed: 20, alarm: false });
    expect((await run(21)).outcome).toMatchObject({ removed: 0, alarm: true });
  });

  it('is more than one in a hundred of what was compared, both ways', async () => {
    // 21 strays, a room of ours, and as many of others that with the one that was asked for there are 2100.
    expect((await run(21, theirs(2077))).outcome).toMatchObject({ rooms: 2099, removed: 21, alarm: false });
    expect((await run(21, theirs(2076))).outcome).toMatchObject({ rooms: 2098, removed: 0, alarm: true });
  });

  it('is what the order says, after a look at why', async () => {
    expect((await run(21, [], { mostChanges: 21 })).outcome).toMatchObject({ removed: 21, alarm: false });
    expect((await run(3, [], { mostChanges: 2 })).outcome).toMatchObject({ removed: 0, alarm: true });
  });
});
