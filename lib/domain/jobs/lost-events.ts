import { refreshActivity } from '../activity.ts';
import type { Scope } from '../ports.ts';
import type { Activity } from '../progress.ts';
import type { RoomDetails, Teleconsultation } from '../teleconsultation.ts';

/** What the room says of its calls that nobody had told us: the events were lost, or were never sent. */
const isNews = (details: RoomDetails, known: Activity | undefined): boolean => {
  if (known === undefined) return details.status !== 'NOT_RUNNING' || details.durationUsedInSeconds > 0;
  const { status, durationUsedInSeconds } = known.details ?? {};
  // While a call runs its length grows: that alone is nothing new.
  return details.status !== status || (status !== 'RUNNING' && details.durationUsedInSeconds !== durationUsedInSeconds);
};

/**
 * Looks at the room's calls where the events that should have led to it never came.
 *
 * @param details as Kaleyra has just given them
 * @returns whether something was made up for
 */
export const makeUpFor = async (
  scope: Scope,
  record: Teleconsultation,
  known: Activity | undefined,
  details: RoomDetails,
): Promise<boolean> => isNews(details, known) && (await refreshActivity(scope, record)) === 'seen';
