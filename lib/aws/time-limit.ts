/** Nobody answered in time; named as the SDK names it. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * Runs with a signal that also ends after `mostMs`. Cheaper than `AbortSignal.any` with `AbortSignal.timeout`, which leave
 * timers and weak references behind for every call that was in time.
 */
export const within = async <Result>(
  signal: AbortSignal,
  mostMs: number,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  signal.throwIfAborted();
  const stop = new AbortController();
  const passOn = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', passOn, { once: true });
  const timer = setTimeout(() => stop.abort(new TimeoutError(`not done within ${mostMs} ms`)), mostMs);
  try {
    return await run(stop.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', passOn);
  }
};
