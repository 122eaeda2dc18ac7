import * as z from 'zod/mini';
import { Instant } from './stored.ts';

/** The tombstone of an erasure, as the attribute `erasure` of the person's mapping. */

export const StoredErasure = z.object({
  begunAt: Instant,
  operation: z.string(),
  stage: z.enum(['gathering', 'checking', 'erasing', 'looking', 'forgetting']),
  kaleyraIds: z.array(z.string()),
  position: z.nullable(z.string()),
  checkedSince: z.nullable(Instant),
  removed: z.object({
    bookings: z.number(),
    uploads: z.number(),
    recordings: z.number(),
    users: z.number(),
    names: z.number(),
    links: z.number(),
  }),
  mark: z.string(),
});
/** As written. */
export type StoredErasure = z.input<typeof StoredErasure>;

/** The mapping of somebody who may be being erased; without a Kaleyra id where the tombstone is all there is. */
export const StoredTrail = z.object({ kaleyraId: z.optional(z.string()), erasure: z.optional(StoredErasure) });

/** What a walk for traces reads of any item that it finds. */
export const StoredTrace = z.object({
  pk: z.string(),
  creatorId: z.optional(z.string()),
  updaterId: z.optional(z.string()),
  participants: z._default(z.array(z.object({ externalId: z.string(), kaleyraId: z.string() })), []),
});

export const StoredNote = z.object({ sk: z.string(), cleared: z.optional(z.boolean()) });
