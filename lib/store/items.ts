import type { Teleconsultation, Upkeep } from '../domain/teleconsultation.ts';
import { StoredRecord } from '../schemas/stored.ts';
import { usualRecord } from '../schemas/usual-record.ts';

/** The record as the rules see it, to and from the item that lies in the table. */

const MOST_TEXTS = 16;

/** Of the last instants: a booking writes its record twice, and when it was made and when it was changed are one. */
const texts = new Map<number, string>();

const iso = (instant: number): string => {
  const known = texts.get(instant);
  if (known !== undefined) return known;
  const text = new Date(instant).toISOString();
  if (texts.size >= MOST_TEXTS) texts.clear();
  texts.set(instant, text);
  return text;
};

const isoOrNull = (instant: number | null): string | null => (instant === null ? null : iso(instant));

const toStoredUpkeep = ({ roomId, filesClearedAt, closedAt, attempts, notBefore }: Upkeep): StoredRecord['upkeep'] => ({
  roomId,
  filesClearedAt: isoOrNull(filesClearedAt),
  closedAt: isoOrNull(closedAt),
  attempts,
  notBefore: iso(notBefore),
});

/** @param op marks this write, so that its author can recognise it when the answer is lost */
export const toStoredRecord = (record: Teleconsultation, op: string): StoredRecord => ({
  id: record.id,
  state: record.state,
  startDate: iso(record.startDate),
  endDate: record.endDate === null ? null : iso(record.endDate),
  expected: record.expected,
  participants: record.participants.map(({ externalId, kaleyraId, groups, fullName, language, plusSince }) => ({
    externalId,
    kaleyraId,
    groups: [...groups],
    fullName,
    language,
    ...(plusSince !== undefined && { plusSince }),
  })),
  room:
    record.room === null
      ? null
      : {
          id: record.room.id,
          specHash: record.room.specHash,
          links: record.room.links.map(({ kaleyraId, url }) => ({ kaleyraId, url })),
          details: record.room.details,
        },
  claim: record.claim === null ? null : { operation: record.claim.operation, until: iso(record.claim.until) },
  owed: record.owed.map(owed => ({ ...owed, dueAt: iso(owed.dueAt) })),
  upkeep: record.upkeep === null ? null : toStoredUpkeep(record.upkeep),
  formerRooms: [...record.formerRooms],
  formerPeople: [...record.formerPeople],
  booking: record.booking && { ...record.booking },
  creatorId: record.creatorId,
  createdAt: iso(record.createdAt),
  updaterId: record.updaterId,
  updatedAt: iso(record.updatedAt),
  revision: record.revision,
  version: record.version,
  op,
});

/** @throws ZodError when the item is not a record */
export const fromStoredRecord = (item: unknown): { record: Teleconsultation; op: string } => {
  const stored = usualRecord(item) ?? StoredRecord.parse(item);
  // Key by key: a rest of twenty keys takes a third as long as the parsing.
  return {
    record: {
      id: stored.id,
      state: stored.state,
      startDate: stored.startDate,
      endDate: stored.endDate,
      expected: stored.expected,
      participants: stored.participants,
      room: stored.room,
      claim: stored.claim,
      owed: stored.owed,
      upkeep: stored.upkeep,
      formerRooms: stored.formerRooms,
      formerPeople: stored.formerPeople,
      booking: stored.booking,
      creatorId: stored.creatorId,
      createdAt: stored.createdAt,
      updaterId: stored.updaterId,
      updatedAt: stored.updatedAt,
      revision: stored.revision,
      version: stored.version,
    },
    op: stored.op,
  };
};
