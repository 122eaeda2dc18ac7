import { describe, expect, it } from 'vitest';
import { secretUnavailable, secretUnusable } from '../../../../lib/errors.ts';
import type { Secret } from '../../../../lib/secrets/secret.ts';
import { answers, aScriptedServer, type Script } from '../../../support/scripted-server.ts';
import { aClient, aSpec, failureOf, RECORD_ID } from './support.ts';

/** The key that a call is made with, and what a refused one leads to. */

const OLDER = 'ak_test_older';
const NEWER = 'ak_test_newer';

/** Gives the older key; when that is refused, what the test has put in its place. */
const aKey = (parts: Partial<Secret<string>> = {}) => {
  const renewals: string[] = [];
  const key: Secret<string> = {
    read: async () => OLDER,
    ...parts,
    renew: async (refused, signal) => {
      renewals.push(refused);
      return parts.renew?.(refused, signal);
    },
  };
  return { key, renewals };
};

const knows =
  (key: string, status: number, body: unknown): Script =>
  (response, asked) =>
    (asked.headers.apikey === key ? answers(status, body) : answers(401, { code: 'invalid_api_key' }))(response, asked);

const room = {
  id: 'room_1',
  participants: ['usr_host', 'usr_guest'].map(id => ({ user_id: id, access_link: `https://x.bandyer.com/${id}` })),
};

describe('a refused key', () => {
  it('is replaced by the newer one, and the call made once more, also one that must not be repeated', async () => {
    const server = await aScriptedServer(knows(NEWER, 201, room));
    const { key, renewals } = aKey({ renew: async () => NEWER });
    const client = aClient(server.url, { key, origins: ['https://*.bandyer.com'] });
    expect(await client.createRoom(aSpec(), RECORD_ID)).toMatchObject({ id: 'room_1' });
    expect(server.asked.map(({ method, headers }) => [method, headers.apikey])).toEqual([
      ['POST', OLDER],
      ['POST', NEWER],
    ]);
    expect(server.asked[1]?.body).toBe(server.asked[0]?.body);
    expect(renewals).toEqual([OLDER]);
    expect(client.logs).toEqual([]);
  });

  it('is replaced once: a newer one that is refused as well is the end of it', async () => {
    const server = await aScriptedServer(answers(401, { code: 'invalid_api_key' }));
    const { key, renewals } = aKey({ renew: async () => NEWER });
    const failure = await failureOf(aClient(server.url, { key }).ping(1000));
    expect(failure).toMatchObject({ code: 'kaleyra_refused', vendorStatus: 401, maybeDone: false });
    expect(server.asked.map(({ headers }) => headers.apikey)).toEqual([OLDER, NEWER]);
    expect(renewals).toEqual([OLDER]);
  });

  it('is the failure where there is no newer one', async () => {
    const server = await aScriptedServer(knows(NEWER, 200, {}));
    const { key } = aKey();
    const failure = await failureOf(aClient(server.url, { key }).ping(1000));
    expect(failure).toMatchObject({ code: 'kaleyra_refused', message: 'the video service refused our key' });
    expect(server.asked).toHaveLength(1);
  });

  it.each([400, 403, 404, 429, 500])('is not what %i says', async status => {
    const server = await aScriptedServer(answers(status, { code: 'some_code' }));
    const { key, renewals } = aKey({ renew: async () => NEWER });
    await failureOf(aClient(server.url, { key }).createRoom(aSpec(), RECORD_ID));
    expect(renewals).toEqual([]);
    expect(server.asked).toHaveLength(1);
  });
});

describe('a key that cannot be read', () => {
  it.each([
    [secretUnavailable('X_PARAMETER'), { code: 'secret_unavailable', status: 503, retryAfter: 5 }],
    [secretUnusable('X_PARAMETER'), { code: 'secret_unusable', status: 500, retryAfter: undefined }],
  ])('makes no call, and so has done nothing', async (error, expected) => {
    const server = await aScriptedServer(answers(200, '{}'));
    const { key } = aKey({ read: () => Promise.reject(error) });
    const client = aClient(server.url, { key });
    const failure = await failureOf(client.createRoom(aSpec(), RECORD_ID));
    expect(failure).toMatchObject({ ...expected, name: 'KaleyraError', maybeDone: false, vendorStatus: undefined });
    expect(server.asked).toEqual([]);
    expect(client.logs.map(line => JSON.parse(line))).toMatchObject([
      { event: 'kaleyra.call_failed', code: expected.code, method: 'POST', route: '/v2/rooms' },
    ]);
  });

  const waits = (_?: unknown, signal?: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));

  it('in the time that the call has is as good as none', async () => {
    const server = await aScriptedServer(answers(200, '{}'));
    const { key } = aKey({ read: signal => waits(undefined, signal) });
    const failure = await failureOf(aClient(server.url, { key }).ping(60));
    expect(failure).toMatchObject({ code: 'secret_unavailable', status: 503, maybeDone: false });
    expect(server.asked).toEqual([]);
  });

  it('in the time that the request has ends with the request', async () => {
    const server = await aScriptedServer(answers(401, '{}'));
    for (const parts of [{ read: (signal?: AbortSignal) => waits(undefined, signal) }, { renew: waits }]) {
      const stop = new AbortController();
      const { key, renewals } = aKey(parts);
      const call = aClient(server.url, { key, signal: stop.signal }).ping(5000);
      setTimeout(() => stop.abort('the time is over'), 50);
      expect(await failureOf(call)).toBe('the time is over');
      expect(renewals).toHaveLength('renew' in parts ? 1 : 0);
    }
  });
});
