import type { OldState, OldUser } from '../../schemas/old-records.ts';

/**
 * Who is who in the retired service's user map. Every row counts for the way back, so that a participant is recognised by any
 * id they ever had at Kaleyra; for the way there each person keeps the newest one.
 */

export interface OldPerson extends OldUser {
  /** Where the row stands in its file; null when only a teleconsultation names the person. */
  line: number | null;
}

export type Recognised = { person: OldPerson } | { problem: string };

export interface OldPeople {
  /** One per Kaleyra id. */
  all(): Iterable<OldPerson>;
  /** One per person who has a row that the retired service could see. */
  current(): Iterable<OldPerson>;
  isCurrent(person: OldPerson): boolean;
  /** Rows that two people share: nobody can say whose link it would be. */
  contested(): readonly { line: number; others: readonly number[] }[];
  /** Who a participant is, by either id or both. A person whom only the participant's own record names is learned. */
  recognise(participant: Seen): Recognised;
}

/** What a teleconsultation says of who takes part. */
export interface Seen {
  kaleyraId: string | undefined;
  externalId: string | undefined;
  fullName: string | null;
  groups: readonly string[];
}

export interface PeopleOptions {
  /** Rows in state DRAFT were visible, too. */
  drafts: boolean;
}

const isNewer = (row: OldPerson, than: OldPerson): boolean =>
  row.createdAt === null || than.createdAt === null || row.createdAt >= than.createdAt;

export const isVisible = (state: OldState, { drafts }: PeopleOptions): boolean =>
  state === 'PUBLIC' || (drafts && state === 'DRAFT');

/** The same row twice, the later one saying more or less: what either of them says is kept. */
const merged = (one: OldPerson, other: OldPerson, options: PeopleOptions): OldPerson => ({
  ...(isVisible(one.state, options) ? one : other),
  fullName: one.fullName ?? other.fullName,
  groups: one.groups.length > 0 ? one.groups : other.groups,
});

const CONTESTED = 'is a user whom two rows of the users file give to different people';

/** @param rows in the order of the file */
export const gatherPeople = (rows: Iterable<OldPerson>, options: PeopleOptions): OldPeople => {
  const rowsById = new Map<string, OldPerson[]>();
  const byKaleyraId = new Map<string, OldPerson>();
  for (const row of rows) {
    rowsById.set(row.kaleyraId, [...(rowsById.get(row.kaleyraId) ?? []), row]);
    const known = byKaleyraId.get(row.kaleyraId);
    byKaleyraId.set(row.kaleyraId, known === undefined ? row : merged(known, row, options));
  }

  const contested = [...rowsById.values()].filter(same => new Set(same.map(row => row.externalId)).size > 1);
  const refused = new Set(contested.flatMap(same => same.map(row => row.kaleyraId)));
  for (const kaleyraId of refused) byKaleyraId.delete(kaleyraId);

  const current = new Map<string | undefined, OldPerson>();
  /** Also those with rows in the bin only: a participant of an old record may be one of them. */
  const anyOf = new Map<string | undefined, OldPerson>();
  const place = (person: OldPerson): void => {
    for (const map of isVisible(person.state, options) ? [current, anyOf] : [anyOf]) {
      const known = map.get(person.externalId);
      if (known === undefined || isNewer(person, known)) map.set(person.externalId, person);
    }
  };
  for (const person of byKaleyraId.values()) place(person);

  const recognise = ({ kaleyraId, externalId, fullName, groups }: Seen): Recognised => {
    if (kaleyraId === undefined) {
      const person = current.get(externalId) ?? anyOf.get(externalId);
      return person === undefined ? { problem: 'is nobody in the users file' } : { person };
    }
    if (refused.has(kaleyraId)) return { problem: CONTESTED };
    const known = byKaleyraId.get(kaleyraId);
    if (known !== undefined && externalId !== undefined && known.externalId !== externalId) {
      return { problem: 'is a user whom the users file gives to somebody else' };
    }
    if (known !== undefined) return { person: known };
    if (externalId === undefined) return { problem: 'is a user whom no row of the users file has' };
    const learned: OldPerson = {
      id: null,
      kaleyraId,
      externalId,
      fullName,
      groups: [...groups],
      createdAt: null,
      state: 'PUBLIC',
      line: null,
    };
    byKaleyraId.set(kaleyraId, learned);
    if (!current.has(externalId)) place(learned);
    return { person: learned };
  };

  return {
    all: () => byKaleyraId.values(),
    current: () => current.values(),
    isCurrent: person => current.get(person.externalId)?.kaleyraId === person.kaleyraId,
    contested: () =>
      contested.flatMap(same =>
        same.map(row => ({
          line: row.line ?? 0,
          others: same.filter(one => one.externalId !== row.externalId).map(one => one.line ?? 0),
        })),
      ),
    recognise,
  };
};
