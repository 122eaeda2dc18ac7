import {
  type Booked,
  isComplete,
  isKnown,
  isLocked,
  keepsRoom,
  type Member,
  type Model,
  roleOf,
  secondsOf,
  type Teleconsultation,
} from './reference.ts';

/** What the contract says to a request that books or changes. Pure: the model is only read. */

export type Body = Record<string, unknown>;

export interface Verdict {
  status: number;
  /** What stands in `error`, where callers know it by heart; a beginning of it ends in `...`. */
  error?: string;
  /** Whether Kaleyra has to do something for it. */
  vendor: boolean;
  /** What there is then, where it is carried out. */
  after?: Teleconsultation;
}

const refused = (status: number, error?: string): Verdict => ({
  status,
  vendor: false,
  ...(error !== undefined && { error }),
});

/** What is wrong about how it is written comes before anything else is looked at. */
const isMalformed = (body: Body): boolean => {
  const { participants, duration_in_seconds: seconds } = body;
  if (seconds !== undefined && (body.end_date !== undefined || Number(seconds) < 1)) return true;
  if (participants === undefined) return false;
  if (Array.isArray(participants)) return participants.length < 2 || new Set(participants).size < participants.length;
  const { number, data } = participants as { number: number; data: Member[] };
  const ids = data.map(({ userId }) => userId);
  return number < 2 || number > 25 || data.length > number || new Set(ids).size < ids.length;
};

const instant = (value: unknown): number | undefined => (value === undefined ? undefined : Date.parse(String(value)));

const timesIn = (body: Body, before: { start: number; end: number }): { start: number; end: number } => {
  const start = instant(body.start_date) ?? before.start;
  const { duration_in_seconds: seconds } = body;
  return { start, end: typeof seconds === 'number' ? start + seconds * 1000 : (instant(body.end_date) ?? before.end) };
};

const isOutOfBounds = (times: { start: number; end: number }, { settings }: Model): boolean => {
  if (times.end <= times.start) return true;
  const seconds = secondsOf(times);
  return !settings.unlimited && (seconds < 300 || seconds > 86_400);
};

/** Without a directory, nobody but the caller says who somebody is, and everybody has to be something. */
const isUnexplained = (people: readonly Partial<Member>[]): boolean =>
  people.some(({ groups, fullName }) => fullName === undefined || groups === undefined || !roleOf(groups));

const lacksPlus = (list: { expected: number; people: readonly Member[] }): boolean =>
  isComplete(list) && !list.people.some(({ groups }) => roleOf(groups) === 'plus');

/** `it` and `en` are languages; anything else is none. */
const listed = ({ userId, groups, fullName, language }: Member): Member => ({
  userId,
  groups,
  fullName,
  language: language === 'it' || language === 'en' ? language : undefined,
});

type Listed = { refusal: Verdict } | { expected: number; people: Member[] };

const listIn = (participants: unknown, operation: string): Listed => {
  if (Array.isArray(participants)) return { refusal: refused(400) };
  const { number, data } = participants as { number: number; data: Member[] };
  if (isUnexplained(data)) return { refusal: refused(400) };
  const list = { expected: number, people: data.map(listed) };
  if (lacksPlus(list)) return { refusal: refused(400, `Failed ${operation}: no plus user in room`) };
  return list;
};

const sortedGroups = (groups: readonly string[]): string => JSON.stringify([...new Set(groups)].sort());

const isSameMember = (one: Member, other: Member): boolean =>
  one.userId === other.userId &&
  one.fullName === other.fullName &&
  one.language === other.language &&
  sortedGroups(one.groups) === sortedGroups(other.groups);

const isSame = (one: Teleconsultation, other: Teleconsultation): boolean =>
  one.start === other.start &&
  one.end === other.end &&
  one.expected === other.expected &&
  one.people.length === other.people.length &&
  one.people.every(member => other.people.some(stored => isSameMember(member, stored)));

/** Whoever is in it already with the same or a lesser role was made known when they came in. */
const isIntroduced = (model: Model, before: Booked, member: Member): boolean => {
  const stored = before.people.find(({ userId }) => userId === member.userId);
  const was = stored === undefined ? undefined : roleOf(stored.groups);
  return was === 'plus' || (was === 'basic' && roleOf(member.groups) === 'basic') || isKnown(model, member);
};

const needsKaleyra = (model: Model, before: Booked, after: Teleconsultation): boolean =>
  (isComplete(after) && !keepsRoom(before, after, model.settings)) ||
  after.people.some(member => !isIntroduced(model, before, member));

export const judgeBooking = (model: Model, body: Body): Verdict => {
  const { start_date: start, end_date: end, duration_in_seconds: seconds, participants } = body;
  if (participants === undefined || start === undefined || isMalformed(body)) return refused(400);
  if (end === undefined && seconds === undefined) return refused(400);
  const times = timesIn(body, { start: 0, end: 0 });
  if (isOutOfBounds(times, model)) return refused(400);
  const list = listIn(participants, 'POST /teleconsultation');
  if ('refusal' in list) return list.refusal;
  const vendor = isComplete(list) || list.people.some(member => !isKnown(model, member));
  return { status: 201, vendor, after: { ...times, ...list } };
};

export const UNKNOWN = (id: string): string => `Room with id ${id} not found on CRUD`;

const judgeChange = (
  model: Model,
  before: Booked,
  after: Teleconsultation,
  now: number,
  { status, operation }: { status: number; operation: string },
): Verdict => {
  if (isSame(before, after)) return { status, vendor: false };
  if (isLocked(before, model.settings, now)) return refused(400, `Failed ${operation}: ...`);
  return { status, vendor: needsKaleyra(model, before, after), after };
};

/** @param before undefined: there is no such teleconsultation, or not any more */
export const judgePatch = (model: Model, before: Booked | undefined, body: Body, now: number): Verdict => {
  const operation = 'PATCH /teleconsultation';
  if (isMalformed(body)) return refused(400);
  if (before === undefined) return refused(404, 'not found');
  const times = timesIn(body, before);
  const sendsTimes = [body.start_date, body.end_date, body.duration_in_seconds].some(sent => sent !== undefined);
  if (sendsTimes && isOutOfBounds(times, model)) return refused(400);
  const { expected, people } = before;
  const list = body.participants === undefined ? { expected, people } : listIn(body.participants, operation);
  if ('refusal' in list) return list.refusal;
  return judgeChange(model, before, { ...times, ...list }, now, { status: 204, operation });
};

export const judgeAddition = (
  model: Model,
  before: Booked | undefined,
  id: string,
  body: Body,
  now: number,
): Verdict => {
  const operation = `POST /teleconsultation/${id}/participants/data`;
  if (body.userId === undefined) return refused(400);
  if (before === undefined) return refused(404, 'not found');
  if (isUnexplained([body as Partial<Member>])) return refused(400);
  const added = listed(body as unknown as Member);
  const isThere = before.people.some(({ userId }) => userId === added.userId);
  const people = isThere
    ? before.people.map(one => (one.userId === added.userId ? added : one))
    : [...before.people, added];
  if (people.length > before.expected) return refused(400, `Failed ${operation}: ...`);
  const { start, end, expected } = before;
  if (lacksPlus({ expected, people })) return refused(400, `Failed ${operation}: no plus user in room`);
  return judgeChange(model, before, { start, end, expected, people }, now, { status: 201, operation });
};
