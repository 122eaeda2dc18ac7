import { describe, expect, it } from 'vitest';
import { compareAll, compareCandidates, compareNewest, newComparison } from '../../../../../lib/domain/jobs/listing.ts';
import type { FullSweep } from '../../../../../lib/domain/jobs/sweep-state.ts';
import type { ListedRoom } from '../../../../../lib/domain/ports.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord } from '../../../../support/teleconsultations.ts';
import { booked, idIn, listed } from './situations.ts';
import { aJobWorld, type JobWorld } from './support.ts';

const NOW = 1000;
const [a, b, c, d] = [idIn('a'), idIn('b'), idIn('c'), idIn('d')];

/** So many rooms of others, newest first: `room-9` was made at 9. */
const theirs = (count: number, from = 0): ListedRoom[] =>
  Array.from({ length: count }, (_, index) => from + count - 1 - index).map(at => listed(`room-${at}`, 'theirs', at));

const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `room-${to - index}`);

const comparing = (options: JobWorld) => {
  const job = aJobWorld({ now: NOW, pageSize: 10, ...options });
  return {
    ...job,
    found: newComparison(),
    lists: () => job.calls('listRooms').map(call => Number(call.split(' ')[1])),
  };
};

describe('rooms of which the description is an id of ours', () => {
  const candidate = (roomId: string, recordId: string, madeAt = 10) => ({ roomId, recordId, madeAt });

  it('are sorted by what their record says', async () => {
    const { scope, found } = comparing({
      records: [booked(a, 'kept'), booked(b), booked(c, 'room-c', { claim: { operation: 'x', until: 1 } })],
    });
    const rooms = [
      candidate('kept', a),
      candidate('stray', b),
      candidate('changing', c),
      candidate('young', b, 51),
      candidate('nobody', d),
    ];
    await compareCandidates(scope, rooms, 50, found);
    expect(found).toEqual({
      unread: 0,
      seen: new Set(),
      unknown: new Set(['nobody']),
      strays: new Map([['stray', rooms[1]]]),
      undecided: new Map([
        ['changing', rooms[2]],
        ['young', rooms[3]],
      ]),
    });
  });
});

describe('the newest rooms', () => {
  it('are compared back to those that were made before', async () => {
    const { scope, found, lists } = comparing({ rooms: theirs(40) });
    expect(await compareNewest(scope, 25, 50, found)).toMatchObject({ cameBack: true });
    // Each page overlaps the one before by five.
    expect(lists()).toEqual([0, 5, 10]);
    expect([...found.seen]).toEqual(names(25, 39));
    expect(found.unknown).toEqual(found.seen);
  });

  it('go on to the next page as long as none on it was made before', async () => {
    const { scope, found, lists } = comparing({ rooms: theirs(40) });
    await compareNewest(scope, 30, 50, found);
    expect(lists()).toEqual([0, 5]);
  });

  it('end with the list', async () => {
    const { scope, found, lists } = comparing({ rooms: theirs(15) });
    expect(await compareNewest(scope, -1, 50, found)).toMatchObject({ cameBack: true });
    expect([lists(), found.seen.size]).toEqual([[0, 5], 15]);
    const nothing = comparing({ rooms: [] });
    expect(await compareNewest(nothing.scope, -1, 50, nothing.found)).toMatchObject({ cameBack: true });
  });

  it('end with a page that is nothing but overlap', async () => {
    const { scope, found, lists } = comparing({ rooms: theirs(20), pageSize: 5 });
    expect(await compareNewest(scope, -1, 50, found)).toMatchObject({ cameBack: true });
    expect(lists()).toEqual([0]);
    const six = comparing({ rooms: theirs(7), pageSize: 6 });
    await compareNewest(six.scope, -1, 50, six.found);
    expect(six.lists()).toEqual([0, 1]);
  });

  it('are those of one page where Kaleyra does not say when they were made', async () => {
    const undated = theirs(20).map(room => ({ ...room, createdAt: null }));
    const { scope, found, lists } = comparing({ rooms: undated });
    expect(await compareNewest(scope, 5, 50, found)).toMatchObject({ cameBack: true });
    expect([lists(), found.seen.size]).toEqual([[0], 10]);
  });

  it('are read from our records once each, however often they are listed', async () => {
    const rooms = theirs(20).map((room, index) => (index === 7 ? { ...room, description: a } : room));
    const { scope, found, calls } = comparing({ rooms, records: [booked(a)] });
    await compareNewest(scope, -1, 50, found);
    expect(calls('find')).toEqual([`find ${a}`]);
    expect([...found.strays.values()]).toEqual([{ roomId: 'room-12', recordId: a, madeAt: 12 }]);
    expect([found.seen.size, found.unknown.size]).toEqual([20, 19]);
  });

  it('count as just made where Kaleyra does not say when', async () => {
    const rooms = [listed('undated', a, null), listed('none', null, null), listed('odd', 'x', null)];
    const { scope, found } = comparing({ rooms, records: [aRecord({ id: a })] });
    await compareNewest(scope, -1, NOW - 1, found);
    expect([...found.undecided.values()]).toEqual([{ roomId: 'undated', recordId: a, madeAt: NOW }]);
    expect(found.unknown).toEqual(new Set(['none', 'odd']));
  });

  it('that cannot be listed are left to the next run, which is told', async () => {
    const { scope, found, told } = comparing({ rooms: theirs(20), failing: { 'listRooms 5': kaleyraFails(500) } });
    expect(await compareNewest(scope, -1, 50, found)).toMatchObject({ cameBack: false });
    expect([found.unread, found.seen.size]).toEqual([1, 10]);
    expect(told).toMatchObject([['warn', 'reconcile.list_not_read', { errorName: 'KaleyraError' }]]);
  });

  it('are no failure where the run is at its end', async () => {
    const { scope, found, told, stop } = comparing({ failing: { listRooms: new Error('cut off') } });
    stop.abort();
    expect(await compareNewest(scope, -1, 50, found)).toMatchObject({ cameBack: false });
    expect([found.unread, told]).toEqual([0, []]);
  });
});

