import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { API_KEY, aSimulator, type Simulator } from './support.ts';

/** Answers that arrive slowly, in part or not at all, and a port that nobody listens at. */

const user = { role: 'basic' };
const headers = { apikey: API_KEY, 'content-type': 'application/json' };
const createUser = ({ url }: Simulator) =>
  fetch(`${url}/v2/users`, { method: 'POST', headers, body: JSON.stringify(user) });
const codeOf = (error: unknown) => ((error as Error).cause as { code?: string }).code;
const usersOf = async (simulator: Simulator) => (await simulator.state()).users.length;

describe('an answer that drips', () => {
  it('comes byte by byte over its time, and whole in the end', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ drip: 800 });
    const started = performance.now();
    const response = await createUser(simulator);
    expect([response.status, performance.now() - started < 700]).toEqual([201, true]);
    const pieces: number[] = [];
    const text = new TextDecoder();
    let read = '';
    for await (const piece of response.body ?? []) {
      pieces.push(piece.byteLength);
      read += text.decode(piece, { stream: true });
    }
    expect(performance.now() - started).toBeGreaterThan(750);
    expect(pieces.length).toBeGreaterThan(10);
    expect(JSON.parse(read)).toMatchObject(user);
    expect(await usersOf(simulator)).toBe(1);
  });

  it('can be a failure, with or without the effect', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ drip: 20, status: 503 });
    await simulator.fault({ drip: 20, status: 503, afterEffect: true });
    for (const users of [0, 1]) {
      expect(await simulator.post('/v2/users', user)).toMatchObject({ status: 503, body: { status: 503 } });
      expect(await usersOf(simulator)).toBe(users);
    }
  });

  it('ends with the client, and with the simulator', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ drip: 60_000, times: 2 });
    const leaving = new AbortController();
    const impatient = await fetch(`${simulator.url}/v2/company`, { headers, signal: leaving.signal });
    const reading = expect(impatient.text()).rejects.toThrow('gone');
    leaving.abort(new Error('gone'));
    await reading;
    await expect
      .poll(() => simulator.journal(), { timeout: 10_000 })
      .toMatchObject([{ path: '/v2/company', status: 0, fault: { drip: 60_000 } }]);
    const patient = (await fetch(`${simulator.url}/v2/company`, { headers })).text();
    const ended = expect(patient).rejects.toThrow('terminated');
    const started = performance.now();
    await simulator.close();
    await ended;
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('a connection that is cut', () => {
  it.each([
    [false, 0],
    [true, 1],
  ])('before its answer is reset; with the effect: %s', async (afterEffect, users) => {
    const simulator = await aSimulator();
    await simulator.fault({ cut: 'before', afterEffect });
    expect(codeOf(await createUser(simulator).catch(error => error))).toBe('ECONNRESET');
    expect(await usersOf(simulator)).toBe(users);
    expect(await simulator.journal()).toMatchObject([{ method: 'POST', status: 0, fault: { cut: 'before' } }]);
  });

  it('half-way has acted, and has sent its status and half of the body', async () => {
    const simulator = await aSimulator();
    const whole = (await (await createUser(simulator)).text()).length;
    await simulator.fault({ cut: 'half' });
    const response = await createUser(simulator);
    expect(response.status).toBe(201);
    let read = 0;
    const reading = (async () => {
      for await (const piece of response.body ?? []) read += piece.byteLength;
    })();
    expect(codeOf(await reading.catch(error => error))).toBe('ECONNRESET');
    expect(Math.abs(read - whole / 2)).toBeLessThanOrEqual(1);
    expect(await usersOf(simulator)).toBe(2);
  });

  it('half-way through a failure has not acted, unless it is to', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ cut: 'half', status: 500 });
    await simulator.fault({ cut: 'half', status: 500, afterEffect: true });
    for (const users of [0, 1]) {
      const response = await createUser(simulator);
      expect(response.status).toBe(500);
      await expect(response.text()).rejects.toThrow('terminated');
      expect(await usersOf(simulator)).toBe(users);
    }
  });
});

