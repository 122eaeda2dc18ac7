import * as z from 'zod/mini';
import { Instant, StoredDetails } from './stored.ts';

/** What was seen of a teleconsultation's calls, as it lies beside the record. */

const StoredSession = z.object({
  id: z.string(),
  startedAt: z.nullable(Instant),
  durationInSeconds: z.nullable(z.number()),
  kaleyraIds: z.array(z.string()),
  overSince: z.nullable(Instant),
});

export const StoredSeen = z.object({
  roomId: z.string(),
  lookedAt: Instant,
  details: z.nullable(StoredDetails),
  sessions: z.array(StoredSession),
});
/** As written. */
export type StoredSeen = z.input<typeof StoredSeen>;

export const StoredWatch = z.object({
  look: z.string(),
  attempts: z.number(),
  workDue: z.optional(z.number()),
  seen: z.optional(StoredSeen),
});
