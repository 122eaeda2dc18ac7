import { describe, expect, it } from 'vitest';
import { refreshActivity, refreshDueActivity } from '../../../../lib/domain/activity.ts';
import { EVENTS, hearEvent } from '../../../../lib/domain/hear-event.ts';
import { lookAgainAt, type Watch } from '../../../../lib/domain/progress.ts';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { storeUnavailable } from '../../../../lib/errors.ts';
import { aConfig } from '../../../support/configs.ts';
import { aRoomsWorld, kaleyraFails } from '../../../support/room-rules.ts';
import { aRecord, DETAILS, HOUR, START, withRoom } from '../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const NOW = START + HOUR / 2;

type Options = NonNullable<Parameters<typeof aRoomsWorld>[0]> & {
  /** What is noted before the look. */
  before?: Partial<Watch> | undefined;
  overtaken?: boolean;
  byRoom?: Teleconsultation | undefined;
};

const looking = (options: Options = {}) => {
  const { before, overtaken = false, ...rest } = options;
  const begun: unknown[][] = [];
  const finished: [string, Watch][] = [];
  const watch: Watch = { seen: undefined, look: '', dueAt: null, attempts: 0, ...before };
  const { scope, world } = aRoomsWorld({
    record: withRoom(),
    now: NOW,
    details: () => DETAILS,
    ...rest,
    activities: {
      find: async () => ('before' in options && before === undefined ? undefined : watch),
      begin: async (...asked) => {
        begun.push(asked);
        return watch;
      },
      finish: async (...noted) => {
        finished.push(noted);
        return overtaken ? 'overtaken' : 'done';
      },
    },
  });
  const asked: unknown[][] = [];
  const kaleyra = {
    ...scope.kaleyra,
    listSessions: async (...question: [string, number, number?]) => {
      asked.push(['sessions', ...question]);
      return scope.kaleyra.listSessions(...question);
    },
    readRoom: async (...question: [string, number?]) => {
      asked.push(['room', ...question]);
      return scope.kaleyra.readRoom(...question);
    },
  };
  const info: [string, object][] = [];
  const log = { ...scope.log, info: (event: string, fields: object = {}) => void info.push([event, fields]) };
  const looked: string[] = [];
  const findByRoom = async (roomId: string) => {
    looked.push(roomId);
    return options.byRoom;
  };
  const records = { ...scope.records, findByRoom };
  return { scope: { ...scope, kaleyra, log, records }, world, begun, finished, asked, info, looked };
};

