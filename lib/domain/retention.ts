/** How long records of past teleconsultations are kept, where they are not kept for ever. */

const DAY_MS = 24 * 3_600_000;

/** The instant before which a call has to have ended for its record to be past. */
export const retainedSince = (days: number, now: number): number => now - days * DAY_MS;
