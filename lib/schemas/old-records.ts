import * as z from 'zod/mini';
import { ExternalId, FullName, Groups, Instant, isKaleyraId, isRecordId, Language, wholeNumber } from './fields.ts';
import './words.ts';

/**
 * One line of the retired service's exports, in every spelling that its releases wrote. No message repeats a value: the lines
 * hold names and personal links.
 */

const NOT_AN_OBJECT = 'must be an object';

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The old store wrote "nothing" as a missing key, as null and as an empty text. */
const withoutEmpty = (value: unknown): unknown =>
  isFields(value)
    ? Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null && entry !== ''))
    : value;

const fields = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.pipe(z.transform(withoutEmpty), z.object(shape, NOT_AN_OBJECT));

const KaleyraId = z.string('must be a string').check(z.refine(isKaleyraId, 'must be an id of the video service'));

/** Ids of people and platform fields of any form: `public` where nobody was logged in. */
const Author = z.string('must be a string').check(z.maxLength(256, 'must be at most 256 characters long'));

/** What was moved to the bin, or removed from it, was no longer visible to anybody. */
export const OldState = z.enum(['PUBLIC', 'DRAFT', 'TRASH', 'DELETED'], 'must be PUBLIC, DRAFT, TRASH or DELETED');
export type OldState = z.output<typeof OldState>;

const ON_THIS_MACHINE = ['127.0.0.1', 'localhost', '[::1]'];

/** Whoever opens the page is sent there: nothing but a web address, without a user or password of its own. */
const isLink = (value: string): boolean => {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && ON_THIS_MACHINE.includes(url.hostname));
};

const Link = z
  .string('must be a string')
  .check(z.refine(isLink, 'must be an https address'), z.maxLength(4096, 'is too long'));

const OldParticipant = z.pipe(
  fields({
    userBandyerId: z.optional(KaleyraId),
    bandyerId: z.optional(KaleyraId),
    kaleyraId: z.optional(KaleyraId),
    receivedUserId: z.optional(ExternalId),
    userExternalId: z.optional(ExternalId),
    userId: z.optional(ExternalId),
    auth0Id: z.optional(ExternalId),
    accessLinkURL: z.optional(Link),
    groups: z.optional(Groups),
    group: z.optional(Groups),
    fullName: z.optional(FullName),
    language: z.optional(Language),
  }),
  z.transform(sent => ({
    kaleyraId: sent.userBandyerId ?? sent.bandyerId ?? sent.kaleyraId,
    externalId: sent.receivedUserId ?? sent.userExternalId ?? sent.userId ?? sent.auth0Id,
    link: sent.accessLinkURL,
    groups: sent.groups ?? sent.group ?? [],
    fullName: sent.fullName ?? null,
    language: sent.language ?? null,
  })),
);
export type OldParticipant = z.output<typeof OldParticipant>;

/** No record of any release can have had more; bounds the work for one line. */
const MOST_PARTICIPANTS = 100;

const OldList = z
  .array(OldParticipant, 'must be an array')
  .check(z.maxLength(MOST_PARTICIPANTS, `must name at most ${MOST_PARTICIPANTS} participants`));

const Expected = wholeNumber(1, MOST_PARTICIPANTS);

const NumberedList = fields({ number: z.optional(Expected), data: z.optional(OldList) });

/** A bare list, or as one diagram has it `{ number, data }`. */
const OldParticipants = z.pipe(
  z.unknown(),
  z.transform((value, context): { data: OldParticipant[]; number: number | undefined } => {
    const result = Array.isArray(value) ? OldList.safeParse(value) : NumberedList.safeParse(value);
    if (result.success) {
      const { data = [], number } = Array.isArray(result.data) ? { data: result.data } : result.data;
      return { data, number };
    }
    for (const issue of result.error.issues) {
      context.issues.push({ code: 'custom', input: context.value, path: [...issue.path], message: issue.message });
    }
    return z.NEVER;
  }),
);

const HUNDRED_YEARS_SECONDS = 100 * 366 * 86_400;

