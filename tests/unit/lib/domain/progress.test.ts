import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Activity,
  activityAfter,
  activityOf,
  type ListedSession,
  lastCallEnd,
  lookAgainAt,
  nextLook,
  progressOf,
} from '../../../../lib/domain/progress.ts';
import { aRecord, DETAILS, HOUR, START, withRoom } from '../../../support/teleconsultations.ts';

const MINUTE = 60_000;
const RUNNING = { ...DETAILS, status: 'RUNNING' };

const aSession = (parts: Partial<ListedSession> = {}): ListedSession => ({
  id: 'session_1',
  startedAt: START,
  durationInSeconds: 300,
  kaleyraIds: ['usr_dr-rossi'],
  ...parts,
});

const seen = (
  sessions: readonly ListedSession[],
  room: Activity['details'] = DETAILS,
  now = START + 10 * MINUTE,
  before?: Activity,
): Activity => activityAfter({ roomId: 'room-1', room, sessions, now }, before);

it('says nothing of a room at which nobody has looked', () => {
  expect(activityOf(withRoom(), undefined)).toBeUndefined();
  expect(activityOf(withRoom(), { seen: undefined })).toBeUndefined();
});

describe('how far a teleconsultation is', () => {
  const record = withRoom();
  const during = START + MINUTE;

  it.each([
    ['scheduled while nobody has met', record, seen([]), during, 'scheduled'],
    ['scheduled while nobody has looked', record, undefined, during, 'scheduled'],
    ['scheduled while Kaleyra says nothing of the room', record, seen([], null), during, 'scheduled'],
    ['live while people are in it', record, seen([aSession({ durationInSeconds: null })], RUNNING), during, 'live'],
    ['live also after its planned end', record, seen([aSession()], RUNNING), START + 2 * HOUR, 'live'],
    ['ended once they have left', record, seen([aSession()]), during, 'ended'],
    ['ended when its time is used up', record, seen([], { ...DETAILS, status: 'CLOSED' }), during, 'ended'],
    ['ended when its room was disabled', record, seen([], { ...DETAILS, disabled: true }), during, 'ended'],
    ['ended when its planned end has come', record, undefined, START + HOUR, 'ended'],
    ['scheduled a moment before', record, undefined, START + HOUR - 1, 'scheduled'],
    ['scheduled without an end', { ...record, endDate: null }, seen([]), START + 999 * HOUR, 'scheduled'],
    [
      'cancelled, whatever was seen',
      { ...record, state: 'TRASH' as const },
      seen([aSession()], RUNNING),
      during,
      'cancelled',
    ],
  ])('is %s', (_, one, activity, now, expected) => {
    expect(progressOf(one, activity, now)).toBe(expected);
  });

  it('is ended for good once its room was closed by us', () => {
    const upkeep = { roomId: 'room-1', filesClearedAt: null, closedAt: START, attempts: 0, notBefore: 0 };
    expect(progressOf({ ...record, upkeep }, seen([aSession()], RUNNING), during)).toBe('ended');
  });

  it('says nothing from a room that the record no longer points at', () => {
    const activity = { ...seen([aSession()]), roomId: 'room-0' };
    expect(activityOf(record, { seen: activity })).toBeUndefined();
    expect(activityOf(record, { seen: seen([]) })).toEqual(seen([]));
    expect(activityOf(aRecord(), undefined)).toBeUndefined();
  });
});

