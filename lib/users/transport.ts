import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { exchange } from '../outbound/exchange.ts';
import { retryAfterOf } from '../outbound/outcomes.ts';
import { failureOf, timedOut, unreachable, unreadable } from './errors.ts';

/** One way to the user directories: forwarded headers, time-outs, one repeat, the translation of failures. */

/** What a directory says when asked for somebody. */
export interface Reply {
  status: number;
  /** The parsed answer; undefined where the status says that there is nobody, or no such way to ask. */
  body: unknown;
}

/** @param route for the log, without what was asked for */
export type Ask = (url: URL, route: string) => Promise<Reply>;

export interface TransportOptions {
  /** Exactly these, and no others of the request. */
  headers: Readonly<Record<string, string>>;
  clock: Clock;
  log: Logger;
  /** The request's time. */
  signal: AbortSignal;
  callTimeoutMs?: number;
}

const CALL_TIMEOUT_MS = 5000;
/** All lookups of one request together: the larger part of its time belongs to the room. */
const REQUEST_BUDGET_MS = 10_000;
/** A user is a few kilobytes; a directory that sends more has not understood the question. */
const LARGEST_ANSWER_BYTES = 1_000_000;

/** Not there, not this way, or no id that this directory could have. */
const SAYS_NOBODY = [400, 404, 405, 410, 422];

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Not with its cause: a parser's error repeats what it could not read.
    throw unreadable();
  }
};

export const createTransport = ({ headers, clock, log, signal, callTimeoutMs }: TransportOptions): Ask => {
  let budget: AbortSignal | undefined;

  return async (url, route) => {
    const startedAt = clock.now();
    budget ??= AbortSignal.timeout(REQUEST_BUDGET_MS);
    const inTime = AbortSignal.any([signal, budget, AbortSignal.timeout(callTimeoutMs ?? CALL_TIMEOUT_MS)]);

    const failed = (error: ServiceError, vendorStatus?: number): ServiceError => {
      log.warn('directory.call_failed', {
        code: error.code,
        method: 'GET',
        route,
        durationMs: clock.now() - startedAt,
        ...(vendorStatus !== undefined && { vendorStatus }),
      });
      return error;
    };

    let status: number | undefined;
    try {
      const answer = await exchange({
        method: 'GET',
        url,
        headers: { ...headers, accept: 'application/json' },
        repeatable: true,
        largestBytes: LARGEST_ANSWER_BYTES,
        signal: inTime,
      });
      status = answer.status;
      if (SAYS_NOBODY.includes(status)) return { status, body: undefined };
      if (status < 200 || status > 299) throw failureOf(status, retryAfterOf(answer.headers, clock.now()));
      if (answer.text === undefined) throw unreadable();
      return { status, body: parsed(answer.text) };
    } catch (error) {
      if (error instanceof ServiceError && !signal.aborted) throw failed(error, status);
      if (signal.aborted) throw signal.reason;
      throw failed(inTime.aborted ? timedOut() : unreachable());
    }
  };
};
