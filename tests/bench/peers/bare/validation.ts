/** The body of a booking, checked by hand. */
import { HttpError, type Problem } from '../shared/errors.ts';
import type { Booking } from '../shared/items.ts';
import type { LinkOptions } from '../shared/rules.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= most;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value));

const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const checkPerson = (person: unknown, at: string, problems: Problem[]): void => {
  if (!isFields(person)) {
    problems.push({ path: at, message: 'must be an object' });
    return;
  }
  const { userId, groups, fullName, language } = person;
  if (!isText(userId, 256)) problems.push({ path: `${at}.userId`, message: 'must be a text' });
  if (!isText(fullName, 256)) problems.push({ path: `${at}.fullName`, message: 'must be a text' });
  if (!Array.isArray(groups) || groups.length > 20 || !groups.every(group => isText(group, 128))) {
    problems.push({ path: `${at}.groups`, message: 'must be an array of texts' });
  }
  if (language !== undefined && language !== 'it' && language !== 'en') {
    problems.push({ path: `${at}.language`, message: 'must be it or en' });
  }
};

const checkParticipants = (participants: unknown, problems: Problem[]): void => {
  if (!isFields(participants) || !Array.isArray(participants.data)) {
    problems.push({ path: 'participants', message: 'must be an object with number and data' });
    return;
  }
  const { number, data } = participants as { number: unknown; data: readonly unknown[] };
  if (!isWhole(number, 2, 25)) problems.push({ path: 'participants.number', message: 'must be 2 to 25' });
  else if (data.length > number)
    problems.push({ path: 'participants.data', message: 'must not be longer than number' });
  if (data.length > 25) return;
  for (const [index, person] of data.entries()) checkPerson(person, `participants.data.${index}`, problems);
  if (new Set(data.map(person => (isFields(person) ? person.userId : person))).size !== data.length) {
    problems.push({ path: 'participants.data', message: 'names a person twice' });
  }
};

/** @throws HttpError 400 that names every wrong field */
export const bookingOf = (body: unknown): Booking => {
  if (!isFields(body)) throw new HttpError(400, 'the body must be an object');
  const problems: Problem[] = [];
  const { start_date, end_date, duration_in_seconds, participants } = body;
  if (!isInstant(start_date)) problems.push({ path: 'start_date', message: 'must be a date-time' });
  if (end_date !== undefined && !isInstant(end_date)) {
    problems.push({ path: 'end_date', message: 'must be a date-time' });
  }
  if (duration_in_seconds !== undefined && !isWhole(duration_in_seconds, 1, 3_162_240_000)) {
    problems.push({ path: 'duration_in_seconds', message: 'must be a whole number' });
  }
  if ((end_date === undefined) === (duration_in_seconds === undefined)) {
    problems.push({ path: 'end_date', message: 'or duration_in_seconds is required, and not both' });
  }
  checkParticipants(participants, problems);
  if (problems.length > 0) throw new HttpError(400, 'the request is not valid', problems);
  return body as unknown as Booking;
};

export const linkOptionsOf = (query: Readonly<Record<string, string | undefined>> = {}): LinkOptions => {
  const { useBackground, language } = query;
  if (useBackground !== undefined && useBackground !== 'true' && useBackground !== 'false') {
    throw new HttpError(400, 'the request is not valid', [{ path: 'useBackground', message: 'must be true or false' }]);
  }
  return {
    useBackground: useBackground === 'true',
    language: language === 'it' || language === 'en' ? language : undefined,
  };
};
