import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { answers, aScriptedServer, breaksOff, drips, resets, type Script } from '../../../support/scripted-server.ts';
import { aClient, failureOf } from './support.ts';

/** Files behind temporary addresses. */

const text =
  (length: number, headers: Record<string, string> = {}): Script =>
  response => {
    response.writeHead(200, headers).end('x'.repeat(length));
  };

/** Until the test is over. */
const collectAllTheTime = (): void => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const timer = setInterval(collect, 10);
  onTestFinished(() => clearInterval(timer));
};

describe('reading a file', () => {
  it.each([
    [10, 'whole'],
    [11, 'large'],
    [20, 'large'],
    [21, 'too large'],
  ])('of %i bytes, of which 10 are kept and 20 counted, is %s', async (length, extent) => {
    const server = await aScriptedServer(text(length));
    const read = await aClient(server.url).readFile(`${server.url}/file`, 10, 20);
    expect(read).toMatchObject({ extent });
    if (read?.extent === 'whole') expect(Buffer.from(read.bytes).toString()).toBe('x'.repeat(length));
  });

  it('tells the type that it was sent with, and that there was none', async () => {
    const server = await aScriptedServer(text(1, { 'content-type': 'text/vtt' }), text(1));
    const read = () => aClient(server.url).readFile(`${server.url}/file`, 10, 10);
    expect([await read(), await read()]).toMatchObject([{ contentType: 'text/vtt' }, { contentType: null }]);
  });

  it('sends nothing of ours along, and takes no compressed file', async () => {
    const server = await aScriptedServer(text(1));
    await aClient(server.url).readFile(`${server.url}/a%20file?Signature=a~b`, 10, 10);
    expect(server.asked).toMatchObject([{ method: 'GET', url: '/a%20file?Signature=a~b', body: '' }]);
    const { accept, 'accept-encoding': encoding, apikey, cookie, referer } = server.asked[0]?.headers ?? {};
    expect({ accept, encoding }).toEqual({ accept: '*/*', encoding: 'identity' });
    expect([apikey, cookie, referer]).toEqual([undefined, undefined, undefined]);
  });

  it.each([404, 410])('finds none where %i says that it has gone', async status => {
    const server = await aScriptedServer(answers(status, 'gone'));
    const client = aClient(server.url);
    expect(await client.readFile(`${server.url}/file`, 10, 10)).toBeUndefined();
    expect(client.logs).toEqual([]);
  });

  it.each([
    [204, { code: 'kaleyra_unavailable', status: 502 }],
    [206, { code: 'kaleyra_unavailable', status: 502 }],
    [400, { code: 'kaleyra_refused', status: 502 }],
    [403, { code: 'kaleyra_refused', status: 502 }],
    [500, { code: 'kaleyra_unavailable', status: 502 }],
  ])('fails with %i', async (vendorStatus, expected) => {
    const server = await aScriptedServer(answers(vendorStatus));
    const failure = await failureOf(aClient(server.url).readFile(`${server.url}/file`, 10, 10));
    expect(failure).toMatchObject({ ...expected, vendorStatus });
  });

  it.each([301, 302, 303, 307, 308])('goes nowhere with a redirect of %i', async vendorStatus => {
    const target = await aScriptedServer(text(1));
    const server = await aScriptedServer(answers(vendorStatus, '', { location: `${target.url}/file` }));
    const client = aClient(server.url, { origins: [server.url, target.url] });
    const failure = await failureOf(client.readFile(`${server.url}/file`, 10, 10));
    expect(failure).toMatchObject({ code: 'kaleyra_unavailable', vendorStatus });
    expect(target.asked).toEqual([]);
  });

  it.each([
    ['before the file', resets],
    ['in the middle of it', breaksOff('xxx')],
  ])('fails when the connection is cut %s', async (_, script) => {
    const server = await aScriptedServer(script);
    const failure = await failureOf(aClient(server.url).readFile(`${server.url}/file`, 1000, 1000));
    expect(failure).toMatchObject({ code: 'kaleyra_unavailable', status: 503, maybeDone: false });
    expect(server.asked).toHaveLength(1);
  });

  it('stops listening to one that is too large', async () => {
    const server = await aScriptedServer(drips(1));
    expect(await aClient(server.url).readFile(`${server.url}/file`, 10, 20)).toEqual({ extent: 'too large' });
    await server.hungUp();
  });

  it('asks nobody at an address that is not listed', async () => {
    const server = await aScriptedServer(text(1));
    const client = aClient(server.url, { origins: ['https://*.bandyer.com'] });
    expect(await failureOf(client.readFile(`${server.url}/file`, 10, 10))).toMatchObject({ status: 502 });
    expect(server.asked).toEqual([]);
  });

  it('ends with the request, with the request’s own reason', async () => {
    collectAllTheTime();
    const server = await aScriptedServer(drips(5));
    const request = new AbortController();
    const reason = new Error('the request is over');
    const reading = aClient(server.url, { signal: request.signal }).readFile(`${server.url}/file`, 1000, 1000);
    setTimeout(() => request.abort(reason), 50);
    expect(await failureOf(reading)).toBe(reason);
    await server.hungUp();
  });

  it('is given up in time, also when memory is collected in the middle of it', async () => {
    const real = AbortSignal.timeout.bind(AbortSignal);
    const hurry = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => real(150));
    onTestFinished(() => hurry.mockRestore());
    collectAllTheTime();
    const server = await aScriptedServer(drips(20));
    const failure = await failureOf(aClient(server.url).readFile(`${server.url}/file`, 1000, 1000));
    expect(failure).toMatchObject({ code: 'kaleyra_timeout', status: 504 });
    expect(hurry.mock.calls).toEqual([[15_000]]);
    await server.hungUp();
  });

  it('writes down that it failed, and not where', async () => {
    const server = await aScriptedServer(answers(403, 'canary'));
    const client = aClient(server.url);
    await failureOf(client.readFile(`${server.url}/canary?Signature=canary`, 10, 10));
    expect(client.logs.map(line => JSON.parse(line))).toMatchObject([
      { level: 'warn', event: 'kaleyra.file_failed', code: 'kaleyra_refused', vendorStatus: 403 },
    ]);
    expect(client.logs.join()).not.toMatch(/canary|127\.0\.0\.1/);
  });
});
