import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inRun } from '../../../../../lib/domain/jobs/run.ts';
import type { Scope } from '../../../../../lib/domain/ports.ts';
import { KaleyraError } from '../../../../../lib/errors.ts';
import { aConfig } from '../../../../support/configs.ts';
import { aScope } from '../../../../support/scopes.ts';
import { listening } from '../support.ts';

/** A run of which the test moves the clock, the timers and the pause that others have noted. */
const aRun = (callsPerMinute = '1000') => {
  const stop = new AbortController();
  const world = { now: 1000, pausedUntil: 0, looks: 0, asked: [] as string[], noted: [] as number[] };
  const { scope: base, told } = listening(
    aScope({
      config: aConfig({ KALEYRA_MAX_CONCURRENCY: '1', KALEYRA_JOB_CALLS_PER_MINUTE: callsPerMinute }),
      signal: stop.signal,
      clock: {
        now: () => world.now,
        sleep: async ms => {
          world.now += ms;
          world.pausedUntil = world.now + 35_000;
        },
      },
      jobs: {
        pausedUntil: async () => {
          world.looks += 1;
          return world.pausedUntil;
        },
        pauseUntil: async until => void world.noted.push(until),
      },
      kaleyra: {
        deleteUser: async id => (world.asked.push(id) > 0 ? 'deleted' : 'gone'),
        disableRoom: async seconds => {
          const retryAfter = seconds === 'later' ? {} : { retryAfter: Number(seconds) };
          throw new KaleyraError('kaleyra_throttled', 503, 'too many calls', retryAfter);
        },
      },
    }),
  );
  const scope: Scope = { ...base, afterwards: () => ({ ...scope, signal: new AbortController().signal }) };
  return { scope, told, world, stop };
};

const LONG = 1_000_000;
const codeOf = (error: unknown): unknown => (error as { code: string }).code;

describe('the time of a run', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('is over ten seconds before that of its scope', async () => {
    const { scope } = aRun();
    const stopped = await inRun(scope, 31_000, async ({ signal }) => {
      vi.advanceTimersByTime(19_999);
      const before = signal.aborted;
      vi.advanceTimersByTime(1);
      return [before, signal.aborted, codeOf(signal.reason)];
    });
    expect(stopped).toEqual([false, true, 'deadline']);
  });

  it('may be over at once', async () => {
    const stopped = await inRun(aRun().scope, 5000, async ({ signal }) => {
      vi.advanceTimersByTime(1);
      return signal.aborted;
    });
    expect(stopped).toBe(true);
  });

  it('is waited for by nobody once the run has ended, well or not', async () => {
    const { scope } = aRun();
    expect(await inRun(scope, LONG, async () => vi.getTimerCount())).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    const failure = new Error('as told');
    await expect(inRun(scope, LONG, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with that of its scope', async () => {
    const { scope, stop } = aRun();
    const outcome = await inRun(scope, LONG, async run => {
      stop.abort(new Error('cut off'));
      return [run.signal.aborted, await run.kaleyra.deleteUser('usr').catch((error: Error) => error.message)];
    });
    expect(outcome).toEqual([true, 'cut off']);
  });
});

describe('a pause that others have noted', () => {
  it('stops the run before its first call', async () => {
    const { scope, told, world } = aRun();
    world.pausedUntil = 4000;
    const outcome = await inRun(scope, LONG, async run => [
      run.signal.aborted,
      await run.kaleyra.deleteUser('usr').catch(codeOf),
    ]);
    expect([outcome, world.asked]).toEqual([[true, 'deadline'], []]);
    expect(told).toEqual([['info', 'job.paused', { durationMs: 3000 }]]);
  });

  it('that is over stops nothing', async () => {
    const { scope, told, world } = aRun();
    world.pausedUntil = 1000;
    expect(await inRun(scope, LONG, async run => run.signal.aborted)).toBe(false);
    expect(told).toEqual([]);
  });

  it('is looked for every ten seconds, before a call', async () => {
    const { scope, world } = aRun();
    const looks: number[] = [];
    await inRun(scope, LONG, async run => {
      for (const now of [1000, 10_999, 11_000, 20_999, 21_000]) {
        world.now = now;
        await run.kaleyra.deleteUser('usr');
        looks.push(world.looks);
      }
    });
    expect(looks).toEqual([1, 1, 2, 2, 3]);
  });

  it('keeps a call from being made that has waited for its turn meanwhile', async () => {
    const { scope, world } = aRun('1');
    const outcomes = await inRun(scope, LONG, async run => {
      const first = await run.kaleyra.deleteUser('first');
      const second = await run.kaleyra.deleteUser('second').catch(codeOf);
      return [first, second, run.signal.aborted];
    });
    expect([outcomes, world.asked]).toEqual([['deleted', 'deadline', true], ['first']]);
  });
});

describe('when Kaleyra asks to slow down', () => {
  it.each([
    ['for as long as it says', '7', 7000],
    ['for a minute where it does not say', 'later', 60_000],
    ['for a minute where it says nothing of use', '0', 60_000],
  ])('all jobs pause %s, and the run begins nothing any more', async (_, retryAfter, pauseMs) => {
    const { scope, told, world } = aRun();
    const outcome = await inRun(scope, LONG, async run => [
      await run.kaleyra.disableRoom(retryAfter).catch(codeOf),
      run.signal.aborted,
      await run.kaleyra.deleteUser('usr').catch(codeOf),
    ]);
    expect(outcome).toEqual(['kaleyra_throttled', true, 'deadline']);
    expect(world).toMatchObject({ noted: [1000 + pauseMs], asked: [] });
    expect(told).toEqual([['warn', 'job.throttled', { durationMs: pauseMs }]]);
  });

  it('what is put in order afterwards calls it no more either', async () => {
    const { scope, world } = aRun();
    const outcome = await inRun(scope, LONG, async run => {
      const afterwards = run.afterwards();
      await afterwards.kaleyra.deleteUser('before');
      await run.kaleyra.disableRoom('7').catch(codeOf);
      return [afterwards.signal.aborted, await afterwards.kaleyra.deleteUser('after').catch(codeOf)];
    });
    expect([outcome, world.asked]).toEqual([[true, 'deadline'], ['before']]);
  });
});
