import type { Personal } from '../personal.ts';
import type { Tools } from '../schemas/configuration.ts';

/**
 * The teleconsultation as the rules see it: no AWS, no HTTP, no vendor names. Instants are milliseconds since 1970.
 */

export type Role = 'basic' | 'plus';

/** Who says what somebody is called: the user directory, the person, or whoever booked. */
export type NameSource = 'directory' | 'self' | 'booking';

/** Somebody who is to take part, before Kaleyra's id for them is known. */
export interface Invitee {
  /** The person's id in the callers' world. */
  externalId: Personal;
  groups: readonly string[];
  fullName: Personal | null;
  /** Only where the directory gave the name. */
  nameSource?: 'directory';
  language: 'it' | 'en' | null;
}

export interface Participant extends Invitee {
  kaleyraId: string;
  /** The record's version when a change made them plus; absent: from the start, or by a manager. See seniority.ts. */
  plusSince?: number | undefined;
}

/** What Kaleyra says of a room, in the ten documented keys of `details`. There is no link in it, on purpose. */
export interface RoomDetails {
  recording: string;
  recordingStatus: string;
  callType: string;
  description: string | null;
  status: string;
  disabled: boolean;
  creationDate: string | null;
  durationInSeconds: number;
  durationUsedInSeconds: number;
  live: boolean;
}

/** The personal link of one participant: whoever holds it is that person in the call. */
export interface AccessLink {
  kaleyraId: string;
  url: Personal;
}

export interface Room {
  id: string;
  /** Of what was asked of Kaleyra when the room was made; another value means another room is needed. */
  specHash: string;
  links: readonly AccessLink[];
  details: RoomDetails;
}

/** What a room is asked to be. */
export interface RoomSpec {
  participants: readonly { kaleyraId: string; isAdmin: boolean; tools: Tools | undefined }[];
  durationSeconds: number | undefined;
  recording: 'none' | 'manual' | 'automatic';
  /** What was said is written down afterwards; only together with a recording. */
  offlineTranscription: boolean;
  live: boolean;
}

/** Somebody is making a room for the record right now; while it stands, nobody is shown a link. */
export interface Claim {
  operation: string;
  /** Later than the claimer can live, so an expired claim has no living owner. */
  until: number;
}

/** A room that has to go from Kaleyra. */
export interface Owed {
  /** null: a room whose creation was asked for and never answered; it is found by its description. */
  roomId: string | null;
  /** Its uploaded files go first. */
  files: boolean;
  /** The recordings of its calls go first as well: nobody keeps anything of it any more. */
  recordings?: true | undefined;
  /** When trying (again) makes sense. */
  dueAt: number;
  attempts: number;
}

/** What jobs have done for the record's room after its call, and when they try again what failed. */
export interface Upkeep {
  /** The room it speaks of; of a room that was replaced since, it says nothing. */
  roomId: string;
  /** When its uploaded files were last deleted. */
  filesClearedAt: number | null;
  /** When it was disabled: from then on nobody is given a link. */
  closedAt: number | null;
  /** Attempts that failed since the last one that did not. */
  attempts: number;
  /** No job looks at the room before. */
  notBefore: number;
}

/** What a booking was asked for with, where the caller may repeat it and must not have it twice. */
export interface Booking {
  /** A keyed digest of the request: nothing of it is kept. */
  digest: string;
  /** Whether it was ever carried out: then every repeat gets the same answer, whatever became of it since. */
  done: boolean;
}

/** CREATING is invisible to every caller; TRASH is a cancelled teleconsultation, kept. */
export type State = 'CREATING' | 'PUBLIC' | 'TRASH';

