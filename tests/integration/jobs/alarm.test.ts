import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListedRoom } from '../../../lib/domain/ports.ts';
import { aBooking, span } from '../../support/bookings.ts';
import { aStray, DELETING, emptied, loggedBy, reconcile, roomIdOf } from '../../support/jobs.ts';
import { openWorld, type World } from '../../support/world.ts';

/** When the reconciler finds so much to change that something else must be wrong. */
let world: World;
let opened: World | undefined;
beforeEach(async () => {
  opened ??= await openWorld({ env: DELETING, oneClock: true });
  world = opened;
  world.clock.reset();
  world.logs.length = 0;
  await emptied(world);
});
afterEach(() => world.wrapDeps(deps => deps));
afterAll(() => opened?.close());

const roomIds = async () => (await world.simulator.rooms()).map(room => room.id).sort();

/** A booking, and that many rooms that were made for it and that it does not point at. */
const strays = async (count: number): Promise<string> => {
  const id = await aBooking(world);
  for (let made = 0; made < count; made += 1) await aStray(world, id, id);
  return id;
};

describe('too much at once', () => {
  it('is an alarm, and nothing is changed until somebody has looked', async () => {
    await strays(20);
    const lost = await aBooking(world);
    await world.scope().kaleyra.deleteRoom(await roomIdOf(world, lost));
    const before = { items: await world.items(), rooms: await roomIds() };
    for (let run = 0; run < 2; run += 1) {
      expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject({
        strays: 20,
        removed: 0,
        lost: 1,
        repaired: 0,
        alarm: true,
      });
    }
    expect(await world.items()).toEqual(before.items);
    expect(await roomIds()).toEqual(before.rooms);
    expect(loggedBy(world, 'reconcile.alarm')).toMatchObject({ level: 'error', counts: { strays: 20, lost: 1 } });
    const told = await reconcile(world, { minimumAgeMs: 0, mostChanges: 21 });
    expect(told).toMatchObject({ removed: 20, repaired: 1, alarm: false });
    expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject({ strays: 0, lost: 0, failed: 0, alarm: false });
  });

  it('begins beyond twenty', async () => {
    await strays(20);
    expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject({ removed: 20, alarm: false });
    expect(await roomIds()).toHaveLength(1);
  });
});

describe('too much where there is much', () => {
  /** Kaleyra's own list, and behind it that many older rooms of somebody else. */
  const withOthers = (count: number): void => {
    const others = Array.from({ length: count }, (_, index): ListedRoom => {
      return { id: `room_other_${index}`, description: null, createdAt: world.clock.now() - span('1 day') };
    });
    world.wrapDeps(deps => ({
      ...deps,
      openKaleyra: (signal, log, patience) => {
        const kaleyra = deps.openKaleyra(signal, log, patience);
        const listRooms = async (offset: number) => {
          const all = [...(await kaleyra.listRooms(0)).rooms, ...others];
          return { rooms: all.slice(offset, offset + 100), hasMore: offset + 100 < all.length };
        };
        return { ...kaleyra, listRooms };
      },
    }));
  };

  it('is more than one of a hundred', async () => {
    const id = await strays(22);
    // Of 2199 rooms, 23 of them ours, and one that was asked for by its id; then of one more.
    for (const [others, alarm, removed] of [
      [2175, true, 0],
      [2176, false, 22],
    ] as const) {
      withOthers(others);
      expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject({
        rooms: others + 23,
        strays: 22,
        removed,
        alarm,
      });
    }
    expect(await roomIds()).toEqual([await roomIdOf(world, id)]);
  });
});
