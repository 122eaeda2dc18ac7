import type { Context } from 'aws-lambda';
import { deadlinePassed } from './errors.ts';

/** A function stops itself before Lambda stops it, and has a moment left to say so. */

const KEPT_FOR_THE_END_MS = 3000;

/** A context without a clock (a test, a plain invocation) has no other limit than `longestMs`. */
const timeLeft = (context: Context, longestMs: number): number => {
  const remaining = context.getRemainingTimeInMillis?.() ?? 0;
  return remaining > 0 ? Math.max(1, Math.min(longestMs, remaining - KEPT_FOR_THE_END_MS)) : longestMs;
};

/** Runs with a signal that ends everything when the time is over, and tells how long that is. */
export const withDeadline = async <Result>(
  context: Context,
  longestMs: number,
  run: (signal: AbortSignal, endsInMs: number) => Promise<Result>,
): Promise<Result> => {
  const stop = new AbortController();
  const endsInMs = timeLeft(context, longestMs);
  const timer = setTimeout(() => stop.abort(deadlinePassed()), endsInMs);
  try {
    return await run(stop.signal, endsInMs);
  } finally {
    clearTimeout(timer);
  }
};
