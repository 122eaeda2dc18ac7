import type { Candidate } from './strays.ts';

/** How far the comparison with Kaleyra has come; stored between runs, so that each goes on where the one before stopped. */
export interface Sweep {
  /** Every room that was made before has been compared. */
  comparedBefore: number;
  /** When the last comparison of all rooms began that has come to its end; null before the first. */
  fullAt: number | null;
  /** A comparison of all rooms that is under way. */
  full: FullSweep | null;
  /** Rooms about which nothing could be decided yet: too young, or their record was being changed. */
  undecided: readonly Candidate[];
  /** Where the walk along our own records goes on. */
  records: RecordsPosition;
}

export interface FullSweep {
  startedAt: number;
  offset: number;
  /** When the oldest room was made that it has come to; null before the first page. */
  cameTo: number | null;
}

export interface RecordsPosition {
  shard: string;
  /** As RecordStore.findDue gave it; null: from the shard's beginning. */
  after: string | null;
}

const WEEK_MS = 7 * 24 * 3_600_000;

/** Before the first run nothing has been compared: that is the full comparison's work, in as many runs as it takes. */
export const firstSweep = (comparedBefore: number): Sweep => ({
  comparedBefore,
  fullAt: null,
  full: null,
  undecided: [],
  records: { shard: '0', after: null },
});

/** The full comparison to go on with; a new one is begun a week after the last one was. null: none is due. */
export const fullSweepAt = (sweep: Sweep, now: number): FullSweep | null => {
  if (sweep.full !== null) return sweep.full;
  const due = sweep.fullAt === null || now - sweep.fullAt >= WEEK_MS;
  return due ? { startedAt: now, offset: 0, cameTo: null } : null;
};
