/**
 * One run for everybody who waits for it at the same time. Whoever has no time left leaves with the reason of their own signal;
 * when nobody waits any more, the run is told to stop.
 */
export interface SharedRun<Result> {
  isRunning(): boolean;
  /** Starts a run unless there is one. */
  join(signal: AbortSignal | undefined): Promise<Result>;
}

interface Current<Result> {
  result: Promise<Result>;
  stop: AbortController;
  waiting: number;
}

export const createSharedRun = <Result>(run: (signal: AbortSignal) => Promise<Result>): SharedRun<Result> => {
  let current: Current<Result> | undefined;

  const start = (): Current<Result> => {
    const stop = new AbortController();
    return { result: run(stop.signal), stop, waiting: 0 };
  };

  const join = async (signal = new AbortController().signal): Promise<Result> => {
    signal.throwIfAborted();
    current ??= start();
    const joined = current;
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    joined.waiting += 1;
    try {
      return await Promise.race([joined.result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      joined.waiting -= 1;
      if (joined.waiting === 0) {
        joined.stop.abort();
        if (current === joined) current = undefined;
      }
    }
  };

  return { isRunning: () => current !== undefined, join };
};
