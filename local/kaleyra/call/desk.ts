// Behind a personal link: its page, and what that page asks and orders. Who holds the link is let in, as at the vendor.
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { bundled } from '../../browser-bundle.ts';
import { missing, VendorError } from '../errors.ts';
import { type Answer, type Incoming, ok } from '../exchange.ts';
import { LINK_PREFIX, linksAlive } from '../links.ts';
import { namesOf } from '../names.ts';
import { readJson } from '../route.ts';
import { endSession, enterCall, leaveCall, runningSession } from '../sessions.ts';
import { shareFiles } from '../sharing.ts';
import type { Participant, Room } from '../state.ts';
import { strict } from '../strict.ts';
import { announce } from '../webhooks/announce.ts';
import type { World } from '../world.ts';
import { ASSETS, callPage, deadLink } from './document.ts';

const Order = z.strictObject({ do: z.enum(['enter', 'leave', 'share', 'end']) });

interface Holder {
  readonly room: Room;
  readonly participant: Participant;
}

export const isCallPage = (path: string) => path.startsWith(LINK_PREFIX) || path.startsWith(ASSETS);

/** What a page asks by itself, again and again: nothing for the journal. */
export const isCallTalk = (path: string) =>
  path.startsWith(ASSETS) || (path.startsWith(LINK_PREFIX) && /\/(call|names)$/.test(path));

export function callAnswer(world: World, incoming: Incoming): Answer | Promise<Answer> {
  const { method, path, query } = incoming;
  if (path.startsWith(ASSETS)) return asset(method, path.slice(ASSETS.length));
  const [token = '', what = ''] = path.slice(LINK_PREFIX.length).split('/');
  const holder = holderOf(world, token);
  switch (`${method} ${what}`) {
    case 'GET ': {
      const options = new URLSearchParams(query ?? '');
      return holder === undefined ? deadLink(options) : callPage(holder.room, holder.participant, options);
    }
    case 'GET call':
      return ok(callView(world, known(holder)));
    case 'POST call':
      return ok(obey(world, known(holder), incoming));
    case 'GET names':
      return names(world, known(holder));
    default:
      throw missing('route_not_found', `no such route: ${method} ${path}`);
  }
}

const denied = (status: number, code: string, message: string) =>
  new VendorError(status, 'invalid_request_error', code, message);

function holderOf(world: World, token: string): Holder | undefined {
  for (const room of world.state.rooms.newestFirst()) {
    const participant = room.participants.find(candidate => candidate.token === token);
    if (participant !== undefined && linksAlive(room)) return { room, participant };
  }
  return undefined;
}

function known(holder: Holder | undefined): Holder {
  if (holder === undefined) throw denied(410, 'link_not_valid', 'this link is no longer valid');
  return holder;
}

/** `state`: `quiet` before the first call, `running`, `over` after one. */
function callView(world: World, { room, participant }: Holder) {
  const running = runningSession(world, room);
  const was = world.state.sessions.all().some(session => session.roomId === room.id);
  return {
    state: running !== undefined ? 'running' : was ? 'over' : 'quiet',
    me: participant.userId,
    inCall: running?.present ?? [],
    files: world.state.uploads.all().filter(upload => upload.sessionId === running?.id && !upload.deleted).length,
  };
}

function obey(world: World, holder: Holder, incoming: Incoming) {
  const { room, participant } = holder;
  const order = strict(Order, readJson(incoming), 'body field').do;
  const tell = (event: Parameters<typeof announce>[1]) => announce(world, event);
  const session = runningSession(world, room);
  if (order === 'enter') enterCall(world, room, participant.userId, tell);
  else if (session === undefined || !session.present.includes(participant.userId)) {
    throw denied(409, 'not_in_call', 'only who is in the call can do this');
  } else if (order === 'leave') leaveCall(world, room, participant.userId, tell);
  else if (order === 'share') shareFiles(world, session, [participant.userId]);
  else if (!participant.isAdmin) throw denied(403, 'not_admin', 'only an admin ends the call of the others');
  else endSession(world, room, session, tell, undefined);
  return linksAlive(room) ? callView(world, holder) : { state: 'over', me: participant.userId, inCall: [], files: 0 };
}

/** As the vendor shows them: it asks the company; whom that does not name is shown by id. */
async function names(world: World, { room }: Holder): Promise<Answer> {
  const userIds = room.participants.map(({ userId }) => userId);
  return ok(Object.fromEntries(await namesOf(world, userIds)));
}

async function asset(method: string, name: string): Promise<Answer> {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  if (method === 'GET' && name === 'page.js') {
    const bytes = await bundled(new URL('browser/page.ts', import.meta.url));
    return { status: 200, headers, content: { type: 'text/javascript; charset=utf-8', bytes } };
  }
  if (method === 'GET' && name === 'style.css') {
    const bytes = readFileSync(new URL('style.css', import.meta.url));
    return { status: 200, headers, content: { type: 'text/css; charset=utf-8', bytes } };
  }
  throw missing('route_not_found', `no such route: ${method} ${ASSETS}${name}`);
}
