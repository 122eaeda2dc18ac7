// Sessions of rooms, with their recordings and transcriptions.
import * as z from 'zod';
import { missing, refused } from '../errors.ts';
import { deleted, ok } from '../exchange.ts';
import { Days, Paging, page, queryNumber, within } from '../page.ts';
import { type Route, route } from '../route.ts';
import type { Session } from '../state.ts';
import { isoDate, type World } from '../world.ts';

const ListQuery = z.strictObject({
  ...Paging.shape,
  ...Days,
  room_id: z.string().min(1).optional(),
  user_id: z.string().min(1).optional(),
});

/** Seconds that the address of a recording or transcription lasts, unless said otherwise. */
const LINK_SECONDS = 30;
const RecordingQuery = z.strictObject({ expire_time: queryNumber(30, 3600).default(LINK_SECONDS) });

/** The shortest thing that calls itself MP4: a file type box and nothing to play. */
const EMPTY_MP4 = Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from('ftypisom'), Buffer.alloc(4)]);

export const sessionView = (session: Session) => ({
  id: session.id,
  creation_date: isoDate(session.created),
  duration: session.duration,
  connected_participants: session.connected,
  room_id: session.roomId,
});

function sessionOf(world: World, id: string): Session {
  const session = world.state.sessions.get(id);
  if (session === undefined) throw missing('session_not_found', `no session "${id}"`);
  return session;
}

function recordedSession(world: World, id: string): Session {
  const session = sessionOf(world, id);
  const room = world.state.rooms.all().find(candidate => candidate.id === session.roomId);
  if (room?.recording === 'none') throw refused('room_no_recordable', `room ${session.roomId} is not recorded`);
  if (session.recording !== 'available') throw refused('recording_not_found', `session ${id} has no recording`);
  return session;
}

export const sessionRoutes: readonly Route[] = [
  route('GET', '/v2/sessions', { query: ListQuery }, (world, { query }) => {
    const { room_id: roomId, user_id: userId } = query;
    const sessions = world.state.sessions
      .newestFirst()
      .filter(session => roomId === undefined || session.roomId === roomId)
      .filter(session => userId === undefined || session.connected.includes(userId))
      .filter(session => within(query, session));
    return page(query, sessions, 'sessions', sessionView);
  }),

  route('GET', '/v2/sessions/{id}', {}, (world, { params }) => ok(sessionView(sessionOf(world, params.id)))),

  route('GET', '/v2/sessions/{id}/recording', { query: RecordingQuery }, (world, { params, query }) => {
    const session = recordedSession(world, params.id);
    const path = world.files.issue(`${session.id}.mp4`, query.expire_time, () =>
      session.recording === 'available' ? { type: 'video/mp4', bytes: EMPTY_MP4 } : undefined,
    );
    return ok({ url: world.origin + path });
  }),

  route('DELETE', '/v2/sessions/{id}/recording', {}, (world, { params }) => {
    const session = recordedSession(world, params.id);
    session.recording = 'deleted';
    return deleted(world, { id: session.id, message: 'recording deleted' });
  }),

  route('GET', '/v2/sessions/{id}/transcription', {}, (world, { params }) => {
    const session = sessionOf(world, params.id);
    const text = session.transcription;
    if (text === null) throw missing('transcription_not_found', `session ${session.id} has no transcription`);
    const content = { type: 'text/plain; charset=utf-8', bytes: Buffer.from(text) };
    return ok({ url: world.origin + world.files.issue(`${session.id}.txt`, LINK_SECONDS, () => content) });
  }),
];