describe('a look at a room', () => {
  it('is noted before Kaleyra is asked, and its result afterwards', async () => {
    const { scope, world, begun, finished, asked } = looking();
    expect(await refreshActivity(scope, withRoom(), { timeoutMs: 7, attempts: 2 })).toBe('seen');
    expect(world.logs).toEqual([]);
    expect(begun).toEqual([[ID, { look: 'operation-1', now: NOW, dueAt: lookAgainAt(NOW, 2) }]]);
    // In this order: what is listed and no longer runs is over.
    expect(asked).toEqual([
      ['sessions', 'room-1', 0, 7],
      ['room', 'room-1', 7],
    ]);
    expect(finished).toEqual([
      [
        ID,
        {
          look: 'operation-1',
          seen: { roomId: 'room-1', lookedAt: NOW, details: DETAILS, sessions: [] },
          dueAt: null,
          attempts: 0,
        },
      ],
    ]);
  });

  it('is made up for soon where nobody says how soon', async () => {
    const { scope, begun } = looking();
    await refreshActivity(scope, withRoom());
    expect(begun).toMatchObject([[ID, { dueAt: lookAgainAt(NOW, 0) }]]);
  });

  it('counts less than one that began meanwhile', async () => {
    expect(await refreshActivity(looking({ overtaken: true }).scope, withRoom())).toBe('overtaken');
  });

  it('is not taken where there is no room', async () => {
    const { scope, begun } = looking();
    expect([await refreshActivity(scope, aRecord()), begun]).toEqual(['no room', []]);
  });

  it.each(['listSessions', 'readRoom'])('stays due where Kaleyra does not answer: %s', async call => {
    const { scope, world, finished } = looking({ failing: { [call]: kaleyraFails(500) } });
    expect([await refreshActivity(scope, withRoom()), finished]).toEqual(['left due', []]);
    const told = expect.objectContaining({ teleconsultationId: ID, roomId: 'room-1' });
    expect(world.logs).toEqual([['activity.left_due', told]]);
  });

  it('that finds no room says so, and counts', async () => {
    const { scope, world, finished } = looking({ details: () => undefined });
    expect(await refreshActivity(scope, withRoom())).toBe('seen');
    expect(finished[0]?.[1].seen?.details).toBeNull();
    expect(world.logs).toEqual([['room.missing', { teleconsultationId: ID, roomId: 'room-1' }]]);
  });

  it('that finds neither room nor record stays due, so that a job takes it out', async () => {
    const { scope, finished } = looking({ details: () => undefined, record: undefined });
    expect([await refreshActivity(scope, withRoom()), finished]).toEqual(['left due', []]);
  });

  it('says when a job is to look again: after a call whose length is not known, or for its files', async () => {
    const dueAfter = async (environment: Record<string, string>, sessions: string[], status: string) => {
      const { scope, finished } = looking({
        config: aConfig(environment),
        recordings: { 'room-1': sessions },
        details: () => ({ ...DETAILS, status }),
      });
      await refreshActivity(scope, withRoom());
      return finished[0]?.[1].dueAt;
    };
    const deleting = { TELECONSULTATION_DELETE_UPLOADS: 'true' };
    expect(await dueAfter({}, ['session-1'], 'NOT_RUNNING')).toBeNull();
    expect(await dueAfter(deleting, ['session-1'], 'NOT_RUNNING')).toBe(NOW + HOUR);
    expect(await dueAfter(deleting, [], 'NOT_RUNNING')).toBeNull();
    expect(await dueAfter(deleting, ['session-1'], 'RUNNING')).toBe(START + HOUR + 5 * 60_000);
    expect(await dueAfter(deleting, [], 'CLOSED')).toBe(NOW);
  });
});

it('the earlier counts of what wants another look', async () => {
  const deleting = aConfig({ TELECONSULTATION_DELETE_UPLOADS: 'true' });
  const dueAfter = async (status: string, uploadsGraceMs: number) => {
    const config = { ...deleting, rooms: { ...deleting.rooms, uploadsGraceMs } };
    const { scope, finished } = looking({ config, details: () => ({ ...DETAILS, status }) });
    const running = { id: 's', startedAt: START, durationInSeconds: null, kaleyraIds: [] };
    const kaleyra = { ...scope.kaleyra, listSessions: async () => ({ sessions: [running], hasMore: false }) };
    await refreshActivity({ ...scope, kaleyra }, withRoom());
    return finished[0]?.[1].dueAt;
  };
  expect(await dueAfter('NOT_RUNNING', 5)).toBe(NOW + 5);
  expect(await dueAfter('NOT_RUNNING', 120_000)).toBe(NOW + 60_000);
});

describe('a look that is due', () => {
  it.each<[string, Partial<Watch> | undefined]>([
    ['nothing is noted', undefined],
    ['nothing is due', { dueAt: null }],
    ['its time has not come', { dueAt: NOW + 1 }],
  ])('is none where %s', async (_, before) => {
    const { scope, begun } = looking({ before });
    expect([await refreshDueActivity(scope, withRoom()), begun]).toEqual(['not due', []]);
  });

  it('is taken, a little later each time', async () => {
    const { scope, begun, finished } = looking({ before: { dueAt: NOW, attempts: 3 } });
    expect([await refreshDueActivity(scope, withRoom()), finished.length]).toEqual(['seen', 1]);
    expect(begun).toMatchObject([[ID, { dueAt: lookAgainAt(NOW, 3) }]]);
  });

  it('goes out of the index where there is no room to look at', async () => {
    const { scope, finished } = looking({ before: { dueAt: NOW, attempts: 3, look: 'earlier' } });
    expect(await refreshDueActivity(scope, aRecord())).toBe('no room');
    expect(finished).toEqual([[ID, { seen: undefined, look: 'earlier', dueAt: null, attempts: 0 }]]);
  });
});

