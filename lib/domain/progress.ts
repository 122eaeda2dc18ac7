import { isClosed, type RoomDetails, type Teleconsultation } from './teleconsultation.ts';

/** What Kaleyra said of a teleconsultation's calls when it was last asked, and what follows from it. Pure rules. */

/** As it stands in the list of a room's calls. */
export interface ListedSession {
  id: string;
  /** Milliseconds since 1970; null when Kaleyra does not say. */
  startedAt: number | null;
  /** null while it runs, and until Kaleyra has added it up. */
  durationInSeconds: number | null;
  /** Who was connected. */
  kaleyraIds: readonly string[];
}

/** A call as it was seen. Attendance only grows: who was seen in it once took part. */
export interface SeenSession extends ListedSession {
  /** When it was first seen to be over; null while it runs. Kaleyra does not say when calls end. */
  overSince: number | null;
}

export interface Activity {
  /** The room it speaks of; of a room that was replaced since, it says nothing. */
  roomId: string;
  /** When Kaleyra was asked. */
  lookedAt: number;
  /** null: there is no such room any more. */
  details: RoomDetails | null;
  /** Oldest first. */
  sessions: readonly SeenSession[];
}

/** Where looking at a room stands; lies beside the record, so that events of calls never make a change fail. */
export interface Watch {
  /** undefined: nobody has looked yet. */
  seen: Activity | undefined;
  /** Marks the look that was begun last: only its result counts. */
  look: string;
  /** When a job looks (again); null: nothing is to be looked at. */
  dueAt: number | null;
  /** Looks since the last one that left nothing open. */
  attempts: number;
}

/** What was seen of calls, in an item of its own beside each record: writing it never changes the record's version. */
export interface ActivityStore {
  /** Strongly consistent. */
  find(id: string): Promise<Watch | undefined>;
  /** Notes that a look begins, and when a job is to make up for it if it comes to nothing; one attempt more. */
  begin(id: string, begun: { look: string; now: number; dueAt: number }): Promise<Watch>;
  /** Notes what came of the look; `overtaken` if another one has begun since. */
  finish(id: string, watch: Watch): Promise<'done' | 'overtaken'>;
}

/** `live` comes back when people meet again in a room that is still open. */
export type Progress = 'scheduled' | 'live' | 'ended' | 'cancelled';

/** A room keeps its newest ones: what lies in the table has a largest size. */
const MOST_SESSIONS = 100;
const MOST_PEOPLE = 25;

const isRunning = (activity: Activity): boolean => activity.details?.status === 'RUNNING';

/** Kaleyra lets nobody in any more. */
const isOver = ({ details }: Activity): boolean => details?.status === 'CLOSED' || details?.disabled === true;

/** What was seen of the room that the record points at now. */
export const activityOf = (
  record: Pick<Teleconsultation, 'room'>,
  watch: Pick<Watch, 'seen'> | undefined,
): Activity | undefined => (watch?.seen?.roomId === record.room?.id ? watch?.seen : undefined);

export const progressOf = (record: Teleconsultation, activity: Activity | undefined, now: number): Progress => {
  if (record.state === 'TRASH') return 'cancelled';
  if (isClosed(record)) return 'ended';
  if (activity !== undefined && isRunning(activity)) return 'live';
  if (activity !== undefined && (isOver(activity) || activity.sessions.length > 0)) return 'ended';
  return record.endDate !== null && now >= record.endDate ? 'ended' : 'scheduled';
};

/** When the last call in the room was over, as far as it was seen; null while one runs, or when there was none. */
export const lastCallEnd = (activity: Activity): number | null => {
  const ends = activity.sessions.map(session => session.overSince);
  if (isRunning(activity) || ends.length === 0 || ends.includes(null)) return null;
  // Stryker disable next-line MethodExpression,ConditionalExpression: tells the compiler what the line before has made sure
  return Math.max(...ends.filter(end => end !== null));
};

const byStart = (one: SeenSession, other: SeenSession): number => (one.startedAt ?? 0) - (other.startedAt ?? 0);

const union = (one: readonly string[], other: readonly string[]): string[] =>
  [...new Set([...one, ...other])].slice(0, MOST_PEOPLE);

/**
 * @param room what Kaleyra says of it, asked after `sessions`: a call that is listed and no longer runs is over
 * @param before what was seen earlier, of whatever room
 */
export const activityAfter = (
  asked: { roomId: string; room: RoomDetails | null; sessions: readonly ListedSession[]; now: number },
  before: Activity | undefined,
): Activity => {
  const { roomId, room, now } = asked;
  const earlier = before?.roomId === roomId ? before.sessions : [];
  const listed = asked.sessions.map((session): SeenSession => {
    const known = earlier.find(one => one.id === session.id);
    return {
      id: session.id,
      startedAt: session.startedAt ?? known?.startedAt ?? null,
      durationInSeconds: session.durationInSeconds ?? known?.durationInSeconds ?? null,
      kaleyraIds: union(known?.kaleyraIds ?? [], session.kaleyraIds),
      overSince: known?.overSince ?? now,
    };
  });
  const unlisted = earlier.filter(one => !listed.some(session => session.id === one.id));
  const sessions = [...unlisted, ...listed].sort(byStart).slice(-MOST_SESSIONS);
  const activity = { roomId, lookedAt: now, details: room, sessions };
  const newest = sessions.at(-1);
  if (newest === undefined || !isRunning(activity)) return activity;
  // Also one that was seen to be over: people may come back into it.
  return { ...activity, sessions: [...sessions.slice(0, -1), { ...newest, overSince: null }] };
};

const MINUTE_MS = 60_000;
const LONGEST_WAIT_MS = 6 * 60 * MINUTE_MS;

/** After a look that failed, and after one that left a question open: a little later each time. */
export const lookAgainAt = (now: number, attempts: number): number =>
  now + Math.min(MINUTE_MS * 2 ** attempts, LONGEST_WAIT_MS);

/** Kaleyra adds up how long a call was some time after it; for a call of no length it never says. */
const LOOKS_FOR_A_LENGTH = 6;

/**
 * When the room wants to be looked at although nothing more is heard of it, null for never: a call that runs is looked for
 * after its planned end, because the event that ends it may be lost; one whose length is still unknown, for a while.
 *
 * @param attempts how many looks there were since the last that left nothing open
 */
export const nextLook = (
  record: Pick<Teleconsultation, 'endDate'>,
  activity: Activity,
  attempts: number,
): Pick<Watch, 'dueAt' | 'attempts'> => {
  const { lookedAt, sessions } = activity;
  if (isRunning(activity)) {
    const end = record.endDate ?? lookedAt;
    return { dueAt: Math.max(lookedAt + 15 * MINUTE_MS, end + 5 * MINUTE_MS), attempts: 0 };
  }
  const isOpen = sessions.some(({ durationInSeconds }) => durationInSeconds === null);
  if (!isOpen || attempts >= LOOKS_FOR_A_LENGTH) return { dueAt: null, attempts: 0 };
  return { dueAt: lookAgainAt(lookedAt, attempts), attempts };
};
