import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer, resets, type Script } from '../../../support/scripted-server.ts';
import { aClient, type Client, failureOf, NOON } from './support.ts';

/** What is counted of calls, and written down of those that failed: how long each took, and of which kind its failure was. */

/** A second to read the key and two for the answer. */
const aSlowClient = async (script: Script) => {
  let now = NOON;
  const server = await aScriptedServer((response, asked) => {
    now += 2000;
    return script(response, asked);
  });
  const key = {
    read: async () => {
      now += 1000;
      return 'ak_test';
    },
    renew: async () => undefined,
  };
  return { client: aClient(server.url, { key, now: () => now }), url: server.url };
};

const RUNS: Record<string, (client: Client, url: string) => Promise<unknown>> = {
  'a call': client => client.readRoom('room_1'),
  'a file': (client, url) => client.readFile(`${url}/file`, 10, 10),
};

describe.each(Object.entries(RUNS))('of %s', (what, run) => {
  const isCall = what === 'a call';
  const latency = isCall ? [['VendorLatency', 2000]] : [];
  const durationMs = isCall ? 3000 : 2000;

  it('that succeeds only its time is counted, where it is one', async () => {
    const { client, url } = await aSlowClient(answers(200, { id: 'room_1' }));
    await run(client, url);
    expect(client.numbers).toEqual(latency);
  });

  it.each([
    [400, 'refused'],
    [429, 'throttled'],
    [503, 'unavailable'],
  ])('that is answered with %i', async (vendorStatus, kind) => {
    const { client, url } = await aSlowClient(answers(vendorStatus));
    const { code } = (await failureOf(run(client, url))) as { code: string };
    const took = isCall && vendorStatus === 503 ? 2000 : 0;
    expect(client.numbers).toEqual([['VendorErrors', 1, kind], ...latency.map(([name]) => [name, 2000 + took])]);
    expect(client.logs.map(line => JSON.parse(line))).toMatchObject([
      { level: 'warn', code, vendorStatus, durationMs: durationMs + took },
    ]);
  });

  it('that is cut the kind is counted, and no status written down', async () => {
    const { client, url } = await aSlowClient(resets);
    await failureOf(run(client, url));
    expect(client.numbers).toContainEqual(['VendorErrors', 1, 'unavailable']);
    expect(client.logs[0]).not.toContain('vendorStatus');
  });

  it('that says how things are it is written down that it failed, and no failure is counted', async () => {
    const { client, url } = await aSlowClient(answers(409));
    expect(await failureOf(run(client, url))).toMatchObject({ code: 'kaleyra_refused', vendorStatus: 409 });
    expect(client.numbers).toEqual(latency);
    expect(client.logs).toHaveLength(1);
  });

  it('that says that there is nothing no failure is counted', async () => {
    const { client, url } = await aSlowClient(answers(404));
    expect(await run(client, url)).toBeUndefined();
    expect(client.numbers).toEqual(latency);
  });
});

it('a call for which there is no key takes no time, and is a failure', async () => {
  const server = await aScriptedServer(answers(200));
  const key = { read: () => Promise.reject(new Error('odd')), renew: async () => undefined };
  const client = aClient(server.url, { key });
  expect(await failureOf(client.readRoom('room_1'))).toMatchObject({ code: 'secret_unavailable' });
  expect(client.numbers).toEqual([['VendorErrors', 1, 'key']]);
});

it('the end of the request is no failure of a call', async () => {
  const stop = new AbortController();
  const server = await aScriptedServer(() => stop.abort('over'));
  const client = aClient(server.url, { signal: stop.signal });
  expect(await failureOf(client.readRoom('room_1'))).toBe('over');
  expect(client.numbers).toEqual([['VendorLatency', 0]]);
});
