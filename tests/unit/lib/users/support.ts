// The directory as a request would have it, against an address of the test's choice.

import { createLogger } from '../../../../lib/log.ts';
import type { RequestedParticipants } from '../../../../lib/schemas/requests.ts';
import { RequestedParticipants as Schema } from '../../../../lib/schemas/requests.ts';
import { createDirectory } from '../../../../lib/users/directory.ts';
import { aConfig } from '../../../support/configs.ts';

/** A Wednesday noon: failures that carry a date are held against it. */
export const NOON = Date.UTC(2031, 0, 1, 12);

interface Options {
  env?: Record<string, string>;
  file?: Record<string, unknown>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  callTimeoutMs?: number;
}

/** The real directory, and the lines that it logs. */
export const aDirectory = (authService: string, options: Options = {}) => {
  const { env = {}, file = {}, headers = {}, signal = new AbortController().signal, callTimeoutMs } = options;
  const logs: string[] = [];
  const clock = { now: () => NOON, sleep: () => Promise.resolve() };
  const log = createLogger('debug', line => logs.push(line), clock.now);
  const config = aConfig({ AUTH_SERVICE: authService, ...env }, file);
  const limit = callTimeoutMs === undefined ? {} : { callTimeoutMs };
  return { ...createDirectory({ config, authService, headers, clock, log, signal, ...limit }), logs };
};

/** As the request schema reads `participants`. */
export const participants = (sent: unknown): RequestedParticipants => Schema.parse(sent);

/** What the call fails with. A call that succeeds is the failure of the test. */
export const failureOf = async (call: Promise<unknown>): Promise<unknown> => {
  const outcome = await call.then(
    value => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`the call succeeded with ${JSON.stringify(outcome.value)}`);
  return outcome.error;
};
