// Brings an event to every webhook that was registered for it.
import type { World } from '../world.ts';
import { bodyOf, type VendorEvent } from './events.ts';

export function announce(world: World, event: VendorEvent): void {
  for (const webhook of world.state.webhooks.newestFirst()) {
    if (webhook.event !== event.event) continue;
    const version = world.dialect.webhookVersion ?? webhook.version;
    const body = bodyOf(event, version);
    if (body === undefined) continue;
    const { url } = webhook;
    const about = { event: event.event, ...(event.userId !== undefined && { userId: event.userId }) };
    world.deliveries.send({ about, url, version, roomId: event.roomId, body, wanted: () => !webhook.deleted });
  }
}
