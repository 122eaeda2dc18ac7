import * as z from 'zod/mini';
import { isRecordId } from './fields.ts';

/** The stored shapes, as they lie in the table. Dates are ISO texts, so that an operator can read them. */

export const Instant = z.pipe(
  z.iso.datetime(),
  z.transform(text => Date.parse(text)),
);

const StoredParticipant = z.object({
  externalId: z.string(),
  kaleyraId: z.string(),
  groups: z.array(z.string()),
  fullName: z.nullable(z.string()),
  language: z.nullable(z.enum(['it', 'en'])),
  plusSince: z.optional(z.number()),
});

export const StoredDetails = z.object({
  recording: z.string(),
  recordingStatus: z.string(),
  callType: z.string(),
  description: z.nullable(z.string()),
  status: z.string(),
  disabled: z.boolean(),
  creationDate: z.nullable(z.string()),
  durationInSeconds: z.number(),
  durationUsedInSeconds: z.number(),
  live: z.boolean(),
});

export const StoredRecord = z.object({
  id: z.string(),
  state: z.enum(['CREATING', 'PUBLIC', 'TRASH']),
  startDate: Instant,
  endDate: z.nullable(Instant),
  expected: z.number(),
  participants: z.array(StoredParticipant),
  room: z.nullable(
    z.object({
      id: z.string(),
      specHash: z.string(),
      links: z.array(z.object({ kaleyraId: z.string(), url: z.string() })),
      details: StoredDetails,
    }),
  ),
  claim: z.nullable(z.object({ operation: z.string(), until: Instant })),
  owed: z.array(
    z.object({
      roomId: z.nullable(z.string()),
      files: z.boolean(),
      recordings: z.optional(z.literal(true)),
      dueAt: Instant,
      attempts: z.number(),
    }),
  ),
  // Records written before jobs had anything to note.
  upkeep: z._default(
    z.nullable(
      z.object({
        roomId: z.string(),
        filesClearedAt: z.nullable(Instant),
        closedAt: z.nullable(Instant),
        attempts: z.number(),
        notBefore: Instant,
      }),
    ),
    null,
  ),
  formerRooms: z._default(z.array(z.string()), []),
  formerPeople: z._default(z.array(z.string()), []),
  booking: z._default(z.nullable(z.object({ digest: z.string(), done: z.boolean() })), null),
  creatorId: z.string(),
  createdAt: Instant,
  updaterId: z.string(),
  updatedAt: Instant,
  // Records written before revisions were counted had been seen.
  revision: z._default(z.number(), 1),
  version: z.number(),
  op: z.string(),
});
/** As written. */
export type StoredRecord = z.input<typeof StoredRecord>;

/** No job calls Kaleyra before. */
export const StoredPause = z.object({ until: Instant });

/** How far the comparison with Kaleyra's rooms has come. */
export const StoredSweep = z.object({
  comparedBefore: Instant,
  fullAt: z.nullable(Instant),
  full: z.nullable(z.object({ startedAt: Instant, offset: z.number(), cameTo: z.nullable(Instant) })),
  undecided: z.array(z.object({ roomId: z.string(), recordId: z.string(), madeAt: Instant })),
  records: z.object({ shard: z.string(), after: z.nullable(z.string()) }),
});

/** The record behind which the walk through all records goes on; null: from the beginning. */
export const StoredWalk = z.object({ after: z.nullable(z.string().check(z.refine(isRecordId))) });

/** Whether Kaleyra answers. */
export const StoredCircuit = z.object({ score: z.number(), openUntil: Instant, failedAt: Instant });

/** Who somebody is at Kaleyra. `role` and `confirmedAt` are there once Kaleyra has said that the user exists. */
export const StoredPerson = z.object({
  kaleyraId: z.string(),
  role: z.optional(z.enum(['basic', 'plus'])),
  confirmedAt: z.optional(Instant),
});
export type StoredPerson = z.output<typeof StoredPerson>;

/** The way back: whose user it is, and what they are called where that is known. */
export const StoredName = z.object({ pk: z.string(), fullName: z.optional(z.string()) });
