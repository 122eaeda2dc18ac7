import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer, breaksOff, drips, resets, type Script } from '../../../support/scripted-server.ts';
import { aClient, aSpec, type Client, failureOf } from './support.ts';

/** Errors travel to callers and logs: what a call sent and what came back stays out of both. */

const KEY = 'ak_live_canarykey0123456789';
const CANARY = /canary/i;

const CALLS: Record<string, (client: Client) => Promise<unknown>> = {
  createUser: client => client.createUser('usr_canary', 'plus'),
  setRole: client => client.setRole('usr_canary', 'plus'),
  createRoom: client => client.createRoom(aSpec(), 'canary-description'),
  readRoom: client => client.readRoom('room_canary', 9000),
  deleteRoom: client => client.deleteRoom('room_canary'),
  disableRoom: client => client.disableRoom('room_canary'),
  listRooms: client => client.listRooms(0),
  listUploads: client => client.listUploads('room_canary', 0),
  deleteUpload: client => client.deleteUpload('eu/canary/usr_canary/1'),
  createCredentials: client => client.createCredentials('usr_canary', 60),
  readSession: client => client.readSession('session_canary'),
  listSessions: client => client.listSessions('room_canary', 0),
  deleteRecording: client => client.deleteRecording('session_canary'),
  listBackgrounds: client => client.listBackgrounds(),
  setDefaultBackground: client => client.setDefaultBackground('canary'),
  ping: client => client.ping(9000),
};

/** A vendor that says in its answer everything that it was sent, and more. */
const echoes =
  (status: number, wrap: (text: string) => string): Script =>
  (response, { method, url, headers, body }) => {
    const text = JSON.stringify({ method, url, headers, body, link: 'https://canary.example/eu/canarytoken' });
    response.writeHead(status, { 'content-type': 'application/json', 'x-canary': 'canary' });
    response.end(wrap(text));
  };

const asJson = (text: string) => text;
const asPage = (text: string) => `canary<!doctype html>${text}`;
const asError = (text: string) =>
  JSON.stringify({ code: 'Canary Code', name: 'CANARY', message: text, error: { code: `canary ${text}` } });

const SCRIPTS: Record<string, Script> = {
  'a refusal that repeats the call': echoes(400, asError),
  'a refused key that repeats the key': echoes(401, asError),
  'a failure that repeats the call': echoes(500, asError),
  'a failure with a page': echoes(503, asPage),
  'a request to slow down that repeats the call': echoes(429, asError),
  'a redirect to an address with the key': answers(302, '', { location: `http://127.0.0.1:9/?canary=${KEY}` }),
  'a page instead of an answer': echoes(201, asPage),
  'half an answer that cannot be read': answers(201, '"canary'),
  'a cut connection': resets,
  'an answer that breaks off': breaksOff('{"id":"canary'),
};

const everythingOf = (error: unknown): string => {
  const texts: string[] = [];
  for (let one = error; one instanceof Error; one = one.cause) {
    texts.push(one.message, one.stack ?? '', String(one), JSON.stringify(one));
  }
  // What a careless log statement would print.
  return [...texts, inspect(error, { depth: 10, showHidden: true })].join('\n');
};

describe('what was sent and what came back', () => {
  it.each(Object.entries(SCRIPTS))('is in no error and no log line of any call after %s', async (_, script) => {
    const outcomes = await Promise.all(
      Object.entries(CALLS).map(async ([name, run]) => {
        const server = await aScriptedServer(script);
        const client = aClient(server.url, { apiKey: KEY });
        const failure = everythingOf(await failureOf(run(client)));
        const told = failure + client.logs.join('\n');
        return { name, sentKey: server.asked[0]?.headers.apikey, leak: CANARY.exec(told), lines: client.logs.length };
      }),
    );
    expect(outcomes).toEqual(Object.keys(CALLS).map(name => ({ name, sentKey: KEY, leak: null, lines: 1 })));
  });
});

describe('an answer in the wrong shape', () => {
  it.each(['createUser', 'createRoom', 'readRoom', 'listRooms', 'listUploads', 'createCredentials', 'listSessions'])(
    'is in no error and no log line of %s',
    async name => {
      const server = await aScriptedServer(echoes(200, asJson));
      const client = aClient(server.url, { apiKey: KEY });
      const failure = await failureOf(CALLS[name]?.(client) ?? Promise.resolve());
      expect(failure).toMatchObject({ code: 'kaleyra_unreadable' });
      expect(everythingOf(failure)).not.toMatch(CANARY);
      expect(client.logs.join('\n')).not.toMatch(CANARY);
    },
  );

  it('with unusable links is in no error and no log line', async () => {
    const participants = [{ user_id: 'usr_host', access_link: 'http://canary.example/canarytoken' }];
    const server = await aScriptedServer(answers(201, { id: 'room_1', description: 'canary', participants }));
    const client = aClient(server.url, { apiKey: KEY });
    const failure = await failureOf(client.createRoom(aSpec(), 'canary-description'));
    expect(everythingOf(failure)).not.toMatch(CANARY);
    expect(client.logs.join('\n')).not.toMatch(CANARY);
  });
});

describe('the log', () => {
  it('says which call failed, how and for how long, and no more', async () => {
    const server = await aScriptedServer(answers(422, { code: 'validation_error', message: 'canary' }));
    const client = aClient(server.url, { apiKey: KEY });
    await failureOf(client.disableRoom('room_canary'));
    expect(client.logs.map(line => JSON.parse(line))).toEqual([
      {
        time: '2031-01-01T12:00:00.000Z',
        level: 'warn',
        event: 'kaleyra.call_failed',
        code: 'kaleyra_refused',
        durationMs: 0,
        method: 'PUT',
        route: '/v2/rooms/{}',
        vendorStatus: 422,
        vendorCode: 'validation_error',
      },
    ]);
  });

  it('says of a call that had no answer in time that it had none', async () => {
    const server = await aScriptedServer(drips(20));
    const client = aClient(server.url, { apiKey: KEY });
    await failureOf(client.ping(80));
    expect(client.logs.map(line => JSON.parse(line))).toMatchObject([
      { code: 'kaleyra_timeout', method: 'GET', route: '/v2/company', vendorCode: 'unknown' },
    ]);
    expect(client.logs[0]).not.toContain('vendorStatus');
  });

  it('is silent about calls that succeed', async () => {
    const server = await aScriptedServer(answers(200, { name: 'Invented Clinic' }));
    const client = aClient(server.url, { apiKey: KEY });
    await client.ping(9000);
    await client.deleteRoom('room_canary');
    expect(client.logs).toEqual([]);
  });
});

describe('the key', () => {
  it('goes in its header and nowhere else', async () => {
    const server = await aScriptedServer(answers(200, '{}'));
    const client = aClient(server.url, { apiKey: KEY });
    for (const run of Object.values(CALLS)) await run(client).catch(() => undefined);
    expect(server.asked).toHaveLength(Object.keys(CALLS).length);
    for (const { url, headers, body } of server.asked) {
      const { apikey, ...others } = headers;
      expect(apikey).toBe(KEY);
      expect(others.accept).toBe('application/json');
      expect(`${url} ${JSON.stringify(others)} ${body}`).not.toContain(KEY);
    }
  });
});