describe('a port that refuses', () => {
  const company = ({ url }: Simulator) => fetch(`${url}/v2/company`, { headers });
  const refused = async (simulator: Simulator) => codeOf(await company(simulator).catch(error => error));
  const backAfter = async (simulator: Simulator) => {
    const started = performance.now();
    for (;;) {
      const status = await company(simulator).then(
        response => response.status,
        () => undefined,
      );
      if (status !== undefined) return { status, ms: performance.now() - started };
      await sleep(5);
    }
  };

  it('closes at once and opens again by itself, at the same address', async () => {
    const simulator = await aSimulator();
    await company(simulator);
    expect((await simulator.fault({ refuse: 600 })).status).toBe(201);
    expect(await refused(simulator)).toBe('ECONNREFUSED');
    const { status, ms } = await backAfter(simulator);
    expect(status).toBe(200);
    expect(ms).toBeGreaterThan(80);
    expect(ms).toBeLessThan(20_000);
  });

  it('closes behind the answer to the last of the requests that fit', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ method: 'POST', path: '/v2/users', times: 2, refuse: 600 });
    expect((await createUser(simulator)).status).toBe(201);
    expect((await company(simulator)).status).toBe(200);
    expect((await createUser(simulator)).status).toBe(201);
    expect(await refused(simulator)).toBe('ECONNREFUSED');
    expect((await backAfter(simulator)).status).toBe(200);
    expect(await usersOf(simulator)).toBe(2);
  });

  it('cuts what is under way', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ delayMs: 5_000 });
    const waiting = company(simulator).catch(error => error);
    await sleep(30);
    await simulator.fault({ refuse: 50 });
    expect(await waiting).toBeInstanceOf(TypeError);
    expect((await backAfter(simulator)).status).toBe(200);
  });

  it('does not keep the simulator from ending', async () => {
    const simulator = await aSimulator();
    await simulator.fault({ refuse: 60_000 });
    const started = performance.now();
    await simulator.close();
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await refused(simulator)).toBe('ECONNREFUSED');
  });
});

it('a page is a page', async () => {
  const simulator = await aSimulator();
  await simulator.fault({ text: '<html>Sorry</html>' });
  const response = await createUser(simulator);
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<html>Sorry</html>',
  ]);
  expect(await usersOf(simulator)).toBe(0);
});

describe('a bad fault', () => {
  it.each([
    [{ drip: 0 }, 'drip'],
    [{ drip: '10' }, 'drip'],
    [{ drip: 10, drop: true }, 'drip'],
    [{ drip: 10, cut: 'before' }, 'drip'],
    [{ cut: 'after' }, 'cut'],
    [{ cut: true }, 'cut'],
    [{ cut: 'before', status: 500 }, 'cut'],
    [{ cut: 'before', text: 'x' }, 'cut'],
    [{ cut: 'half', drop: true }, 'cut'],
    [{ text: 7 }, 'text'],
    [{ text: 'x', body: {} }, 'text'],
    [{ text: 'x', drop: true }, 'drop'],
    [{ refuse: 0 }, 'refuse'],
    [{ refuse: 600_001 }, 'refuse'],
    [{ refuse: true }, 'refuse'],
    [{ refuse: 10, status: 500 }, 'refuse'],
    [{ refuse: 10, cut: 'half' }, 'refuse'],
    [{ refuse: 10, afterEffect: true }, 'refuse'],
    [{ drips: 10 }, 'drips'],
  ])('%j is refused by its field', async (fault, field) => {
    const simulator = await aSimulator();
    const reply = await simulator.fault(fault);
    expect(reply.status).toBe(400);
    expect(reply.body.message).toContain(`"${field}"`);
    expect((await simulator.get('/v2/company')).status).toBe(200);
  });
});
