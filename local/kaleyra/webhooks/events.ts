// What the vendor reports, in the two published formats. `data01` is missing where format 0.1 does not know the event, `data1`
// where format 1 does not.
import { linkOf, visibleLinks } from '../links.ts';
import type { Room, Session } from '../state.ts';
import { isoDate, type World } from '../world.ts';

type Json = Record<string, unknown>;

export const EVENTS = [
  'on_call_incoming',
  'on_call_ended',
  'on_missed_call',
  'on_room_created',
  'on_room_disabled',
  'on_room_deleted',
  'on_room_new_feedback',
  'on_session_started',
  'on_session_resumed',
  'on_session_paused',
  'on_session_ended',
  'on_user_connected',
  'on_user_disconnected',
  'on_recording_available',
  'on_transcription_available',
  'on_message_sent',
  'on_upload_tag_added',
  'on_upload_tag_removed',
  'on_signature_enveloped_inserted',
] as const;

type EventName = (typeof EVENTS)[number];

export interface VendorEvent {
  readonly event: EventName;
  readonly namespace: 'room' | 'session' | 'recording' | 'user';
  readonly roomId: string;
  /** Whom it is about, where it is about one. */
  readonly userId?: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly data01?: Json;
  readonly data1?: Json;
}

/** The body to deliver, or undefined when this version does not publish the event. */
export function bodyOf(event: VendorEvent, version: '0.1' | '1' | '2'): string | undefined {
  if (version === '0.1') {
    if (event.data01 === undefined) return undefined;
    // Call events carry an object, all others an object that was turned into text.
    const data = event.event.startsWith('on_call_') ? event.data01 : JSON.stringify(event.data01);
    return JSON.stringify({ event: event.event, room_id: event.roomId, data });
  }
  if (event.data1 === undefined) return undefined;
  const { event: name, namespace, at, data1 } = event;
  return JSON.stringify({ event: name, event_version: `${version}.0`, namespace, timestamp: at, data: data1 });
}

export function roomCreated(world: World, room: Room): VendorEvent {
  const participants = room.participants.map(({ userId, token, tools, isAdmin }) => ({
    user: userId,
    url: linkOf(world, token),
    tools,
    is_admin: isAdmin,
  }));
  const recorded = room.recording === 'none' ? 0 : 1;
  const common = {
    room_id: room.id,
    recording_type: room.recording === 'none' ? null : room.recording,
    duration: room.duration ?? 0,
    call_type: room.callType,
    live: room.live,
    description: room.description,
  };
  return {
    event: 'on_room_created',
    namespace: 'room',
    roomId: room.id,
    at: room.created,
    data01: { ...common, record: recorded, directCall: true, user_urls: participants },
    data1: { ...common, recording: recorded, participants },
  };
}

/** To be made before the room is: afterwards it has no links to report. */
export function roomGone(world: World, room: Room, how: 'disabled' | 'deleted'): VendorEvent {
  const links = visibleLinks(world, room).map(({ userId, link }) => ({ user_id: userId, link }));
  return {
    event: `on_room_${how}`,
    namespace: 'room',
    roomId: room.id,
    at: world.clock(),
    data01: { message: `Room ${room.id} ${how}` },
    data1: { room_id: room.id, [`${how}_links`]: links },
  };
}

export function callIncoming(room: Room, at: number): VendorEvent {
  const initiator = room.participants.find(({ isAdmin }) => isAdmin) ?? room.participants[0];
  const data01 = {
    initiator: initiator?.userId,
    users: room.participants.map(({ userId }) => ({ user: { userAlias: userId }, status: 'invited' })),
    roomAlias: room.id,
    options: {
      duration: room.duration ?? 0,
      record: room.recording !== 'none',
      recordingType: room.recording,
      creationDate: isoDate(room.created),
      callType: room.callType,
      live: room.live,
    },
  };
  return { event: 'on_call_incoming', namespace: 'room', roomId: room.id, at, data01 };
}

export const callEnded = (room: Room, at: number): VendorEvent => ({
  event: 'on_call_ended',
  namespace: 'room',
  roomId: room.id,
  at,
  data01: { room_id: room.id },
});

/** `used`: seconds of the room's duration that are gone. */
export function sessionChanged(
  how: 'started' | 'ended',
  room: Room,
  session: Session,
  moment: { readonly at: number; readonly used: number },
): VendorEvent {
  const timestamp = isoDate(moment.at);
  const total = room.duration;
  const data01 = {
    room_id: room.id,
    connected_users: how === 'started' ? session.connected : [],
    timestamp,
    ...(total !== null && { duration: { total_duration: total, duration_remained: total - moment.used } }),
  };
  const data1 = {
    timestamp,
    session_id: session.id,
    room_id: room.id,
    ...(how === 'started' && { connected_participants: session.connected }),
    ...(total !== null && { duration: { total_duration: total, elapsed_time: moment.used } }),
  };
  return { event: `on_session_${how}`, namespace: 'session', roomId: room.id, at: moment.at, data01, data1 };
}

/** `count`: how many are connected afterwards. */
export function userMoved(
  how: 'connected' | 'disconnected',
  session: Session,
  userId: string,
  moment: { readonly at: number; readonly count: number },
): VendorEvent {
  const { roomId, id } = session;
  const { at, count } = moment;
  return {
    event: `on_user_${how}`,
    namespace: 'user',
    roomId,
    userId,
    at,
    data01: { user_id: userId, room: { room_id: roomId, connected_users: count }, timestamp: isoDate(at) },
    data1: { room_id: roomId, session_id: id, user_id: userId, connected_users_count: count },
  };
}

export const recordingAvailable = ({ roomId, id }: Session, at: number): VendorEvent => ({
  event: 'on_recording_available',
  namespace: 'recording',
  roomId,
  at,
  data01: { room_id: roomId, session_id: id, creationDate: isoDate(at) },
  data1: { room_id: roomId, session_id: id },
});

export const transcriptionAvailable = ({ roomId, id }: Session, at: number): VendorEvent => ({
  event: 'on_transcription_available',
  namespace: 'recording',
  roomId,
  at,
  data1: { room_id: roomId, session_id: id },
});
