// The life of a call inside a room: who connects when, what time it uses, what it leaves behind. Simulated time needs no
// waiting: a call that lasted ten minutes began ten minutes ago.
import { newSessionId } from './ids.ts';
import type { Room, Session } from './state.ts';
import * as events from './webhooks/events.ts';
import type { World } from './world.ts';

export type Announce = (event: events.VendorEvent) => void;

/** Seconds of its duration that a room has left. */
const remaining = (room: Room) => (room.duration ?? Number.POSITIVE_INFINITY) - room.durationUsed;

/** Everybody connects; `seconds` have passed since then. */
export function startSession(world: World, room: Room, seconds: number, announce: Announce): Session {
  const elapsed = Math.min(seconds, remaining(room));
  const began = world.clock() - elapsed * 1000;
  const session: Session = {
    id: newSessionId(),
    created: began,
    deleted: false,
    roomId: room.id,
    connected: room.participants.map(({ userId }) => userId),
    duration: null,
    counted: 0,
    recorded: room.recording === 'automatic' || room.recordingOn,
    recording: 'none',
    spoken: null,
    transcription: null,
  };
  world.state.sessions.add(session);
  room.runningSession = session.id;
  if (room.live) announce(events.callIncoming(room, began));
  session.connected.forEach((userId, index) => {
    // A millisecond apart: receivers tell deliveries apart by their time.
    announce(events.userMoved('connected', session, userId, { at: began + index, count: index + 1 }));
    if (index === 1) {
      announce(events.sessionChanged('started', room, session, { at: began + index, used: room.durationUsed }));
    }
  });
  count(room, session, elapsed);
  return session;
}

/** Adds to the room's used time what the session has used since it was last counted. */
function count(room: Room, session: Session, elapsed: number): void {
  room.durationUsed += elapsed - session.counted;
  session.counted = elapsed;
}

export const isTimeUp = (room: Room) => remaining(room) <= 0;

/** Everybody leaves. Without `seconds` the call lasted as long as it really did. */
export function endSession(
  world: World,
  room: Room,
  session: Session,
  announce: Announce,
  seconds: number | undefined,
): void {
  const now = world.clock();
  const lasted = Math.max(session.counted, seconds ?? Math.round((now - session.created) / 1000));
  const elapsed = Math.min(lasted, session.counted + remaining(room));
  count(room, session, elapsed);
  session.duration = elapsed;
  room.runningSession = null;
  room.recordingOn = false;
  if (isTimeUp(room)) room.closed = true;
  announce(events.sessionChanged('ended', room, session, { at: now, used: room.durationUsed }));
  session.connected.forEach((userId, index) => {
    const left = session.connected.length - index - 1;
    announce(events.userMoved('disconnected', session, userId, { at: now + index, count: left }));
  });
  announce(events.callEnded(room, now));
  leaveRecording(room, session, now, announce);
}

function leaveRecording(room: Room, session: Session, at: number, announce: Announce): void {
  if (!session.recorded) return;
  session.recording = 'available';
  announce(events.recordingAvailable(session, at));
  if (!room.offlineTranscription) return;
  session.transcription = session.spoken ?? `Transcription of ${session.id}.`;
  announce(events.transcriptionAvailable(session, at));
}

/** A room that is taken away ends the call in it. */
export function interruptCall(world: World, room: Room, announce: Announce): void {
  const session = room.runningSession === null ? undefined : world.state.sessions.get(room.runningSession);
  if (session !== undefined) endSession(world, room, session, announce, undefined);
}
