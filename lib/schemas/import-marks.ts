import * as z from 'zod/mini';
import { OldState } from './old-records.ts';

/** What lies beside imported items, for the way back: the attribute `imported`. No write of the service touches it. */

/** The version of an imported record; one that still has it was not changed since. */
export const IMPORTED_VERSION = 1;

export const RecordMark = z.object({
  state: OldState,
  /** The room of a record that was cancelled; a live one has its own. */
  roomId: z.nullable(z.string()),
  /** `teleconsultationState`, as it was. */
  progress: z.nullable(z.string()),
});
export type RecordMark = z.output<typeof RecordMark>;

export const PersonMark = z.object({
  id: z.nullable(z.string()),
  /** Whether the row said what the person is called, and not only a teleconsultation. */
  named: z.boolean(),
  groups: z.array(z.string()),
  /** Milliseconds since 1970. */
  createdAt: z.nullable(z.number()),
  state: OldState,
});
export type PersonMark = z.output<typeof PersonMark>;

/** The way there and the way back of one person as they lie in the table, as far as an export needs them. */
export const ExportedPerson = z.object({
  pk: z.string(),
  kaleyraId: z.optional(z.string()),
  confirmedAt: z.optional(z.string()),
  externalId: z.optional(z.string()),
  fullName: z.optional(z.string()),
  imported: z.optional(z.union([PersonMark, z.literal(true)])),
});
export type ExportedPerson = z.output<typeof ExportedPerson>;
