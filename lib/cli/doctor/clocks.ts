import type { Clock } from '../../clock.ts';
import { type Finding, unseen, well, wrong } from './finding.ts';

/** Events of Kaleyra count for five minutes, by the clock of whoever signs and of whoever verifies. */

const TOO_FAR_MS = 60_000;
const TIMEOUT_MS = 10_000;

/** How far somebody's clock is ahead of this machine's, to the second; undefined: it does not say. */
const aheadMs = async (url: string, clock: Clock): Promise<number | undefined> => {
  const before = clock.now();
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    const date = Date.parse(response.headers.get('date') ?? '');
    return Number.isNaN(date) ? undefined : date - (before + clock.now()) / 2;
  } catch {
    return undefined;
  }
};

const seconds = (ms: number): string => `${Math.round(Math.abs(ms) / 1000)} s`;

/** @param publicBaseUrl undefined: the functions' clock cannot be seen */
export const checkClocks = async (
  kaleyraUrl: string,
  publicBaseUrl: string | undefined,
  clock: Clock,
): Promise<Finding> => {
  const [vendor, service] = await Promise.all([
    aheadMs(kaleyraUrl, clock),
    publicBaseUrl === undefined ? undefined : aheadMs(`${publicBaseUrl}/-/healthz`, clock),
  ]);
  if (vendor === undefined) return unseen('clocks', `${kaleyraUrl} does not say what time it is there`);
  // Without the service, this machine stands for it: the embedded stack runs here, and Lambda's clock is right.
  const apart = vendor - (service ?? 0);
  const whose = service === undefined ? 'this machine’s' : 'the service’s';
  return Math.abs(apart) > TOO_FAR_MS
    ? wrong(
        'clocks',
        `Kaleyra’s clock and ${whose} are ${seconds(apart)} apart: beyond 300 s no event of Kaleyra’s counts`,
      )
    : well('clocks', `Kaleyra’s and ${whose} agree to ${seconds(apart)}`);
};
