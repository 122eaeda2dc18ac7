// Personal room links: where they lead and how long they live.
import type { Room } from './state.ts';
import type { World } from './world.ts';

export const LINK_PREFIX = '/eu/direct-rest-call-handler/';

export const linkOf = (world: World, token: string) => `${world.origin}${LINK_PREFIX}${token}`;

/** From creation until the room is disabled, deleted or closed. */
export const linksAlive = ({ disabled, closed, deleted }: Room) => !disabled && !closed && !deleted;

export const visibleLinks = (world: World, room: Room) =>
  linksAlive(room) ? room.participants.map(({ userId, token }) => ({ userId, link: linkOf(world, token) })) : [];
