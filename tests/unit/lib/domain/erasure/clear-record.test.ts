import { describe, expect, it } from 'vitest';
import { clearRecord } from '../../../../../lib/domain/erasure/clear-record.ts';
import type { Watch } from '../../../../../lib/domain/progress.ts';
import { storeUnavailable } from '../../../../../lib/errors.ts';
import { aConfig } from '../../../../support/configs.ts';
import { anErasure } from '../../../../support/erasure-rules.ts';
import { drRossi, msNeri } from '../../../../support/people.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, asParticipant, HOUR, START, withRoom } from '../../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const OVER = START + 48 * HOUR;
const NAMED = { id: ID, kaleyraIds: ['usr_mr-bianchi'], cleared: false };
const DONE = [[ID, ['usr_mr-bianchi']]];

/** Mr Bianchi was taken out of it. */
const WITHOUT_HIM = { participants: [drRossi, msNeri].map(asParticipant), formerPeople: ['usr_mr-bianchi'] };

const seenIn = (roomId: string): Watch => ({
  seen: {
    roomId,
    lookedAt: 0,
    details: null,
    sessions: [{ id: 'seen', startedAt: 0, durationInSeconds: 1, kaleyraIds: [], overSince: 1 }],
  },
  look: '',
  dueAt: null,
  attempts: 0,
});

const clearing = async (options: NonNullable<Parameters<typeof anErasure>[0]>) => {
  const { work, world, cleared, saved } = anErasure({ now: OVER, ...options });
  // Nobody waits for real.
  work.scope.clock.sleep = async ms => {
    world.now += ms;
  };
  const failure = await clearRecord(work, NAMED).then(
    () => undefined,
    (error: unknown) => error,
  );
  const rooms = world.journal.filter(call => call.startsWith('disableRoom')).map(call => call.slice(12));
  return { work, world, cleared, saved, failure, rooms, removed: work.ledger.removed() };
};

describe('a call that is over', () => {
  it('loses its files and recordings, in every room that it had, and is noted as cleared', async () => {
    const { cleared, rooms, world, work } = await clearing({
      record: withRoom(aRecord({ formerRooms: ['former-1', 'former-2'] })),
      files: { 'room-1': ['file-1'], 'former-1': ['file-2'] },
      recordings: { 'former-2': ['session-1'] },
    });
    expect(rooms).toEqual(['former-1', 'former-2', 'room-1']);
    expect(world.journal.filter(call => /^delete[UR]/.test(call))).toEqual([
      'deleteUpload file-2',
      'deleteRecording session-1',
      'deleteUpload file-1',
    ]);
    expect(cleared).toEqual(DONE);
    expect(world.stored?.state).toBe('PUBLIC');
    expect(work.problems.bookings.size).toBe(0);
  });

  it('loses the recordings of calls that Kaleyra does not list any more', async () => {
    const { world, rooms } = await clearing({ record: withRoom(), watch: seenIn('room-1') });
    expect([rooms, world.journal.includes('deleteRecording seen')]).toEqual([['room-1'], true]);
    const elsewhere = await clearing({ record: withRoom(), watch: seenIn('room-0') });
    expect(elsewhere.rooms).toEqual(['room-1', 'room-0']);
  });

  it('has nothing to lose where it never had a room', async () => {
    const { rooms, cleared } = await clearing({ record: aRecord() });
    expect([rooms, cleared]).toEqual([[], DONE]);
  });

  it('is only noted where the record is gone, or names the person no more and never did', async () => {
    expect((await clearing({ record: undefined })).cleared).toEqual(DONE);
    const strangers = withRoom(aRecord({ participants: WITHOUT_HIM.participants, formerRooms: ['former-1'] }));
    const { rooms, cleared } = await clearing({ record: strangers });
    expect([rooms, cleared]).toEqual([[], DONE]);
  });
});

