import type { Scope } from './ports.ts';

/** What this instance depends on, asked for real; each answer is the list of what does not work. */

const KALEYRA_TIMEOUT_MS = 3000;

const failingOf = async (checks: Record<string, () => Promise<void>>): Promise<string[]> => {
  const failing = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await check();
        return [];
      } catch {
        return [name];
      }
    }),
  );
  return failing.flat();
};

/** Whether requests can be served at all: the table answers. */
export const findUnready = (scope: Scope): Promise<string[]> => failingOf({ store: () => scope.records.ping() });

/** Remembers for a moment how a check went. */
export interface RecentCheck {
  run(now: number, check: () => Promise<void>): Promise<void>;
}

const REMEMBERED_MS = 15_000;

export const createRecentCheck = (): RecentCheck => {
  let last: { at: number; outcome: Promise<void> } | undefined;
  return {
    run: (now, check) => {
      if (last === undefined || now - last.at >= REMEMBERED_MS) last = { at: now, outcome: check() };
      return last.outcome;
    },
  };
};

/**
 * Everything, the vendor included: for a person who wants to know, not for a probe that stops traffic. The route is open, so
 * Kaleyra is asked at most once in a while: asking us in a loop must not use up its patience with us.
 */
export const findFailing = (scope: Scope): Promise<string[]> =>
  failingOf({
    store: () => scope.records.ping(),
    kaleyra: () => scope.recentCheck.run(scope.clock.now(), () => scope.kaleyra.ping(KALEYRA_TIMEOUT_MS)),
  });
