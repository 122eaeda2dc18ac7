import type { Clock } from '../../clock.ts';
import { isKaleyraError, type KaleyraError } from '../../errors.ts';
import type { Kaleyra } from '../ports.ts';

/**
 * The pace at which a job calls Kaleyra: so many calls at once, so many begun within any minute. Who books never waits for a
 * job; who cleans up has time.
 */

/** Runs the call when its turn has come. @throws the signal's reason once it is aborted: then no call begins any more */
export type Pace = <Result>(call: () => Promise<Result>) => Promise<Result>;

interface Limits {
  callsAtOnce: number;
  callsPerMinute: number;
}

const MINUTE_MS = 60_000;

export const createPace = (clock: Clock, signal: AbortSignal, { callsAtOnce, callsPerMinute }: Limits): Pace => {
  /** When the last calls began, as many as may begin within a minute, oldest first. */
  const begun: number[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running < callsAtOnce) running += 1;
    else await new Promise<void>(resolve => waiting.push(resolve));
  };
  /** Hands the place on to who waits longest. */
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  const turn = async (): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const now = clock.now();
      const waitMs = begun.length < callsPerMinute ? 0 : (begun[0] ?? 0) + MINUTE_MS - now;
      if (waitMs <= 0) {
        begun.push(now);
        if (begun.length > callsPerMinute) begun.shift();
        return;
      }
      await clock.sleep(waitMs, signal);
    }
  };

  return async call => {
    await enter();
    try {
      await turn();
      return await call();
    } finally {
      leave();
    }
  };
};

/** The same Kaleyra at that pace. @param onThrottled hears of a 429 before the caller does */
export const atPace = (kaleyra: Kaleyra, pace: Pace, onThrottled: (error: KaleyraError) => Promise<void>): Kaleyra =>
  new Proxy(kaleyra, {
    get: (target, name) => {
      const call = Reflect.get(target, name);
      if (typeof call !== 'function') return call;
      return (...parameters: unknown[]) =>
        pace(async () => {
          try {
            return await Reflect.apply(call, target, parameters);
          } catch (error) {
            if (isKaleyraError(error) && error.code === 'kaleyra_throttled') await onThrottled(error);
            throw error;
          }
        });
    },
  });
