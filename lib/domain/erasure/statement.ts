import type { Config } from '../../config.ts';
import type { Removed } from './erasure.ts';
import type { Problems } from './work.ts';

/** What an erasure says of itself: facts and counts, without a word about the person. The command makes sentences of it. */

/** What stays, on purpose. */
export const KEPT = ['consultations', 'kaleyra ids', 'groups', 'other participants'] as const;

/** What Kaleyra keeps and offers no call to delete, as far as its documentation goes. */
export const NOT_OFFERED = ['transcriptions', 'sessions', 'chats', 'statistics'] as const;

/** What only the operator can do. */
export const TO_DO = ['directory', 'exports', 'retired service', 'kaleyra'] as const;

/** For how many days copies hold what was removed here: the table's point-in-time recovery, and the logs, with ids of ours only. */
export interface Copies {
  backupDays: number;
  logDays: number;
}

/** What DynamoDB keeps where nothing else is said, and serverless.yml says nothing else. */
const BACKUP_DAYS = 35;

/**
 * - `finished`: nothing here leads to the person any more
 * - `unknown`: nothing here ever did; nothing was written
 * - `refused`: there are calls that are not over; nothing was changed
 * - `waiting`: to be invoked again after `waitMs`
 * - `interrupted`: to be invoked again at once
 * - `left`: something could not be removed; to be invoked again when that has been looked into
 */
export type Outcome = 'finished' | 'unknown' | 'refused' | 'waiting' | 'interrupted' | 'left';

export type WaitsFor = 'requests' | 'changes' | 'pause';

export interface Statement {
  outcome: Outcome;
  dryRun: boolean;
  waitMs: number;
  waitsFor: WaitsFor | null;
  /** Ids of teleconsultations whose call is not over. */
  bookings: readonly string[];
  /** What this run could not remove: records with something in their rooms, users, records that others change. */
  left: { rooms: number; users: number; records: number };
  /** Until when recordings of the newest calls may turn up, in milliseconds since 1970; null: none will. */
  recordingsUntil: number | null;
  /** Since the erasure began; in a dry run, what there is to remove. */
  removed: Removed;
  kept: readonly (typeof KEPT)[number][];
  notOffered: readonly (typeof NOT_OFFERED)[number][];
  copies: Copies;
  toDo: readonly (typeof TO_DO)[number][];
}

export const statementOf = (
  { logRetentionDays }: Pick<Config, 'logRetentionDays'>,
  parts: Pick<Statement, 'outcome' | 'dryRun' | 'removed'> & Partial<Pick<Statement, 'waitMs' | 'waitsFor'>>,
  { bookings, rooms, users, records, recordingsUntil }: Problems,
): Statement => ({
  waitMs: 0,
  waitsFor: null,
  ...parts,
  bookings: [...bookings].sort(),
  left: { rooms: rooms.size, users: users.size, records: records.size },
  recordingsUntil: recordingsUntil === 0 ? null : recordingsUntil,
  kept: KEPT,
  notOffered: NOT_OFFERED,
  copies: { backupDays: BACKUP_DAYS, logDays: logRetentionDays },
  toDo: TO_DO,
});
