import * as z from 'zod';
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
  z.unknown().transform((body, context): Fields => {
    if (isFields(body) && isFields(body[name])) return { ...body, ...(body[name] as Fields) };
    if (isFields(body)) return body;
    context.addIssue({ code: 'custom', message: 'must be an object' });
    return z.NEVER;
  });

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

const idOf = (fields: Fields, ...spellings: string[]): string | undefined =>
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

export const CreatedRoom = unwrapped('room').transform((room, context) => {
  const id = idOf(room, 'id', 'room_id');
  if (id === undefined) {
    context.addIssue({ code: 'custom', message: 'has no room id' });
    return z.NEVER;
  }
  return { id, links: linksOf(room), details: detailsOf(room) };
});

/** A room as read: this shape has no place for a link. */
export const ReadRoom = unwrapped('room').transform((room, context) => {
  const id = idOf(room, 'id', 'room_id');
  if (id === undefined) {
    context.addIssue({ code: 'custom', message: 'has no room id' });
    return z.NEVER;
  }
  return { id, details: detailsOf(room) };
});

const instantOrNull = (value: unknown): number | null => {
  // v1 dates leave out the zone, which is UTC.
  const text = typeof value === 'string' && !/(Z|[+-]\d\d:\d\d)$/.test(value) ? `${value}Z` : value;
  const instant = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isFinite(instant) ? instant : null;
};

const ListedRoom = z.record(z.string(), z.unknown()).transform((room, context) => {
  const id = idOf(room, 'id', 'room_id');
  if (id === undefined) {
    context.addIssue({ code: 'custom', message: 'has no room id' });
    return z.NEVER;
  }
  return {
    id,
    description: textOrNull(room.description),
    createdAt: instantOrNull(room.creation_date ?? room.creationDate),
  };
});

/** `has_more` decides: treating its absence as the end could leave somebody's files behind. */
const page = <Item extends z.ZodType, Name extends string>(name: Name, item: Item) =>
  z.object({ has_more: z.boolean(), [name]: z.array(item) } as { has_more: z.ZodBoolean } & {
    [key in Name]: z.ZodArray<Item>;
  });

export const RoomPage = page('rooms', ListedRoom);

export const UploadPage = page(
  'uploads',
  z.object({ key: z.string().min(1), room_id: z.string().nullable().optional() }),
);

export const User = unwrapped('user').transform((user, context) => {
  const id = idOf(user, 'id', 'user_id');
  if (id === undefined) {
    context.addIssue({ code: 'custom', message: 'has no user id' });
    return z.NEVER;
  }
  return { id };
});

/** For calls whose success says everything: whatever the body is. */
export const Done = z.unknown();
