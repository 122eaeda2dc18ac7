import type { Clock, Ids } from '../clock.ts';
import type { Config } from '../config.ts';
import type { KeyedDigest } from '../keyed-digest.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Personal } from '../personal.ts';
import type { RequestedParticipants } from '../schemas/requests.ts';
import type { CircuitStore } from './circuit.ts';
import type { Background, Company, UploadForm, UploadOffer } from './company.ts';
import type { ErasureStore } from './erasure/erasure.ts';
import type { RecentCheck } from './health.ts';
import type { Sweep } from './jobs/sweep-state.ts';
import type { PeopleStore } from './people-store.ts';
import type { ActivityStore, ListedSession, Watch } from './progress.ts';
import type { RecentDetails } from './recent-details.ts';
import type { AccessLink, Invitee, Role, RoomDetails, RoomSpec, Teleconsultation } from './teleconsultation.ts';

/** What the use cases need from the world. Every call ends, one way or the other, when the request's time is over. */

export interface RecordStore {
  /** Strongly consistent, whatever the record's state. */
  find(id: string): Promise<Teleconsultation | undefined>;
  /** The same together with where looking at its room stands, in one call. */
  findWithWatch(id: string): Promise<{ record: Teleconsultation; watch: Watch | undefined } | undefined>;
  /** The record for which Kaleyra's room was made, strongly consistent; it may point at another room by now. */
  findByRoom(roomId: string): Promise<Teleconsultation | undefined>;
  /**
   * Ids of a shard (`0` to `f`) that a job has to look at, earliest due first; read the record before acting on it.
   * @param after where the page before ended
   */
  findDue(shard: string, until: number, limit: number, after?: string): Promise<IdPage>;
  /** `lost`: an item with that id exists already. Resolves to the record as stored. */
  create(record: Teleconsultation): Promise<Teleconsultation | 'lost'>;
  /** Writes `after` if the record still has the version of `before`; `lost` if somebody else was faster. */
  change(before: Teleconsultation, after: Teleconsultation): Promise<Teleconsultation | 'lost'>;
  /** The same where nothing changes that jobs go by: its place in the work index, or that it has none, stays. */
  amend(before: Teleconsultation, after: Teleconsultation): Promise<Teleconsultation | 'lost'>;
  /** Notes for each person that the record names them; before the record does. */
  linkPeople(id: string, kaleyraIds: readonly string[]): Promise<void>;
  /** Notes which record a room belongs to. */
  linkRoom(roomId: string, id: string): Promise<void>;
  /** The two notes taken back. */
  unlinkPeople(id: string, kaleyraIds: readonly string[]): Promise<void>;
  unlinkRoom(roomId: string): Promise<void>;
  /** Ids of the records that name a person, a page; read each before acting on it. @param after where the page before ended */
  findNaming(kaleyraId: string, after?: string): Promise<IdPage>;
  /**
   * Ids of records whose call had ended (or, where they have no end, begun) before an instant, a page of a walk through the
   * whole table; eventually consistent, and a page may be empty although more follow.
   * @param after where the page before ended, or the id of a record to go on behind
   */
  findPast(before: number, after?: string): Promise<IdPage>;
  /** Erases the record, and with it what was seen of its calls, if it still has the version that was read. */
  erase(record: Teleconsultation): Promise<'done' | 'lost'>;
  /** Takes out of the work index what stands there for a record that does not exist any more. */
  forget(id: string): Promise<void>;
  ping(): Promise<void>;
}

export interface IdPage {
  ids: readonly string[];
  /** Where it goes on; undefined at the end. */
  next: string | undefined;
}

/** What jobs leave for their next run, and for each other. */
export interface JobStore {
  /** No job calls Kaleyra before; 0 where nobody was asked to slow down. */
  pausedUntil(): Promise<number>;
  pauseUntil(instant: number): Promise<void>;
  /** undefined before the first one. */
  findSweep(): Promise<Sweep | undefined>;
  saveSweep(sweep: Sweep): Promise<void>;
  /** The record behind which the walk through all records goes on; undefined: from the beginning. */
  findWalk(): Promise<string | undefined>;
  saveWalk(after: string | undefined): Promise<void>;
}

