// The participants of a room that exists already.
import * as z from 'zod';
import { invalid, missing, refused } from '../errors.ts';
import { created, deleted, ok } from '../exchange.ts';
import { linksAlive } from '../links.ts';
import { Paging, page } from '../page.ts';
import { type Route, route } from '../route.ts';
import type { Participant, Room } from '../state.ts';
import type { World } from '../world.ts';
import {
  checkPeople,
  FEWEST,
  MOST,
  newParticipant,
  ParticipantAsked,
  participantView,
  ToolsAsked,
  toolsOf,
} from './participant-rules.ts';
import { roomOf } from './room-lookup.ts';

const ParticipantChanges = z.strictObject({
  user_id: z.string().optional(),
  is_admin: z.boolean().optional(),
  tools: ToolsAsked.optional(),
});

function participantOf(room: Room, userId: string): Participant {
  const participant = room.participants.find(candidate => candidate.userId === userId);
  if (participant === undefined) throw missing('participant_not_found', `no participant "${userId}" in ${room.id}`);
  return participant;
}

function openRoom(world: World, id: string): Room {
  const room = roomOf(world, id);
  if (!linksAlive(room)) throw refused('room_not_active', `room ${id} is disabled or closed`);
  return room;
}

const ListQuery = z.strictObject({ ...Paging.shape, is_admin: z.enum(['true', 'false']).optional() });

export const participantRoutes: readonly Route[] = [
  route('GET', '/v2/rooms/{id}/participants', { query: ListQuery }, (world, { params, query }) => {
    const room = roomOf(world, params.id);
    const wanted = (room.disabled ? [] : room.participants).filter(
      ({ isAdmin }) => query.is_admin === undefined || isAdmin === (query.is_admin === 'true'),
    );
    return page(query, wanted, 'participants', participant => participantView(world, room, participant));
  }),

  route('POST', '/v2/rooms/{id}/participants', { body: ParticipantAsked }, (world, { params, body }) => {
    const room = openRoom(world, params.id);
    if (room.participants.length >= MOST) throw invalid(`a room has at most ${MOST} participants`);
    checkPeople(world, [...room.participants.map(({ userId }) => userId), body.user_id]);
    const participant = newParticipant(body);
    room.participants.push(participant);
    return created(participantView(world, room, participant));
  }),

  route('GET', '/v2/rooms/{id}/participants/{userId}', {}, (world, { params }) => {
    const room = roomOf(world, params.id);
    return ok(participantView(world, room, participantOf(room, params.userId)));
  }),

  route('PUT', '/v2/rooms/{id}/participants/{userId}', { body: ParticipantChanges }, (world, { params, body }) => {
    const room = openRoom(world, params.id);
    const participant = participantOf(room, params.userId);
    if (body.user_id !== undefined && body.user_id !== participant.userId) {
      throw invalid('body field "user_id": a participant cannot become somebody else');
    }
    participant.isAdmin = body.is_admin ?? participant.isAdmin;
    if (body.tools !== undefined) participant.tools = toolsOf(body.tools);
    return ok(participantView(world, room, participant));
  }),

  route('DELETE', '/v2/rooms/{id}/participants/{userId}', {}, (world, { params }) => {
    const room = openRoom(world, params.id);
    const participant = participantOf(room, params.userId);
    const left = room.participants.filter(other => other !== participant);
    if (left.length < FEWEST) throw invalid(`a room has at least ${FEWEST} participants`);
    checkPeople(
      world,
      left.map(({ userId }) => userId),
    );
    const view = participantView(world, room, participant);
    room.participants = left;
    return deleted(world, view);
  }),
];
