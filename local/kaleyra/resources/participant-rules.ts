// Who is in a room, with which tools: the rules shared by creating a room and by changing one that exists.
import * as z from 'zod';
import { invalid, refused } from '../errors.ts';
import { newLinkToken } from '../ids.ts';
import { linkOf, linksAlive } from '../links.ts';
import type { Participant, Room, Tools } from '../state.ts';
import type { World } from '../world.ts';

export const FEWEST = 2;
export const MOST = 25;

const WHITEBOARD = ['wb_add_file', 'wb_cursor', 'wb_text', 'wb_shape', 'wb_pen', 'wb_eraser'] as const;
const TOOLS = [
  'chat',
  'screen_sharing',
  'file_upload',
  'snapshot',
  'live_edit',
  'live_pointer',
  'present_to_everyone',
  'sign',
] as const;

const flags = <K extends string>(names: readonly K[]) =>
  z.strictObject(
    Object.fromEntries(names.map(name => [name, z.boolean().exactOptional()])) as Record<
      K,
      z.ZodExactOptional<z.ZodBoolean>
    >,
  );

export const ToolsAsked = z.strictObject({
  ...flags(TOOLS).shape,
  whiteboard: z.union([z.boolean(), flags(WHITEBOARD)]).optional(),
});

export const ParticipantAsked = z.strictObject({
  user_id: z.string().min(1),
  is_admin: z.boolean().default(false),
  tools: ToolsAsked.optional(),
});

const all = (names: readonly string[], value: boolean) => Object.fromEntries(names.map(name => [name, value]));

/** Nothing said about tools means all of them; once something is said, what is left out is off. */
export function toolsOf(asked: z.output<typeof ToolsAsked> | undefined): Tools {
  if (asked === undefined) return { ...all(TOOLS, true), whiteboard: all(WHITEBOARD, true) };
  const { whiteboard = false, ...others } = asked;
  return {
    ...all(TOOLS, false),
    ...others,
    whiteboard: typeof whiteboard === 'boolean' ? whiteboard : { ...all(WHITEBOARD, false), ...whiteboard },
  };
}

export const newParticipant = (asked: z.output<typeof ParticipantAsked>): Participant => ({
  userId: asked.user_id,
  isAdmin: asked.is_admin,
  tools: toolsOf(asked.tools),
  token: newLinkToken(),
});

/** Who may be together in a room. */
export function checkPeople(world: World, userIds: readonly string[]): void {
  const twice = userIds.find((id, index) => userIds.indexOf(id) !== index);
  if (twice !== undefined) throw invalid(`body field "participants": user "${twice}" is named twice`);
  const users = userIds.map(id => {
    const user = world.state.users.get(id);
    if (user === undefined) throw refused('invalid_user_id', `body field "participants": no user "${id}"`);
    return user;
  });
  if (!users.some(({ role }) => role === 'plus')) {
    throw refused('no_plus_user', 'at least one participant must have the role plus');
  }
}

export const participantView = (world: World, room: Room, { userId, isAdmin, tools, token }: Participant) => ({
  user_id: userId,
  is_admin: isAdmin,
  tools,
  ...(linksAlive(room) && { [world.dialect.linkField]: linkOf(world, token) }),
});
