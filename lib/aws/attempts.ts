import { randomIds, systemClock } from '../clock.ts';
import { AwsError } from './errors.ts';

/**
 * Calls that failed in passing are made again, as the SDK does it by itself: three times in all, after a pause that is drawn
 * from a range which doubles (full jitter), as long as what the process has left for repeats lasts. When AWS has an outage,
 * a process that repeats every call would only add to it.
 */

export interface Attempts {
  /** @throws what the last attempt came to, or the reason of the signal */
  run<Result>(attempt: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

export interface AttemptOptions {
  /** In all. */
  most?: number;
  /** @param ms waits so long, or until the signal; rejects with its reason */
  sleep?(ms: number, signal: AbortSignal): Promise<void>;
  /** A whole number below that. */
  jitter?(below: number): number;
  /** What a process has for repeats, and never more than that: 5 for each that is throttled, 14 for another. */
  reserve?: number;
}

const THROTTLED = [
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
];
const PASSING_TYPES = ['BrokenAnswerError', 'TimeoutError', 'RequestTimeout', 'RequestTimeoutException'];
const PASSING_STATUSES = [500, 502, 503, 504];
/** Of connections. */
const PASSING_CODES = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];

interface Kind {
  /** The pause before the first repeat is below this. */
  pauseMs: number;
  /** Of what is left for repeats. */
  cost: number;
}

const throttled: Kind = { pauseMs: 1000, cost: 5 };
const passing: Kind = { pauseMs: 50, cost: 14 };

const LONGEST_PAUSE_MS = 20_000;
const RESERVE = 500;
/** What a call that needed no repeat gives back. */
const REWARD = 1;

/** undefined: a repeat would come to the same. */
const kindOf = (error: unknown): Kind | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { status } = error instanceof AwsError ? error : { status: undefined };
  if (status === 429 || THROTTLED.includes(error.name)) return throttled;
  const { code } = error as { code?: unknown };
  const isPassing =
    PASSING_TYPES.includes(error.name) ||
    (status !== undefined && PASSING_STATUSES.includes(status)) ||
    (typeof code === 'string' && PASSING_CODES.includes(code));
  return isPassing ? passing : undefined;
};

export const createAttempts = (options: AttemptOptions = {}): Attempts => {
  const { most = 3, sleep = systemClock.sleep, jitter = randomIds.jitter, reserve = RESERVE } = options;
  let left = reserve;
  return {
    run: async (attempt, signal) => {
      let spent = 0;
      for (let count = 1; ; count += 1) {
        try {
          const result = await attempt();
          left = Math.min(reserve, left + (spent === 0 ? REWARD : spent));
          return result;
        } catch (error) {
          if (signal.aborted) throw signal.reason;
          const kind = kindOf(error);
          if (kind === undefined || count >= most || left < kind.cost) throw error;
          spent = kind.cost;
          left -= spent;
          await sleep(jitter(Math.min(kind.pauseMs * 2 ** (count - 1), LONGEST_PAUSE_MS)), signal);
        }
      }
    },
  };
};