describe('what is seen', () => {
  it('is each call with who was in it and since when it is over', () => {
    const older = aSession({ id: 'session_0', startedAt: START - HOUR });
    expect(seen([aSession(), older]).sessions).toEqual([
      { ...older, overSince: START + 10 * MINUTE },
      { ...aSession(), overSince: START + 10 * MINUTE },
    ]);
  });

  it('keeps the moment in which a call was first seen to be over', () => {
    const first = seen([aSession()]);
    const second = seen([aSession()], DETAILS, START + 3 * HOUR, first);
    expect(second.sessions).toEqual(first.sessions);
    expect(lastCallEnd(second)).toBe(START + 10 * MINUTE);
  });

  it('takes the newest call for the one that runs, also when it was seen to be over', () => {
    const before = seen([aSession()]);
    const again = seen(
      [aSession(), aSession({ id: 'session_0', startedAt: START - HOUR })],
      RUNNING,
      START + HOUR,
      before,
    );
    expect(again.sessions.map(({ id, overSince }) => [id, overSince])).toEqual([
      ['session_0', START + HOUR],
      ['session_1', null],
    ]);
    expect(lastCallEnd(again)).toBeNull();
  });

  it('loses nobody who was seen in a call, and no call, whatever is listed later', () => {
    const first = seen([aSession({ kaleyraIds: ['usr_1', 'usr_2'] })], RUNNING);
    const second = seen([aSession({ kaleyraIds: ['usr_3'], durationInSeconds: null })], DETAILS, START + HOUR, first);
    const third = seen([], DETAILS, START + 2 * HOUR, second);
    expect(third.sessions).toEqual([
      { ...aSession({ kaleyraIds: ['usr_1', 'usr_2', 'usr_3'] }), overSince: START + HOUR },
    ]);
  });

  it('begins anew with another room', () => {
    const before = { ...seen([aSession({ id: 'session_0' })]), roomId: 'room-0' };
    expect(seen([aSession()], DETAILS, START, before).sessions.map(({ id }) => id)).toEqual(['session_1']);
  });

  it('is bounded: the hundred newest calls, and as many people as a room has', () => {
    const sessions = Array.from({ length: 120 }, (_, index) =>
      aSession({
        id: `session_${index}`,
        startedAt: START + index,
        kaleyraIds: Array.from({ length: 60 }, (_, i) => `u${i}`),
      }),
    );
    const activity = seen(sessions.toReversed());
    expect(activity.sessions.map(({ id }) => id)).toEqual(sessions.slice(20).map(({ id }) => id));
    expect(activity.sessions[0]?.kaleyraIds).toHaveLength(25);
  });

  it('is the same however often it is looked at', () => {
    const anySession = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      startedAt: fc.option(fc.integer({ min: 0, max: 1000 })),
      durationInSeconds: fc.option(fc.integer({ min: 1, max: 9 })),
      kaleyraIds: fc.subarray(['u', 'v', 'w']),
    });
    const anyList = fc.uniqueArray(anySession, { selector: ({ id }) => id });
    fc.assert(
      fc.property(anyList, anyList, fc.boolean(), (earlier, sessions, running) => {
        const room = running ? RUNNING : DETAILS;
        const once = seen(sessions, room, START, seen(earlier));
        expect(seen(sessions, room, START, once)).toEqual(once);
        const everybody = [...earlier, ...sessions].flatMap(({ id, kaleyraIds }) =>
          kaleyraIds.map(one => `${id} ${one}`),
        );
        const kept = once.sessions.flatMap(({ id, kaleyraIds }) => kaleyraIds.map(one => `${id} ${one}`));
        expect(new Set(kept)).toEqual(new Set(everybody));
      }),
    );
  });
});

describe('the last call’s end', () => {
  it('is unknown where there was no call, and while one runs', () => {
    expect(lastCallEnd(seen([]))).toBeNull();
    expect(lastCallEnd(seen([], RUNNING))).toBeNull();
    expect(lastCallEnd(seen([aSession()], RUNNING))).toBeNull();
  });

  it('is that of the call that was last over', () => {
    const first = seen([aSession()], DETAILS, START);
    const both = seen(
      [aSession(), aSession({ id: 'session_2', startedAt: START + HOUR })],
      DETAILS,
      START + 2 * HOUR,
      first,
    );
    expect(lastCallEnd(both)).toBe(START + 2 * HOUR);
  });
});

describe('the next look', () => {
  const record = withRoom();

  it('is none once everything is known', () => {
    expect(nextLook(record, seen([aSession()]), 3)).toEqual({ dueAt: null, attempts: 0 });
    expect(nextLook(record, seen([]), 1)).toEqual({ dueAt: null, attempts: 0 });
  });

  it('at a call that runs is soon after its planned end, but not at once', () => {
    expect(nextLook(record, seen([aSession()], RUNNING), 4)).toEqual({ dueAt: START + 65 * MINUTE, attempts: 0 });
    const late = seen([aSession()], RUNNING, START + 3 * HOUR);
    expect(nextLook(record, late, 4)).toEqual({ dueAt: START + 3 * HOUR + 15 * MINUTE, attempts: 0 });
    expect(nextLook({ endDate: null }, late, 4)).toEqual({ dueAt: START + 3 * HOUR + 15 * MINUTE, attempts: 0 });
  });

  it('waits for a length that Kaleyra has not added up, a little longer each time, and not for ever', () => {
    const open = seen([aSession({ durationInSeconds: null })]);
    expect(nextLook(record, open, 1)).toEqual({ dueAt: open.lookedAt + 2 * MINUTE, attempts: 1 });
    expect(nextLook(record, open, 5)).toEqual({ dueAt: open.lookedAt + 32 * MINUTE, attempts: 5 });
    expect(nextLook(record, open, 6)).toEqual({ dueAt: null, attempts: 0 });
  });

  it('after failures comes within six hours', () => {
    expect([0, 1, 5, 9, 60].map(attempts => lookAgainAt(0, attempts) / MINUTE)).toEqual([1, 2, 32, 360, 360]);
  });
});
