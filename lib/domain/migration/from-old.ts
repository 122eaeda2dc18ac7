import type { Config } from '../../config.ts';
import { IMPORTED_VERSION, type RecordMark } from '../../schemas/import-marks.ts';
import type { OldTeleconsultation } from '../../schemas/old-records.ts';
import { dueAt } from '../obligations.ts';
import { IMPORTED_ROOM } from '../room-spec.ts';
import type { AccessLink, Participant, Room, RoomDetails, Teleconsultation } from '../teleconsultation.ts';
import { isVisible, type OldPeople, type OldPerson } from './people.ts';

/** A teleconsultation of the retired service as one of ours. Its id, its users and its room stay what they were. */

export interface Refusal {
  /** As the file spells it: `participants.1`; undefined: the line as a whole. */
  field: string | undefined;
  /** Never holds a value. */
  reason: string;
}

export interface ImportedRecord {
  record: Teleconsultation;
  mark: RecordMark;
  /** Whoever takes part, as the user map has them. */
  people: readonly OldPerson[];
}

export interface ImportOptions {
  /** What was a draft counts as visible; otherwise drafts are left out. */
  drafts: boolean;
}

/** As a room that was just made: until somebody asks Kaleyra, nothing is known of it. */
const UNKNOWN_DETAILS: RoomDetails = {
  recording: 'none',
  recordingStatus: 'stopped',
  callType: 'audio_video',
  description: null,
  status: 'NOT_RUNNING',
  disabled: false,
  creationDate: null,
  durationInSeconds: 0,
  durationUsedInSeconds: 0,
  live: true,
};

/** Thirty years, whatever the dates say: leaves as many changes as anybody can make below what calendars can count to. */
const HIGHEST_IMPORTED_REVISION = 1_000_000_000;

const recogniseAll = (
  old: OldTeleconsultation,
  people: OldPeople,
): { participants: Participant[]; links: AccessLink[]; persons: OldPerson[]; refusals: Refusal[] } => {
  const participants: Participant[] = [];
  const links: AccessLink[] = [];
  const persons: OldPerson[] = [];
  const refusals: Refusal[] = [];
  for (const [index, seen] of old.participants.entries()) {
    const field = `participants.${index}`;
    const found = people.recognise(seen);
    if ('problem' in found) {
      refusals.push({ field, reason: found.problem });
      continue;
    }
    const { kaleyraId, externalId } = found.person;
    const twice = participants.findIndex(one => one.kaleyraId === kaleyraId);
    if (twice >= 0) refusals.push({ field, reason: `is the same user as participants.${twice}` });
    persons.push(found.person);
    if (seen.link !== undefined) links.push({ kaleyraId, url: seen.link });
    participants.push({
      externalId,
      kaleyraId,
      groups: seen.groups.length > 0 ? seen.groups : found.person.groups,
      fullName: seen.fullName ?? found.person.fullName,
      language: seen.language,
    });
  }
  return { participants, links, persons, refusals };
};

const roomOf = ({ roomId }: OldTeleconsultation, links: readonly AccessLink[]): Room | null =>
  roomId === null ? null : { id: roomId, specHash: IMPORTED_ROOM, links, details: UNKNOWN_DETAILS };

const linksWithoutRoom = (old: OldTeleconsultation): Refusal[] => {
  const index = old.participants.findIndex(({ link }) => link !== undefined);
  if (old.roomId !== null || index < 0) return [];
  return [
    { field: `participants.${index}.accessLinkURL`, reason: 'is a link to a room that the record does not name' },
  ];
};

/**
 * The retired service counted none, and its records may be imported once more after it has changed them: seconds since the
 * booking rise with every such change, and all of ours come on top.
 */
const revisionOf = ({ createdAt, updatedAt }: OldTeleconsultation): number =>
  1 + Math.min(Math.max(0, Math.floor((updatedAt - createdAt) / 1000)), HIGHEST_IMPORTED_REVISION);

/** @returns why not, if the record cannot be taken as it is */
export const fromOldTeleconsultation = (
  old: OldTeleconsultation,
  people: OldPeople,
  options: ImportOptions,
): ImportedRecord | { refusals: readonly Refusal[] } => {
  const { participants, links, persons, refusals } = recogniseAll(old, people);
  const live = isVisible(old.state, options);
  if (live) refusals.push(...linksWithoutRoom(old));
  if (refusals.length > 0) return { refusals };
  return {
    people: persons,
    // What was cancelled keeps no links; of its room only the id, for the way back.
    mark: { state: old.state, roomId: live ? null : old.roomId, progress: old.progress ?? null },
    record: {
      id: old.id,
      state: live ? 'PUBLIC' : 'TRASH',
      startDate: old.startDate,
      endDate: old.endDate,
      expected: old.expected,
      participants,
      room: live ? roomOf(old, links) : null,
      claim: null,
      owed: [],
      upkeep: null,
      formerRooms: live || old.roomId === null ? [] : [old.roomId],
      formerPeople: [],
      booking: null,
      creatorId: old.creatorId,
      createdAt: old.createdAt,
      updaterId: old.updaterId,
      updatedAt: old.updatedAt,
      revision: revisionOf(old),
      version: IMPORTED_VERSION,
    },
  };
};

/**
 * When a job is to look at the imported record: as for any other, but what ended long ago is left in peace.
 * @param cleanSince what ended then or later is still cleaned up; null: only what has not ended yet
 */
export const importedDueAt = (
  record: Teleconsultation,
  rooms: Config['rooms'],
  now: number,
  cleanSince: number | null,
): number | null => ((record.endDate ?? 0) >= Math.min(now, cleanSince ?? now) ? dueAt(record, rooms) : null);
