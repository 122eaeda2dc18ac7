import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer, resets, type Script } from '../../../support/scripted-server.ts';
import { aCallbacksClient, failureOf } from './support.ts';

/** What Kaleyra is told of us, and what it says that it was told. */

const URL = 'https://telecons.clinic.example/webhooks/kaleyra';
const NAMES = 'https://telecons.clinic.example/user-details';

/** A client of a server with these answers, and what the server was asked. */
const aClientOf = async (...scripts: [Script, ...Script[]]) => {
  const server = await aScriptedServer(...scripts);
  const asked = () =>
    server.asked.map(({ method, url, body }) => [method, url, ...(body === '' ? [] : [JSON.parse(body)])]);
  return { client: aCallbacksClient(server.url), asked };
};

const page = (has_more: boolean, ...webhooks: unknown[]) => answers(200, { has_more, webhooks });
const webhook = (id: string, parts: Record<string, unknown> = {}) => ({ id, url: URL, event: 'on_call', ...parts });

describe('listing webhooks', () => {
  it('walks through the pages, from where the one before ended', async () => {
    const { client, asked } = await aClientOf(page(true, webhook('w1'), webhook('w2')), page(false, webhook('w3')));
    expect((await client.listWebhooks()).map(({ id }) => id)).toEqual(['w1', 'w2', 'w3']);
    expect(asked()).toEqual([
      ['GET', '/v2/webhooks?offset=0&limit=100'],
      ['GET', '/v2/webhooks?offset=2&limit=100'],
    ]);
  });

  it('ends at an empty page, even at one that claims more', async () => {
    const { client, asked } = await aClientOf(page(true, webhook('w1')), page(true));
    expect(await client.listWebhooks()).toHaveLength(1);
    expect(asked()).toHaveLength(2);
  });

  it('is made once more when it fails', async () => {
    const { client } = await aClientOf(answers(503), page(false, webhook('w1')));
    expect(await client.listWebhooks()).toHaveLength(1);
  });

  it.each<[string, Record<string, unknown>, unknown]>([
    ['one event', { event: 'on_call' }, { id: 'w1', url: URL, events: ['on_call'] }],
    ['several', { events: ['on_call', 'on_room'] }, { events: ['on_call', 'on_room'] }],
    ['several under the name of one', { event: ['on_call', 'on_room'] }, { events: ['on_call', 'on_room'] }],
    ['both, and goes by the list', { events: ['on_room'], event: 'on_call' }, { events: ['on_room'] }],
    ['no list beside the one', { events: null, event: 'on_call' }, { events: ['on_call'] }],
    ['none', { event: undefined }, { events: [] }],
    ['some that make no sense', { events: ['on_call', 7, null, {}] }, { events: ['on_call'] }],
    [
      'the older names',
      { id: null, webhook_id: 'w2', url: '', post_event_webhook_url: NAMES },
      { id: 'w2', url: NAMES },
    ],
    ['the signed version', { version: '1' }, { signsBody: true }],
    ['the signed version as a number', { version: 1 }, { signsBody: true }],
    ['the older version', { version: '0.1' }, { signsBody: false }],
    ['no version', {}, { signsBody: false }],
  ])('tells of one that names %s', async (_, parts, expected) => {
    const { client } = await aClientOf(page(false, webhook('w1', parts)));
    expect(await client.listWebhooks()).toMatchObject([expected]);
  });

  it.each<[string, Script]>([
    ['a webhook without an id', page(false, webhook('w1'), webhook(''))],
    ['a webhook without an address', page(false, webhook('w1', { url: null }))],
    ['a webhook that is none', page(false, 'w1')],
    ['no word on whether there is more', answers(200, { webhooks: [] })],
    ['no list', answers(200, { has_more: false })],
  ])('does not take an answer with %s', async (_, script) => {
    const { client } = await aClientOf(script);
    expect(await failureOf(client.listWebhooks())).toMatchObject({ code: 'kaleyra_unreadable', status: 502 });
  });
});

describe('adding a webhook', () => {
  it('asks for the format that signs the whole body', async () => {
    const { client, asked } = await aClientOf(answers(201));
    await expect(client.addWebhook('on_call', URL)).resolves.toBeUndefined();
    expect(asked()).toEqual([['POST', '/v2/webhooks', { event: 'on_call', url: URL, version: '1' }]]);
  });

  it('is never done twice', async () => {
    const { client, asked } = await aClientOf(answers(503), answers(201));
    expect(await failureOf(client.addWebhook('on_call', URL))).toMatchObject({ code: 'kaleyra_unavailable' });
    expect(asked()).toHaveLength(1);
  });
});

describe('removing a webhook', () => {
  it('names it, and is made once more when it fails', async () => {
    const { client, asked } = await aClientOf(answers(503), answers(204));
    await expect(client.removeWebhook('w/1')).resolves.toBeUndefined();
    expect(asked()).toEqual([
      ['DELETE', '/v2/webhooks/w%2F1'],
      ['DELETE', '/v2/webhooks/w%2F1'],
    ]);
  });
});

describe('removing a webhook that has gone', () => {
  it('is done, also by the attempt whose answer was lost', async () => {
    const { client, asked } = await aClientOf(resets, answers(404, { code: 'webhook_not_found' }));
    await expect(client.removeWebhook('w1')).resolves.toBeUndefined();
    expect(asked()).toHaveLength(2);
  });

  it.each([400, 401, 403, 500])('is not done where Kaleyra says %i', async status => {
    const { client } = await aClientOf(answers(status));
    expect(await failureOf(client.removeWebhook('w1'))).toMatchObject({ vendorStatus: status });
  });
});

describe('the address for names', () => {
  it.each<[string, unknown, string | null]>([
    ['the one that is set', { name: 'Invented Clinic', user_details_provider_url: NAMES }, NAMES],
    ['null where none is', { company: { name: 'Invented Clinic', user_details_provider_url: null } }, null],
    ['null where nothing is said', { name: 'Invented Clinic' }, null],
  ])('is %s', async (_, company, address) => {
    const { client, asked } = await aClientOf(answers(503), answers(200, company));
    expect(await client.findUserDetailsAddress()).toBe(address);
    expect(asked().at(-1)).toEqual(['GET', '/v2/company']);
  });

  it('is unknown where something else answers', async () => {
    const { client } = await aClientOf(answers(200, { user_details_provider_url: NAMES }));
    expect(await failureOf(client.findUserDetailsAddress())).toMatchObject({ code: 'kaleyra_unreadable' });
  });

  it('is set alone, once more when that fails, and is set when Kaleyra says so', async () => {
    const company = { name: 'Invented Clinic', user_details_provider_url: NAMES };
    const { client, asked } = await aClientOf(answers(503), answers(200, company));
    await expect(client.setUserDetailsAddress(NAMES)).resolves.toBeUndefined();
    expect(asked().at(-1)).toEqual(['PUT', '/v2/company', { user_details_provider_url: NAMES }]);
  });

  it('is not set when Kaleyra names another one afterwards', async () => {
    const { client } = await aClientOf(answers(200, { name: 'Invented Clinic', user_details_provider_url: URL }));
    expect(await failureOf(client.setUserDetailsAddress(NAMES))).toMatchObject({ code: 'kaleyra_unreadable' });
  });
});
