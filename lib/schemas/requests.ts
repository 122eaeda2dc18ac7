import * as z from 'zod/mini';
import { BooleanFlag, ExternalId, FullName, Groups, Instant, Language, wholeNumber } from './fields.ts';
import type { ListForm } from './list-form.ts';
import { usually } from './usual.ts';
import { nameIn, usualBooking, usualLinkOptions, usualPath } from './usual-requests.ts';

/** What callers send. Unknown keys are ignored, as the retired service did; only what is named here is ever read. */

/** Kaleyra's limits for a room: 2 to 25 participants. */
const FEWEST_PARTICIPANTS = 2;
const MOST_PARTICIPANTS = 25;

/** A hundred years: whatever is longer is a mistake in the unit. */
const LONGEST_DURATION_SECONDS = 100 * 366 * 86_400;

const NOT_AN_OBJECT = 'must be an object';

export const RequestedParticipant = z.pipe(
  z.object(
    {
      userId: z.optional(ExternalId),
      userExternalId: z.optional(ExternalId),
      groups: z.optional(Groups),
      group: z.optional(Groups),
      fullName: z.optional(FullName),
      language: z.optional(Language),
    },
    NOT_AN_OBJECT,
  ),
  z.transform((sent, context) => {
    const externalId = sent.userId ?? sent.userExternalId;
    if (externalId === undefined) {
      context.issues.push({ code: 'custom', input: context.value, path: ['userId'], message: 'is required' });
      return z.NEVER;
    }
    return { externalId, groups: sent.groups ?? sent.group, fullName: sent.fullName, language: sent.language };
  }),
);
export type RequestedParticipant = z.output<typeof RequestedParticipant>;

/** The people of a request, whatever form they came in. */
export interface RequestedParticipants {
  expected: number;
  data: readonly RequestedParticipant[];
  form: ListForm;
}

const uniquePeople = (
  people: readonly { externalId: string }[],
  context: z.core.ParsePayload,
  under: string[],
): void => {
  const seen = new Set<string>();
  for (const [index, person] of people.entries()) {
    if (seen.has(person.externalId)) {
      const path = [...under, index, ...(under.length > 0 ? ['userId'] : [])];
      context.issues.push({
        code: 'custom',
        input: context.value,
        path,
        message: 'names a person who is already in the list',
      });
    }
    seen.add(person.externalId);
  }
};

/** `["id", ...]`: everybody is known, names and groups come from the directory. */
export const PlainIds = z.pipe(
  z
    .array(ExternalId)
    .check(
      z.minLength(FEWEST_PARTICIPANTS, `must name at least ${FEWEST_PARTICIPANTS} participants`),
      z.maxLength(MOST_PARTICIPANTS, `must name at most ${MOST_PARTICIPANTS} participants`),
    ),
  z.transform((ids, context) => {
    const data: RequestedParticipant[] = ids.map(externalId => ({
      externalId,
      groups: undefined,
      fullName: undefined,
      language: undefined,
    }));
    uniquePeople(data, context, []);
    return { expected: data.length, data, form: 'plain ids' as const };
  }),
);

/** `{ number, data }`: how many are expected, and those who are already known. */
export const NumberedList = z.pipe(
  z.object(
    {
      number: wholeNumber(FEWEST_PARTICIPANTS, MOST_PARTICIPANTS),
      data: z
        .array(RequestedParticipant, {
          error: issue => (issue.input === undefined ? 'is required' : 'must be an array'),
        })
        // Bounds the work that validation does; the list is held against `number` below.
        .check(z.maxLength(MOST_PARTICIPANTS, `must name at most ${MOST_PARTICIPANTS} participants`)),
    },
    'must be an object with number and data, or an array of ids',
  ),
  z.transform(({ number, data }, context) => {
    if (data.length > number) {
      context.issues.push({
        code: 'custom',
        input: context.value,
        path: ['data'],
        message: 'must not be longer than number',
      });
    }
    uniquePeople(data, context, ['data']);
    return { expected: number, data, form: 'numbered list' as const };
  }),
);

type ParticipantsSent = z.input<typeof PlainIds> | z.input<typeof NumberedList>;

const eitherForm = z.unknown() as z.ZodMiniType<unknown, ParticipantsSent>;

export const RequestedParticipants = z.pipe(
  eitherForm,
  z.transform((value, context): RequestedParticipants => {
    if (value === undefined) {
      context.issues.push({ code: 'custom', input: context.value, message: 'is required' });
      return z.NEVER;
    }
    const result = Array.isArray(value) ? PlainIds.safeParse(value) : NumberedList.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      context.issues.push({ code: 'custom', input: context.value, path: [...issue.path], message: issue.message });
    }
    return z.NEVER;
  }),
);

const Duration = wholeNumber(1, LONGEST_DURATION_SECONDS);

export const CreateRequest = z
  .object(
    {
      participants: RequestedParticipants,
      start_date: Instant,
      end_date: z.optional(Instant),
      duration_in_seconds: z.optional(Duration),
    },
    NOT_AN_OBJECT,
  )
  .check(
    z.superRefine((body, context) => {
      const both = body.end_date !== undefined && body.duration_in_seconds !== undefined;
      const neither = body.end_date === undefined && body.duration_in_seconds === undefined;
      if (both) {
        context.addIssue({ code: 'custom', path: ['duration_in_seconds'], message: 'must not be sent with end_date' });
      }
      if (neither) {
        context.addIssue({ code: 'custom', path: ['end_date'], message: 'or duration_in_seconds is required' });
      }
    }),
  );
export type CreateRequest = z.output<typeof CreateRequest>;

export const UpdateRequest = z
  .object(
    {
      participants: z.optional(RequestedParticipants),
      start_date: z.optional(Instant),
      end_date: z.optional(Instant),
      duration_in_seconds: z.optional(Duration),
    },
    NOT_AN_OBJECT,
  )
  .check(
    z.superRefine((body, context) => {
      if (body.end_date !== undefined && body.duration_in_seconds !== undefined) {
        context.addIssue({ code: 'custom', path: ['duration_in_seconds'], message: 'must not be sent with end_date' });
      }
    }),
  );
export type UpdateRequest = z.output<typeof UpdateRequest>;

/** Any text is taken here: an id of the wrong form gets the same 404 as one that does not exist. */
export const TeleconsultationPath = z.object({ id: z.string() });

export const LinkOptions = z.object({
  useBackground: z.optional(BooleanFlag),
  language: z.optional(Language),
});
export type LinkOptions = z.output<typeof LinkOptions>;

export const CalendarOptions = z.object({ language: z.optional(Language) });
export type CalendarOptions = z.output<typeof CalendarOptions>;

/** Kaleyra's limits for an access token: 6 minutes to a day. */
const SHORTEST_TOKEN_SECONDS = 360;
const LONGEST_TOKEN_SECONDS = 86_400;
const DEFAULT_TOKEN_SECONDS = 3600;

export const CredentialsRequest = z.object(
  { expiresIn: z._default(wholeNumber(SHORTEST_TOKEN_SECONDS, LONGEST_TOKEN_SECONDS), DEFAULT_TOKEN_SECONDS) },
  NOT_AN_OBJECT,
);

/** As for one id: what cannot be an id is answered like an id that does not exist. */
export const SessionPath = z.object({ roomId: z.string(), sessionId: z.string() });
export type SessionPath = z.output<typeof SessionPath>;

usually(FullName, nameIn);
usually(CreateRequest, usualBooking);
usually(TeleconsultationPath, usualPath);
usually(LinkOptions, usualLinkOptions);
