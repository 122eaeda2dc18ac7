import { describe, expect, it } from 'vitest';
import { removePast } from '../../../../../lib/domain/jobs/remove-past.ts';
import type { Watch } from '../../../../../lib/domain/progress.ts';
import type { Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { aRoomsWorld, kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, DETAILS, HOUR, START, withRoom } from '../../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const END = START + HOUR;
const NOW = END + 30 * 24 * HOUR;
const AFTER = END + 1;

const owe = (roomId: string, dueAt: number) => ({ roomId, files: false, dueAt, attempts: 0 });
const seenIn = (roomId: string): Watch => ({
  seen: { roomId, lookedAt: 0, details: null, sessions: [] },
  look: '',
  dueAt: null,
  attempts: 0,
});

const removing = async (
  record: Teleconsultation | undefined,
  options: Parameters<typeof aRoomsWorld>[0] = {},
  before = AFTER,
) => {
  const { scope, world } = aRoomsWorld({ record, now: NOW, details: () => DETAILS, ...options });
  const outcome = await removePast(scope, ID, before).catch((error: Error) => error);
  return { outcome, world, calls: world.journal.filter(call => !['change', `find ${ID}`].includes(call)) };
};

const cut = (): AbortSignal => AbortSignal.abort();

describe('a record whose time is over', () => {
  it('is cancelled, loses files, recordings and rooms, and goes with all its notes', async () => {
    const record = withRoom(aRecord({ formerRooms: ['former'], formerPeople: ['usr_former', 'usr_dr-rossi'] }));
    const { outcome, world, calls } = await removing(record, {
      watch: seenIn('seen'),
      files: { 'room-1': ['file-1'] },
      recordings: { former: ['session-1'] },
    });
    expect([outcome, world.stored]).toEqual(['removed', undefined]);
    expect(calls.slice(0, 3)).toEqual(['readRoom former', 'readRoom room-1', 'readRoom seen']);
    expect(calls).toEqual(
      expect.arrayContaining([
        'deleteUpload file-1',
        'deleteRecording session-1',
        'deleteRoom former',
        'deleteRoom room-1',
        'deleteRoom seen',
      ]),
    );
    expect(calls.slice(-5)).toEqual([
      `unlinkPeople ${ID} usr_dr-rossi usr_mr-bianchi usr_former`,
      'unlinkRoom former',
      'unlinkRoom room-1',
      'unlinkRoom seen',
      'erase',
    ]);
  });

  it('is cancelled before anything goes, so that nobody can bring it back', async () => {
    const { world } = await removing(withRoom(), { failing: { disableRoom: kaleyraFails(500) } });
    expect(world.stored).toMatchObject({
      state: 'TRASH',
      room: null,
      updatedAt: NOW,
      owed: [{ roomId: 'room-1', files: true, recordings: true, attempts: 1 }],
    });
  });

  it('is asked for in one room once, however often it is known', async () => {
    const record = withRoom(aRecord({ formerRooms: ['room-1'] }));
    const { calls } = await removing(record, { watch: seenIn('room-1') });
    expect(calls.filter(call => call.startsWith('readRoom'))).toEqual(['readRoom room-1']);
  });

  it('goes at once where it was cancelled and never had a room', async () => {
    const { outcome, world } = await removing(aRecord({ state: 'TRASH' }));
    expect([outcome, world.journal.includes('change')]).toEqual(['removed', false]);
  });

  it('is cancelled first where it had no room, and where it was cancelled but had one', async () => {
    expect((await removing(aRecord())).world.journal).toContain('change');
    const { outcome, calls } = await removing(aRecord({ state: 'TRASH', formerRooms: ['former'] }));
    expect([outcome, calls.includes('deleteRoom former')]).toEqual(['removed', true]);
  });

  it('goes where nobody has looked at its room', async () => {
    const watch = { ...seenIn('room-1'), seen: undefined };
    expect((await removing(withRoom(), { watch })).outcome).toBe('removed');
  });

  it('goes without its rooms where Kaleyra knows none of them', async () => {
    expect((await removing(withRoom(), { details: () => undefined })).outcome).toBe('removed');
  });

  it('pays first what it owes', async () => {
    const { outcome, calls } = await removing(withRoom(aRecord({ owed: [owe('old', NOW)] })));
    expect([outcome, calls[0]]).toEqual(['removed', 'deleteRoom old']);
  });
});

describe('a record that stays', () => {
  const untouched = [`find ${ID}`];

  it('is one that is gone already, or not past', async () => {
    expect((await removing(undefined)).outcome).toBe('not past');
    const { outcome, world } = await removing(withRoom(), {}, END);
    expect([outcome, world.journal]).toEqual(['not past', untouched]);
  });

  it('is one at which somebody is', async () => {
    for (const busy of [{ state: 'CREATING' as const }, { claim: { operation: 'dead', until: 0 } }]) {
      const { outcome, world } = await removing(withRoom(aRecord(busy)));
      expect([outcome, world.journal]).toEqual(['owing', untouched]);
    }
  });

  it('owes something that is not due yet', async () => {
    const { outcome, world } = await removing(withRoom(aRecord({ owed: [owe('old', NOW + 1)] })));
    expect([outcome, world.journal]).toEqual(['owing', untouched]);
  });

  it('owes something that cannot be paid, and nothing else is touched', async () => {
    const record = withRoom(aRecord({ owed: [owe('old', NOW), owe('later', NOW + 1)] }));
    const failing = { deleteRoom: kaleyraFails(500) };
    const { outcome, calls } = await removing(record, { failing });
    expect([outcome, calls]).toEqual(['failed', ['deleteRoom old']]);
    expect((await removing(record, { failing, signal: cut() })).outcome).toBe('left');
  });

  it('has somebody in one of its rooms', async () => {
    const { outcome, world } = await removing(withRoom(aRecord({ formerRooms: ['former'] })), {
      details: roomId => ({ ...DETAILS, status: roomId === 'former' ? 'RUNNING' : 'CLOSED' }),
    });
    expect([outcome, world.stored?.state]).toEqual(['postponed', 'PUBLIC']);
  });

  it('has rooms of which Kaleyra says nothing: then nothing was done', async () => {
    const failure = kaleyraFails(500);
    const { outcome, world } = await removing(withRoom(), { failing: { readRoom: failure } });
    expect([outcome, world.stored?.state]).toEqual([failure, 'PUBLIC']);
  });

  it('was written by somebody else just now', async () => {
    const moved = (parts: Partial<Teleconsultation>) =>
      removing(withRoom(aRecord({ owed: [owe('old', NOW)] })), {
        meanwhile: (write, stored) => (write === 1 ? { ...stored, ...parts, version: 9 } : stored),
      });
    expect((await moved({ endDate: NOW + HOUR })).outcome).toBe('left');
    expect((await moved({ endDate: AFTER })).outcome).toBe('left');
    expect((await moved({ claim: { operation: 'new', until: NOW + HOUR } })).outcome).toBe('left');
    expect((await moved({})).outcome).toBe('removed');
  });

  it('is changed while it is being cancelled', async () => {
    const { outcome, calls } = await removing(withRoom(), {
      meanwhile: (_, stored) => ({ ...stored, version: 99 }),
    });
    expect([outcome, calls]).toEqual(['left', ['readRoom room-1']]);
  });

  it('is changed while it is being erased', async () => {
    const { scope } = aRoomsWorld({ record: withRoom(), now: NOW, details: () => DETAILS });
    const records = { ...scope.records, erase: async () => 'lost' as const };
    expect(await removePast({ ...scope, records }, ID, AFTER)).toBe('left');
  });

  it('keeps something at Kaleyra: another run goes on', async () => {
    const failing = { 'deleteRoom 1': kaleyraFails(500) };
    const { outcome, calls } = await removing(withRoom(), { failing });
    expect([outcome, calls.includes('erase')]).toEqual(['failed', false]);
    expect((await removing(withRoom(), { failing, signal: cut() })).outcome).toBe('left');
  });
});