describe('a call from which the person was taken out', () => {
  it('loses what former rooms keep, and the room of the others is not touched', async () => {
    const record = withRoom(aRecord({ ...WITHOUT_HIM, formerRooms: ['former-1'] }));
    const { rooms, cleared } = await clearing({ record, watch: seenIn('room-1') });
    expect([rooms, cleared]).toEqual([['former-1'], DONE]);
    const { rooms: withSeen } = await clearing({ record, watch: seenIn('room-0') });
    expect(withSeen).toEqual(['former-1', 'room-0']);
    const { rooms: ofNone } = await clearing({ record: aRecord(WITHOUT_HIM), watch: seenIn('room-0') });
    expect(ofNone).toEqual(['room-0']);
  });

  it('is cleared also while it is not over: it is not theirs any more', async () => {
    const record = withRoom(aRecord({ ...WITHOUT_HIM, formerRooms: ['former-1'] }));
    const { rooms, cleared, world } = await clearing({ record, now: START });
    expect([rooms, cleared, world.stored?.state]).toEqual([['former-1'], DONE, 'PUBLIC']);
  });
});

describe('a call that is not over', () => {
  it('is over at its very end, or when it was cancelled before, or its room is gone', async () => {
    const standing = async (options: NonNullable<Parameters<typeof anErasure>[0]>) =>
      (await clearing({ record: withRoom(), ...options })).work.problems.bookings.size;
    expect(await standing({ now: START + HOUR - 1 })).toBe(1);
    expect(await standing({ now: START + HOUR })).toBe(0);
    expect(await standing({ now: START, record: withRoom(aRecord({ state: 'TRASH' })) })).toBe(0);
    expect((await clearing({ record: withRoom(), details: () => undefined })).cleared).toEqual(DONE);
  });

  it('is cancelled in the name of a manager, whatever the rules', async () => {
    const config = aConfig({ AUTHORIZATION: 'rules' });
    const { world, cleared } = await clearing({ record: withRoom(), now: START, cancel: true, config });
    expect([world.stored?.state, cleared]).toEqual(['TRASH', DONE]);
  });

  it('is left alone, and told', async () => {
    const { rooms, cleared, work } = await clearing({ record: withRoom(), now: START });
    expect([rooms, cleared, [...work.problems.bookings]]).toEqual([[], [], [ID]]);
  });

  it('is one in which people still are, whatever the plan says', async () => {
    const { rooms, work } = await clearing({ record: withRoom(), status: 'RUNNING' });
    expect([rooms, [...work.problems.bookings]]).toEqual([[], [ID]]);
  });

  it('is emptied and then cancelled where that was ordered, and what went is counted', async () => {
    const { cleared, world, work, removed, saved } = await clearing({
      record: withRoom(),
      now: START,
      cancel: true,
    });
    expect(world.stored).toMatchObject({ state: 'TRASH', room: null, owed: [], updaterId: 'public' });
    expect(world.journal.indexOf('disableRoom room-1')).toBeLessThan(world.journal.indexOf('change'));
    expect(world.journal).toContain('deleteRoom room-1');
    expect([cleared, [...work.cancelled]]).toEqual([DONE, [ID]]);
    expect(removed).toMatchObject({ bookings: 1, links: 1 });
    expect(saved).toHaveLength(1);
  });

  it('is cancelled also while a recording is in the making, and comes again for that', async () => {
    const { cleared, world, work } = await clearing({
      record: withRoom(),
      now: START,
      cancel: true,
      recordings: { 'room-1': ['session-1'] },
      failing: { 'deleteRecording 1': kaleyraFails(500) },
    });
    expect(world.stored?.state).toBe('TRASH');
    expect([cleared, [...work.problems.rooms], [...work.cancelled]]).toEqual([[], [ID], [ID]]);
  });

  it('is not cancelled where Kaleyra does not say what is in its rooms', async () => {
    const failing = { disableRoom: kaleyraFails(500) };
    const { world, cleared } = await clearing({ record: withRoom(), now: START, cancel: true, failing });
    expect([world.stored?.state, cleared]).toEqual(['PUBLIC', []]);
  });

  it('comes again where others change it all the time', async () => {
    const { work, cleared } = await clearing({
      record: withRoom(),
      now: START,
      cancel: true,
      meanwhile: (_, stored) => ({ ...stored, version: stored.version + 1 }),
    });
    expect([[...work.problems.records], [...work.problems.rooms], cleared]).toEqual([[ID], [], []]);
  });

  it('is not counted as cancelled by this run where somebody else was faster', async () => {
    const { work, removed, failure, cleared } = await clearing({
      record: withRoom(),
      now: START,
      cancel: true,
      meanwhile: (write, stored) => (write === 1 ? { ...stored, state: 'TRASH', version: 9 } : stored),
    });
    expect([work.cancelled.size, removed.bookings, removed.links]).toEqual([0, 0, 0]);
    expect([failure, cleared]).toEqual([undefined, DONE]);
  });
});

