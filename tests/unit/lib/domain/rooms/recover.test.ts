import { describe, expect, it } from 'vitest';
import { type Attempt, newAttempt } from '../../../../../lib/domain/rooms/make-room.ts';
import { recover } from '../../../../../lib/domain/rooms/recover.ts';
import type { Claim, Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { aRoomsWorld, kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, DETAILS, withRoom } from '../../../../support/teleconsultations.ts';

const NOW = Date.UTC(2026, 4, 4, 8);
const OURS: Claim = { operation: 'ours', until: NOW + 60_000 };
const THEIRS: Claim = { operation: 'theirs', until: NOW + 60_000 };
const MADE = { id: 'made-1', links: [], details: DETAILS };

const recovering = async (
  record: Teleconsultation | undefined,
  claim: Claim | null,
  known: Partial<Attempt> = {},
  options: Parameters<typeof aRoomsWorld>[0] = {},
) => {
  const { scope, world } = aRoomsWorld({ record, now: NOW, ...options });
  const landed = await recover(scope, 'd'.repeat(24), claim, { ...newAttempt(), ...known });
  return { landed, world, stored: world.stored };
};

describe('after a change that failed', () => {
  it('its claim is given back, and the record is as it was', async () => {
    const record = withRoom();
    const { landed, stored } = await recovering({ ...record, claim: OURS }, OURS);
    expect(landed).toBeUndefined();
    expect(stored).toEqual({ ...record, version: record.version + 1 });
  });

  it('somebody else’s claim stays', async () => {
    const { stored, world } = await recovering(aRecord({ claim: THEIRS }), OURS);
    expect(stored?.claim).toEqual(THEIRS);
    expect(world.journal).toEqual([`find ${'d'.repeat(24)}`]);
  });

  it('somebody else’s claim stays also where a room of ours is owed', async () => {
    const { stored, world } = await recovering(aRecord({ claim: THEIRS }), OURS, { made: MADE });
    expect(stored).toMatchObject({ claim: THEIRS, owed: [] });
    expect(world.journal).toContain('deleteRoom made-1');
  });

  it('the table is not even read where there was neither a claim nor a room', async () => {
    const { world, landed } = await recovering(aRecord(), null);
    expect([landed, world.journal]).toEqual([undefined, []]);
  });

  it('a room that was made in vain, or cannot be used, goes', async () => {
    const { stored, world } = await recovering(aRecord({ claim: OURS }), OURS, {
      made: MADE,
      unusableRoomId: 'useless',
    });
    expect(world.journal.filter(call => call.startsWith('deleteRoom'))).toEqual([
      'deleteRoom made-1',
      'deleteRoom useless',
    ]);
    expect(stored).toMatchObject({ claim: null, owed: [] });
  });

  it('a room without a claim is owed all the same, beside what is owed already', async () => {
    const earlier = { roomId: 'earlier', files: false, dueAt: NOW + 1, attempts: 0 };
    const { stored } = await recovering(
      aRecord({ owed: [earlier] }),
      null,
      { made: MADE },
      { failing: { deleteRoom: kaleyraFails(500) } },
    );
    expect(stored?.owed).toMatchObject([earlier, { roomId: 'made-1', attempts: 1 }]);
  });

  it('a room that may have been made is searched for at once', async () => {
    const rooms = [{ id: 'stray', description: 'd'.repeat(24), createdAt: NOW }];
    const { stored, world } = await recovering(aRecord({ claim: OURS }), OURS, { unanswered: true }, { rooms });
    expect(world.journal).toContain('deleteRoom stray');
    expect(stored).toMatchObject({ claim: null, owed: [] });
  });

  it('nothing is written where the record is gone', async () => {
    const { landed, world } = await recovering(undefined, OURS, { made: MADE });
    expect(landed).toBeUndefined();
    expect([world.journal, world.logs]).toEqual([[`find ${'d'.repeat(24)}`], []]);
  });
});

describe('a change that has landed after all', () => {
  it('is found by the room that the record points at, and nothing is undone', async () => {
    const record = withRoom();
    const landedRecord = { ...record, room: record.room && { ...record.room, id: 'made-1' } };
    const { landed, world } = await recovering(landedRecord, OURS, { made: MADE });
    expect(landed).toBe(landedRecord);
    expect(world.journal).not.toContain('change');
  });

  it('is not found where no room was made, whatever the record points at', async () => {
    expect((await recovering(aRecord({ claim: OURS }), OURS)).landed).toBeUndefined();
    expect((await recovering(withRoom(aRecord({ claim: OURS })), OURS, { made: MADE })).landed).toBeUndefined();
  });
});

describe('putting the record in order', () => {
  it('is repeated when somebody else writes at the same time', async () => {
    const { stored, world } = await recovering(
      aRecord({ claim: OURS }),
      OURS,
      {},
      { meanwhile: (write, found) => (write < 5 ? { ...found, version: found.version + 1 } : found) },
    );
    expect(stored?.claim).toBeNull();
    expect(world.journal.filter(call => call === 'change')).toHaveLength(5);
  });

  it('ends after five times: the claim expires by itself', async () => {
    const { landed, world } = await recovering(
      aRecord({ claim: OURS }),
      OURS,
      {},
      { meanwhile: (_, found) => ({ ...found, version: found.version + 1 }) },
    );
    expect(landed).toBeUndefined();
    expect(world.journal.filter(call => call === 'change')).toHaveLength(5);
  });

  it('never throws, and tells what it has left', async () => {
    const { landed, world } = await recovering(
      aRecord({ claim: OURS }),
      OURS,
      {},
      { failing: { find: new Error('no table') } },
    );
    expect(landed).toBeUndefined();
    expect(world.logs).toEqual([
      ['record.left_claimed', expect.objectContaining({ teleconsultationId: 'd'.repeat(24), errorName: 'Error' })],
    ]);
  });
});
