import type { ReadSecret } from './secrets-manager.ts';
import type { ReadParameter } from './ssm.ts';
import type { LoadSecret } from './stored-secret.ts';

/**
 * The two stores that AWS has for secrets. Each brings its own client, which is loaded when the first secret is read from there:
 * a request that needs none, and a deployment that keeps them in the environment, never pay for it.
 */

/** All attempts together: short enough to be told from a request that takes its time, and over before Lambda's time is. */
const LONGEST_READ_MS = 2500;

/** One connection pool per store, for as long as the result lives. */
export const createSecretLoader = (): LoadSecret => {
  let readParameter: Promise<ReadParameter> | undefined;
  let readSecret: Promise<ReadSecret> | undefined;
  return async (reference, signal) => {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_READ_MS)]);
    if (reference.store === 'parameters') {
      readParameter ??= import('./ssm.ts').then(module => module.createParameterReader());
      return (await readParameter)(reference.name, inTime);
    }
    readSecret ??= import('./secrets-manager.ts').then(module => module.createSecretReader());
    return (await readSecret)(reference, inTime);
  };
};
