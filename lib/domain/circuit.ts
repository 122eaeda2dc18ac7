import { isKaleyraError, KaleyraError } from '../errors.ts';
import { traceOf } from '../log.ts';
import type { Scope } from './ports.ts';

/**
 * When Kaleyra does not answer, whoever books should hear so at once instead of waiting for the same time-out as everybody before
 * them, and Kaleyra should not be asked all the more. An instance of a function sees one request at a time, so what it learns
 * is of no use to the others unless it is written down: one item of the deployment, read beside the first thing that a request
 * does with the table anyway.
 */
export interface Circuit {
  /** Failures since the last success; one without any answer weighs more. */
  score: number;
  /** Nobody calls before, once there were enough failures. */
  openUntil: number;
}

export interface CircuitStore {
  /** undefined: nothing has failed lately; an old failure says nothing any more. */
  find(now: number): Promise<Circuit | undefined>;
  /** Adds to the score, from nothing if the last failure was long ago. */
  fail(weight: number, now: number, openUntil: number): Promise<void>;
  /** Forgets all failures. */
  close(): Promise<void>;
  /** Lets one caller try whether Kaleyra is back: whoever is the first to move `openUntil`. */
  probe(circuit: Circuit, until: number): Promise<'ours' | "somebody else's">;
}

/** Ten answers that say "down", or five calls that nobody answered, without a success between them. */
const MOST_FAILURES = 10;
const UNANSWERED = 2;
const ANSWERED = 1;

const OPEN_MS = 10_000;

/** As long as a call may take. */
const PROBE_MS = 8000;

const tooManyFailures = ({ metrics }: Scope, retryAfter: number): KaleyraError => {
  metrics.add('CircuitOpen', 1);
  return new KaleyraError('kaleyra_unavailable', 503, 'the video service is not available', {
    retryAfter,
    assumed: true,
  });
};

/** Read beside a request's first look at the table. What stands in the way of knowing is no reason not to try. */
export const readCircuit = async ({ circuit, clock, log }: Scope): Promise<Circuit | undefined> => {
  try {
    return await circuit.find(clock.now());
  } catch (error) {
    log.warn('circuit.not_read', traceOf(error));
    return undefined;
  }
};

/** Kaleyra is taken to be down, and it is not yet time to try again. */
export const isOpen = (circuit: Circuit | undefined, now: number): circuit is Circuit =>
  circuit !== undefined && circuit.score >= MOST_FAILURES && now < circuit.openUntil;

/** For what only reads the table: it neither tries for the others nor tells them. @throws KaleyraError at once, as below */
export const refuseWhileOpen = (scope: Scope, circuit: Circuit | undefined): void => {
  const now = scope.clock.now();
  if (isOpen(circuit, now)) throw tooManyFailures(scope, Math.ceil((circuit.openUntil - now) / 1000));
};

/** @throws KaleyraError at once, where Kaleyra is taken to be down */
export const assumeKaleyraAnswers = async (scope: Scope, circuit: Circuit | undefined): Promise<void> => {
  if (circuit === undefined || circuit.score < MOST_FAILURES) return;
  const now = scope.clock.now();
  if (now >= circuit.openUntil && (await scope.circuit.probe(circuit, now + PROBE_MS)) === 'ours') return;
  throw tooManyFailures(scope, Math.max(1, Math.ceil((circuit.openUntil - now) / 1000)));
};

/** Whether it says that Kaleyra is down, and not that it refuses this one call. */
const weightOf = (error: unknown): number => {
  if (!isKaleyraError(error) || error.assumed) return 0;
  if (error.code === 'kaleyra_timeout') return UNANSWERED;
  if (error.code !== 'kaleyra_unavailable') return 0;
  return error.vendorStatus === undefined ? UNANSWERED : ANSWERED;
};

/** Whoever refuses one call answers. */
const hasAnswered = (error: unknown): boolean => isKaleyraError(error) && error.code === 'kaleyra_refused';

/**
 * Never throws: whoever failed is told why they failed.
 * @param known what was known before the call
 */
export const noteFailure = async (scope: Scope, error: unknown, known: Circuit | undefined): Promise<void> => {
  if (hasAnswered(error)) return noteSuccess(scope, known);
  const weight = weightOf(error);
  if (weight === 0) return;
  const now = scope.clock.now();
  await scope.circuit.fail(weight, now, now + OPEN_MS).catch(failure => {
    scope.log.warn('circuit.not_written', traceOf(failure));
  });
};

/** @param known what was known before the call that succeeded; never throws */
export const noteSuccess = async (scope: Scope, known: Circuit | undefined): Promise<void> => {
  if (known === undefined || known.score === 0) return;
  await scope.circuit.close().catch(failure => {
    scope.log.warn('circuit.not_written', traceOf(failure));
  });
};
