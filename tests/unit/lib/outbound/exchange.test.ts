import { describe, expect, it } from 'vitest';
import { exchange, type Outgoing } from '../../../../lib/outbound/exchange.ts';
import { answers, aScriptedServer, hangs, resets } from '../../../support/scripted-server.ts';

const outgoing = (url: string, parts: Partial<Outgoing> = {}): Outgoing => ({
  method: 'GET',
  url: new URL(url),
  headers: { 'x-mine': '1' },
  repeatable: true,
  largestBytes: 100,
  signal: new AbortController().signal,
  ...parts,
});

describe('one call to another service', () => {
  it('sends what it is given and gives back the whole answer, whatever its status', async () => {
    const server = await aScriptedServer(answers(418, 'tèa', { 'x-theirs': '2' }));
    const json = { a: 1 };
    const { status, headers, text } = await exchange(outgoing(`${server.url}/a?b=c`, { method: 'POST', json }));
    expect({ status, theirs: headers.get('x-theirs'), text }).toEqual({ status: 418, theirs: '2', text: 'tèa' });
    expect(server.asked[0]).toMatchObject({ method: 'POST', url: '/a?b=c', body: '{"a":1}' });
    expect(server.asked[0]?.headers).toMatchObject({ 'x-mine': '1', 'content-type': 'application/json' });
  });

  it.each([
    [100, 'x'.repeat(100)],
    [101, undefined],
    [100_000, undefined],
  ])('gives back an answer of %i bytes as it is allowed to', async (size, text) => {
    const server = await aScriptedServer(answers(200, 'x'.repeat(size)));
    expect((await exchange(outgoing(server.url))).text).toBe(text);
  });

  it('follows no redirect', async () => {
    const server = await aScriptedServer(answers(302, '', { location: '/elsewhere' }));
    expect((await exchange(outgoing(server.url))).status).toBe(302);
    expect(server.asked).toHaveLength(1);
  });

  it('is made twice at most, and once only where twice is more than once', async () => {
    for (const script of [answers(503), resets]) {
      const repeated = await aScriptedServer(script);
      await exchange(outgoing(repeated.url)).catch(() => undefined);
      expect(repeated.asked).toHaveLength(2);
      const single = await aScriptedServer(script);
      await exchange(outgoing(single.url, { repeatable: false })).catch(() => undefined);
      expect(single.asked).toHaveLength(1);
    }
  });

  it('is not begun again when its time is over while it waits', async () => {
    const server = await aScriptedServer(answers(503));
    const stop = new AbortController();
    const call = exchange(outgoing(server.url, { signal: stop.signal }));
    await expect.poll(() => server.asked.length, { interval: 5 }).toBe(1);
    stop.abort();
    await expect(call).rejects.toThrow();
    expect(server.asked).toHaveLength(1);
  });

  it('leaves nothing open when it is given up', async () => {
    const server = await aScriptedServer(hangs);
    const stop = new AbortController();
    const call = exchange(outgoing(server.url, { signal: stop.signal }));
    await expect.poll(() => server.asked.length, { interval: 5 }).toBe(1);
    stop.abort(new Error('over'));
    await expect(call).rejects.toThrow('over');
    await server.hungUp();
  });
});
