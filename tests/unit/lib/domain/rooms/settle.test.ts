import { describe, expect, it } from 'vitest';
import { settle } from '../../../../../lib/domain/rooms/settle.ts';
import type { Owed, Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { aRoomsWorld, kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, withRoom } from '../../../../support/teleconsultations.ts';

const NOW = Date.UTC(2026, 4, 4, 8);
const MINUTE = 60_000;

const owe = (roomId: string | null, parts: Partial<Owed> = {}): Owed => ({
  roomId,
  files: false,
  dueAt: NOW,
  attempts: 0,
  ...parts,
});

const owing = (...owed: Owed[]): Teleconsultation => withRoom(aRecord({ owed, createdAt: NOW - MINUTE }));

const changes = (journal: readonly string[]): string[] => journal.filter(call => call !== 'find' && call !== 'change');

describe('paying what a record owes', () => {
  it('deletes the rooms that are due, and takes them off the record', async () => {
    const later = owe('later', { dueAt: NOW + 1 });
    const record = owing(owe('first'), later, owe('second', { dueAt: NOW - 5 }));
    const { scope, world } = aRoomsWorld({ record, now: NOW });
    const afterwards = await settle(scope, record);
    expect(world.journal).toEqual(['deleteRoom first', 'deleteRoom second', 'change']);
    expect(afterwards).toEqual({ ...record, owed: [later], version: record.version + 1 });
    expect(world.stored).toEqual(afterwards);
  });

  it('does nothing and writes nothing while nothing is due', async () => {
    const record = owing(owe('later', { dueAt: NOW + 1 }));
    const { scope, world } = aRoomsWorld({ record, now: NOW });
    expect(await settle(scope, record)).toBe(record);
    expect(world.journal).toEqual([]);
  });

  it('never deletes the room that the record points at', async () => {
    const record = owing(owe('room-1'));
    const { scope, world } = aRoomsWorld({ record, now: NOW });
    expect((await settle(scope, record)).owed).toEqual([]);
    expect(world.journal).toEqual(['change']);
  });

  it('deletes what a record owes that points at no room any more', async () => {
    const record = aRecord({ owed: [owe('old')] });
    const { scope, world } = aRoomsWorld({ record, now: NOW });
    expect((await settle(scope, record)).owed).toEqual([]);
    expect(world.journal).toEqual(['deleteRoom old', 'change']);
  });

  it('deletes the files before the room where they are to go', async () => {
    const record = owing(owe('old', { files: true }));
    const { scope, world } = aRoomsWorld({ record, now: NOW, files: { old: ['file-1'] } });
    expect((await settle(scope, record)).owed).toEqual([]);
    expect(changes(world.journal)).toEqual([
      'disableRoom old',
      'listUploads old',
      'deleteUpload file-1',
      'listUploads old',
      'deleteRoom old',
    ]);
  });

  it('keeps the room while a file of it is left', async () => {
    const record = owing(owe('old', { files: true }));
    const failing = { deleteUpload: kaleyraFails(500) };
    const { scope, world } = aRoomsWorld({ record, now: NOW, files: { old: ['file-1'] }, failing });
    expect((await settle(scope, record)).owed).toMatchObject([{ roomId: 'old', files: true, attempts: 1 }]);
    expect(world.journal).not.toContain('deleteRoom old');
  });

  it('keeps the room where nobody knows whether files have come meanwhile', async () => {
    const record = owing(owe('old', { files: true }));
    const failing = { 'listUploads 2': kaleyraFails(500) };
    const { scope, world } = aRoomsWorld({ record, now: NOW, files: { old: ['file-1'] }, failing });
    expect((await settle(scope, record)).owed).toHaveLength(1);
    expect(world.journal).not.toContain('deleteRoom old');
  });

  it('deletes the recordings as well where nobody keeps anything: those listed and those seen in this very room', async () => {
    const record = owing(owe('old', { recordings: true }));
    const pay = async (activity?: { seen: unknown }) => {
      const activities = { find: async () => activity as never };
      const { scope, world } = aRoomsWorld({ record, now: NOW, recordings: { old: ['listed'] }, activities });
      expect((await settle(scope, record)).owed).toEqual([]);
      expect(world.journal.at(-2)).toBe('deleteRoom old');
      return world.journal.filter(call => call.startsWith('deleteRecording'));
    };
    const sessions = [{ id: 'seen', startedAt: 0, durationInSeconds: 1 }];
    expect(await pay({ seen: { roomId: 'old', sessions } })).toEqual([
      'deleteRecording seen',
      'deleteRecording listed',
    ]);
    expect(await pay({ seen: { roomId: 'another', sessions } })).toEqual(['deleteRecording listed']);
    expect(await pay({ seen: undefined })).toEqual(['deleteRecording listed']);
    expect(await pay()).toEqual(['deleteRecording listed']);
  });

  it('keeps the room while a recording of it is left', async () => {
    const record = owing(owe('old', { recordings: true }));
    const failing = { deleteRecording: kaleyraFails(500) };
    const { scope, world } = aRoomsWorld({ record, now: NOW, recordings: { old: ['listed'] }, failing });
    expect((await settle(scope, record)).owed).toHaveLength(1);
    expect(world.journal).not.toContain('deleteRoom old');
  });
});

describe('what cannot be paid', () => {
  it('stays owed, counted and moved forward, and is told without a word of Kaleyra’s', async () => {
    const record = owing(owe('bad', { attempts: 2 }), owe('good'));
    const failing = { 'deleteRoom 1': kaleyraFails(500) };
    const { scope, world } = aRoomsWorld({ record, now: NOW, failing });
    const afterwards = await settle(scope, record);
    expect(afterwards.owed).toEqual([owe('bad', { attempts: 3, dueAt: NOW + 4 * MINUTE })]);
    expect(world.logs).toEqual([
      ['room.left_owed', expect.objectContaining({ teleconsultationId: record.id, roomId: 'bad' })],
    ]);
  });

  it('stays as it is when the request was cut off: it has not failed', async () => {
    const record = owing(owe('one'), owe('two'));
    const cut = new AbortController();
    cut.abort();
    const failing = { 'deleteRoom 1': kaleyraFails(undefined) };
    const { scope, world } = aRoomsWorld({ record, now: NOW, failing, signal: cut.signal });
    expect((await settle(scope, record)).owed).toEqual([owe('one')]);
    expect(world.stored?.owed).toEqual([owe('one')]);
  });

  it('is not even written when everything was cut off', async () => {
    const record = owing(owe('one'));
    const cut = new AbortController();
    cut.abort();
    const { scope, world } = aRoomsWorld({
      record,
      now: NOW,
      failing: { deleteRoom: kaleyraFails(undefined) },
      signal: cut.signal,
    });
    expect(await settle(scope, record)).toBe(record);
    expect(world.journal).toEqual(['deleteRoom one']);
  });
});

describe('booking the payments', () => {
  it('is put on top of what somebody else has written meanwhile', async () => {
    const record = owing(owe('paid'), owe('failed'));
    const { scope, world } = aRoomsWorld({
      record,
      now: NOW,
      failing: { 'deleteRoom 2': kaleyraFails(500) },
      meanwhile: (write, stored) =>
        write === 1
          ? { ...stored, version: 9, expected: 5, owed: [owe('new'), ...stored.owed, owe('paid', { attempts: 1 })] }
          : stored,
    });
    const afterwards = await settle(scope, record);
    expect(afterwards).toMatchObject({ version: 10, expected: 5 });
    expect(afterwards.owed).toEqual([
      owe('new'),
      owe('failed', { attempts: 1, dueAt: NOW + MINUTE }),
      owe('paid', { attempts: 1 }),
    ]);
    expect(world.stored).toEqual(afterwards);
  });

  it('tells entries of one room apart by their date', async () => {
    const record = owing(owe('twice'), owe('twice', { dueAt: NOW + 1 }));
    const { scope } = aRoomsWorld({ record, now: NOW });
    expect((await settle(scope, record)).owed).toEqual([owe('twice', { dueAt: NOW + 1 })]);
  });

  it('gives up after five writes that others were faster than', async () => {
    const record = owing(owe('paid'));
    const { scope, world } = aRoomsWorld({
      record,
      now: NOW,
      meanwhile: (_, stored) => ({ ...stored, version: stored.version + 1 }),
    });
    expect((await settle(scope, record)).owed).toEqual([owe('paid')]);
    expect(world.journal.filter(call => call === 'change')).toHaveLength(5);
  });

  it('ends where the record is gone: whoever removed it has paid', async () => {
    const record = owing(owe('paid'));
    const { scope, world } = aRoomsWorld({ record, now: NOW });
    const settled = settle(scope, record);
    world.stored = undefined;
    expect(await settled).toEqual({ ...record, owed: [] });
    expect(world.journal.filter(call => call === 'change')).toHaveLength(1);
  });

  it('that cannot be written is told, and leaves the record as it was read', async () => {
    const record = owing(owe('paid'));
    const { scope, world } = aRoomsWorld({ record, now: NOW, failing: { change: new Error('no table') } });
    expect(await settle(scope, record)).toBe(record);
    expect(world.logs).toEqual([
      ['room.payment_not_booked', expect.objectContaining({ teleconsultationId: record.id })],
    ]);
  });
});
