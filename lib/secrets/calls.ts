import type { Environment } from '../aws/access.ts';
import type { AttemptOptions } from '../aws/attempts.ts';
import { createJsonCalls, type JsonCalls } from '../aws/json-calls.ts';

/** The one call that each of the two stores is asked. */

export type SecretCall =
  | { store: 'ssm'; call: 'GetParameter'; input: { Name: string; WithDecryption: true } }
  | { store: 'secretsmanager'; call: 'GetSecretValue'; input: { SecretId: string }; region: string };

/** @throws an error whose `name` is the store's own, e.g. `ParameterNotFound`; what the connection came to */
export type AskStore = (asked: SecretCall, signal: AbortSignal) => Promise<unknown>;

/** All attempts together: short enough to be told from a request that takes its time, and over before Lambda's time is. */
const LONGEST_READ_MS = 2500;

/** A store answers within a tenth of a second; within the limit above, a call that is lost is made once or twice more. */
const LIMITS = { connectMs: 800, answerMs: 1000 };

const TARGETS = { ssm: 'AmazonSSM', secretsmanager: 'secretsmanager' };

/** One set of connections per store and region, made when it is first asked. */
export const createStoreCalls = (environment: Environment, attempts: AttemptOptions = {}): AskStore => {
  const opened = new Map<string, JsonCalls>();
  return (asked, signal) => {
    const region = asked.store === 'ssm' ? undefined : asked.region;
    const place = `${asked.store} ${region}`;
    const calls =
      opened.get(place) ??
      createJsonCalls({
        service: asked.store,
        target: TARGETS[asked.store],
        version: '1.1',
        environment,
        region,
        limits: LIMITS,
        attempts,
      });
    opened.set(place, calls);
    return calls.call(asked.call, asked.input, signal, LONGEST_READ_MS);
  };
};
