import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { answers, aScriptedServer, drips, type Script } from '../../../support/scripted-server.ts';
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
    const hurry = vi.spyOn(AbortSignal, 'timeout').mockImplementation(ms => real(Math.min(ms, 150)));
    onTestFinished(() => hurry.mockRestore());
    collectAllTheTime();
    const server = await aScriptedServer(drips(20));
    const failure = await failureOf(aClient(server.url).readFile(`${server.url}/file`, 1000, 1000));
    expect(failure).toMatchObject({ code: 'kaleyra_timeout', status: 504 });
    await server.hungUp();
  }, 3000);

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
