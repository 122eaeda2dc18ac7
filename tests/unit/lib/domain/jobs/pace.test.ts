import { describe, expect, it } from 'vitest';
import { atPace, createPace } from '../../../../../lib/domain/jobs/pace.ts';
import type { Kaleyra } from '../../../../../lib/domain/ports.ts';
import { KaleyraError } from '../../../../../lib/errors.ts';
import { aScope } from '../../../../support/scopes.ts';

/** A clock that only sleeping moves. */
const aClock = () => {
  const clock = {
    at: 0,
    now: () => clock.at,
    sleep: async (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      clock.at += ms;
    },
  };
  return clock;
};

const { signal } = new AbortController();

describe('the pace of a job', () => {
  it('begins no more calls within any minute than it may', async () => {
    const clock = aClock();
    const pace = createPace(clock, signal, { callsAtOnce: 1, callsPerMinute: 3 });
    const begun: number[] = [];
    for (let call = 0; call < 8; call += 1) {
      await pace(async () => begun.push(clock.at));
      clock.at += 10_000;
    }
    expect(begun).toEqual([0, 10_000, 20_000, 60_000, 70_000, 80_000, 120_000, 130_000]);
  });

  it('has no more calls in flight than it may, and lets who waits longest go first', async () => {
    const pace = createPace(aClock(), signal, { callsAtOnce: 2, callsPerMinute: 100 });
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const calls = [0, 1, 2, 3].map(index =>
      pace(async () => {
        begun.push(index);
        await new Promise<void>(resolve => ends.push(resolve));
      }),
    );
    await new Promise(resolve => setImmediate(resolve));
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await new Promise(resolve => setImmediate(resolve));
    expect(begun).toEqual([0, 1, 2]);
    ends[0]?.();
    ends[2]?.();
    await new Promise(resolve => setImmediate(resolve));
    ends[3]?.();
    await Promise.all(calls);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  it('gives its place back when a call fails', async () => {
    const pace = createPace(aClock(), signal, { callsAtOnce: 1, callsPerMinute: 100 });
    const failure = new Error('as told');
    await expect(pace(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(await pace(async () => 'next')).toBe('next');
  });

  it('begins nothing any more once it is told to stop, also of what waits already', async () => {
    const stop = new AbortController();
    const pace = createPace(aClock(), stop.signal, { callsAtOnce: 1, callsPerMinute: 100 });
    let end = (): void => undefined;
    const first = pace(() => new Promise<void>(resolve => (end = resolve)));
    let begun = false;
    const second = pace(async () => (begun = true));
    await new Promise(resolve => setImmediate(resolve));
    stop.abort(new Error('time is short'));
    end();
    await first;
    await expect(second).rejects.toThrow('time is short');
    expect(begun).toBe(false);
  });
});

describe('Kaleyra at a pace', () => {
  it('tells of a 429 before the caller hears of it, and of no other failure', async () => {
    const heard: string[] = [];
    const failing = (code: 'kaleyra_throttled' | 'kaleyra_timeout') => async (): Promise<never> => {
      throw new KaleyraError(code, 503, code, { retryAfter: 7 });
    };
    const { kaleyra } = aScope({
      kaleyra: { deleteRoom: failing('kaleyra_throttled'), disableRoom: failing('kaleyra_timeout') },
    });
    const paced = atPace(
      kaleyra,
      call => call(),
      async ({ retryAfter }) => void heard.push(`pause ${retryAfter}`),
    );
    for (const call of ['deleteRoom', 'disableRoom'] as const) {
      await paced[call]('room').catch((error: Error) => heard.push(error.message));
    }
    expect(heard).toEqual(['pause 7', 'kaleyra_throttled', 'kaleyra_timeout']);
  });

  it('is not taken for a promise', () => {
    const paced = atPace(
      {} as Kaleyra,
      call => call(),
      async () => undefined,
    );
    expect(Reflect.get(paced, 'then')).toBeUndefined();
  });
});
