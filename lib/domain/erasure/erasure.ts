import type { Personal } from '../../personal.ts';

/** An erasure of one person: where it stands, what it has removed, and what it says of itself. */

/** Sums of what is gone; kept with the tombstone, so that no interruption loses them. */
export interface Removed {
  /** Cancelled ones. */
  bookings: number;
  uploads: number;
  recordings: number;
  /** At Kaleyra. */
  users: number;
  /** Records in which something named the person. */
  names: number;
  /** Personal links. */
  links: number;
}

export const NOTHING_REMOVED: Removed = { bookings: 0, uploads: 0, recordings: 0, users: 0, names: 0, links: 0 };

export const sumOf = (one: Removed, other: Removed): Removed => ({
  bookings: one.bookings + other.bookings,
  uploads: one.uploads + other.uploads,
  recordings: one.recordings + other.recordings,
  users: one.users + other.users,
  names: one.names + other.names,
  links: one.links + other.links,
});

/**
 * In this order. Nothing is changed before `erasing`: until then the tombstone can be taken back.
 *
 * - `gathering`: a walk through the table finds every Kaleyra id of the person, and records whose notes are lost
 * - `checking`: are there calls that are not over?
 * - `erasing`: files and recordings, the users at Kaleyra, the names in records
 * - `looking`: a second walk finds whatever names the person still, above all as an author
 * - `forgetting`: the ways back go, and the mapping with the tombstone last
 */
export type Stage = 'gathering' | 'checking' | 'erasing' | 'looking' | 'forgetting';

/** The tombstone: from when it is written, nobody can be booked under the person's id. */
export interface Erasure {
  begunAt: number;
  /** Random; says which erasure it is, and makes the placeholder. */
  operation: string;
  stage: Stage;
  /** Of every user that the person has at Kaleyra. */
  kaleyraIds: readonly string[];
  /** Where the stage goes on; null: at its beginning. */
  position: string | null;
  /** When the check was begun that `position` belongs to. */
  checkedSince: number | null;
  removed: Removed;
  /** Of the last write; the next one names it. */
  mark: string;
}

/** As it begins: nothing is found out yet but these ids. */
export const newErasure = (begunAt: number, operation: string, kaleyraIds: readonly string[]): Erasure => ({
  begunAt,
  operation,
  stage: 'gathering',
  kaleyraIds,
  position: null,
  checkedSince: null,
  removed: NOTHING_REMOVED,
  mark: '',
});

/**
 * How long after the tombstone everything is under way that began before. A function of a request lives 28 s; jobs live longer,
 * but call Kaleyra no more 18 s after the pause that is noted with the tombstone (they look every 10 s, and a call lasts 8 s).
 */
export const QUIET_MS = 35_000;

/** What an external id leads to. */
export interface Trail {
  /** undefined for somebody of whom there is nothing but the tombstone. */
  kaleyraId: string | undefined;
  erasure: Erasure | undefined;
}

/** What one page of the table holds of a person. */
export interface Traces {
  /** Whose way back leads to the person. */
  kaleyraIds: readonly string[];
  /** Records that name the person as a participant, with the Kaleyra ids under which they do. */
  naming: readonly { id: string; kaleyraIds: readonly string[] }[];
  /** Records that the person has made or changed. */
  authored: readonly string[];
  next: string | undefined;
  /** Where a later walk can go on; undefined where the page ends at an item with somebody's id in its key. */
  bookmark: string | undefined;
}

/** That a record names a person, under one of their Kaleyra ids. */
export interface Note {
  id: string;
  /** Its rooms were cleared out by the erasure under way. */
  cleared: boolean;
}

export interface ErasureStore {
  /** Strongly consistent; undefined where nothing is written under the id. */
  find(externalId: Personal): Promise<Trail | undefined>;
  /** Writes the tombstone unless there is one; gives the one that stands, with what the id leads to. */
  begin(externalId: Personal, erasure: Erasure): Promise<Trail & { erasure: Erasure }>;
  /** `lost`: somebody else has written or removed it since. */
  save(externalId: Personal, before: Erasure, after: Erasure): Promise<Erasure | 'lost'>;
  /** Takes the tombstone back, unless somebody has written it since: then it stands. */
  withdraw(externalId: Personal, erasure: Erasure): Promise<void>;
  /** Removes the mapping with the tombstone, unless somebody has written it since. */
  finish(externalId: Personal, erasure: Erasure): Promise<'done' | 'lost'>;
  /** A page of a walk through the whole table, strongly consistent. @param after where the page before ended */
  findTraces(externalId: Personal, after?: string): Promise<Traces>;
  findNotes(kaleyraId: string, after?: string): Promise<{ notes: readonly Note[]; next: string | undefined }>;
  noteCleared(id: string, kaleyraIds: readonly string[]): Promise<void>;
  forgetWayBack(kaleyraId: string): Promise<void>;
}