export type { KnownPerson, PeopleStore } from './people-store.ts';

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
  accessToken: Personal;
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
  hasUser(kaleyraId: string): Promise<boolean>;
  /** `gone`: there was nobody with this id. */
  deleteUser(kaleyraId: string): Promise<'deleted' | 'gone'>;
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
  /** The calls of one room, newest first, a page; of no other room, or it fails. */
  listSessions(
    roomId: string,
    offset: number,
    timeoutMs?: number,
  ): Promise<{ sessions: readonly ListedSession[]; hasMore: boolean }>;
  /** A temporary address on a listed origin, to be told to nobody but who asks; undefined: there is no recording (yet). */
  locateRecording(sessionId: string): Promise<Personal | undefined>;
  /** What deleting it would answer, with nothing changed; `there` in the place of `deleted`. */
  findRecording(sessionId: string): Promise<'there' | 'absent' | 'never'>;
  /** `never`: none was or will be made, or its time is over; `absent`: there is none, yet or any more. */
  deleteRecording(sessionId: string): Promise<'deleted' | 'absent' | 'never'>;
  /** As for a recording. */
  locateTranscription(sessionId: string): Promise<Personal | undefined>;
  /**
   * @param address as one of the two above gave it
   * @param keep how many bytes a file may have to be given back
   * @param count how many bytes a file may have at all; no more are looked at
   */
  readFile(address: string, keep: number, count: number): Promise<ReadFile | undefined>;
  /** A JPEG for the whole company; twice makes two. */
  uploadBackground(jpeg: Uint8Array): Promise<Background>;
  listBackgrounds(): Promise<readonly Background[]>;
  setDefaultBackground(alias: string): Promise<Company>;
  ping(timeoutMs: number): Promise<void>;
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
  id: Personal | undefined;
  groups: readonly string[];
  /** What a token allows its bearer, machines above all; none where headers say who calls. */
  scopes: readonly string[];
  /** From the caller's own properties, where they say one. */
  fullName: Personal | null;
}

/** A caller of whom it is known who they are. */
export type KnownCaller = Pick<Caller, 'groups' | 'fullName'> & { id: Personal };

/** Where names and groups come from. */
export interface Directory {
  /** @throws ServiceError 400 naming the participant whom it cannot describe; 502, 503 or 504 when it fails */
  describe(participants: RequestedParticipants): Promise<Invitee[]>;
  /** The calling person; undefined when nobody can say who that is. @throws ServiceError 502, 503 or 504 when it fails */
  describeCaller(caller: KnownCaller): Promise<Invitee | undefined>;
}

/**
 * How Kaleyra is called. `request`: somebody waits for the answer, so all calls together have seconds, and one that broke is
 * repeated at once where that does no harm. `run`: a job makes calls for as long as it has time, and what failed waits for
 * its next run.
 */
export type Patience = 'request' | 'run';

/** Everything one request works with; all of it stops when the request's time is over. */
export interface Scope {
  config: Config;
  clock: Clock;
  ids: Ids;
  /** Tells contents apart without keeping them. */
  digest: KeyedDigest;
  log: Logger;
  metrics: Metrics;
  /** Who asked for it; nobody in a job. */
  caller: Caller;
  records: RecordStore;
  people: PeopleStore;
  activities: ActivityStore;
  erasures: ErasureStore;
  jobs: JobStore;
  circuit: CircuitStore;
  kaleyra: Kaleyra;
  directory: Directory;
  recentDetails: RecentDetails;
  recentCheck: RecentCheck;
  /** undefined where the deployment has no bucket. */
  backgroundUploads: BackgroundUploads | undefined;
  signal: AbortSignal;
  /** The same with a little time of its own, to put things in order when the request's time is over. */
  afterwards(): Scope;
}
