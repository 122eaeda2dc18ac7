import type { RoomDetails } from './teleconsultation.ts';

/** What Kaleyra said of a room a moment ago: waiting pages ask in a loop, Kaleyra need not be asked each time. */
export interface RecentDetails {
  get(roomId: string, now: number): RoomDetails | undefined;
  set(roomId: string, details: RoomDetails, now: number): void;
}

const KEPT_MS = 5000;
const MOST_ROOMS = 500;

/** Lives as long as the process; bounded, the oldest entry goes first. */
export const createRecentDetails = (): RecentDetails => {
  const entries = new Map<string, { at: number; details: RoomDetails }>();
  return {
    get: (roomId, now) => {
      const entry = entries.get(roomId);
      return entry !== undefined && now - entry.at < KEPT_MS ? entry.details : undefined;
    },
    set: (roomId, details, now) => {
      entries.delete(roomId);
      entries.set(roomId, { at: now, details });
      const [oldest] = entries.keys();
      // Stryker disable next-line ConditionalExpression: where there are so many there is an oldest
      if (entries.size > MOST_ROOMS && oldest !== undefined) entries.delete(oldest);
    },
  };
};
