// Finding a room, and what a room looks like from outside.
import { missing } from '../errors.ts';
import type { Room } from '../state.ts';
import { isoDate, type World } from '../world.ts';

export function roomOf(world: World, id: string): Room {
  const room = world.state.rooms.get(id);
  if (room === undefined) throw missing('room_not_found', `no room "${id}"`);
  return room;
}

function statusOf({ closed, runningSession }: Room) {
  if (closed) return 'CLOSED';
  return runningSession === null ? 'NOT_RUNNING' : 'RUNNING';
}

/** The room without its id and its participants, which depend on who asks. */
export const roomFacts = (room: Room) => ({
  recording: room.recording,
  duration: room.duration ?? 0,
  call_type: room.callType,
  live: room.live,
  description: room.description,
  offline_transcription: room.offlineTranscription,
  status: statusOf(room),
  duration_used: room.durationUsed,
  creation_date: isoDate(room.created),
  ...(room.disabled && { disabled: true }),
});
