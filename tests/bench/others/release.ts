/**
 * Sends something `ms` after `arrived`, no earlier and as little later as the loop allows: a timer is up to a millisecond
 * early or late, which is a fifth of the shortest delay that is measured here.
 */
const SPIN_MS = 1.2;

export const releaseAt = (arrived: number, ms: number, send: () => void): void => {
  const at = arrived + ms;
  const left = (): number => at - performance.now();
  const attempt = (): void => {
    if (left() <= 0) send();
    else setImmediate(attempt);
  };
  if (left() <= SPIN_MS) attempt();
  else setTimeout(attempt, Math.max(0, Math.floor(left() - SPIN_MS)));
};
