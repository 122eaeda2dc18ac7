import { describe, expect, it } from 'vitest';
import { type Candidate, judge, removeStray } from '../../../../../lib/domain/jobs/strays.ts';
import type { Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { storeUnavailable, storeUnreadable } from '../../../../../lib/errors.ts';
import { aRoomsWorld, kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, withRoom } from '../../../../support/teleconsultations.ts';

const NOW = Date.UTC(2026, 4, 4, 8);
const STRAY: Candidate = { roomId: 'stray', recordId: 'd'.repeat(24), madeAt: NOW };
const OWED = { roomId: 'stray', files: false, dueAt: NOW + 1, attempts: 0 };
const DEAD = { operation: 'somebody who died', until: 0 };

describe('a room that names a record', () => {
  const judged = (record: Teleconsultation | undefined, madeBefore = NOW) =>
    judge(aRoomsWorld({ record }).scope, STRAY, madeBefore);

  it.each<[string, Teleconsultation]>([
    ['points at no room', aRecord()],
    ['points at another room', withRoom()],
    ['owes another room', aRecord({ owed: [{ ...OWED, roomId: 'another' }] })],
    ['was cancelled', aRecord({ state: 'TRASH' })],
  ])('is a stray where the record %s', async (_, record) => {
    expect(await judged(record)).toBe('stray');
  });

  it('is kept where the record points at it, or owes it already', async () => {
    const pointing = withRoom();
    expect(await judged({ ...pointing, room: pointing.room && { ...pointing.room, id: 'stray' } })).toBe('kept');
    expect(await judged(aRecord({ owed: [{ ...OWED, roomId: 'another' }, OWED] }))).toBe('kept');
  });

  it('is not ours where there is no such record', async () => {
    expect(await judged(undefined)).toBe('unknown');
  });

  it('is left to another run while the record is claimed, also by somebody who died', async () => {
    expect(await judged(aRecord({ claim: DEAD }))).toBe('undecided');
  });

  it('is left to another run while it is young', async () => {
    expect(await judged(aRecord(), NOW - 1)).toBe('undecided');
    expect(await judged(undefined, NOW - 1)).toBe('unknown');
  });

  it('is kept where nobody can read the record, and that is told', async () => {
    const { scope, world } = aRoomsWorld({ failing: { find: storeUnreadable(new Error('invented')) } });
    expect(await judge(scope, STRAY, NOW)).toBe('kept');
    expect(world.logs).toEqual([
      ['reconcile.record_unreadable', { teleconsultationId: STRAY.recordId, roomId: 'stray' }],
    ]);
  });

  it.each([
    ['the table does not answer', storeUnavailable(new Error('invented'))],
    ['something else breaks', Object.assign(new Error('broken'), { code: 'store_unreadable' })],
  ])('is not judged where %s', async (_, failure) => {
    await expect(judge(aRoomsWorld({ failing: { find: failure } }).scope, STRAY, NOW)).rejects.toBe(failure);
  });
});

describe('removing a stray', () => {
  const removing = async (record: Teleconsultation | undefined, options: Parameters<typeof aRoomsWorld>[0] = {}) => {
    const { scope, world } = aRoomsWorld({ record, now: NOW, ...options });
    return { outcome: await removeStray(scope, STRAY), world };
  };

  it('goes by way of the debts of its record', async () => {
    const { outcome, world } = await removing(withRoom());
    expect(outcome).toBe('removed');
    expect(world.journal.indexOf('change')).toBeLessThan(world.journal.indexOf('deleteRoom stray'));
    expect(world.stored).toMatchObject({ room: { id: 'room-1' }, owed: [] });
  });

  it('leaves it owed where Kaleyra fails, behind what was owed before', async () => {
    const before = { ...OWED, roomId: 'another' };
    const failing = { deleteRoom: kaleyraFails(500) };
    const { outcome, world } = await removing(aRecord({ owed: [before] }), { failing });
    expect(outcome).toBe('owed');
    expect(world.stored?.owed).toMatchObject([before, { roomId: 'stray', attempts: 1 }]);
  });

  it('is done where only other rooms are owed', async () => {
    expect((await removing(aRecord({ owed: [{ ...OWED, roomId: 'another' }] }))).outcome).toBe('removed');
  });

  it.each<[string, Teleconsultation | undefined]>([
    ['is gone', undefined],
    ['owes it by now', aRecord({ owed: [OWED] })],
    ['is claimed', aRecord({ claim: DEAD })],
  ])('is given up where the record %s', async (_, record) => {
    const { outcome, world } = await removing(record);
    expect([outcome, world.journal]).toEqual(['kept', [`find ${STRAY.recordId}`]]);
  });

  it('looks anew when somebody else was faster, five times', async () => {
    const faster = (times: number) => ({
      meanwhile: (write: number, stored: Teleconsultation) =>
        write <= times ? { ...stored, version: stored.version + 1 } : stored,
    });
    expect((await removing(aRecord(), faster(4))).outcome).toBe('removed');
    const { outcome, world } = await removing(aRecord(), faster(99));
    expect([outcome, world.journal.includes('deleteRoom stray')]).toEqual(['kept', false]);
    expect(world.journal.filter(call => call === 'change')).toHaveLength(5);
  });

  it('spares a room that the record has come to point at meanwhile', async () => {
    const pointing = withRoom();
    const { outcome, world } = await removing(pointing, {
      meanwhile: (_, stored) => ({
        ...stored,
        version: stored.version + 1,
        room: pointing.room && { ...pointing.room, id: 'stray' },
      }),
    });
    expect([outcome, world.journal.includes('deleteRoom stray')]).toEqual(['kept', false]);
  });
});
