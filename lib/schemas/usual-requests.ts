import type * as z from 'zod/mini';
import type { CreateRequest, LinkOptions, RequestedParticipant, TeleconsultationPath } from './requests.ts';
import { instantIn, isFields, isPrintable, isText, listIn, textIn } from './usual.ts';

/** Requests as most clients write them, see usual.ts; field by field what the schemas of the same names (requests.ts) say. */

/** Most are of nothing else, and need no closer look: no blank at the beginning, so not only blanks. */
const LATIN = /^[!-~][ -~]*$/;

/** An id or a name that shows. */
const shownText =
  (longest: number) =>
  (value: unknown): string | undefined =>
    isText(value) && value.length <= longest && (LATIN.test(value) || (value.trim() !== '' && isPrintable(value)))
      ? value
      : undefined;

export const nameIn = shownText(256);
const groupIn = shownText(128);

const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;

/** Named in one way, which most clients take: the other spellings are for the schema. */
const participantIn = (value: unknown): RequestedParticipant | undefined => {
  if (!isFields(value) || 'userExternalId' in value || 'group' in value) return undefined;
  const { language } = value;
  const externalId = nameIn(value.userId);
  const fullName = value.fullName === undefined ? undefined : nameIn(value.fullName);
  const groups = value.groups === undefined ? undefined : listIn(value.groups, groupIn);
  if (externalId === undefined || (fullName === undefined && value.fullName !== undefined)) return undefined;
  if ((groups === undefined && value.groups !== undefined) || (groups !== undefined && groups.length > 20)) {
    return undefined;
  }
  if (language !== undefined && language !== 'it' && language !== 'en') return undefined;
  return { externalId, groups, fullName, language };
};

/** `{ number, data }`. */
const participantsIn = (value: unknown): CreateRequest['participants'] | undefined => {
  if (!isFields(value)) return undefined;
  const { number } = value;
  const data = listIn(value.data, participantIn);
  if (!isWhole(number, 2, 25) || data === undefined || data.length > number) return undefined;
  if (new Set(data.map(({ externalId }) => externalId)).size !== data.length) return undefined;
  return { expected: number, data, form: 'numbered list' };
};

const LONGEST_DURATION_SECONDS = 100 * 366 * 86_400;

/** @returns undefined for what CreateRequest has to look at */
export const usualBooking = (value: unknown): CreateRequest | undefined => {
  if (!isFields(value)) return undefined;
  const start_date = instantIn(value.start_date);
  const participants = participantsIn(value.participants);
  if (start_date === undefined || participants === undefined) return undefined;
  if (!('duration_in_seconds' in value)) {
    const end_date = instantIn(value.end_date);
    return end_date === undefined ? undefined : { participants, start_date, end_date };
  }
  const { duration_in_seconds } = value;
  if ('end_date' in value || !isWhole(duration_in_seconds, 1, LONGEST_DURATION_SECONDS)) return undefined;
  return { participants, start_date, duration_in_seconds };
};

/** @returns undefined for what LinkOptions has to look at */
export const usualLinkOptions = (value: unknown): LinkOptions | undefined => {
  if (!isFields(value)) return undefined;
  const { useBackground, language } = value;
  if ('useBackground' in value && useBackground !== 'true' && useBackground !== 'false') return undefined;
  if ('language' in value && language !== 'it' && language !== 'en') return undefined;
  return {
    ...(useBackground !== undefined && { useBackground: useBackground === 'true' }),
    ...(language !== undefined && { language: language === 'it' ? 'it' : 'en' }),
  };
};

/** @returns undefined for what TeleconsultationPath has to look at */
export const usualPath = (value: unknown): z.output<typeof TeleconsultationPath> | undefined => {
  const id = isFields(value) ? textIn(value.id) : undefined;
  return id === undefined ? undefined : { id };
};
