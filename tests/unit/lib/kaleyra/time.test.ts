import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { answers, aScriptedServer, drips, hangs, resets } from '../../../support/scripted-server.ts';
import { aClient, aSpec, failureOf, RECORD_ID } from './support.ts';

/** No call waits longer than it may: one alone, all of a request together, or when the request itself is over. */

const timedOut = {
  code: 'kaleyra_timeout',
  status: 504,
  message: 'the video service did not answer in time',
  maybeDone: true,
  retryAfter: 10,
};

/** Replaces the limits that the client sets itself: the test holds those of the given length in its hand. */
const holdLimit = (lengthMs: number): AbortController[] => {
  const real = AbortSignal.timeout.bind(AbortSignal);
  const held: AbortController[] = [];
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(ms => {
    if (ms !== lengthMs) return real(ms);
    const limit = new AbortController();
    held.push(limit);
    return limit.signal;
  });
  return held;
};
const timeUp = () => new DOMException('time is up', 'TimeoutError');

afterEach(() => vi.restoreAllMocks());

/** Memory is collected whenever the runtime likes; in this test it likes to all the time. */
const collectAllTheTime = (): void => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const timer = setInterval(collect, 10);
  onTestFinished(() => clearInterval(timer));
};

const COMPANY = { name: 'Invented Clinic' };

const CALL_LIMIT_MS = 8000;
/** Well before the limit that holds where nobody says otherwise, and as late as a busy machine makes it. */
const IN_TIME_MS = 6000;
/** For calls that are answered at once, however busy the machine. */
const LONG_MS = 25_000;
const REQUEST_LIMIT_MS = 20_000;

describe('one call', () => {
  it('ends when a silent vendor has had its time, is not repeated, and leaves no connection open', async () => {
    const held = holdLimit(200);
    const server = await aScriptedServer(() => held[0]?.abort(timeUp()));
    expect(await failureOf(aClient(server.url).ping(200))).toMatchObject(timedOut);
    await server.hungUp();
    expect(server.asked).toHaveLength(1);
  });

  it('ends in its time although the answer keeps coming, one character after the other', async () => {
    const held = holdLimit(150);
    const server = await aScriptedServer((response, asked) => {
      setTimeout(() => held[0]?.abort(timeUp()), 100);
      return drips(20)(response, asked);
    });
    expect(await failureOf(aClient(server.url).readRoom('room_1', 150))).toMatchObject(timedOut);
    await server.hungUp();
    expect(server.asked).toHaveLength(1);
  });

  it('has its time for both attempts together', async () => {
    const held = holdLimit(400);
    const server = await aScriptedServer(resets, () => held[0]?.abort(timeUp()));
    expect(await failureOf(aClient(server.url).ping(400))).toMatchObject(timedOut);
    expect(server.asked).toHaveLength(2);
    expect(held).toHaveLength(1);
  });

  it('does not start its second attempt when the time ends in the pause before it', async () => {
    const held = holdLimit(100);
    const server = await aScriptedServer((response, asked) => {
      setTimeout(() => held[0]?.abort(timeUp()), 20);
      return resets(response, asked);
    });
    expect(await failureOf(aClient(server.url).ping(100))).toMatchObject(timedOut);
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(server.asked).toHaveLength(1);
  });

  it('has 8 s where nobody says otherwise', async () => {
    const held = holdLimit(CALL_LIMIT_MS);
    const server = await aScriptedServer(response => {
      expect(held).toHaveLength(1);
      held[0]?.abort(timeUp());
      response.on('close', () => undefined);
    });
    expect(await failureOf(aClient(server.url).createRoom(aSpec(), RECORD_ID))).toMatchObject(timedOut);
    expect(server.asked).toHaveLength(1);
  });

  it('that ran out of time is over before the next one begins, which has its own', async () => {
    const held = holdLimit(100);
    const server = await aScriptedServer(() => held[0]?.abort(timeUp()), answers(200, COMPANY));
    const client = aClient(server.url);
    expect(await failureOf(client.ping(100))).toMatchObject(timedOut);
    await expect(client.ping(LONG_MS)).resolves.toBeUndefined();
  });
});

