import { conflict } from '../errors.ts';
import type { Scope } from './ports.ts';

const PATIENCE_MS = 10_000;
const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 400;

/**
 * Waiting for somebody else's change of the same teleconsultation to finish, a little longer each time and never in step with
 * others who wait. @throws ServiceError 409 with `Retry-After` when patience is over
 */
export const createTurn = (scope: Scope): { wait(): Promise<void> } => {
  const until = scope.clock.now() + PATIENCE_MS;
  let pause = FIRST_WAIT_MS;
  return {
    wait: async () => {
      if (scope.clock.now() >= until) throw conflict('the teleconsultation is being changed by somebody else', 2);
      await scope.clock.sleep(pause / 2 + scope.ids.jitter(pause), scope.signal);
      pause = Math.min(pause * 2, LONGEST_WAIT_MS);
    },
  };
};
