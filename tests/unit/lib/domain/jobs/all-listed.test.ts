import { describe, expect, it } from 'vitest';
import { compareAll, compareNewest, newComparison } from '../../../../../lib/domain/jobs/listing.ts';
import type { ListedRoom } from '../../../../../lib/domain/ports.ts';
import { aScope } from '../../../../support/scopes.ts';

const NOW = Date.UTC(2026, 4, 4, 8);

/** Rooms of nobody, newest first, so many that they fill pages of ten; some may go while the list is read. */
const aList = (count: number, goneAfterFirst = 0) => {
  const asked: number[] = [];
  const rooms = Array.from({ length: count }, (_, index): ListedRoom => {
    return { id: `room-${index}`, description: null, createdAt: NOW - index };
  });
  const scope = aScope({
    clock: { now: () => NOW },
    kaleyra: {
      listRooms: async offset => {
        const left = asked.length === 0 ? rooms : rooms.slice(goneAfterFirst);
        asked.push(offset);
        return { rooms: left.slice(offset, offset + 10), hasMore: left.length > offset + 10 };
      },
    },
  });
  return { scope, asked, into: newComparison() };
};

describe('the newest rooms', () => {
  it('are all that there are where the list ends before the instant', async () => {
    const { scope, asked, into } = aList(24);
    expect(await compareNewest(scope, NOW - 100, NOW, into)).toEqual({ cameBack: true, wereAll: true });
    expect([asked, into.seen.size]).toEqual([[0, 5, 10, 15], 24]);
  });

  it('are not all where older ones follow, or were on the last page', async () => {
    const further = aList(24);
    expect(await compareNewest(further.scope, NOW - 3, NOW, further.into)).toEqual({ cameBack: true, wereAll: false });
    const older = aList(8);
    expect(await compareNewest(older.scope, NOW - 3, NOW, older.into)).toEqual({ cameBack: true, wereAll: false });
  });

  it('are not known to be all where so many went meanwhile that a page was skipped', async () => {
    const { scope, into } = aList(24, 6);
    expect(await compareNewest(scope, NOW - 100, NOW, into)).toEqual({ cameBack: true, wereAll: false });
  });

  it('are not known to be all where the list cannot be read to its end', async () => {
    const { scope, into } = aList(24);
    const { listRooms } = scope.kaleyra;
    const failing = async (offset: number) => {
      if (offset > 0) throw new Error('invented');
      return listRooms(offset);
    };
    const outcome = await compareNewest({ ...scope, kaleyra: { ...scope.kaleyra, listRooms: failing } }, 0, NOW, into);
    expect([outcome, into.unread, into.seen.size]).toEqual([{ cameBack: false, wereAll: false }, 1, 10]);
  });
});

describe('all rooms', () => {
  const from = { startedAt: NOW, offset: 0, cameTo: null };

  it('are compared page by page to the end', async () => {
    const { scope, asked, into } = aList(24);
    expect(await compareAll(scope, from, NOW + 1, NOW, into)).toBeNull();
    expect([asked, into.seen.size]).toEqual([[0, 5, 10, 15], 24]);
  });

  it('are looked for on earlier pages again where so many went meanwhile that a page was skipped', async () => {
    const { scope, asked, into } = aList(24, 6);
    expect(await compareAll(scope, from, NOW + 1, NOW, into)).toBeNull();
    expect([asked.slice(0, 3), into.seen.size]).toEqual([[0, 5, 0], 24]);
  });

  it('wait for another run where the time for them is over', async () => {
    const { scope, asked, into } = aList(24);
    expect(await compareAll(scope, from, NOW, NOW, into)).toEqual(from);
    expect(asked).toEqual([]);
  });
});