describe('all calls of a request', () => {
  it('share 20 s, counted from the first call', async () => {
    const held = holdLimit(REQUEST_LIMIT_MS);
    const server = await aScriptedServer(answers(200, COMPANY), answers(200, COMPANY), response => {
      held[0]?.abort(timeUp());
      response.on('close', () => undefined);
    });
    const client = aClient(server.url);
    expect(held).toHaveLength(0);
    await client.ping(LONG_MS);
    await client.ping(LONG_MS);
    expect(await failureOf(client.ping(LONG_MS))).toMatchObject(timedOut);
    expect(held).toHaveLength(1);
  });

  it('that run side by side end together when the time is up', async () => {
    const held = holdLimit(REQUEST_LIMIT_MS);
    const server = await aScriptedServer(hangs, hangs, () => held[0]?.abort(timeUp()));
    const client = aClient(server.url);
    const calls = [client.ping(3000), client.listRooms(0), client.createUser('usr_1', 'basic')];
    expect(await Promise.all(calls.map(failureOf))).toMatchObject([timedOut, timedOut, timedOut]);
    await server.hungUp(3);
  });

  it('are not even sent once the time is up', async () => {
    const held = holdLimit(REQUEST_LIMIT_MS);
    const server = await aScriptedServer(answers(200, COMPANY));
    const client = aClient(server.url);
    await client.ping(LONG_MS);
    held[0]?.abort(timeUp());
    expect(await failureOf(client.createRoom(aSpec(), RECORD_ID))).toMatchObject({ code: 'kaleyra_timeout' });
    expect(server.asked).toHaveLength(1);
  });

  it('of another request have their own', async () => {
    const held = holdLimit(REQUEST_LIMIT_MS);
    const server = await aScriptedServer(answers(200, COMPANY));
    await aClient(server.url).ping(LONG_MS);
    held[0]?.abort(timeUp());
    await expect(aClient(server.url).ping(LONG_MS)).resolves.toBeUndefined();
    expect(held).toHaveLength(2);
  });
});

describe('a limit', () => {
  it.each([
    ['before the answer', hangs],
    ['in the middle of the answer', drips(20)],
  ])('holds when memory is collected %s', async (_, script) => {
    collectAllTheTime();
    const server = await aScriptedServer(script);
    const started = performance.now();
    expect(await failureOf(aClient(server.url).readRoom('room_1', 150))).toMatchObject(timedOut);
    expect(performance.now() - started).toBeLessThan(IN_TIME_MS);
  });

  it('of the request holds when memory is collected in the middle of the answer', async () => {
    collectAllTheTime();
    const stop = new AbortController();
    const server = await aScriptedServer(drips(20));
    const call = aClient(server.url, { signal: stop.signal }).readRoom('room_1');
    setTimeout(() => stop.abort('over'), 150);
    expect(await failureOf(call)).toBe('over');
  });
});

describe('the end of the request', () => {
  const reason = new Error('the request is over');

  it('ends a waiting call with its own reason, at once, and with the connection', async () => {
    const stop = new AbortController();
    const server = await aScriptedServer(() => stop.abort(reason));
    const client = aClient(server.url, { signal: stop.signal });
    expect(await failureOf(client.createRoom(aSpec(), RECORD_ID))).toBe(reason);
    await server.hungUp();
    expect(server.asked).toHaveLength(1);
    // The request says how it ended; this was no failure of Kaleyra's.
    expect(client.logs).toEqual([]);
  });

  it('ends a call in the middle of its answer', async () => {
    const stop = new AbortController();
    const server = await aScriptedServer(response => {
      response.writeHead(200);
      response.write('{"id":', () => setTimeout(() => stop.abort(reason), 20));
    });
    const client = aClient(server.url, { signal: stop.signal });
    expect(await failureOf(client.readRoom('room_1'))).toBe(reason);
    await server.hungUp();
  });

  it('ends a call that waits for its second attempt', async () => {
    const stop = new AbortController();
    const server = await aScriptedServer((response, asked) => {
      resets(response, asked);
      setTimeout(() => stop.abort(reason), 50);
    });
    expect(await failureOf(aClient(server.url, { signal: stop.signal }).ping(5000))).toBe(reason);
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(server.asked).toHaveLength(1);
  });

  it('lets no call begin, whatever the reason is', async () => {
    const server = await aScriptedServer(answers(200, COMPANY));
    for (const why of [reason, 'a word', 0]) {
      const client = aClient(server.url, { signal: AbortSignal.abort(why) });
      expect(await failureOf(client.ping(LONG_MS))).toBe(why);
      expect(await failureOf(client.createRoom(aSpec(), RECORD_ID))).toBe(why);
    }
    expect(server.asked).toEqual([]);
  });

  it('does not turn an answer that came before it into a failure', async () => {
    const stop = new AbortController();
    const server = await aScriptedServer(answers(200, { id: 'room_1' }));
    const details = await aClient(server.url, { signal: stop.signal }).readRoom('room_1');
    stop.abort(reason);
    expect(details).toMatchObject({ status: 'NOT_RUNNING' });
  });
});