describe('what cannot be removed', () => {
  it('is told, and the record is not noted as cleared', async () => {
    const { cleared, work, world } = await clearing({
      record: withRoom(),
      files: { 'room-1': ['file-1'] },
      failing: { deleteUpload: kaleyraFails(500) },
    });
    expect([cleared, [...work.problems.rooms], [...work.problems.records]]).toEqual([[], [ID], []]);
    const told = { teleconsultationId: ID, errorName: 'Incomplete' };
    expect(world.logs).toEqual([['erasure.record_left', expect.objectContaining(told)]]);
  });

  it('in one room does not keep the others from being cleared', async () => {
    const { rooms, cleared } = await clearing({
      record: withRoom(aRecord({ formerRooms: ['former-1'] })),
      files: { 'former-1': ['file-1'] },
      failing: { deleteUpload: kaleyraFails(500) },
    });
    expect([rooms, cleared]).toEqual([['former-1', 'room-1'], []]);
  });

  it('is what Kaleyra fails with', async () => {
    const { cleared, work } = await clearing({ record: withRoom(), failing: { disableRoom: kaleyraFails(500) } });
    expect([cleared, [...work.problems.rooms]]).toEqual([[], [ID]]);
  });

  it('is a room that the record owes, but not one that nobody has told of', async () => {
    const owing = (roomId: string | null) =>
      withRoom(aRecord({ owed: [{ roomId, files: false, dueAt: OVER + HOUR, attempts: 1 }] }));
    expect((await clearing({ record: owing('old') })).cleared).toEqual([]);
    expect((await clearing({ record: owing(null) })).cleared).toEqual(DONE);
  });

  it('is everything of a record that is being changed: it comes again when that is over', async () => {
    const claimedUntil = (until: number) => withRoom(aRecord({ claim: { operation: 'somebody', until } }));
    const { rooms, cleared, work } = await clearing({ record: claimedUntil(OVER + 5) });
    expect([rooms, cleared, work.problems.claimedUntil]).toEqual([[], [], OVER + 5]);
    expect((await clearing({ record: claimedUntil(OVER) })).cleared).toEqual(DONE);
  });

  it('is not told where the run was cut off', async () => {
    const cut = new AbortController();
    cut.abort();
    const { cleared, work, world } = await clearing({
      record: withRoom(),
      failing: { disableRoom: kaleyraFails(500) },
      signal: cut.signal,
    });
    expect([cleared, work.problems.rooms.size, world.logs]).toEqual([[], 0, []]);
  });

  it('is no reason to go on where the table fails', async () => {
    const failure = storeUnavailable(new Error('invented'));
    const outcome = await clearing({ record: withRoom(), failing: { 'find 2': failure } });
    expect(outcome.failure).toBe(failure);
    expect(outcome.cleared).toEqual([]);
  });
});

it('remembers the latest instant until which recordings may turn up', async () => {
  const { work } = anErasure({ now: OVER, record: withRoom(), recordings: { 'room-1': ['session-1'] } });
  work.problems.recordingsUntil = 7;
  await clearRecord(work, NAMED);
  expect(work.problems.recordingsUntil).toBe(7);
  const recent = { id: 'recent', startedAt: OVER, durationInSeconds: 1, kaleyraIds: [] };
  work.scope.kaleyra.listSessions = async () => ({ sessions: [recent], hasMore: false });
  work.scope.kaleyra.deleteRecording = async () => 'absent';
  await clearRecord(work, NAMED);
  expect(work.problems.recordingsUntil).toBe(OVER + 1000 + 25 * HOUR);
});

it('is done where the record has gone meanwhile', async () => {
  const { work, world, cleared } = anErasure({ now: OVER, record: withRoom() });
  work.scope.kaleyra.disableRoom = async () => {
    world.stored = undefined;
  };
  await clearRecord(work, NAMED);
  expect(cleared).toEqual(DONE);
});
