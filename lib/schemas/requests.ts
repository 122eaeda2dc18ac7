import * as z from 'zod';
import { BooleanFlag, ExternalId, FullName, Groups, Instant, Language, wholeNumber } from './fields.ts';

/** What callers send. Unknown keys are ignored, as the retired service did; only what is named here is ever read. */

/** Kaleyra's limits for a room: 2 to 25 participants. */
const FEWEST_PARTICIPANTS = 2;
const MOST_PARTICIPANTS = 25;

/** A hundred years: whatever is longer is a mistake in the unit. */
const LONGEST_DURATION_SECONDS = 100 * 366 * 86_400;

const NOT_AN_OBJECT = 'must be an object';

export const RequestedParticipant = z
  .object(
    {
      userId: ExternalId.optional(),
      userExternalId: ExternalId.optional(),
      groups: Groups.optional(),
      group: Groups.optional(),
      fullName: FullName.optional(),
      language: Language.optional(),
    },
    NOT_AN_OBJECT,
  )
  .transform((sent, context) => {
    const externalId = sent.userId ?? sent.userExternalId;
    if (externalId === undefined) {
      context.addIssue({ code: 'custom', path: ['userId'], message: 'is required' });
      return z.NEVER;
    }
    return { externalId, groups: sent.groups ?? sent.group, fullName: sent.fullName, language: sent.language };
  });
export type RequestedParticipant = z.output<typeof RequestedParticipant>;

/** How the people of a request were written down; says where in the body each of them is. */
export type ListForm = 'plain ids' | 'numbered list' | 'single';

/** Where the person with this index stands in the body, for a message about them. */
export const pathOfParticipant = (form: ListForm, index: number): string => {
  if (form === 'single') return 'body';
  return form === 'plain ids' ? `body.participants.${index}` : `body.participants.data.${index}`;
};

/** Where the id of that person stands. */
export const pathOfId = (form: ListForm, index: number): string =>
  form === 'plain ids' ? pathOfParticipant(form, index) : `${pathOfParticipant(form, index)}.userId`;

/** The people of a request, whatever form they came in. */
export interface RequestedParticipants {
  expected: number;
  data: readonly RequestedParticipant[];
  form: ListForm;
}

const uniquePeople = (people: readonly { externalId: string }[], context: z.RefinementCtx, under: string[]): void => {
  const seen = new Set<string>();
  for (const [index, person] of people.entries()) {
    if (seen.has(person.externalId)) {
      const path = [...under, index, ...(under.length > 0 ? ['userId'] : [])];
      context.addIssue({ code: 'custom', path, message: 'names a person who is already in the list' });
    }
    seen.add(person.externalId);
  }
};

/** `["id", ...]`: everybody is known, names and groups come from the directory. */
export const PlainIds = z
  .array(ExternalId)
  .min(FEWEST_PARTICIPANTS, `must name at least ${FEWEST_PARTICIPANTS} participants`)
  .max(MOST_PARTICIPANTS, `must name at most ${MOST_PARTICIPANTS} participants`)
  .transform((ids, context) => {
    const data: RequestedParticipant[] = ids.map(externalId => ({
      externalId,
      groups: undefined,
      fullName: undefined,
      language: undefined,
    }));
    uniquePeople(data, context, []);
    return { expected: data.length, data, form: 'plain ids' as const };
  });

/** `{ number, data }`: how many are expected, and those who are already known. */
export const NumberedList = z
  .object(
    {
      number: wholeNumber(FEWEST_PARTICIPANTS, MOST_PARTICIPANTS),
      data: z
        .array(RequestedParticipant, {
          error: issue => (issue.input === undefined ? 'is required' : 'must be an array'),
        })
        // Bounds the work that validation does; the list is held against `number` below.
        .max(MOST_PARTICIPANTS, `must name at most ${MOST_PARTICIPANTS} participants`),
    },
    'must be an object with number and data, or an array of ids',
  )
  .transform(({ number, data }, context) => {
    if (data.length > number) {
      context.addIssue({ code: 'custom', path: ['data'], message: 'must not be longer than number' });
    }
    uniquePeople(data, context, ['data']);
    return { expected: number, data, form: 'numbered list' as const };
  });

type ParticipantsSent = z.input<typeof PlainIds> | z.input<typeof NumberedList>;

const eitherForm = z.unknown() as z.ZodType<unknown, ParticipantsSent>;

export const RequestedParticipants = eitherForm.transform((value, context): RequestedParticipants => {
  if (value === undefined) {
    context.addIssue({ code: 'custom', message: 'is required' });
    return z.NEVER;
  }
  const result = Array.isArray(value) ? PlainIds.safeParse(value) : NumberedList.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    context.addIssue({ code: 'custom', path: [...issue.path], message: issue.message });
  }
  return z.NEVER;
});

const Duration = wholeNumber(1, LONGEST_DURATION_SECONDS);

export const CreateRequest = z
  .object(
    {
      participants: RequestedParticipants,
      start_date: Instant,
      end_date: Instant.optional(),
      duration_in_seconds: Duration.optional(),
    },
    NOT_AN_OBJECT,
  )
  .superRefine((body, context) => {
    const both = body.end_date !== undefined && body.duration_in_seconds !== undefined;
    const neither = body.end_date === undefined && body.duration_in_seconds === undefined;
    if (both) {
      context.addIssue({ code: 'custom', path: ['duration_in_seconds'], message: 'must not be sent with end_date' });
    }
    if (neither) {
      context.addIssue({ code: 'custom', path: ['end_date'], message: 'or duration_in_seconds is required' });
    }
  });
export type CreateRequest = z.output<typeof CreateRequest>;

export const UpdateRequest = z
  .object(
    {
      participants: RequestedParticipants.optional(),
      start_date: Instant.optional(),
      end_date: Instant.optional(),
      duration_in_seconds: Duration.optional(),
    },
    NOT_AN_OBJECT,
  )
  .superRefine((body, context) => {
    if (body.end_date !== undefined && body.duration_in_seconds !== undefined) {
      context.addIssue({ code: 'custom', path: ['duration_in_seconds'], message: 'must not be sent with end_date' });
    }
  });
export type UpdateRequest = z.output<typeof UpdateRequest>;

/** Any text is taken here: an id of the wrong form gets the same 404 as one that does not exist. */
export const TeleconsultationPath = z.object({ id: z.string() });

export const LinkOptions = z.object({
  useBackground: BooleanFlag.optional(),
  language: Language.optional(),
});
export type LinkOptions = z.output<typeof LinkOptions>;

export const CalendarOptions = z.object({ language: Language.optional() });
export type CalendarOptions = z.output<typeof CalendarOptions>;

/** Kaleyra's limits for an access token: 6 minutes to a day. */
const SHORTEST_TOKEN_SECONDS = 360;
const LONGEST_TOKEN_SECONDS = 86_400;
const DEFAULT_TOKEN_SECONDS = 3600;

export const CredentialsRequest = z.object(
  { expiresIn: wholeNumber(SHORTEST_TOKEN_SECONDS, LONGEST_TOKEN_SECONDS).default(DEFAULT_TOKEN_SECONDS) },
  NOT_AN_OBJECT,
);

/** As for one id: what cannot be an id is answered like an id that does not exist. */
export const SessionPath = z.object({ roomId: z.string(), sessionId: z.string() });
export type SessionPath = z.output<typeof SessionPath>;
