/**
 * The reference model: what a caller may rely on, in as few words as possible and without any of the service's own code. It
 * knows bookings, people, calls and files; it knows nothing of tables, versions, claims or repeats.
 */

export interface Member {
  userId: string;
  groups: readonly string[];
  fullName: string;
  language?: string | undefined;
}

export interface Call {
  sessionId: string;
  running: boolean;
  spoken: string;
}

/** What Kaleyra has of a room's calls, as far as it is certain. */
export interface Held {
  calls: readonly Call[];
  /** When the last call was over. */
  lastEnd: number | null;
  /** How many files are there. */
  files: { least: number; most: number };
  /** Whether our table knows of all calls: somebody was told of them, or there were none. */
  seen: 'all' | 'perhaps';
  closed: 'no' | 'perhaps' | 'yes';
  /** When the cleanup has surely seen to the files. */
  clearedAt: number | null;
  /** After a failure or a call that goes on, the cleanup comes back when it comes back. */
  upkeep: 'on time' | 'some time';
}

export interface Teleconsultation {
  start: number;
  end: number;
  expected: number;
  people: readonly Member[];
}

export interface Booked extends Teleconsultation {
  id: string;
  cancelled: boolean;
  held: Held;
  /** Of rooms that it does not have any more. */
  formerCalls: readonly Call[];
}

/** An attempt to book that its caller gave a name. */
export interface Attempt {
  caller: string | undefined;
  key: string;
  body: Record<string, unknown>;
  /** undefined while nothing was acknowledged. */
  id: string | undefined;
}

export interface Person {
  kaleyraId: string | undefined;
  /** The role with which Kaleyra surely knows them. */
  known: Role | undefined;
  /** An attempt to make them known has failed, or may have. */
  tried: boolean;
}

export interface Settings {
  immutableMs: number;
  /** Whether calls have no limit. */
  unlimited: boolean;
  recording: 'none' | 'automatic';
}

export interface Model {
  settings: Settings;
  /** Foul: Kaleyra was told to fail, and has not been told to stop. */
  weather: 'fair' | 'foul';
  /** What was left to do while Kaleyra failed may still be to be done. */
  leftovers: 'none' | 'perhaps';
  booked: Booked[];
  attempts: Attempt[];
  people: Map<string, Person>;
  /** The highest SEQUENCE that a calendar was told, by teleconsultation. */
  sequences: Map<string, number>;
}

export type Role = 'plus' | 'basic';

const BASIC = ['patient', 'customer'];

export const roleOf = (groups: readonly string[]): Role | undefined => {
  if (groups.includes('doctor')) return 'plus';
  return groups.some(group => BASIC.includes(group)) ? 'basic' : undefined;
};

export const NOTHING_HELD: Held = {
  calls: [],
  lastEnd: null,
  files: { least: 0, most: 0 },
  seen: 'all',
  closed: 'no',
  clearedAt: null,
  upkeep: 'on time',
};

export const newModel = (settings: Settings): Model => ({
  settings,
  weather: 'fair',
  leftovers: 'none',
  booked: [],
  attempts: [],
  people: new Map(),
  sequences: new Map(),
});

export const isComplete = ({ expected, people }: Pick<Teleconsultation, 'expected' | 'people'>): boolean =>
  people.length === expected;

/** Open for its people and closed for changes. */
export const isLocked = (one: Teleconsultation, { immutableMs }: Settings, now: number): boolean =>
  isComplete(one) && now >= one.start - immutableMs;

export const isRunning = ({ calls }: Held): boolean => calls.some(({ running }) => running);

export const personOf = (model: Model, userId: string): Person =>
  model.people.get(userId) ?? { kaleyraId: undefined, known: undefined, tried: false };

const isEnough = (known: Role | undefined, needed: Role | undefined): boolean =>
  known === 'plus' || (known === 'basic' && needed === 'basic');

/** Whether Kaleyra surely needs to hear nothing of this person. */
export const isKnown = (model: Model, { userId, groups }: Member): boolean =>
  isEnough(personOf(model, userId).known, roleOf(groups));

/** Kaleyra has everybody in the list, or may have been told of them in vain. */
export const noteIntroduced = (model: Model, people: readonly Member[], outcome: 'done' | 'failed'): void => {
  for (const { userId, groups } of people) {
    const person = personOf(model, userId);
    const known = isEnough(person.known, roleOf(groups)) ? person.known : roleOf(groups);
    model.people.set(userId, outcome === 'done' ? { ...person, known } : { ...person, tried: true });
  }
};

/** Kaleyra counts whole ones. */
export const secondsOf = ({ start, end }: Pick<Teleconsultation, 'start' | 'end'>): number =>
  Math.round((end - start) / 1000);

/** What the room of somebody has to be; the same text means the same room. */
const roomOf = (one: Teleconsultation, { unlimited }: Settings): string | undefined => {
  if (!isComplete(one)) return undefined;
  const people = one.people.map(({ userId, groups }) => `${userId} ${roleOf(groups)}`).sort();
  return JSON.stringify([people, unlimited ? 0 : secondsOf(one)]);
};

/** Rooms cannot be edited: another one takes the place of one that is not right any more. */
export const keepsRoom = (before: Teleconsultation, after: Teleconsultation, settings: Settings): boolean =>
  roomOf(before, settings) === roomOf(after, settings);

export const changed = (before: Booked, after: Teleconsultation, settings: Settings): Booked =>
  keepsRoom(before, after, settings)
    ? { ...before, ...after }
    : { ...before, ...after, held: NOTHING_HELD, formerCalls: [...before.formerCalls, ...before.held.calls] };

export const replace = (model: Model, after: Booked): void => {
  model.booked = model.booked.map(one => (one.id === after.id ? after : one));
};

/** What `teleconsultationState` may say. */
export const statesOf = ({ end, held }: Booked, now: number): Set<string> => {
  const byClock = now >= end ? 'ended' : 'scheduled';
  const truth = isRunning(held) ? 'live' : held.calls.length > 0 ? 'ended' : byClock;
  if (held.closed === 'yes') return new Set(['ended']);
  const perhaps = held.seen === 'all' ? [truth] : [truth, byClock, 'live', 'ended'];
  return new Set(held.closed === 'perhaps' ? [...perhaps, 'ended'] : perhaps);
};

const HOUR = 3_600_000;
const FILES_GO_AFTER = HOUR;
const CLOSED_AFTER = 24 * HOUR;

/** What a run of the cleanup, begun and ended at these instants, makes of a room. */
export const afterCleanup = (
  { end, held }: Booked,
  { begun, ended, weather }: { begun: number; ended: number; weather: Model['weather'] },
): Held => {
  const surely = weather === 'fair' && !isRunning(held) && held.upkeep === 'on time';
  const goesByPlan = held.clearedAt === null || held.clearedAt < end;
  if (surely && begun >= end + CLOSED_AFTER) {
    return { ...held, files: { least: 0, most: 0 }, closed: 'yes', clearedAt: begun };
  }
  const mayClose = ended >= end + CLOSED_AFTER;
  if (surely && !mayClose && goesByPlan && begun >= end + FILES_GO_AFTER) {
    return { ...held, files: { least: 0, most: 0 }, clearedAt: begun };
  }
  const earliest = Math.min(end, held.lastEnd ?? end) + FILES_GO_AFTER;
  if (ended < earliest) return held;
  return {
    ...held,
    // Where somebody is in the room, its files stay.
    files: isRunning(held) ? held.files : { ...held.files, least: 0 },
    closed: mayClose && !isRunning(held) && held.closed === 'no' ? 'perhaps' : held.closed,
    upkeep: 'some time',
  };
};
