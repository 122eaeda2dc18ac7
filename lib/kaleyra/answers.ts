import * as z from 'zod/mini';
import type { AccessLink, RoomDetails } from '../domain/teleconsultation.ts';
import {
  type Fields,
  idOf,
  instantOrNull,
  isFields,
  numberOr,
  page,
  reading,
  textOr,
  textOrNull,
  unwrapped,
} from './fields.ts';

/**
 * Kaleyra's answers. Only what is used is read, in every spelling that the two API versions and their clients show;
 * whatever else an answer holds is dropped here.
 */

/** What has an id of its own is nothing without it: a `room` has it as `id` or as `room_id`. */
const identified = <To>(name: string, read: (fields: Fields) => To) =>
  reading((fields: Fields) => {
    const id = idOf(fields, 'id', `${name}_id`);
    return id === undefined ? undefined : { id, ...read(fields) };
  });

const listed = z.record(z.string(), z.unknown());

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

const linksOf = (room: Fields): AccessLink[] => {
  const list = room.participants ?? room.user_urls;
  if (!Array.isArray(list)) return [];
  const links: AccessLink[] = [];
  for (const entry of list.filter(isFields)) {
    const kaleyraId = idOf(entry, 'user_id', 'user');
    const url = idOf(entry, 'access_link', 'url', 'link');
    if (kaleyraId !== undefined && url !== undefined) links.push({ kaleyraId, url });
  }
  return links;
};

export const CreatedRoom = z.pipe(
  unwrapped('room'),
  identified('room', room => ({ links: linksOf(room), details: detailsOf(room) })),
);

/** A room as read: this shape has no place for a link. */
export const ReadRoom = z.pipe(
  unwrapped('room'),
  identified('room', room => ({ details: detailsOf(room) })),
);

export const RoomPage = page(
  'rooms',
  z.pipe(
    listed,
    identified('room', room => ({
      description: textOrNull(room.description),
      createdAt: instantOrNull(room.creation_date ?? room.creationDate),
    })),
  ),
);

const peopleOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : []).flatMap(one => {
    const id = isFields(one) ? idOf(one, 'user_id', 'user') : one;
    return typeof id === 'string' && id !== '' ? [id] : [];
  });

export const ReadSession = z.pipe(
  unwrapped('session'),
  identified('session', session => ({ roomId: textOrNull(session.room_id) })),
);

export const SessionPage = page(
  'sessions',
  z.pipe(
    listed,
    identified('session', session => ({
      roomId: textOrNull(session.room_id),
      startedAt: instantOrNull(session.creation_date ?? session.creationDate),
      // Kaleyra adds it up some time after the call: until then it is null, or nought.
      durationInSeconds: numberOr(session.duration, 0) || null,
      kaleyraIds: peopleOf(session.connected_participants),
    })),
  ),
);

export const UploadPage = page(
  'uploads',
  z.object({ key: z.string().check(z.minLength(1)), room_id: z.optional(z.nullable(z.string())) }),
);

export const User = z.pipe(
  unwrapped('user'),
  identified('user', () => ({})),
);

/** Never wrapped, in neither version. */
export const Credentials = z.pipe(
  z.object({ access_token: z.string().check(z.minLength(1)), expires_at: z.string(), user_id: z.string() }),
  reading((answer: { access_token: string; expires_at: string; user_id: string }) => {
    const expiresAt = instantOrNull(answer.expires_at);
    if (expiresAt === null) return undefined;
    return { accessToken: answer.access_token, expiresAt, kaleyraId: answer.user_id };
  }),
);

/** Where a recording or a transcription can be had for a while. */
export const FileAddress = z.object({ url: z.string().check(z.minLength(1)) });

/** For calls whose success says everything: whatever the body is. */
export const Done = z.unknown();
