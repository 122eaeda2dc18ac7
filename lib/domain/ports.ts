import type { Clock, Ids } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import type { RequestedParticipants } from '../schemas/requests.ts';
import type { RecentCheck } from './health.ts';
import type { RecentDetails } from './recent-details.ts';
import type { AccessLink, Invitee, Role, RoomDetails, RoomSpec, Teleconsultation } from './teleconsultation.ts';

/** What the use cases need from the world. Every call ends, one way or the other, when the request's time is over. */

export interface RecordStore {
  /** Strongly consistent, whatever the record's state. */
  find(id: string): Promise<Teleconsultation | undefined>;
  /** The record for which Kaleyra's room was made, strongly consistent; it may point at another room by now. */
  findByRoom(roomId: string): Promise<Teleconsultation | undefined>;
  /** Ids of a shard (`0` to `f`) that a job has to look at, earliest due first; read the record before acting on it. */
  findDue(shard: string, until: number, limit: number): Promise<string[]>;
  /** `lost`: an item with that id exists already. Resolves to the record as stored. */
  create(record: Teleconsultation): Promise<Teleconsultation | 'lost'>;
  /** Writes `after` if the record still has the version of `before`; `lost` if somebody else was faster. */
  change(before: Teleconsultation, after: Teleconsultation): Promise<Teleconsultation | 'lost'>;
  /** Notes for each person that the record names them; before the record does. */
  linkPeople(id: string, kaleyraIds: readonly string[]): Promise<void>;
  /** Notes which record a room belongs to. */
  linkRoom(roomId: string, id: string): Promise<void>;
  ping(): Promise<void>;
}

export interface KnownPerson {
  kaleyraId: string;
  /** The role Kaleyra has confirmed; undefined while nobody knows that the user exists there. */
  confirmedRole: Role | undefined;
}

export interface PeopleStore {
  /** Who the person is at Kaleyra, strongly consistent; undefined for those who are nobody there. */
  find(externalId: string): Promise<KnownPerson | undefined>;
  /** Who the person is at Kaleyra; the minted id becomes theirs if they had none. */
  identify(externalId: string, mintedId: string): Promise<KnownPerson>;
  confirm(externalId: string, role: Role, now: number): Promise<void>;
  rememberWayBack(kaleyraId: string, externalId: string, fullName: string | null): Promise<void>;
}

export interface MadeRoom {
  id: string;
  links: readonly AccessLink[];
  details: RoomDetails;
}

export interface ListedRoom {
  id: string;
  description: string | null;
  /** Milliseconds since 1970; null when Kaleyra does not say. */
  createdAt: number | null;
}

/** For a device that joins calls by itself: whoever holds the token is that user until it expires. */
export interface AccessToken {
  accessToken: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A call that took place in a room. */
export interface Session {
  /** null: not in a room that was made through the API. */
  roomId: string | null;
}

/** A file behind a temporary address, as far as it was read. */
export type ReadFile =
  | { extent: 'whole'; bytes: Uint8Array; contentType: string | null }
  /** More than what was to be kept, and no more than what was to be counted. */
  | { extent: 'large' }
  | { extent: 'too large' };

/** Kaleyra Video, in our words. Failures are KaleyraErrors (lib/kaleyra/errors.ts). */
export interface Kaleyra {
  /** `existed`: somebody with this id is there already, which can only be our own earlier attempt. */
  createUser(kaleyraId: string, role: Role): Promise<'created' | 'existed'>;
  setRole(kaleyraId: string, role: Role): Promise<void>;
  /** @param description the record's id and nothing else: Kaleyra treats the field as personal data */
  createRoom(spec: RoomSpec, description: string): Promise<MadeRoom>;
  /** undefined: there is no such room. */
  readRoom(roomId: string, timeoutMs?: number): Promise<RoomDetails | undefined>;
  /** A room that is not there any more counts as deleted. */
  deleteRoom(roomId: string): Promise<void>;
  disableRoom(roomId: string): Promise<void>;
  /** One page, newest first. */
  listRooms(offset: number): Promise<{ rooms: readonly ListedRoom[]; hasMore: boolean }>;
  /** Keys of the files of one room, a page; of no other room, or it fails. */
  listUploads(roomId: string, offset: number): Promise<{ keys: readonly string[]; hasMore: boolean }>;
  /** A file that is not there any more counts as deleted. */
  deleteUpload(key: string): Promise<void>;
  /** undefined: Kaleyra knows no such user. */
  createCredentials(kaleyraId: string, expiresInSeconds: number): Promise<AccessToken | undefined>;
  /** undefined: there is no such session. */
  readSession(sessionId: string): Promise<Session | undefined>;
  /** A temporary address on a listed origin, to be told to nobody but who asks; undefined: there is no recording (yet). */
  locateRecording(sessionId: string): Promise<string | undefined>;
  /** As for a recording. */
  locateTranscription(sessionId: string): Promise<string | undefined>;
  /**
   * @param address as one of the two above gave it
   * @param keep how many bytes a file may have to be given back
   * @param count how many bytes are looked at before the file counts as too large
   */
  readFile(address: string, keep: number, count: number): Promise<ReadFile | undefined>;
  /** A JPEG for the whole company; twice makes two. */
  uploadBackground(jpeg: Uint8Array): Promise<Background>;
  listBackgrounds(): Promise<readonly Background[]>;
  setDefaultBackground(alias: string): Promise<Company>;
  ping(timeoutMs: number): Promise<void>;
}

/** A picture behind people in calls; where it lies and since when are null where Kaleyra does not say. */
export interface Background {
  alias: string;
  url: string | null;
  creationDate: string | null;
}

export interface Company {
  name: string;
  defaultLanguage: string;
  defaultBackground: Background | null;
  endCallRedirectUrl: string;
  userDetailsProviderUrl: string;
  endCallRedirectTimeoutMs: number;
}

/** What a browser posts as a form, with the file as the last field `file`. */
export interface UploadForm {
  url: string;
  fields: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface UploadOffer {
  key: string;
  contentType: string;
  bytes: { least: number; most: number };
  seconds: number;
}

/** The bucket for images that are too large for a function's own request. */
export interface BackgroundUploads {
  offer(offer: UploadOffer): Promise<UploadForm>;
  /** Looks at the size before it reads a byte. */
  read(key: string, mostBytes: number): Promise<Buffer | 'missing' | 'too large'>;
  /** What is not there any more counts as removed. */
  remove(key: string): Promise<void>;
}

/** Who calls, as the identity mode has established it. */
export interface Caller {
  /** The person's id in the callers' world; undefined for service-to-service calls. */
  id: string | undefined;
  groups: readonly string[];
  /** From the caller's own properties, where they say one. */
  fullName: string | null;
}

/** Where names and groups come from. */
export interface Directory {
  /** @throws ServiceError 400 naming the participant whom it cannot describe; 502, 503 or 504 when it fails */
  describe(participants: RequestedParticipants): Promise<Invitee[]>;
  /** The calling person; undefined when nobody can say who that is. @throws ServiceError 502, 503 or 504 when it fails */
  describeCaller(caller: Caller & { id: string }): Promise<Invitee | undefined>;
}

/** Everything one request works with; all of it stops when the request's time is over. */
export interface Scope {
  config: Config;
  clock: Clock;
  ids: Ids;
  log: Logger;
  records: RecordStore;
  people: PeopleStore;
  kaleyra: Kaleyra;
  directory: Directory;
  recentDetails: RecentDetails;
  recentCheck: RecentCheck;
  signal: AbortSignal;
  /** The same with a little time of its own, to put things in order when the request's time is over. */
  afterwards(): Scope;
}
