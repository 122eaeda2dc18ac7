import type { Clock } from '../clock.ts';
import { ServiceError, secretUnavailable, secretUnusable } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { SecretReference } from '../schemas/secrets.ts';
import type { Secret } from './secret.ts';
import { createSharedRun } from './shared-run.ts';

/**
 * A secret in a store: read when it is first needed, kept for the life of the process, and read again when it was refused, at
 * most once a minute. Everybody who needs it at the same moment shares one read.
 *
 * The minute counts from the last time somebody looked again, whatever came of it: a stranger who sends one wrong secret after
 * the other makes this look no oftener. The first read does not count, so that a process that has just begun with the old value
 * finds the new one at once. A read that fails changes nothing: what is known stays in use, and what is not known is asked for
 * again by the next request.
 */

/** @throws UnusableSecret where the store answers and there is no such text; anything else where it does not answer */
export type LoadSecret = (reference: SecretReference, signal: AbortSignal) => Promise<string>;

/** The value of a text, or undefined if it is not fit for use. */
export type ParseSecret<Value> = (text: string) => Value | undefined;

/** Why a store's answer is of no use, in a word that a log may hold. */
export class UnusableSecret extends Error {
  override readonly name = 'UnusableSecret';
  readonly reason: 'missing' | 'not_encrypted' | 'no_text' | 'no_such_field' | 'not_valid';
  constructor(reason: UnusableSecret['reason']) {
    super(reason);
    this.reason = reason;
  }
}

interface Options<Value> {
  /** The variable that says where it is, for the log. */
  variable: string;
  reference: SecretReference;
  load: LoadSecret;
  parse: ParseSecret<Value>;
  clock: Clock;
  log: Logger;
}

const BETWEEN_RENEWALS_MS = 60_000;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

export const createStoredSecret = <Value>(options: Options<Value>): Secret<Value> => {
  const { variable, reference, load, parse, clock, log } = options;
  let known: { text: string; value: Value } | undefined;
  let renewedAt: number | undefined;

  /** In our own words: what a store's client throws may hold what it has read. */
  const failed = (error: unknown): ServiceError => {
    if (error instanceof UnusableSecret) {
      log.error('secret.unusable', { keys: [variable], code: error.reason });
      return secretUnusable(variable);
    }
    log.error('secret.unavailable', { keys: [variable], errorName: nameOf(error) });
    return secretUnavailable(variable);
  };

  const reading = createSharedRun(async (signal): Promise<Value> => {
    try {
      const text = await load(reference, signal);
      if (known?.text === text) {
        log.warn('secret.unchanged', { keys: [variable] });
        return known.value;
      }
      const value = parse(text);
      if (value === undefined) throw new UnusableSecret('not_valid');
      if (known !== undefined) log.info('secret.renewed', { keys: [variable] });
      known = { text, value };
      return value;
    } catch (error) {
      // Nobody waits for it any more, and so nobody is told.
      if (signal.aborted) throw error;
      throw failed(error);
    }
  });

  /** A clock that was set back must not stop us from looking until it has come as far again. */
  const mayRenew = (): boolean => {
    if (reading.isRunning() || renewedAt === undefined) return true;
    const since = clock.now() - renewedAt;
    return since < 0 || since >= BETWEEN_RENEWALS_MS;
  };

  const renew: Secret<Value>['renew'] = async (refused, signal) => {
    if (known !== undefined && known.value !== refused) return known.value;
    if (!mayRenew()) return undefined;
    if (!reading.isRunning()) renewedAt = clock.now();
    try {
      const value = await reading.join(signal);
      return value === refused ? undefined : value;
    } catch (error) {
      if (error instanceof ServiceError && signal?.aborted !== true) return undefined;
      throw error;
    }
  };

  return { read: async signal => (known === undefined ? reading.join(signal) : known.value), renew };
};