describe('an event', () => {
  const hearing = async (event: { event: string | undefined; roomId: string | undefined }, options: Options = {}) => {
    const { scope, info, asked, looked } = looking(options);
    await hearEvent(scope, event as never);
    return { info, asked, looked };
  };
  const ROOM = { roomId: 'room-1' };

  it.each([...EVENTS, 'on_call_incoming', 'on_call_ended', 'on_user_disconnected', undefined])(
    'is a hint to look at the room now: %s',
    async event => {
      const { info, asked } = await hearing({ event, ...ROOM }, { byRoom: withRoom() });
      const code = event === undefined ? {} : { code: event };
      expect(info).toStrictEqual([['event.heard', { ...code, ...ROOM, teleconsultationId: ID }]]);
      expect(asked).toEqual([
        ['sessions', 'room-1', 0, 1500],
        ['room', 'room-1', 1500],
      ]);
    },
  );

  it.each<[string, { event: string | undefined; roomId: string | undefined }, Teleconsultation | undefined]>([
    ['of another kind', { event: 'on_message_chat', ...ROOM }, withRoom()],
    ['without a room', { event: 'on_session_ended', roomId: undefined }, withRoom()],
    ['of a room that was replaced', { event: 'on_session_ended', roomId: 'room-0' }, withRoom()],
    ['of a room that is no more', { event: 'on_session_ended', ...ROOM }, aRecord()],
  ])('is ignored where it is one %s', async (_, event, byRoom) => {
    const { info, asked } = await hearing(event, { byRoom });
    expect([info.map(([name]) => name), asked]).toEqual([['event.ignored'], []]);
  });

  it('of which nobody says where it happened, or what, is looked up nowhere', async () => {
    const nowhere = await hearing({ event: 'on_session_ended', roomId: undefined });
    expect([nowhere.info, nowhere.looked]).toStrictEqual([[['event.ignored', { code: 'on_session_ended' }]], []]);
    const other = await hearing({ event: 'on_message_chat', ...ROOM });
    expect([other.info, other.looked]).toStrictEqual([[['event.ignored', { code: 'on_message_chat', ...ROOM }]], []]);
  });

  it('leads to its record by the description of the room where nothing was noted', async () => {
    const { info, asked } = await hearing({ event: 'on_session_ended', ...ROOM });
    expect([info.length, asked[0]]).toEqual([1, ['room', 'room-1', 1500]]);
    expect(info[0]?.[0]).toBe('event.heard');
  });

  it.each<[string, Options]>([
    ['is nobody’s', { details: () => ({ ...DETAILS, description: null }) }],
    ['is not ours', { details: () => ({ ...DETAILS, description: 'somebody else’s' }) }],
    ['is not there', { details: () => undefined }],
    ['cannot be asked for', { failing: { readRoom: kaleyraFails(500) } }],
    ['is not the one that its record points at', { record: aRecord() }],
    ['names a record that is gone', { record: undefined }],
  ])('is ignored where the room %s', async (_, options) => {
    const { info } = await hearing({ event: 'on_session_ended', ...ROOM }, options);
    expect(info.map(([name]) => name)).toEqual(['event.ignored']);
  });

  it('is to be repeated where the table does not answer', async () => {
    const failure = storeUnavailable(new Error('invented'));
    const { scope } = looking({ byRoom: withRoom() });
    const begin = async (): Promise<never> => {
      throw failure;
    };
    const all = { ...scope, activities: { ...scope.activities, begin } };
    await expect(hearEvent(all, { event: 'on_session_ended', ...ROOM } as never)).rejects.toBe(failure);
  });
});

it('a room whose planned end says when it is closed needs no look before that', async () => {
  const { scope, finished } = looking();
  await refreshActivity(scope, { ...withRoom(), endDate: START });
  expect(finished[0]?.[1].dueAt).toBeNull();
});
