import * as z from 'zod';
import { Instant, StoredDetails } from './stored.ts';

/** What was seen of a teleconsultation's calls, as it lies beside the record. */

const StoredSession = z.object({
  id: z.string(),
  startedAt: Instant.nullable(),
  durationInSeconds: z.number().nullable(),
  kaleyraIds: z.array(z.string()),
  overSince: Instant.nullable(),
});

export const StoredSeen = z.object({
  roomId: z.string(),
  lookedAt: Instant,
  details: StoredDetails.nullable(),
  sessions: z.array(StoredSession),
});
/** As written. */
export type StoredSeen = z.input<typeof StoredSeen>;

export const StoredWatch = z.object({
  look: z.string(),
  attempts: z.number(),
  workDue: z.number().optional(),
  seen: StoredSeen.optional(),
});
