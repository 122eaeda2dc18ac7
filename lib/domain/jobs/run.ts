import { deadlinePassed } from '../../errors.ts';
import type { Scope } from '../ports.ts';
import { atPace, createPace } from './pace.ts';

/**
 * One run of a job. Its scope calls Kaleyra at the job's pace, and its signal says when nothing new is begun: when time is
 * short, or when Kaleyra asks to slow down. The table stays open longer, so that what is under way is noted.
 */

/** A call to Kaleyra that is under way (8 s at most), and the writes after it. */
export const KEPT_FOR_NOTES_MS = 10_000;

/** Kaleyra names a time with its 429, or is taken to mean this. */
const PAUSE_MS = 60_000;

/** How often a run looks whether another job was asked to slow down. */
const LOOK_FOR_PAUSE_MS = 10_000;

/** A pause that another run has noted stops this one as well. */
const pauseCheck = (scope: Scope, stop: AbortController): (() => Promise<void>) => {
  let next = scope.clock.now();
  return async () => {
    const now = scope.clock.now();
    if (now < next) return;
    next = now + LOOK_FOR_PAUSE_MS;
    const until = await scope.jobs.pausedUntil();
    if (until <= now) return;
    scope.log.info('job.paused', { durationMs: until - now });
    stop.abort(deadlinePassed());
  };
};

/** @param endsAt when the scope's own time is over */
export const inRun = async <Result>(
  scope: Scope,
  endsAt: number,
  carryOut: (scope: Scope) => Promise<Result>,
): Promise<Result> => {
  const { clock, config, jobs, log } = scope;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(deadlinePassed()), Math.max(0, endsAt - clock.now() - KEPT_FOR_NOTES_MS));
  const signal = AbortSignal.any([scope.signal, stop.signal]);

  const checkPause = pauseCheck(scope, stop);
  const turn = createPace(clock, signal, config.jobs);
  const paced = (open: Scope): Scope => ({
    ...open,
    signal,
    kaleyra: atPace(
      open.kaleyra,
      // After the wait for its turn: a pause that was noted meanwhile counts.
      call =>
        turn(async () => {
          await checkPause();
          signal.throwIfAborted();
          return call();
        }),
      async ({ retryAfter }) => {
        const pauseMs = (retryAfter ?? 0) * 1000 || PAUSE_MS;
        stop.abort(deadlinePassed());
        log.warn('job.throttled', { durationMs: pauseMs });
        await jobs.pauseUntil(clock.now() + pauseMs);
      },
    ),
    // What is put in order afterwards keeps to the same pace.
    afterwards: () => paced(open.afterwards()),
  });

  try {
    await checkPause();
    return await carryOut(paced(scope));
  } finally {
    clearTimeout(timer);
  }
};
