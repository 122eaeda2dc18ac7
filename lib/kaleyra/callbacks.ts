import * as z from 'zod/mini';
import type { Callbacks, RegisteredWebhook } from '../domain/callbacks.ts';
import { Done } from './answers.ts';
import { ChangedCompany } from './company-answers.ts';
import { isMissing, unreadable } from './errors.ts';
import { type Fields, idOf, page, reading } from './fields.ts';
import type { Transport } from './transport.ts';

/** Where Kaleyra sends what it sends of its own accord. No function needs this; a command does. */

const PAGE_SIZE = 100;

/** The format in which the whole body is signed. */
const VERSION = '1';

/** Kaleyra does not publish whether a webhook names one event or several: both are read. */
const Webhook = z.pipe(
  z.record(z.string(), z.unknown()),
  reading((webhook: Fields): RegisteredWebhook | undefined => {
    const id = idOf(webhook, 'id', 'webhook_id');
    const url = idOf(webhook, 'url', 'post_event_webhook_url');
    if (id === undefined || url === undefined) return undefined;
    const events = [webhook.events ?? webhook.event].flat().filter(event => typeof event === 'string');
    return { id, url, events, signsBody: String(webhook.version) === VERSION };
  }),
);

const WebhookPage = page('webhooks', Webhook);

export const createCallbacksClient = (send: Transport): Callbacks => ({
  listWebhooks: async () => {
    const found: RegisteredWebhook[] = [];
    for (let more = true; more; ) {
      const query = { offset: found.length, limit: PAGE_SIZE };
      const list = await send({ method: 'GET', path: ['webhooks'], query, answer: WebhookPage, repeatable: true });
      found.push(...list.webhooks);
      // An empty page ends the walk even if it claims more.
      more = list.has_more && list.webhooks.length > 0;
    }
    return found;
  },

  addWebhook: async (event, url) => {
    const json = { event, url, version: VERSION };
    // Not repeatable: a second attempt would make a second one.
    await send({ method: 'POST', path: ['webhooks'], json, answer: Done, repeatable: false });
  },

  removeWebhook: async id => {
    try {
      await send({ method: 'DELETE', path: ['webhooks', id], answer: Done, repeatable: true });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },

  findUserDetailsAddress: async () => {
    const company = await send({ method: 'GET', path: ['company'], answer: ChangedCompany, repeatable: true });
    return company.userDetailsProviderUrl === '' ? null : company.userDetailsProviderUrl;
  },

  setUserDetailsAddress: async url => {
    const json = { user_details_provider_url: url };
    const answer = { answer: ChangedCompany, repeatable: true };
    const company = await send({ method: 'PUT', path: ['company'], json, ...answer });
    if (company.userDetailsProviderUrl !== url) throw unreadable();
  },
});
