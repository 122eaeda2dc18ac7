import type { AskStore } from './calls.ts';
import { readSecret } from './secrets-manager.ts';
import { readParameter } from './ssm.ts';
import type { LoadSecret } from './stored-secret.ts';

/** The two stores that AWS has for secrets, whoever carries the calls to them. */
export const createSecretLoader =
  (ask: AskStore): LoadSecret =>
  (reference, signal) =>
    reference.store === 'parameters' ? readParameter(ask, reference.name, signal) : readSecret(ask, reference, signal);
