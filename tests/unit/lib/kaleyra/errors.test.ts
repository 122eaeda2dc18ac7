import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer, breaksOff, resets } from '../../../support/scripted-server.ts';
import { API_KEY, aSimulator } from '../../local/kaleyra/support.ts';
import { aClient, aSpec, failureOf, NOON, RECORD_ID } from './support.ts';

/** What every failure of a call becomes, seen at the one call that is never repeated. */
const createAt = async (url: string) => failureOf(aClient(url).createRoom(aSpec(), RECORD_ID));

const refused = { code: 'kaleyra_refused', status: 502, retryAfter: undefined, maybeDone: false };
const failed = { code: 'kaleyra_unavailable', status: 502, retryAfter: undefined, maybeDone: true };
const unreachable = { code: 'kaleyra_unavailable', status: 503, retryAfter: 10, vendorStatus: undefined };

describe('an answer that is no success', () => {
  it.each([
    [400, refused, 'the video service refused the call'],
    [401, refused, 'the video service refused our key'],
    [403, refused, 'the video service refused our key'],
    [404, refused, 'the video service refused the call'],
    [409, refused, 'the video service refused the call'],
    [412, refused, 'the video service refused the call'],
    [422, refused, 'the video service refused the call'],
    [500, failed, 'the video service failed'],
    [502, failed, 'the video service failed'],
    [503, { ...failed, status: 503, retryAfter: 10 }, 'the video service is not available'],
    [504, failed, 'the video service failed'],
  ])('of %i', async (status, expected, message) => {
    const simulator = await aSimulator();
    const code = 'some_vendor_code';
    await simulator.fault({ method: 'POST', path: '/v2/rooms', status, body: { status, code, message: 'secret' } });
    const failure = await createAt(simulator.url);
    expect(failure).toMatchObject({ ...expected, message, vendorStatus: status, vendorCode: code });
    expect((await simulator.journal()).map(entry => entry.status)).toEqual([status]);
  });

  it.each<[number, string, string | number | undefined, number]>([
    [429, 'no time', undefined, 60],
    [429, 'seconds', 7, 7],
    [429, 'no seconds at all', 0, 1],
    [429, 'more seconds than a caller can wait', 86_400, 3600],
    [429, 'a date', new Date(NOON + 90_000).toUTCString(), 90],
    [429, 'a date in the past', new Date(NOON - 90_000).toUTCString(), 1],
    [429, 'a date far away', new Date(NOON + 86_400_000).toUTCString(), 3600],
    [429, 'words', 'in a while', 60],
    [503, 'seconds', 120, 120],
    [503, 'a date', new Date(NOON + 5000).toUTCString(), 5],
    [503, 'words', 'soon', 10],
  ])('of %i with %s to wait', async (status, _, retryAfter, expected) => {
    const simulator = await aSimulator();
    await simulator.fault({ path: '/v2/rooms', status, ...(retryAfter !== undefined && { retryAfter }) });
    expect(await createAt(simulator.url)).toMatchObject(
      status === 429
        ? { code: 'kaleyra_throttled', status: 503, retryAfter: expected, maybeDone: false, vendorStatus: 429 }
        : { code: 'kaleyra_unavailable', status: 503, retryAfter: expected, maybeDone: true, vendorStatus: 503 },
    );
  });

  it('is what an unknown key gets', async () => {
    const simulator = await aSimulator();
    const client = aClient(simulator.url, { apiKey: 'ak_test_of_somebody_else' });
    const failure = await failureOf(client.ping(9000));
    expect(failure).toMatchObject({ ...refused, vendorStatus: 401, vendorCode: 'invalid_api_key' });
  });

  it('is what a client gets that asks for a route nobody has', async () => {
    const simulator = await aSimulator();
    const failure = await createAt(`${simulator.url}/wrong`);
    expect(failure).toMatchObject({ ...refused, vendorStatus: 404, vendorCode: 'route_not_found' });
  });
});

describe('a redirect', () => {
  it.each([300, 301, 302, 303, 307, 308])('of %i is a failure, and the key goes nowhere', async status => {
    const target = await aScriptedServer(answers(201, { id: 'room_1', participants: [] }));
    const server = await aScriptedServer(answers(status, '', { location: `${target.url}/v2/rooms` }));
    expect(await createAt(server.url)).toMatchObject({ ...failed, vendorStatus: status });
    expect(await failureOf(aClient(server.url).readRoom('room_1'))).toMatchObject({ ...failed, vendorStatus: status });
    expect(target.asked).toEqual([]);
    expect(server.asked.map(({ headers }) => headers.apikey)).toEqual([API_KEY, API_KEY]);
  });
});

describe('a connection', () => {
  const aClosedPort = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    return typeof address === 'object' && address !== null ? address.port : 0;
  };

  it.each(['127.0.0.1', 'localhost'])('that is refused at %s has done nothing', async host => {
    const failure = await createAt(`http://${host}:${await aClosedPort()}`);
    expect(failure).toMatchObject({ ...unreachable, maybeDone: false, message: 'the video service cannot be reached' });
  });

  it('that is cut before the answer may have done it', async () => {
    const server = await aScriptedServer(resets);
    expect(await createAt(server.url)).toMatchObject({ ...unreachable, maybeDone: true });
    expect(server.asked).toHaveLength(1);
  });

  it('that is cut in the middle of the answer may have done it', async () => {
    const server = await aScriptedServer(breaksOff('{"id":"room_1","participants":['));
    expect(await createAt(server.url)).toMatchObject({ ...unreachable, maybeDone: true });
    expect(server.asked).toHaveLength(1);
  });

  it('that is cut in the middle of a refusal may have done it', async () => {
    const server = await aScriptedServer(breaksOff('{"code":"no_plus', 400));
    expect(await createAt(server.url)).toMatchObject({ ...unreachable, maybeDone: true });
  });
});

describe('an answer larger than any that Kaleyra has reason to give', () => {
  it('is not taken', async () => {
    const server = await aScriptedServer(answers(201, { id: 'room_1', filler: 'x'.repeat(4_000_000) }));
    expect(await createAt(server.url)).toMatchObject({ code: 'kaleyra_unreadable', status: 502, maybeDone: true });
  });

  it.each([404, 503])('says nothing, not even with a %i', async vendorStatus => {
    const server = await aScriptedServer(answers(vendorStatus, 'x'.repeat(4_000_001)));
    const failure = await failureOf(aClient(server.url).createRoom(aSpec(), RECORD_ID));
    expect(failure).toMatchObject({ code: 'kaleyra_unreadable', status: 502, vendorStatus, maybeDone: true });
  });

  it('is not read to its end: a function has not the memory for it', async () => {
    const chunk = 'x'.repeat(64 * 1024);
    const wanted = 64 * 1024 * 1024;
    let sent = 0;
    const server = await aScriptedServer(async response => {
      const left = once(response, 'close');
      response.writeHead(200, { 'content-type': 'application/json' });
      while (sent < wanted && !response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), left]);
      }
      response.end();
    });
    const failure = await failureOf(aClient(server.url).ping(5000));
    expect(failure).toMatchObject({ code: 'kaleyra_unreadable', status: 502 });
    expect(sent).toBeLessThan(wanted / 2);
  });
});
