// Plays a call in a room, or ends one that was left running.
import * as z from 'zod';
import { misused } from '../errors.ts';
import { linksAlive } from '../links.ts';
import { type Announce, endSession, isTimeUp, startSession } from '../sessions.ts';
import { shareFiles } from '../sharing.ts';
import type { Room, Session } from '../state.ts';
import { strictControl } from '../strict.ts';
import { announce } from '../webhooks/announce.ts';
import type { World } from '../world.ts';

const CallOrder = z.strictObject({
  roomId: z.string().min(1),
  sessionId: z.string().min(1).optional(),
  uploads: z.int().min(0).max(10_000).optional(),
  durationSeconds: z.int().min(1).max(86_400).optional(),
  transcription: z.string().optional(),
  end: z.boolean().default(true),
  webhooks: z.boolean().default(true),
});

type CallOrder = z.output<typeof CallOrder>;

const DEFAULT_UPLOADS = 3;
const DEFAULT_SECONDS = 60;

export function playCall(world: World, body: unknown): { sessionId: string; uploads: string[] } {
  const order = strictControl(CallOrder, body, 'call field');
  const room = roomOf(world, order.roomId);
  const tell: Announce = event => order.webhooks && announce(world, event);
  const session = order.sessionId === undefined ? begun(world, room, order, tell) : running(world, room, order);
  session.spoken = order.transcription ?? session.spoken;
  const files = order.uploads ?? (order.sessionId === undefined ? DEFAULT_UPLOADS : 0);
  shareFiles(world, session, session.connected, files);
  // A call that was begun and ended by one order has used its time already.
  if (order.sessionId !== undefined) endSession(world, room, session, tell, order.durationSeconds);
  else if (order.end || isTimeUp(room)) endSession(world, room, session, tell, session.counted);
  return {
    sessionId: session.id,
    uploads: world.state.uploads.all().flatMap(upload => (upload.sessionId === session.id ? upload.id : [])),
  };
}

/** By its id; or by its description, which whoever made the room knows and its id perhaps not. */
function roomOf(world: World, name: string): Room {
  const room = world.state.rooms.get(name);
  if (room !== undefined) return room;
  const described = world.state.rooms.all().filter(one => one.description === name && !one.deleted);
  const [only, ...others] = described;
  if (only === undefined) throw misused(`call field "roomId": no room "${name}"`, 404);
  if (others.length === 0) return only;
  const ids = described.map(({ id }) => `"${id}"`).join(', ');
  throw misused(`call field "roomId": "${name}" is the description of ${ids}`, 409);
}

function begun(world: World, room: Room, order: CallOrder, tell: Announce): Session {
  if (!linksAlive(room)) throw misused(`call field "roomId": room "${room.id}" is disabled or closed`, 409);
  if (room.runningSession !== null) {
    throw misused(`call field "roomId": a call is running in "${room.id}", session "${room.runningSession}"`, 409);
  }
  return startSession(world, room, order.durationSeconds ?? (order.end ? DEFAULT_SECONDS : 0), tell);
}

function running(world: World, room: Room, order: CallOrder): Session {
  const session = world.state.sessions.get(order.sessionId ?? '');
  if (session === undefined || room.runningSession !== session.id) {
    throw misused(`call field "sessionId": no call "${order.sessionId}" is running in "${room.id}"`, 404);
  }
  if (!order.end) throw misused('call field "end": a session that runs already can only be ended');
  return session;
}
