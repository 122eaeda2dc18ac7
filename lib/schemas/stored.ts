import * as z from 'zod';
import { isRecordId } from './fields.ts';

/** The stored shapes, as they lie in the table. Dates are ISO texts, so that an operator can read them. */

export const Instant = z.iso.datetime().transform(text => Date.parse(text));

const StoredParticipant = z.object({
  externalId: z.string(),
  kaleyraId: z.string(),
  groups: z.array(z.string()),
  fullName: z.string().nullable(),
  language: z.enum(['it', 'en']).nullable(),
  plusSince: z.number().optional(),
});

export const StoredDetails = z.object({
  recording: z.string(),
  recordingStatus: z.string(),
  callType: z.string(),
  description: z.string().nullable(),
  status: z.string(),
  disabled: z.boolean(),
  creationDate: z.string().nullable(),
  durationInSeconds: z.number(),
  durationUsedInSeconds: z.number(),
  live: z.boolean(),
});

export const StoredRecord = z.object({
  id: z.string(),
  state: z.enum(['CREATING', 'PUBLIC', 'TRASH']),
  startDate: Instant,
  endDate: Instant.nullable(),
  expected: z.number(),
  participants: z.array(StoredParticipant),
  room: z
    .object({
      id: z.string(),
      specHash: z.string(),
      links: z.array(z.object({ kaleyraId: z.string(), url: z.string() })),
      details: StoredDetails,
    })
    .nullable(),
  claim: z.object({ operation: z.string(), until: Instant }).nullable(),
  owed: z.array(
    z.object({
      roomId: z.string().nullable(),
      files: z.boolean(),
      recordings: z.literal(true).optional(),
      dueAt: Instant,
      attempts: z.number(),
    }),
  ),
  upkeep: z
    .object({
      roomId: z.string(),
      filesClearedAt: Instant.nullable(),
      closedAt: Instant.nullable(),
      attempts: z.number(),
      notBefore: Instant,
    })
    .nullable()
    // Records written before jobs had anything to note.
    .default(null),
  formerRooms: z.array(z.string()).default([]),
  formerPeople: z.array(z.string()).default([]),
  booking: z.object({ digest: z.string(), done: z.boolean() }).nullable().default(null),
  creatorId: z.string(),
  createdAt: Instant,
  updaterId: z.string(),
  updatedAt: Instant,
  // Records written before revisions were counted had been seen.
  revision: z.number().default(1),
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
  fullAt: Instant.nullable(),
  full: z.object({ startedAt: Instant, offset: z.number(), cameTo: Instant.nullable() }).nullable(),
  undecided: z.array(z.object({ roomId: z.string(), recordId: z.string(), madeAt: Instant })),
  records: z.object({ shard: z.string(), after: z.string().nullable() }),
});

/** The record behind which the walk through all records goes on; null: from the beginning. */
export const StoredWalk = z.object({ after: z.string().refine(isRecordId).nullable() });

/** Whether Kaleyra answers. */
export const StoredCircuit = z.object({ score: z.number(), openUntil: Instant, failedAt: Instant });

/** Who somebody is at Kaleyra. `role` and `confirmedAt` are there once Kaleyra has said that the user exists. */
export const StoredPerson = z.object({
  kaleyraId: z.string(),
  role: z.enum(['basic', 'plus']).optional(),
  confirmedAt: Instant.optional(),
});
export type StoredPerson = z.output<typeof StoredPerson>;

/** The way back: whose user it is, and what they are called where that is known. */
export const StoredName = z.object({ pk: z.string(), fullName: z.string().optional() });
