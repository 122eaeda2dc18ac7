import { describe, expect, it } from 'vitest';
import { EVENTS, hearEvent } from '../../../../lib/domain/hear-event.ts';
import type { Watch } from '../../../../lib/domain/progress.ts';
import type { RoomDetails, Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { storeUnavailable } from '../../../../lib/errors.ts';
import { aScope } from '../../../support/scopes.ts';
import { aRecord, DETAILS, withRoom } from '../../../support/teleconsultations.ts';
import { listening } from './support.ts';

const ID = 'd'.repeat(24);
const NEVER = () => Promise.reject(new Error('as told'));

interface Situation {
  /** The record that the note beside a room leads to. */
  noted?: Teleconsultation;
  byId?: Teleconsultation;
  details?: Partial<RoomDetails> | 'fails';
}

const hearing = async (event: string | undefined, roomId: string | undefined, situation: Situation = {}) => {
  const { noted, byId, details } = situation;
  const asked: string[] = [];
  const { scope, told } = listening(
    aScope({
      clock: { now: () => 1000 },
      records: {
        findByRoom: async id => {
          asked.push(`note of ${id}`);
          return noted;
        },
        find: async id => {
          asked.push(`record ${id}`);
          return byId;
        },
      },
      activities: {
        begin: async (id, { look, dueAt }): Promise<Watch> => {
          asked.push(`look at ${id}`);
          return { seen: undefined, look, dueAt, attempts: 0 };
        },
        finish: async () => 'done',
      },
      kaleyra: {
        readRoom: async (id, timeoutMs) => {
          asked.push(`room ${id} ${timeoutMs}`);
          if (details === 'fails') return NEVER();
          return details && { ...DETAILS, ...details };
        },
        listSessions: async (id, _, timeoutMs) => {
          asked.push(`calls of ${id} ${timeoutMs}`);
          return { sessions: [], hasMore: false };
        },
      },
    }),
  );
  await hearEvent(scope, { event, roomId });
  return { asked, told };
};

const LOOK = [`look at ${ID}`, 'calls of room-1 1500', 'room room-1 1500'];
const THERE = { description: ID };

describe('an event', () => {
  it.each([...EVENTS, 'on_call_incoming', 'on_call_ended', 'on_user_disconnected', undefined])(
    'leads to a look at its room, by what was noted: %s',
    async event => {
      const { asked, told } = await hearing(event, 'room-1', { noted: withRoom(), details: THERE });
      expect(asked).toEqual(['note of room-1', ...LOOK]);
      expect(told).toEqual([
        ['info', 'event.heard', { ...(event && { code: event }), roomId: 'room-1', teleconsultationId: ID }],
      ]);
    },
  );

  it('leads there by the room’s description where nothing was noted', async () => {
    const { asked, told } = await hearing('on_session_ended', 'room-1', { byId: withRoom(), details: THERE });
    expect(asked).toEqual(['note of room-1', 'room room-1 1500', `record ${ID}`, ...LOOK]);
    expect(told).toMatchObject([['info', 'event.heard', {}]]);
  });
});

describe('an event that leads nowhere', () => {
  const other = withRoom(aRecord());
  const elsewhere = { ...other, room: other.room && { ...other.room, id: 'room-2' } };

  it.each<[string, Situation, string[]]>([
    ['its room was replaced', { noted: elsewhere }, []],
    ['its record has no room any more', { noted: aRecord() }, []],
    ['its room is unknown', {}, ['room room-1 1500']],
    ['Kaleyra does not answer', { details: 'fails' }, ['room room-1 1500']],
    ['its room is not ours', { details: { description: 'the old service' }, byId: withRoom() }, ['room room-1 1500']],
    ['its room has no description', { details: { description: null }, byId: withRoom() }, ['room room-1 1500']],
    ['there is no such record', { details: THERE }, ['room room-1 1500', `record ${ID}`]],
    ['that record has another room', { details: THERE, byId: elsewhere }, ['room room-1 1500', `record ${ID}`]],
    ['that record has none', { details: THERE, byId: aRecord() }, ['room room-1 1500', `record ${ID}`]],
  ])('is acknowledged and looked at no further: %s', async (_, situation, further) => {
    const { asked, told } = await hearing('on_session_ended', 'room-1', situation);
    expect(asked).toEqual(['note of room-1', ...further]);
    expect(told).toEqual([['info', 'event.ignored', { code: 'on_session_ended', roomId: 'room-1' }]]);
  });

  it('is not even looked up where it tells nothing of a room', async () => {
    const chat = await hearing('on_message_sent', 'room-1', { noted: withRoom() });
    expect(chat).toStrictEqual({
      asked: [],
      told: [['info', 'event.ignored', { code: 'on_message_sent', roomId: 'room-1' }]],
    });
    const nowhere = await hearing('on_session_ended', undefined);
    expect(nowhere).toStrictEqual({ asked: [], told: [['info', 'event.ignored', { code: 'on_session_ended' }]] });
    expect(await hearing(undefined, undefined)).toStrictEqual({ asked: [], told: [['info', 'event.ignored', {}]] });
  });

  it('is repeated by Kaleyra where the table does not answer', async () => {
    const failure = storeUnavailable(undefined);
    const scope = aScope({ records: { findByRoom: () => Promise.reject(failure) } });
    await expect(hearEvent(scope, { event: 'on_session_ended', roomId: 'room-1' })).rejects.toBe(failure);
  });
});