export const OldTeleconsultation = z.pipe(
  fields({
    _id: z
      .string({ error: issue => (issue.input === undefined ? 'is required' : 'must be a string') })
      .check(z.refine(isRecordId, 'must be 24 lower-case hex or a UUID')),
    bandyerRoomId: z.optional(KaleyraId),
    room_id: z.optional(KaleyraId),
    participantsNumber: z.optional(Expected),
    participants: z.optional(OldParticipants),
    teleconsultationState: z.optional(
      z.string('must be a string').check(z.maxLength(256, 'must be at most 256 characters long')),
    ),
    startDate: z.optional(Instant),
    endDate: z.optional(Instant),
    duration: z.optional(wholeNumber(1, HUNDRED_YEARS_SECONDS)),
    creatorId: z._default(Author, 'public'),
    createdAt: z.optional(Instant),
    updaterId: z.optional(Author),
    updatedAt: z.optional(Instant),
    __STATE__: z._default(OldState, 'PUBLIC'),
  }),
  z.transform((sent, context) => {
    // The first releases did not store a start: the room was open from its creation on.
    const startDate = sent.startDate ?? sent.createdAt;
    if (startDate === undefined) {
      context.issues.push({ code: 'custom', input: context.value, path: ['startDate'], message: 'is required' });
      return z.NEVER;
    }
    const { data, number } = sent.participants ?? { data: [], number: undefined };
    const expected = sent.participantsNumber ?? number ?? data.length;
    if (expected < Math.max(1, data.length)) {
      const message = data.length === 0 ? 'names nobody' : 'names more people than participantsNumber';
      context.issues.push({ code: 'custom', input: context.value, path: ['participants'], message });
      return z.NEVER;
    }
    const lasting = sent.duration === undefined ? null : startDate + sent.duration * 1000;
    const createdAt = sent.createdAt ?? sent.updatedAt ?? startDate;
    return {
      id: sent._id,
      state: sent.__STATE__,
      roomId: sent.bandyerRoomId ?? sent.room_id ?? null,
      expected,
      participants: data,
      startDate,
      endDate: sent.endDate ?? lasting,
      progress: sent.teleconsultationState,
      creatorId: sent.creatorId,
      createdAt,
      updaterId: sent.updaterId ?? sent.creatorId,
      updatedAt: sent.updatedAt ?? createdAt,
    };
  }),
);
export type OldTeleconsultation = z.output<typeof OldTeleconsultation>;

/** One row of the user map: this person is that user of the video service. */
export const OldUser = z.pipe(
  fields({
    _id: z.optional(z.string('must be a string').check(z.maxLength(256, 'must be at most 256 characters long'))),
    bandyerId: z.optional(KaleyraId),
    userBandyerId: z.optional(KaleyraId),
    kaleyraId: z.optional(KaleyraId),
    receivedUserId: z.optional(ExternalId),
    auth0Id: z.optional(ExternalId),
    userExternalId: z.optional(ExternalId),
    userId: z.optional(ExternalId),
    fullName: z.optional(FullName),
    groups: z.optional(Groups),
    group: z.optional(Groups),
    createdAt: z.optional(Instant),
    __STATE__: z._default(OldState, 'PUBLIC'),
  }),
  z.transform((sent, context) => {
    const kaleyraId = sent.bandyerId ?? sent.userBandyerId ?? sent.kaleyraId;
    const externalId = sent.receivedUserId ?? sent.auth0Id ?? sent.userExternalId ?? sent.userId;
    if (kaleyraId === undefined)
      context.issues.push({ code: 'custom', input: context.value, path: ['bandyerId'], message: 'is required' });
    if (externalId === undefined) {
      context.issues.push({ code: 'custom', input: context.value, path: ['receivedUserId'], message: 'is required' });
    }
    if (kaleyraId === undefined || externalId === undefined) return z.NEVER;
    return {
      id: sent._id ?? null,
      kaleyraId,
      externalId,
      fullName: sent.fullName ?? null,
      groups: sent.groups ?? sent.group ?? [],
      createdAt: sent.createdAt ?? null,
      state: sent.__STATE__,
    };
  }),
);
export type OldUser = z.output<typeof OldUser>;
