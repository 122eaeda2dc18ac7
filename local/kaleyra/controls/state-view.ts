// Everything the company owns or ever owned, in the vendor's field names whatever the dialect, oldest first.
import { linkOf, linksAlive } from '../links.ts';
import { roomFacts } from '../resources/room-lookup.ts';
import { sessionView } from '../resources/sessions.ts';
import { isGone, uploadView } from '../resources/uploads.ts';
import { userView } from '../resources/users.ts';
import { webhookView } from '../resources/webhooks.ts';
import type { Room } from '../state.ts';
import type { World } from '../world.ts';

const marked = <T extends object>(view: T, deleted: boolean) => ({ ...view, ...(deleted && { deleted: true }) });

/** Who was in a room stays to be seen when its links are gone. */
const roomView = (world: World, room: Room) => ({
  id: room.id,
  ...roomFacts(room),
  participants: room.participants.map(({ userId, isAdmin, tools, token }) => ({
    user_id: userId,
    is_admin: isAdmin,
    tools,
    ...(linksAlive(room) && { access_link: linkOf(world, token) }),
  })),
});

export function stateView(world: World) {
  const { users, rooms, sessions, uploads, webhooks } = world.state;
  return {
    users: users.all().map(user => marked(userView(world, user), user.deleted)),
    rooms: rooms.all().map(room => marked(roomView(world, room), room.deleted)),
    sessions: sessions.all().map(session => marked(sessionView(session), session.deleted)),
    uploads: uploads.all().map(upload => marked(uploadView(upload), isGone(world, upload))),
    webhooks: webhooks.all().map(webhook => marked(webhookView(webhook), webhook.deleted)),
  };
}
