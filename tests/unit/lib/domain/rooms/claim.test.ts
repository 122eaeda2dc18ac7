import { describe, expect, it } from 'vitest';
import {
  claimRecord,
  droppedRoom,
  leftByClaim,
  newClaim,
  stillHolds,
  unansweredRoom,
} from '../../../../../lib/domain/rooms/claim.ts';
import { aConfig } from '../../../../support/configs.ts';
import { aRoomsWorld } from '../../../../support/room-rules.ts';
import { aRecord, START, withRoom } from '../../../../support/teleconsultations.ts';

const NOW = START - 3_600_000;
const MINUTE = 60_000;
const CLAIM = { operation: 'ours', until: NOW + MINUTE };
const DEAD = { operation: 'somebody who died', until: NOW - 1 };

const deletingFiles = (): ReturnType<typeof aConfig> => aConfig({ TELECONSULTATION_DELETE_UPLOADS: 'true' });

describe('a new claim', () => {
  it('has an operation of its own and stands for a minute, longer than any function lives', () => {
    const { scope } = aRoomsWorld({ now: NOW });
    expect([newClaim(scope), newClaim(scope)]).toEqual([
      { operation: 'operation-1', until: NOW + MINUTE },
      { operation: 'operation-2', until: NOW + MINUTE },
    ]);
  });

  it('protects a write only while that write is sure to end before it does', () => {
    expect(stillHolds(CLAIM, CLAIM.until - 15_001)).toBe(true);
    expect(stillHolds(CLAIM, CLAIM.until - 15_000)).toBe(false);
  });
});

describe('what is owed', () => {
  it('for a room that gave way is due at once, with its files where those are to go', () => {
    const owed = { roomId: 'room-1', files: false, dueAt: NOW, attempts: 0 };
    expect(droppedRoom(aRoomsWorld({ now: NOW }).scope, 'room-1')).toEqual(owed);
    expect(droppedRoom(aRoomsWorld({ now: NOW, config: deletingFiles() }).scope, 'room-1')).toEqual({
      ...owed,
      files: true,
    });
  });

  it('for a room nobody told us of is a search', () => {
    const owed = { roomId: null, files: false, dueAt: NOW + 5, attempts: 0 };
    expect(unansweredRoom(aRoomsWorld().scope, NOW + 5)).toEqual(owed);
    expect(unansweredRoom(aRoomsWorld({ config: deletingFiles() }).scope, NOW + 5)).toEqual({ ...owed, files: true });
  });

  it('by a claim whose owner died is a search, five minutes after it ended', () => {
    const { scope } = aRoomsWorld();
    expect(leftByClaim(scope, aRecord({ claim: null }))).toEqual([]);
    expect(leftByClaim(scope, aRecord({ claim: DEAD }))).toEqual([
      { roomId: null, files: false, dueAt: DEAD.until + 5 * MINUTE, attempts: 0 },
    ]);
  });
});

describe('claiming a record', () => {
  it('writes the claim, and leaves everything else as it is', async () => {
    const record = withRoom(aRecord({ owed: [{ roomId: 'old', files: false, dueAt: 1, attempts: 0 }] }));
    const { scope, world } = aRoomsWorld({ record, now: NOW });
    const claimed = await claimRecord(scope, record, CLAIM, 'PATCH /teleconsultation');
    expect(claimed).toEqual({ ...record, claim: CLAIM, version: record.version + 1 });
    expect(world.stored).toEqual(claimed);
  });

  it('takes over what a claim before it has left, behind what was owed already', async () => {
    const owed = [{ roomId: 'old', files: false, dueAt: 1, attempts: 0 }];
    const record = aRecord({ claim: DEAD, owed });
    const { scope, world } = aRoomsWorld({ record, now: NOW });
    await claimRecord(scope, record, CLAIM, 'PATCH /teleconsultation');
    expect(world.stored).toMatchObject({ claim: CLAIM, owed: [...owed, { roomId: null }] });
  });

  it('is lost to whoever wrote first, also where the record is locked', async () => {
    const record = withRoom();
    const { scope, world } = aRoomsWorld({ record: { ...record, version: 7 }, now: START });
    expect(await claimRecord(scope, record, CLAIM, 'PATCH /teleconsultation')).toBe('lost');
    expect(world.stored?.claim).toBeNull();
  });

  it('is refused from the instant of the lock on, by the clock after the write', async () => {
    const record = withRoom();
    const claiming = (now: number) => {
      const { scope } = aRoomsWorld({ record, now });
      return claimRecord(scope, record, CLAIM, 'PATCH /teleconsultation');
    };
    await expect(claiming(START - 1)).resolves.toMatchObject({ claim: CLAIM });
    await expect(claiming(START)).rejects.toMatchObject({
      status: 400,
      sentence: 'Failed PATCH /teleconsultation: the teleconsultation is open and can no longer be changed',
    });
  });
});
