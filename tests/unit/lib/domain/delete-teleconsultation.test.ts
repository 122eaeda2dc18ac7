import { describe, expect, it } from 'vitest';
import { deleteTeleconsultation } from '../../../../lib/domain/delete-teleconsultation.ts';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { aRoomsWorld, kaleyraFails } from '../../../support/room-rules.ts';
import { aRecord, HOUR, START, withRoom } from '../../../support/teleconsultations.ts';

const NOW = START + HOUR / 2;
const ID = 'd'.repeat(24);

const cancelling = async (
  record: Teleconsultation | undefined,
  { callerId, ...options }: NonNullable<Parameters<typeof aRoomsWorld>[0]> & { callerId?: string } = {},
  known?: { score: number; openUntil: number },
) => {
  const { scope, world } = aRoomsWorld({ record, now: NOW, ...options });
  const waits: number[] = [];
  const outcome = await deleteTeleconsultation(
    {
      ...scope,
      caller: { ...scope.caller, id: callerId },
      circuit: { ...scope.circuit, find: async () => known },
      clock: { ...scope.clock, sleep: async ms => void waits.push(ms) },
    },
    ID,
    'canceller',
  ).catch((error: Error) => error);
  return { outcome, world, waits };
};

describe('cancelling', () => {
  it('takes the link away first and the room right after, also during the call', async () => {
    const record = withRoom();
    const { outcome, world } = await cancelling(record);
    expect(outcome).toBeUndefined();
    expect(world.stored).toEqual({
      ...record,
      state: 'TRASH',
      room: null,
      updaterId: 'canceller',
      updatedAt: NOW,
      version: record.version + 2,
    });
    expect(world.journal).toEqual([`find ${ID}`, 'change', 'deleteRoom room-1', 'change']);
  });

  it('writes once where there is no room', async () => {
    const { world } = await cancelling(aRecord());
    expect(world.stored).toMatchObject({ state: 'TRASH', owed: [] });
    expect(world.journal).toEqual([`find ${ID}`, 'change']);
  });

  it('succeeds while Kaleyra fails: the room stays owed, behind what was owed before', async () => {
    const owed = [{ roomId: 'old', files: false, dueAt: NOW + HOUR, attempts: 3 }];
    const { outcome, world } = await cancelling(withRoom(aRecord({ owed })), {
      failing: { deleteRoom: kaleyraFails(500) },
    });
    expect(outcome).toBeUndefined();
    expect(world.stored?.owed).toMatchObject([...owed, { roomId: 'room-1', attempts: 1 }]);
  });

  it('asks for nothing while Kaleyra is taken to be down', async () => {
    const down = await cancelling(withRoom(), {}, { score: 10, openUntil: NOW + 1 });
    expect(down.world.stored?.owed).toMatchObject([{ roomId: 'room-1', attempts: 0 }]);
    expect(down.world.journal).toEqual([`find ${ID}`, 'change']);
    const back = await cancelling(withRoom(), {}, { score: 10, openUntil: NOW });
    expect(back.world.stored?.owed).toEqual([]);
  });

  it('owes a search where somebody is making a room, from when their claim is over', async () => {
    const until = NOW + 40_000;
    const { world } = await cancelling(aRecord({ claim: { operation: 'somebody', until } }));
    expect(world.stored).toMatchObject({ state: 'TRASH', claim: null, owed: [{ roomId: null, dueAt: until }] });
  });

  it('waits its turn where somebody was faster, and cancels what there is then', async () => {
    const { world, waits } = await cancelling(withRoom(), {
      meanwhile: (write, stored) =>
        write === 1 ? { ...stored, version: 9, room: stored.room && { ...stored.room, id: 'room-2' } } : stored,
    });
    expect(world.journal).toContain('deleteRoom room-2');
    expect(world.journal).not.toContain('deleteRoom room-1');
    expect(waits).toHaveLength(1);
  });

  it.each([
    ['nothing', undefined],
    ['a booking under way', aRecord({ state: 'CREATING' })],
    ['a cancelled one', aRecord({ state: 'TRASH' })],
  ])('finds %s to be unknown, and writes nothing', async (_, record) => {
    const { outcome, world } = await cancelling(record);
    expect(outcome).toMatchObject({ status: 404, sentence: 'not found' });
    expect(world.journal).toEqual([`find ${ID}`]);
  });

  it('is refused by the rules to strangers, as if the id were unknown', async () => {
    const { outcome, world } = await cancelling(withRoom(), { config: aConfig({ AUTHORIZATION: 'rules' }) });
    expect(outcome).toMatchObject({ status: 404, sentence: 'not found' });
    expect(world.journal).toEqual([`find ${ID}`]);
  });

  it('is refused by the rules to participants who do not lead it, in words', async () => {
    const { outcome } = await cancelling(withRoom(), {
      config: aConfig({ AUTHORIZATION: 'rules' }),
      callerId: 'mr-bianchi',
    });
    expect(outcome).toMatchObject({
      status: 403,
      message: 'only a plus participant, the creator or a manager may cancel a teleconsultation',
    });
  });
});
