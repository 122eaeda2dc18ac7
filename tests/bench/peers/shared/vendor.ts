/** Kaleyra Video, through `fetch`. */
import { HttpError } from './errors.ts';
import type { Details } from './items.ts';
import { type Role, TOOLS } from './rules.ts';

type Json = Record<string, unknown>;

/** One call: its decoded answer, undefined for a resource that is not there. */
export type Send = (method: string, path: string, body?: Json) => Promise<Json | undefined>;

export interface RoomWish {
  description: string;
  people: { kaleyraId: string; role: Role }[];
}

export interface Vendor {
  createUser(kaleyraId: string, role: Role): Promise<void>;
  createRoom(wish: RoomWish): Promise<{ id: string; links: { kaleyraId: string; url: string }[]; details: Details }>;
  readRoom(roomId: string): Promise<Details | undefined>;
}

const TIMEOUT_MS = 8000;

export const createSend =
  (baseUrl: string, apiKey: string): Send =>
  async (method, path, body) => {
    const response = await fetch(`${baseUrl}/v2/${path}`, {
      method,
      headers: { apikey: apiKey, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'manual',
    });
    if (response.status === 404) return undefined;
    if (!response.ok && response.status !== 409) throw new HttpError(502, 'the video service refused');
    return (await response.json()) as Json;
  };

const detailsOf = (room: Json): Details => ({
  recording: String(room.recording ?? 'none'),
  recordingStatus: String(room.recording_status ?? 'stopped'),
  callType: String(room.call_type ?? 'audio_video'),
  description: typeof room.description === 'string' ? room.description : null,
  status: String(room.status ?? 'NOT_RUNNING'),
  disabled: room.disabled === true,
  creationDate: typeof room.creation_date === 'string' ? room.creation_date : null,
  durationInSeconds: Number(room.duration ?? 0),
  durationUsedInSeconds: Number(room.duration_used ?? 0),
  live: room.live === true,
});

/** Exactly one https (or local) link for each person, all different: anything else is somebody's wrong link. */
const linksOf = (room: Json, people: RoomWish['people']): { kaleyraId: string; url: string }[] => {
  const listed = (room.participants ?? []) as { user_id: string; access_link: string }[];
  const links = people.map(({ kaleyraId }) => {
    const url = listed.find(({ user_id }) => user_id === kaleyraId)?.access_link;
    if (url === undefined || !URL.canParse(url)) throw new HttpError(502, 'the video service answered without a link');
    return { kaleyraId, url };
  });
  if (listed.length !== links.length || new Set(links.map(({ url }) => url)).size !== links.length) {
    throw new HttpError(502, 'the video service answered with a wrong link');
  }
  return links;
};

export const createVendor = (baseUrl: string, apiKey: string): Vendor => vendorOver(createSend(baseUrl, apiKey));

export const vendorOver = (send: Send): Vendor => ({
  createUser: async (kaleyraId, role) => {
    await send('POST', 'users', { id: kaleyraId, role });
  },
  createRoom: async ({ description, people }) => {
    const room = await send('POST', 'rooms', {
      participants: people.map(({ kaleyraId, role }) => ({
        user_id: kaleyraId,
        is_admin: role === 'plus',
        tools: TOOLS,
      })),
      recording: 'none',
      live: true,
      description,
    });
    if (typeof room?.id !== 'string') throw new HttpError(502, 'the video service answered without a room');
    return { id: room.id, links: linksOf(room, people), details: detailsOf(room) };
  },
  readRoom: async roomId => {
    const room = await send('GET', `rooms/${encodeURIComponent(roomId)}`);
    return room && detailsOf(room);
  },
});
