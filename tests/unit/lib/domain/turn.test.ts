import { describe, expect, it } from 'vitest';
import { createTurn } from '../../../../lib/domain/turn.ts';
import { aScope } from '../../../support/scopes.ts';

/** A clock that only sleeping moves. */
const waiting = (jitter: (below: number) => number, signal = new AbortController().signal) => {
  let now = 1_000_000;
  const slept: number[] = [];
  const signals: AbortSignal[] = [];
  const sleep = async (ms: number, until: AbortSignal): Promise<void> => {
    slept.push(ms);
    signals.push(until);
    now += ms;
    until.throwIfAborted();
  };
  return { scope: aScope({ clock: { now: () => now, sleep }, ids: { jitter }, signal }), slept, signals };
};

const waitUntilRefused = async (jitter: (below: number) => number) => {
  const { scope, slept } = waiting(jitter);
  const turn = createTurn(scope);
  const refusal = await (async () => {
    for (;;) await turn.wait();
  })().catch((error: unknown) => error);
  return { refusal, slept, total: slept.reduce((sum, ms) => sum + ms, 0) };
};

describe("waiting for one's turn", () => {
  it('takes a little longer each time, up to a bound', async () => {
    const { slept } = await waitUntilRefused(() => 0);
    expect(slept.slice(0, 6)).toEqual([12.5, 25, 50, 100, 200, 200]);
    expect(Math.max(...slept)).toBe(200);
  });

  it('is never in step with others: chance adds up to the whole pause', async () => {
    const asked: number[] = [];
    const { slept } = await waitUntilRefused(below => {
      asked.push(below);
      return below - 1;
    });
    expect(asked.slice(0, 6)).toEqual([25, 50, 100, 200, 400, 400]);
    expect(slept.slice(0, 3)).toEqual([36.5, 74, 149]);
  });

  it.each([
    ['least', () => 0],
    ['most', (below: number) => below - 1],
  ])('ends after ten seconds with a 409 that says when to come again, with the %s chance', async (_, jitter) => {
    const { refusal, total } = await waitUntilRefused(jitter);
    expect(refusal).toMatchObject({
      code: 'conflict',
      status: 409,
      retryAfter: 2,
      message: 'the teleconsultation is being changed by somebody else',
    });
    expect(total).toBeGreaterThanOrEqual(10_000);
    expect(total).toBeLessThan(10_600);
  });

  it('is over at the very instant, and not before', async () => {
    let now = 0;
    const turn = createTurn(aScope({ clock: { now: () => now, sleep: async () => undefined } }));
    now = 9_999;
    await turn.wait();
    now = 10_000;
    await expect(turn.wait()).rejects.toMatchObject({ status: 409 });
  });

  it('ends with the request', async () => {
    const { scope, signals } = waiting(() => 0, AbortSignal.abort('time is over'));
    await expect(createTurn(scope).wait()).rejects.toBe('time is over');
    expect(signals).toEqual([scope.signal]);
  });
});
