// Rooms: creating with every rule, reading, and what can be done to one.
import * as z from 'zod';
import { invalid, refused } from '../errors.ts';
import { created, deleted, ok, wrap } from '../exchange.ts';
import { newRoomId } from '../ids.ts';
import { linksAlive } from '../links.ts';
import { Days, Paging, page, within } from '../page.ts';
import { type Route, route } from '../route.ts';
import { interruptCall } from '../sessions.ts';
import type { Room } from '../state.ts';
import { announce } from '../webhooks/announce.ts';
import { callIncoming, roomCreated, roomGone } from '../webhooks/events.ts';
import type { World } from '../world.ts';
import { checkPeople, FEWEST, MOST, newParticipant, ParticipantAsked, participantView } from './participant-rules.ts';
import { roomFacts, roomOf } from './room-lookup.ts';

const NewRoom = z.strictObject({
  participants: z.array(ParticipantAsked).min(FEWEST).max(MOST),
  /** null is how one page of the vendor's spells "none". */
  recording: z
    .enum(['none', 'manual', 'automatic'])
    .nullable()
    .default('none')
    .transform(recording => recording ?? 'none'),
  duration: z.int().min(60).max(86_400).optional(),
  call_type: z.enum(['audio_only', 'audio_upgradable', 'audio_video']).default('audio_video'),
  live: z.boolean().default(false),
  description: z.string().optional(),
  offline_transcription: z.boolean().default(false),
});

const ListQuery = z.strictObject({ ...Paging.shape, ...Days });

function roomView(world: World, room: Room) {
  const shown = room.disabled ? [] : room.participants;
  return {
    [world.dialect.roomIdKey]: room.id,
    ...roomFacts(room),
    participants: shown.map(participant => participantView(world, room, participant)),
  };
}

const roomAnswer = (world: World, room: Room) => wrap(world, 'room', roomView(world, room));

const roomMessage = (world: World, room: Room, message: string) =>
  wrap(world, 'room', { [world.dialect.roomIdKey]: room.id, message });

function createRoom(world: World, asked: z.output<typeof NewRoom>): Room {
  checkPeople(
    world,
    asked.participants.map(participant => participant.user_id),
  );
  if (asked.offline_transcription && asked.recording === 'none') {
    throw invalid('body field "offline_transcription": needs a recording');
  }
  if (asked.offline_transcription && world.dialect.transcription === 'refused') {
    throw refused('transcription_not_enabled', 'the company has no offline transcription');
  }
  const room = world.state.rooms.add({
    id: newRoomId(),
    created: world.clock(),
    deleted: false,
    recording: asked.recording,
    duration: asked.duration ?? null,
    callType: asked.call_type,
    live: asked.live,
    description: asked.description ?? null,
    offlineTranscription: asked.offline_transcription,
    durationUsed: 0,
    closed: false,
    disabled: false,
    recordingOn: false,
    runningSession: null,
    participants: asked.participants.map(newParticipant),
  });
  announce(world, roomCreated(world, room));
  return room;
}

/** A room in which somebody can press record. */
function recordable(world: World, id: string): Room {
  const room = roomOf(world, id);
  if (room.recording !== 'manual' || !linksAlive(room)) {
    throw refused('room_no_recordable', `room ${id} has no manual recording, or is over`);
  }
  return room;
}

export const roomRoutes: readonly Route[] = [
  route('POST', '/v2/rooms', { body: NewRoom }, (world, { body }) =>
    created(roomAnswer(world, createRoom(world, body))),
  ),

  route('GET', '/v2/rooms', { query: ListQuery }, (world, { query }) => {
    const rooms = world.state.rooms.newestFirst().filter(room => within(query, room));
    return page(query, rooms, 'rooms', room => roomView(world, room));
  }),

  route('GET', '/v2/rooms/{id}', {}, (world, { params }) => ok(roomAnswer(world, roomOf(world, params.id)))),

  route('DELETE', '/v2/rooms/{id}', {}, (world, { params }) => {
    const room = roomOf(world, params.id);
    interruptCall(world, room, event => announce(world, event));
    const event = roomGone(world, room, 'deleted');
    world.state.rooms.delete(room);
    announce(world, event);
    return deleted(world, roomMessage(world, room, `Room ${room.id} and all user links associated deleted`));
  }),

  route('PUT', '/v2/rooms/{id}/disable', {}, (world, { params }) => {
    const room = roomOf(world, params.id);
    if (!room.disabled) {
      interruptCall(world, room, event => announce(world, event));
      const event = roomGone(world, room, 'disabled');
      room.disabled = true;
      announce(world, event);
    }
    return ok(roomMessage(world, room, `Room ${room.id} disabled`));
  }),

  route('POST', '/v2/rooms/{id}/start-recording', {}, (world, { params }) => {
    const room = recordable(world, params.id);
    room.recordingOn = true;
    const running = room.runningSession === null ? undefined : world.state.sessions.get(room.runningSession);
    if (running !== undefined) running.recorded = true;
    return ok(roomMessage(world, room, 'Recording started'));
  }),

  route('POST', '/v2/rooms/{id}/stop-recording', {}, (world, { params }) => {
    const room = recordable(world, params.id);
    if (!room.recordingOn) throw refused('recording_not_found', `room ${room.id} is not being recorded`);
    room.recordingOn = false;
    return ok(roomMessage(world, room, 'Recording stopped'));
  }),

  route('POST', '/v2/rooms/{id}/call', {}, (world, { params }) => {
    const room = roomOf(world, params.id);
    if (!linksAlive(room)) throw refused('room_not_active', `room ${room.id} is disabled or closed`);
    announce(world, callIncoming(room, world.clock()));
    return ok(roomMessage(world, room, 'Participants called'));
  }),
];
