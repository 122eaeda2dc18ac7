// Which events are reported where.
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { missing } from '../errors.ts';
import { created, deleted, ok } from '../exchange.ts';
import { Paging, page } from '../page.ts';
import { type Route, route } from '../route.ts';
import type { Webhook } from '../state.ts';
import { EVENTS } from '../webhooks/events.ts';
import { isoDate, type World } from '../world.ts';

const Changes = z
  .strictObject({
    event: z.enum(EVENTS),
    url: z.url({ protocol: /^https?$/ }),
    version: z.enum(['0.1', '1', '2']),
  })
  .partial();

const NewWebhook = Changes.required({ event: true, url: true });

export const webhookView = ({ id, event, url, version, created: at }: Webhook) => ({
  id,
  event,
  url,
  version,
  creation_date: isoDate(at),
});

function webhookOf(world: World, id: string): Webhook {
  const webhook = world.state.webhooks.get(id);
  if (webhook === undefined) throw missing('webhook_not_found', `no webhook "${id}"`);
  return webhook;
}

export const webhookRoutes: readonly Route[] = [
  route('POST', '/v2/webhooks', { body: NewWebhook }, (world, { body }) => {
    const { event, url, version = '1' } = body;
    const webhook = { id: randomUUID(), created: world.clock(), deleted: false, event, url, version };
    return created(webhookView(world.state.webhooks.add(webhook)));
  }),

  route('GET', '/v2/webhooks', { query: Paging }, (world, { query }) =>
    page(query, world.state.webhooks.newestFirst(), 'webhooks', webhookView),
  ),

  route('GET', '/v2/webhooks/{id}', {}, (world, { params }) => ok(webhookView(webhookOf(world, params.id)))),

  route('PUT', '/v2/webhooks/{id}', { body: Changes }, (world, { params, body }) => {
    const webhook = webhookOf(world, params.id);
    webhook.event = body.event ?? webhook.event;
    webhook.url = body.url ?? webhook.url;
    webhook.version = body.version ?? webhook.version;
    return ok(webhookView(webhook));
  }),

  route('DELETE', '/v2/webhooks/{id}', {}, (world, { params }) => {
    const webhook = webhookOf(world, params.id);
    world.state.webhooks.delete(webhook);
    return deleted(world, webhookView(webhook));
  }),
];