describe('the comparison of all rooms', () => {
  const from = (parts: Partial<FullSweep> = {}): FullSweep => ({ startedAt: 7, offset: 0, cameTo: null, ...parts });

  it('goes on to the end of the list', async () => {
    const { scope, found, lists } = comparing({ rooms: theirs(20) });
    expect(await compareAll(scope, from(), NOW + 1, 50, found)).toBeNull();
    expect([lists(), found.seen.size, found.unknown.size]).toEqual([[0, 5, 10], 20, 20]);
  });

  it('says where it has come to when its time is over', async () => {
    const { scope, found, lists } = comparing({
      rooms: theirs(60),
      onCall: (_, world) => {
        world.now += 1;
      },
    });
    const cameTo = await compareAll(scope, from({ offset: 10, cameTo: 45 }), NOW + 2, 50, found);
    expect(lists()).toEqual([10, 15]);
    expect(cameTo).toEqual({ startedAt: 7, offset: 20, cameTo: 35 });
  });

  it('does not begin where there is no time, or the run is at its end', async () => {
    const late = comparing({ rooms: theirs(60) });
    expect(await compareAll(late.scope, from({ offset: 3 }), NOW, 50, late.found)).toEqual(from({ offset: 3 }));
    const cut = comparing({ rooms: theirs(60) });
    cut.stop.abort();
    expect(await compareAll(cut.scope, from(), NOW + 9, 50, cut.found)).toEqual(from());
    expect([late.lists(), cut.lists()]).toEqual([[], []]);
  });

  it('ends with a page that is nothing but overlap', async () => {
    const { scope, found, lists } = comparing({ rooms: theirs(20), pageSize: 5 });
    expect(await compareAll(scope, from(), NOW + 1, 50, found)).toBeNull();
    expect(lists()).toEqual([0]);
    const six = comparing({ rooms: theirs(7), pageSize: 6 });
    expect(await compareAll(six.scope, from(), NOW + 1, 50, six.found)).toBeNull();
    expect(six.lists()).toEqual([0, 1]);
  });

  it('goes back where so many rooms were deleted that others have moved past it', async () => {
    const { scope, found, lists } = comparing({ rooms: theirs(140), pageSize: 50 });
    // It had come to the room that was made at 60; at 110 there are older ones by now.
    expect(await compareAll(scope, from({ offset: 110, cameTo: 60 }), NOW + 1, 50, found)).toBeNull();
    expect(lists()).toEqual([110, 10, 55, 100]);
    expect(found.seen.size).toBe(130);
  });

  it('goes back no further than to the beginning', async () => {
    const { scope, found, lists } = comparing({ rooms: theirs(12) });
    expect(await compareAll(scope, from({ offset: 40, cameTo: 6 }), NOW + 1, 50, found)).toBeNull();
    expect(lists()).toEqual([40, 0, 5]);
  });

  it('does not go back where nothing has moved, or nobody knows', async () => {
    const same = comparing({ rooms: theirs(20) });
    await compareAll(same.scope, from({ offset: 10, cameTo: 9 }), NOW + 1, 50, same.found);
    const unknown = comparing({ rooms: theirs(20) });
    await compareAll(unknown.scope, from({ offset: 10 }), NOW + 1, 50, unknown.found);
    const first = comparing({ rooms: theirs(10) });
    await compareAll(first.scope, from({ cameTo: 90 }), NOW + 1, 50, first.found);
    const undated = comparing({ rooms: theirs(20).map(room => ({ ...room, createdAt: null })) });
    await compareAll(undated.scope, from({ offset: 10 }), NOW + 1, 50, undated.found);
    const all = [same, unknown, first, undated].map(({ lists }) => lists());
    expect(all).toEqual([[10], [10], [0], [10]]);
  });

  it('keeps what it knows of dates where a page has none', async () => {
    const undated = theirs(60).map(room => ({ ...room, createdAt: null }));
    const { scope, found } = comparing({
      rooms: undated,
      onCall: (_, world) => {
        world.now += 1;
      },
    });
    expect(await compareAll(scope, from(), NOW + 1, 50, found)).toEqual(from({ offset: 5 }));
  });

  it('that cannot read a page goes on with the one before it the next time', async () => {
    const { scope, found, told } = comparing({ rooms: theirs(40), failing: { 'listRooms 10': kaleyraFails(500) } });
    expect(await compareAll(scope, from(), NOW + 1, 50, found)).toEqual(from({ offset: 5, cameTo: 30 }));
    expect([found.unread, told.length]).toEqual([1, 1]);
  });
});
