import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { deadlinePassed } from '../../../../lib/errors.ts';
import {
  answers,
  aScriptedServer,
  breaksOff,
  drips,
  hangs,
  resets,
  type Script,
} from '../../../support/scripted-server.ts';
import { aDirectory, failureOf, NOON } from './support.ts';

/** One lookup of the calling person is one call. */
const CALLER = { id: 'auth0|dr-rossi', groups: [], fullName: null };
const ROSSI = { user_id: 'auth0|dr-rossi', name: 'Dr Ada Rossi-Example', groups: ['doctor'] };
const rossi = {
  externalId: 'auth0|dr-rossi',
  groups: ['doctor'],
  fullName: 'Dr Ada Rossi-Example',
  language: null,
  nameSource: 'directory',
};

const ask = async (scripts: [Script, ...Script[]], options: Parameters<typeof aDirectory>[1] = {}) => {
  const server = await aScriptedServer(...scripts);
  const directory = aDirectory(server.url, options);
  const outcome = await directory.describeCaller(CALLER).catch((error: unknown) => error);
  return { outcome, server, logs: directory.logs.map(line => JSON.parse(line)) };
};

describe('a directory that fails', () => {
  it.each([
    [401, 'directory_refused', 502, 'the user directory refused the request', undefined],
    [403, 'directory_refused', 502, 'the user directory refused the request', undefined],
    [418, 'directory_refused', 502, 'the user directory refused the request', undefined],
    [429, 'directory_throttled', 503, 'the user directory asks to slow down', 10],
    [500, 'directory_unavailable', 502, 'the user directory failed', undefined],
    [503, 'directory_unavailable', 503, 'the user directory is not available', 10],
  ])('with %i is %s', async (status, code, ours, message, retryAfter) => {
    const { outcome, logs } = await ask([answers(status, { message: 'canary' })]);
    expect(outcome).toMatchObject({ code, status: ours, message, retryAfter });
    expect(logs).toEqual([
      expect.objectContaining({
        level: 'warn',
        event: 'directory.call_failed',
        code,
        vendorStatus: status,
        route: '/users/{}',
      }),
    ]);
  });

  it('and says when to come back is believed', async () => {
    expect((await ask([answers(429, '', { 'retry-after': '7' })])).outcome).toMatchObject({ retryAfter: 7 });
    const date = new Date(NOON + 90_000).toUTCString();
    expect((await ask([answers(503, '', { 'retry-after': date })])).outcome).toMatchObject({ retryAfter: 90 });
  });

  it.each([
    ['a page', answers(200, '<html>canary</html>', { 'content-type': 'text/html' })],
    ['half of an object', answers(200, '{"user_id":"canary')],
    ['nothing', answers(200, '')],
    ['no content', answers(204)],
  ])('and answers with %s is not believed', async (_, script) => {
    const { outcome, logs } = await ask([script]);
    expect(outcome).toMatchObject({ code: 'directory_unreadable', status: 502 });
    expect(`${JSON.stringify(logs)}${(outcome as Error).stack}${(outcome as Error).cause}`).not.toContain('canary');
  });

  it('by its address is unreachable', async () => {
    const failure = await failureOf(aDirectory('http://127.0.0.1:9').describeCaller(CALLER));
    expect(failure).toMatchObject({ code: 'directory_unavailable', status: 503, retryAfter: 10 });
  });

  it.each([301, 302, 303, 307, 308])(
    'with a redirect of %i is not followed: the cookie goes nowhere else',
    async status => {
      const elsewhere = await aScriptedServer(answers(200, ROSSI));
      const headers = { cookie: 'sid=invented', miauserid: 'auth0|dr-rossi' };
      const { outcome } = await ask([answers(status, '', { location: `${elsewhere.url}/users/x` })], { headers });
      expect(outcome).toMatchObject({ code: 'directory_unavailable', status: 502 });
      expect(elsewhere.asked).toEqual([]);
    },
  );

  it('and never stops sending is not read to its end', async () => {
    const chunk = 'x'.repeat(64 * 1024);
    const wanted = 32 * 1024 * 1024;
    let sent = 0;
    const endless: Script = async response => {
      const left = once(response, 'close');
      response.writeHead(200, { 'content-type': 'application/json' });
      while (sent < wanted && !response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), left]);
      }
      response.end();
    };
    expect((await ask([endless])).outcome).toMatchObject({ code: 'directory_unreadable', status: 502 });
    expect(sent).toBeLessThan(wanted / 2);
  });
});

describe('a lookup is made once more', () => {
  it.each([
    ['500', answers(500)],
    ['502', answers(502)],
    ['503', answers(503)],
    ['504', answers(504)],
    ['a cut connection', resets],
    ['an answer that breaks off', breaksOff('{"user_id":')],
  ])('after %s', async (_, script) => {
    const { outcome, server, logs } = await ask([script, answers(200, ROSSI)]);
    expect(outcome).toEqual(rossi);
    expect(server.asked).toHaveLength(2);
    expect(logs).toEqual([]);
  });

  it.each([
    ['500', answers(500)],
    ['a cut connection', resets],
  ])('and not a third time after %s', async (_, script) => {
    const { outcome, server } = await ask([script]);
    expect(outcome).toMatchObject({ code: 'directory_unavailable' });
    expect(server.asked).toHaveLength(2);
  });

  it.each([401, 403, 429, 400])('but not after %i', async status => {
    expect((await ask([answers(status)])).server.asked).toHaveLength(1);
  });
});

describe('a lookup ends', () => {
  it.each([
    ['says nothing', [hangs]],
    ['sends one character after the other', [drips(20)]],
    ['says nothing when asked again', [resets, hangs]],
  ] satisfies [string, [Script, ...Script[]]][])('in its time when the directory %s', async (_, scripts) => {
    const started = performance.now();
    const { outcome, server } = await ask(scripts, { callTimeoutMs: 800 });
    expect(outcome).toMatchObject({ code: 'directory_timeout', status: 504, retryAfter: 10 });
    expect(performance.now() - started).toBeLessThan(10_000);
    await server.hungUp();
  });

  it('when the request is over, with what the request is over for', async () => {
    const stop = new AbortController();
    const server = await aScriptedServer(hangs);
    const directory = aDirectory(server.url, { signal: stop.signal });
    const failure = failureOf(directory.describeCaller(CALLER));
    await expect.poll(() => server.asked.length).toBe(1);
    stop.abort(deadlinePassed());
    expect(await failure).toMatchObject({ code: 'deadline', status: 504 });
    await server.hungUp();
    expect(directory.logs).toEqual([]);
  });
});

it('the directory gets the forwarded headers of the request and no other', async () => {
  const headers = {
    miauserid: 'auth0|dr-rossi',
    cookie: 'sid=invented',
    authorization: 'Bearer invented',
    'x-gateway-secret': 'invented',
    'x-request-id': 'r-1',
    'x-secret-of-somebody': '1',
  };
  const { server } = await ask([answers(200, ROSSI)], { headers });
  const ofTheClient = ['host', 'connection', 'accept-language', 'sec-fetch-mode', 'user-agent', 'accept-encoding'];
  const sent = Object.entries(server.asked[0]?.headers ?? {}).filter(([name]) => !ofTheClient.includes(name));
  expect(Object.fromEntries(sent)).toEqual({
    accept: 'application/json',
    miauserid: 'auth0|dr-rossi',
    cookie: 'sid=invented',
    'x-request-id': 'r-1',
  });
});
