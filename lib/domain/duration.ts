import type { Problem } from '../errors.ts';

/** Limits of a call that has a duration: 5 minutes to 24 hours. */
const SHORTEST_CALL_SECONDS = 300;
const LONGEST_CALL_SECONDS = 86_400;

const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** When a call starts and ends, as a request says it: an end or a duration, never both. */
export interface RequestedTimes {
  start_date?: number | undefined;
  end_date?: number | undefined;
  duration_in_seconds?: number | undefined;
}

export interface Times {
  startDate: number;
  endDate: number | null;
}

/** The stored times with the requested ones in their place; a lone start keeps the stored end. */
export const timesAfter = (requested: RequestedTimes, stored: Times): Times => {
  const startDate = requested.start_date ?? stored.startDate;
  if (requested.duration_in_seconds !== undefined) {
    return { startDate, endDate: startDate + requested.duration_in_seconds * 1000 };
  }
  return { startDate, endDate: requested.end_date ?? stored.endDate };
};

/** Seconds that Kaleyra is to limit the call to; undefined where there is no limit. */
export const callSeconds = (times: Times, unlimited: boolean): number | undefined =>
  unlimited || times.endDate === null ? undefined : Math.round((times.endDate - times.startDate) / 1000);

/** What is wrong with the times as a whole, named by the field the caller sent. */
export const problemsOfTimes = (requested: RequestedTimes, times: Times, unlimited: boolean): Problem[] => {
  if (times.endDate === null) return [];
  const field =
    requested.duration_in_seconds !== undefined
      ? 'body.duration_in_seconds'
      : requested.end_date !== undefined
        ? 'body.end_date'
        : 'body.start_date';
  if (times.endDate > LAST_INSTANT) return [{ path: field, message: 'puts the end after the year 9999' }];
  if (times.endDate <= times.startDate) {
    const message = field === 'body.start_date' ? 'must be before the end' : 'must be after start_date';
    return [{ path: field, message }];
  }
  // Where there is no limit, no length is too short or too long.
  const seconds = callSeconds(times, unlimited) ?? SHORTEST_CALL_SECONDS;
  if (seconds < SHORTEST_CALL_SECONDS) return [{ path: field, message: 'makes the call shorter than 5 minutes' }];
  if (seconds > LONGEST_CALL_SECONDS) return [{ path: field, message: 'makes the call longer than 24 hours' }];
  return [];
};
