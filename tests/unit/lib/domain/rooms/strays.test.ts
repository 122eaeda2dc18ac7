import { describe, expect, it } from 'vitest';
import { settle } from '../../../../../lib/domain/rooms/settle.ts';
import type { Owed } from '../../../../../lib/domain/teleconsultation.ts';
import { aRoomsWorld, kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, withRoom } from '../../../../support/teleconsultations.ts';

const NOW = Date.UTC(2026, 4, 4, 8);
const MINUTE = 60_000;
const SEARCH: Owed = { roomId: null, files: false, dueAt: NOW, attempts: 0 };

const RECORD = withRoom(aRecord({ owed: [SEARCH], createdAt: NOW - 10 * MINUTE }));

const listed = (id: string, description: string | null = RECORD.id, createdAt: number | null = NOW) => ({
  id,
  description,
  createdAt,
});

const deleted = (journal: readonly string[]): string[] => journal.filter(call => call.startsWith('deleteRoom'));

describe('the search for a room that nobody told us of', () => {
  it('deletes the rooms of this record that nothing points at, and no other room', async () => {
    const record = { ...RECORD, owed: [SEARCH, { ...SEARCH, roomId: 'owed', dueAt: NOW + MINUTE }] };
    const rooms = [
      listed('stray'),
      listed('room-1'),
      listed('owed'),
      listed('of another', 'e'.repeat(24)),
      listed('of nobody', null),
    ];
    const { scope, world } = aRoomsWorld({ record, now: NOW, rooms });
    expect((await settle(scope, record)).owed).toEqual([record.owed[1]]);
    expect(deleted(world.journal)).toEqual(['deleteRoom stray']);
    expect(world.logs).toEqual([]);
  });

  it('deletes them also where the record points at no room', async () => {
    const record = aRecord({ owed: [SEARCH] });
    const { scope, world } = aRoomsWorld({ record, now: NOW, rooms: [listed('stray')] });
    expect((await settle(scope, record)).owed).toEqual([]);
    expect(deleted(world.journal)).toEqual(['deleteRoom stray']);
  });

  it('is repeated while nothing is found, and ends after the third time', async () => {
    const searching = async (attempts: number) => {
      const record = { ...RECORD, owed: [{ ...SEARCH, attempts }] };
      const { scope } = aRoomsWorld({ record, now: NOW, rooms: [] });
      return (await settle(scope, record)).owed;
    };
    expect(await searching(0)).toEqual([{ ...SEARCH, attempts: 1, dueAt: NOW + MINUTE }]);
    expect(await searching(1)).toMatchObject([{ attempts: 2 }]);
    expect(await searching(2)).toEqual([]);
  });

  it('deletes nothing while somebody has claimed the record: the room may be theirs', async () => {
    const meeting = async (until: number) => {
      const record = { ...RECORD, claim: { operation: 'somebody', until } };
      const { scope, world } = aRoomsWorld({ record, now: NOW, rooms: [listed('stray')] });
      const { owed } = await settle(scope, record);
      return [owed.length, deleted(world.journal).length];
    };
    expect(await meeting(NOW + 1)).toEqual([1, 0]);
    expect(await meeting(NOW)).toEqual([0, 1]);
  });

  it('looks at the record after the rooms, and deletes nothing where there is none any more', async () => {
    const { scope, world } = aRoomsWorld({ record: RECORD, now: NOW, rooms: [listed('stray')] });
    const settled = settle(scope, RECORD);
    world.stored = undefined;
    await settled;
    expect(world.journal.slice(0, 2)).toEqual(['listRooms 0', `find ${RECORD.id}`]);
    expect([deleted(world.journal), world.logs]).toEqual([[], []]);
  });

  it('stays open while one of the rooms that it found is left', async () => {
    const record = { ...RECORD, owed: [{ ...SEARCH, files: true, attempts: 7 }] };
    const { scope } = aRoomsWorld({
      record,
      now: NOW,
      rooms: [listed('one'), listed('two')],
      files: { one: ['file-1'] },
      failing: { deleteUpload: kaleyraFails(500) },
    });
    expect((await settle(scope, record)).owed).toMatchObject([{ roomId: null, attempts: 8 }]);
  });

  it('is told without a room where it fails', async () => {
    const { scope, world } = aRoomsWorld({ record: RECORD, now: NOW, failing: { listRooms: kaleyraFails(500) } });
    await settle(scope, RECORD);
    expect(world.logs).toEqual([['room.left_owed', expect.objectContaining({ teleconsultationId: RECORD.id })]]);
    expect(world.logs[0]?.[1]).not.toHaveProperty('roomId');
  });
});

describe('the list that it reads', () => {
  const others = Array.from({ length: 3 }, (_, index) => listed(`other-${index}`, 'e'.repeat(24)));
  const pagesRead = async (parts: Parameters<typeof aRoomsWorld>[0]) => {
    const { scope, world } = aRoomsWorld({ record: RECORD, now: NOW, pageSize: 1, ...parts });
    await settle(scope, RECORD);
    return {
      pages: world.journal.filter(call => call.startsWith('listRooms')),
      deleted: deleted(world.journal),
    };
  };

  it('is followed for three pages', async () => {
    expect(await pagesRead({ rooms: [...others.slice(0, 2), listed('stray'), ...others] })).toEqual({
      pages: ['listRooms 0', 'listRooms 1', 'listRooms 2'],
      deleted: ['deleteRoom stray'],
    });
  });

  it('is followed to its end, or to an empty page', async () => {
    expect((await pagesRead({ rooms: [listed('stray')] })).pages).toEqual(['listRooms 0']);
    expect((await pagesRead({ rooms: [listed('stray')], endless: true })).pages).toEqual([
      'listRooms 0',
      'listRooms 1',
    ]);
    expect((await pagesRead({ rooms: [], endless: true })).pages).toEqual(['listRooms 0']);
  });

  it('is followed to the rooms that are older than the record, give or take a minute', async () => {
    const old = (createdAt: number | null) => [listed('old', null, createdAt), ...others];
    const begun = RECORD.createdAt - MINUTE;
    expect((await pagesRead({ rooms: old(begun - 1) })).pages).toHaveLength(1);
    expect((await pagesRead({ rooms: old(begun) })).pages).toHaveLength(3);
    expect((await pagesRead({ rooms: old(null) })).pages).toHaveLength(3);
  });
});
