import type { Scope } from './ports.ts';

/** What this instance depends on, asked for real; each answer is the list of what does not work. */

const KALEYRA_TIMEOUT_MS = 3000;

const failingOf = async (checks: Record<string, () => Promise<void>>): Promise<string[]> => {
  const names = Object.keys(checks);
  const outcomes = await Promise.allSettled(Object.values(checks).map(check => check()));
  return names.filter((_, index) => outcomes[index]?.status === 'rejected');
};

/** Whether requests can be served at all: the table answers. */
export const findUnready = (scope: Scope): Promise<string[]> => failingOf({ store: () => scope.records.ping() });

/** Everything, the vendor included: for a person who wants to know, not for a probe that stops traffic. */
export const findFailing = (scope: Scope): Promise<string[]> =>
  failingOf({ store: () => scope.records.ping(), kaleyra: () => scope.kaleyra.ping(KALEYRA_TIMEOUT_MS) });
