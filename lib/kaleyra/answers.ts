import * as z from 'zod/mini';
import type { Background as BackgroundAnswer } from '../domain/company.ts';
import type { AccessLink, RoomDetails } from '../domain/teleconsultation.ts';

/**
 * Kaleyra's answers. Only what is used is read, in every spelling that the two API versions and their clients show;
 * whatever else an answer holds is dropped here.
 */

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** v1 wraps a resource in its name and v2 does not; an id may then stand beside the wrapper. */
const unwrapped = (name: string) =>
  z.pipe(
    z.unknown(),
    z.transform((body, context): Fields => {
      if (isFields(body) && isFields(body[name])) return { ...body, ...(body[name] as Fields) };
      if (isFields(body)) return body;
      context.issues.push({ code: 'custom', input: context.value, message: 'must be an object' });
      return z.NEVER;
    }),
  );

const textOr = (value: unknown, fallback: string): string =>
  typeof value === 'string' && value !== '' ? value : fallback;
const numberOr = (value: unknown, fallback: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : fallback;
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The ten documented keys; an answer that leaves one out gets the value of a room that was just made. */
const detailsOf = (room: Fields): RoomDetails => ({
  recording: textOr(room.recording, 'none'),
  recordingStatus: textOr(room.recording_status, 'stopped'),
  callType: textOr(room.call_type, 'audio_video'),
  description: textOrNull(room.description),
  status: textOr(room.status, 'NOT_RUNNING'),
  disabled: room.disabled === true,
  creationDate: textOrNull(room.creation_date ?? room.creationDate),
  durationInSeconds: numberOr(room.duration, 0),
  durationUsedInSeconds: numberOr(room.duration_used ?? room.durationUsed, 0),
  live: room.live === true,
});

export const idOf = (fields: Fields, ...spellings: string[]): string | undefined =>
  spellings.map(spelling => fields[spelling]).find((id): id is string => typeof id === 'string' && id !== '');

const linksOf = (room: Fields): AccessLink[] => {
  const list = room.participants ?? room.user_urls;
  if (!Array.isArray(list)) return [];
  return list.filter(isFields).flatMap(entry => {
    const kaleyraId = idOf(entry, 'user_id', 'user');
    const url = idOf(entry, 'access_link', 'url', 'link');
    return kaleyraId === undefined || url === undefined ? [] : [{ kaleyraId, url }];
  });
};

export const CreatedRoom = z.pipe(
  unwrapped('room'),
  z.transform((room, context) => {
    const id = idOf(room, 'id', 'room_id');
    if (id === undefined) {
      context.issues.push({ code: 'custom', input: context.value, message: 'has no room id' });
      return z.NEVER;
    }
    return { id, links: linksOf(room), details: detailsOf(room) };
  }),
);

/** A room as read: this shape has no place for a link. */
export const ReadRoom = z.pipe(
  unwrapped('room'),
  z.transform((room, context) => {
    const id = idOf(room, 'id', 'room_id');
    if (id === undefined) {
      context.issues.push({ code: 'custom', input: context.value, message: 'has no room id' });
      return z.NEVER;
    }
    return { id, details: detailsOf(room) };
  }),
);

const instantOrNull = (value: unknown): number | null => {
  // v1 dates leave out the zone, which is UTC.
  const text = typeof value === 'string' && !/(Z|[+-]\d\d:\d\d)$/.test(value) ? `${value}Z` : value;
  const instant = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isFinite(instant) ? instant : null;
};

const ListedRoom = z.pipe(
  z.record(z.string(), z.unknown()),
  z.transform((room, context) => {
    const id = idOf(room, 'id', 'room_id');
    if (id === undefined) {
      context.issues.push({ code: 'custom', input: context.value, message: 'has no room id' });
      return z.NEVER;
    }
    return {
      id,
      description: textOrNull(room.description),
      createdAt: instantOrNull(room.creation_date ?? room.creationDate),
    };
  }),
);

const peopleOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : []).flatMap(one => {
    const id = isFields(one) ? idOf(one, 'user_id', 'user') : one;
    return typeof id === 'string' && id !== '' ? [id] : [];
  });

const ListedSession = z.pipe(
  z.record(z.string(), z.unknown()),
  z.transform((session, context) => {
    const id = idOf(session, 'id', 'session_id');
    if (id === undefined) {
      context.issues.push({ code: 'custom', input: context.value, message: 'has no session id' });
      return z.NEVER;
    }
    return {
      id,
      roomId: textOrNull(session.room_id),
      startedAt: instantOrNull(session.creation_date ?? session.creationDate),
      // Kaleyra adds it up some time after the call: until then it is null, or nought.
      durationInSeconds: numberOr(session.duration, 0) || null,
      kaleyraIds: peopleOf(session.connected_participants),
    };
  }),
);