export interface Teleconsultation {
  id: string;
  state: State;
  startDate: number;
  /** null only for imported records that never had one. */
  endDate: number | null;
  /** How many participants there are to be. */
  expected: number;
  participants: readonly Participant[];
  room: Room | null;
  claim: Claim | null;
  owed: readonly Owed[];
  upkeep: Upkeep | null;
  /** Rooms it pointed at before, newest last: what Kaleyra keeps of their calls outlives them. */
  formerRooms: readonly string[];
  /** Kaleyra's ids of people it named before: what notes that it names them outlives the change. */
  formerPeople: readonly string[];
  /** null: nobody may repeat it. */
  booking: Booking | null;
  creatorId: Personal;
  createdAt: number;
  updaterId: Personal;
  updatedAt: number;
  /** How often it became another one for its participants; 0: none of them has ever seen it. */
  revision: number;
  /** Rises with every write; a change names the one it read. */
  version: number;
}

/** Everybody who is expected is known. */
export const isComplete = (record: { expected: number; participants: readonly unknown[] }): boolean =>
  record.participants.length === record.expected;

export const isClaimed = (record: { claim: Claim | null }, now: number): boolean =>
  record.claim !== null && now < record.claim.until;

/** People are let in shortly before the start, and then nothing changes any more: older rooms never had a call. */
const MOST_FORMER_ROOMS = 50;

const formerRoomsAfter = (
  before: Pick<Teleconsultation, 'room' | 'formerRooms'>,
  after: Pick<Teleconsultation, 'room'>,
): readonly string[] => {
  const { room, formerRooms } = before;
  if (room === null || room.id === after.room?.id || formerRooms.includes(room.id)) return formerRooms;
  return [...formerRooms, room.id].slice(-MOST_FORMER_ROOMS);
};

/** Far more than anybody invites; what lies in the table has a largest size. */
const MOST_FORMER_PEOPLE = 500;

const formerPeopleAfter = (
  before: Pick<Teleconsultation, 'participants' | 'formerPeople'>,
  after: Pick<Teleconsultation, 'participants'>,
): readonly string[] => {
  const still = new Set(after.participants.map(({ kaleyraId }) => kaleyraId));
  const known = new Set([...still, ...before.formerPeople]);
  const gone = before.participants.map(({ kaleyraId }) => kaleyraId).filter(kaleyraId => !known.has(kaleyraId));
  return [...before.formerPeople, ...gone].slice(-MOST_FORMER_PEOPLE);
};

/** When it takes place, with whom and with how many: what was agreed on, and nothing of how it is carried out. */
const agreementIn = ({ startDate, endDate, expected, participants }: Teleconsultation): string =>
  JSON.stringify([
    startDate,
    endDate,
    expected,
    participants.map(({ externalId, kaleyraId, fullName }) => [externalId, kaleyraId, fullName]),
  ]);

/** Never by what nobody has seen: a booking that failed, and is cleared away. */
const revisionAfter = (before: Teleconsultation, after: Teleconsultation): number => {
  const [was, is] = [before.state === 'PUBLIC', after.state === 'PUBLIC'];
  const isAnother = was !== is || (is && agreementIn(before) !== agreementIn(after));
  return isAnother ? before.revision + 1 : before.revision;
};

/** What a record keeps of what it was when `before` becomes `after`. */
export const memoryAfter = (
  before: Teleconsultation,
  after: Teleconsultation,
): Pick<Teleconsultation, 'formerRooms' | 'formerPeople' | 'revision'> => ({
  formerRooms: formerRoomsAfter(before, after),
  formerPeople: formerPeopleAfter(before, after),
  revision: revisionAfter(before, after),
});

/** When its call had ended; where it has no end, begun. */
export const endOf = ({ startDate, endDate }: Pick<Teleconsultation, 'startDate' | 'endDate'>): number =>
  endDate ?? startDate;

/** What jobs have done for the room that the record points at now. */
export const upkeepOf = (record: Pick<Teleconsultation, 'room' | 'upkeep'>): Upkeep | null =>
  record.room !== null && record.upkeep?.roomId === record.room.id ? record.upkeep : null;

/** The call is over for good: its room was disabled. */
export const isClosed = (record: Pick<Teleconsultation, 'room' | 'upkeep'>): boolean =>
  (upkeepOf(record)?.closedAt ?? null) !== null;
