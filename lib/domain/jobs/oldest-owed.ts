import type { Config } from '../../config.ts';
import { backOffMs } from '../back-off.ts';
import { claimIsOver, nextUpkeep } from '../obligations.ts';
import type { Activity } from '../progress.ts';
import { type Teleconsultation, upkeepOf } from '../teleconsultation.ts';

/**
 * How long something has been waiting that a job has to do. Each failure moves its date, so the date alone says how long it has
 * been overdue; the failures say how long it was waiting before. Together they are the least that it can be.
 */

const waitedMs = (dueAt: number, failures: number, now: number): number => {
  let waited = Math.max(0, now - dueAt);
  for (let failure = 1; failure <= failures; failure += 1) waited += backOffMs(failure);
  return waited;
};

/**
 * Of everything that is due on one record the longest, in milliseconds; 0 where nothing is. A room that somebody is still in
 * does not count: it is looked at again, and nothing about it has failed.
 *
 * @param activity what was seen of its calls so far
 */
export const owedForMs = (
  record: Teleconsultation,
  rooms: Config['rooms'],
  activity: Activity | undefined,
  now: number,
): number => {
  const waits = record.owed
    .filter(owed => owed.dueAt <= now)
    .map(({ dueAt, attempts }) => waitedMs(dueAt, attempts, now));
  if (record.claim !== null && claimIsOver(record.claim, now)) waits.push(waitedMs(record.claim.until, 0, now));
  const upkeep = nextUpkeep(record, rooms, activity);
  if (upkeep !== null && upkeep <= now) waits.push(waitedMs(upkeep, upkeepOf(record)?.attempts ?? 0, now));
  return Math.max(0, ...waits);
};