/** `has_more` decides: treating its absence as the end could leave somebody's files behind. */
export const page = <Item extends z.ZodMiniType, Name extends string>(name: Name, item: Item) =>
  z.object({ has_more: z.boolean(), [name]: z.array(item) } as { has_more: z.ZodMiniBoolean } & {
    [key in Name]: z.ZodMiniArray<Item>;
  });

export const RoomPage = page('rooms', ListedRoom);

export const SessionPage = page('sessions', ListedSession);

export const UploadPage = page(
  'uploads',
  z.object({ key: z.string().check(z.minLength(1)), room_id: z.optional(z.nullable(z.string())) }),
);

export const User = z.pipe(
  unwrapped('user'),
  z.transform((user, context) => {
    const id = idOf(user, 'id', 'user_id');
    if (id === undefined) {
      context.issues.push({ code: 'custom', input: context.value, message: 'has no user id' });
      return z.NEVER;
    }
    return { id };
  }),
);

/** Never wrapped, in neither version. */
export const Credentials = z.pipe(
  z.object({ access_token: z.string().check(z.minLength(1)), expires_at: z.string(), user_id: z.string() }),
  z.transform((answer, context) => {
    const expiresAt = instantOrNull(answer.expires_at);
    if (expiresAt === null) {
      context.issues.push({ code: 'custom', input: context.value, path: ['expires_at'], message: 'must be a date' });
      return z.NEVER;
    }
    return { accessToken: answer.access_token, expiresAt, kaleyraId: answer.user_id };
  }),
);

export const ReadSession = z.pipe(
  unwrapped('session'),
  z.transform((session, context) => {
    const id = idOf(session, 'id', 'session_id');
    if (id === undefined) {
      context.issues.push({ code: 'custom', input: context.value, message: 'has no session id' });
      return z.NEVER;
    }
    return { id, roomId: textOrNull(session.room_id) };
  }),
);

/** Where a recording or a transcription can be had for a while. */
export const FileAddress = z.object({ url: z.string().check(z.minLength(1)) });

const backgroundOf = (fields: Fields): BackgroundAnswer | undefined => {
  const alias = idOf(fields, 'background_alias', 'alias');
  if (alias === undefined) return undefined;
  return { alias, url: textOrNull(fields.url), creationDate: textOrNull(fields.creation_date) };
};

export const UploadedBackground = z.pipe(
  unwrapped('virtual_background'),
  z.transform((fields, context) => {
    const background = backgroundOf(fields);
    if (background !== undefined) return background;
    context.issues.push({ code: 'custom', input: context.value, message: 'has no alias' });
    return z.NEVER;
  }),
);

export const BackgroundList = z.pipe(
  unwrapped('virtual_backgrounds'),
  z.transform(({ backgrounds }, context) => {
    // Without the list nobody knows that there are none.
    if (Array.isArray(backgrounds)) return backgrounds.filter(isFields).flatMap(fields => backgroundOf(fields) ?? []);
    context.issues.push({ code: 'custom', input: context.value, path: ['backgrounds'], message: 'must be a list' });
    return z.NEVER;
  }),
);

/** One page shows the alias alone, the other the whole picture. */
const defaultBackgroundOf = (value: unknown): BackgroundAnswer | null => {
  if (typeof value === 'string' && value !== '') return { alias: value, url: null, creationDate: null };
  return isFields(value) ? (backgroundOf(value) ?? null) : null;
};

/** Every answer about a company names it; one that does not is not Kaleyra's, whoever it is that answers at the address. */
export const AnyCompany = z.pipe(
  unwrapped('company'),
  z.transform((company, context): Fields & { name: string } => {
    const { name } = company;
    if (typeof name === 'string') return { ...company, name };
    context.issues.push({ code: 'custom', input: context.value, path: ['name'], message: 'must be a text' });
    return z.NEVER;
  }),
);

/** What is switched off is null at Kaleyra, and an empty text in the documented answers of the retired service. */
export const ChangedCompany = z.pipe(
  AnyCompany,
  z.transform(company => ({
    name: company.name,
    defaultLanguage: textOr(company.default_language, ''),
    defaultBackground: defaultBackgroundOf(company.default_background),
    endCallRedirectUrl: textOr(company.end_call_redirect_url, ''),
    userDetailsProviderUrl: textOr(company.user_details_provider_url, ''),
    endCallRedirectTimeoutMs: numberOr(company.end_call_redirect_timeout_ms, 0),
  })),
);

/** For calls whose success says everything: whatever the body is. */
export const Done = z.unknown();
