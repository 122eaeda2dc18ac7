import * as z from 'zod/mini';
import type { Personal } from '../personal.ts';
import { isPrintable } from './usual.ts';

/**
 * Field types shared by the request schemas. Callers of the retired service relied on its coercion of scalars
 * (`"3600"` for 3600, `7` for `"7"`, `"true"` for true), so the same is done here, and nothing more.
 *
 * Their input types say what a caller may send, for the typed client; what arrives may still be anything.
 */

/** A text, or a number in its place. */
type TextLike = string | number;

/** The instants that a four-digit year can write. */
const FIRST_DATE = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_DATE = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const asText = (value: TextLike): unknown =>
  typeof value === 'number' && Number.isFinite(value) ? String(value) : value;

const asNumber = (value: TextLike): unknown =>
  typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;

const asBoolean = (value: boolean | 'true' | 'false'): unknown => {
  if (value === 'true') return true;
  if (value === 'false') return false;
  return value;
};

const text = (maximum: number) =>
  z.pipe(
    z.transform(asText),
    z.string({ error: issue => (issue.input === undefined ? 'is required' : 'must be a string') }).check(
      z.refine(value => value.trim() !== '', 'must not be empty'),
      z.maxLength(maximum, `must be at most ${maximum} characters long`),
      z.refine(isPrintable, 'must not contain control characters'),
    ),
  );

/** Somebody's id in the caller's own world, e.g. `auth0|abc` or a FHIR id. */
export const ExternalId: z.ZodMiniType<Personal, TextLike> = text(256);

export const FullName: z.ZodMiniType<Personal, TextLike> = text(256);

/** Kaleyra's own are 32 letters and digits; whether there is such a one is for Kaleyra to say. */
export const BackgroundAlias = text(128);

const GroupName = text(128);

/** The old pages write both `"groups": ["doctor"]` and `"group": "doctor"`; each key takes either form. */
export const Groups = z.pipe(
  z.transform((value: TextLike | readonly TextLike[]) =>
    Array.isArray(value) || value === undefined ? value : [value],
  ),
  z.array(GroupName, 'must be a string or an array of strings').check(z.maxLength(20, 'must name at most 20 groups')),
);

/** `it` and `en` are the languages of the contract; any other value means the company's default, never an error. */
export const Language = z.pipe(
  z.unknown() as z.ZodMiniType<unknown, string>,
  z.transform((value): 'it' | 'en' | undefined => (value === 'it' || value === 'en' ? value : undefined)),
);

export const wholeNumber = (minimum: number, maximum: number) =>
  z.pipe(
    z.transform(asNumber),
    z
      .number({ error: issue => (issue.input === undefined ? 'is required' : 'must be an integer') })
      .check(
        z.int('must be an integer'),
        z.minimum(minimum, `must be at least ${minimum}`),
        z.maximum(maximum, `must be at most ${maximum}`),
      ),
  );

export const BooleanFlag = z.pipe(z.transform(asBoolean), z.boolean('must be true or false'));

/** An ISO 8601 instant with `Z` or an offset, as milliseconds since 1970. A date without a zone would be a guess. */
export const Instant = z
  .pipe(
    z.pipe(
      z.string({ error: issue => (issue.input === undefined ? 'is required' : 'must be a string') }),
      z.iso.datetime({ offset: true, error: 'must be a date-time such as 2026-01-31T09:30:00.000Z' }),
    ),
    z.transform(value => Date.parse(value)),
  )
  .check(z.refine(value => value >= FIRST_DATE && value <= LAST_DATE, 'must be a date that exists'));

/** 24 lower-case hex, or the UUID that some imported records have. Nothing else is ever looked up. */
export const isRecordId = (id: string): boolean =>
  /^(?:[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(id);

/** What Kaleyra makes ids of, and what stays one segment of a path: no dots alone, no slash. */
export const isKaleyraId = (id: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(id);
