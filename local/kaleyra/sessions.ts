// The life of a call inside a room: who connects when, what time it uses, what it leaves behind. Simulated time needs no
// waiting: a call that lasted ten minutes began ten minutes ago. Calls that people enter and leave by their links take real time.
import { newSessionId } from './ids.ts';
import type { Room, Session } from './state.ts';
import * as events from './webhooks/events.ts';
import type { World } from './world.ts';

export type Announce = (event: events.VendorEvent) => void;

/** Seconds of its duration that a room has left. */
const remaining = (room: Room) => (room.duration ?? Number.POSITIVE_INFINITY) - room.durationUsed;

function newSession(world: World, room: Room, began: number): Session {
  const session = world.state.sessions.add({
    id: newSessionId(),
    created: began,
    deleted: false,
    roomId: room.id,
    connected: [],
    present: [],
    duration: null,
    counted: 0,
    recorded: room.recording === 'automatic' || room.recordingOn,
    recording: 'none',
    spoken: null,
    transcription: null,
  });
  room.runningSession = session.id;
  return session;
}

function connect(room: Room, session: Session, userId: string, at: number, announce: Announce): void {
  const before = session.connected.length;
  if (!session.connected.includes(userId)) session.connected.push(userId);
  session.present.push(userId);
  announce(events.userMoved('connected', session, userId, { at, count: session.present.length }));
  // It takes two to begin, once.
  if (before === 1 && session.connected.length === 2) {
    announce(events.sessionChanged('started', room, session, { at, used: room.durationUsed }));
  }
}

/** Everybody connects; `seconds` have passed since then. */
export function startSession(world: World, room: Room, seconds: number, announce: Announce): Session {
  const elapsed = Math.min(seconds, remaining(room));
  const began = world.clock() - elapsed * 1000;
  const session = newSession(world, room, began);
  if (room.live) announce(events.callIncoming(room, began));
  // A millisecond apart: receivers tell deliveries apart by their time.
  for (const [index, { userId }] of room.participants.entries()) {
    connect(room, session, userId, began + index, announce);
  }
  count(room, session, elapsed);
  return session;
}

export const runningSession = (world: World, room: Room): Session | undefined =>
  room.runningSession === null ? undefined : world.state.sessions.get(room.runningSession);

/** One person comes in; the first one opens the call. */
export function enterCall(world: World, room: Room, userId: string, announce: Announce): void {
  const now = world.clock();
  let session = runningSession(world, room);
  if (session === undefined) {
    session = newSession(world, room, now);
    if (room.live) announce(events.callIncoming(room, now));
  }
  if (!session.present.includes(userId)) connect(room, session, userId, now, announce);
}

/** One person goes; the call ends with the last one, or in a live room when one is left of two. */
export function leaveCall(world: World, room: Room, userId: string, announce: Announce): void {
  const session = runningSession(world, room);
  if (session === undefined || !session.present.includes(userId)) return;
  session.present = session.present.filter(other => other !== userId);
  const left = session.present.length;
  announce(events.userMoved('disconnected', session, userId, { at: world.clock(), count: left }));
  const isAlone = room.live && left === 1 && session.connected.length > 1;
  if (left === 0 || isAlone) endSession(world, room, session, announce, undefined);
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
  session.present.forEach((userId, index) => {
    const left = session.present.length - index - 1;
    announce(events.userMoved('disconnected', session, userId, { at: now + index, count: left }));
  });
  session.present = [];
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
  const session = runningSession(world, room);
  if (session !== undefined) endSession(world, room, session, announce, undefined);
}
