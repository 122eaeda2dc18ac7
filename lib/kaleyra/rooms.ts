import type { Config } from '../config.ts';
import type { Kaleyra, MadeRoom } from '../domain/ports.ts';
import type { RoomSpec } from '../domain/teleconsultation.ts';
import { CreatedRoom, Done, ReadRoom, RoomPage } from './answers.ts';
import { isMissing, unreadable } from './errors.ts';
import { isUsableLink } from './origins.ts';
import type { Transport } from './transport.ts';

const PAGE_SIZE = 100;

const toRequest = (spec: RoomSpec, description: string) => ({
  participants: spec.participants.map(({ kaleyraId, isAdmin, tools }) => ({
    user_id: kaleyraId,
    is_admin: isAdmin,
    // Undefined is left out, which means "all tools on"; an empty object would mean "all off".
    tools,
  })),
  recording: spec.recording,
  live: spec.live,
  description,
  ...(spec.offlineTranscription && { offline_transcription: true }),
  duration: spec.durationSeconds,
});

/** Exactly one link per requested user, all different, each fit to be shown: anything else is somebody's wrong link. */
const hasUsableLinks = ({ links }: MadeRoom, spec: RoomSpec, origins: readonly string[]): boolean => {
  const missing = new Set(spec.participants.map(participant => participant.kaleyraId));
  const urls = new Set(links.map(link => link.url));
  return (
    urls.size === links.length &&
    links.every(({ kaleyraId, url }) => missing.delete(kaleyraId) && isUsableLink(url, origins)) &&
    missing.size === 0
  );
};

type RoomsClient = Pick<Kaleyra, 'createRoom' | 'readRoom' | 'deleteRoom' | 'disableRoom' | 'listRooms'>;

export const createRoomsClient = (send: Transport, origins: Config['kaleyra']['origins']): RoomsClient => ({
  createRoom: async (spec, description) => {
    const json = toRequest(spec, description);
    // Not repeatable: a second attempt would make a second room.
    const room = await send({ method: 'POST', path: ['rooms'], json, answer: CreatedRoom, repeatable: false });
    if (!hasUsableLinks(room, spec, origins)) throw unreadable({ madeRoomId: room.id });
    return room;
  },

  readRoom: async (roomId, timeoutMs) => {
    try {
      const { id, details } = await send({
        method: 'GET',
        path: ['rooms', roomId],
        answer: ReadRoom,
        repeatable: true,
        timeoutMs,
      });
      if (id !== roomId) throw unreadable();
      return details;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },

  deleteRoom: async roomId => {
    try {
      await send({ method: 'DELETE', path: ['rooms', roomId], answer: Done, repeatable: true });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },

  disableRoom: async roomId => {
    try {
      await send({ method: 'PUT', path: ['rooms', roomId, 'disable'], answer: Done, repeatable: true });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },

  listRooms: async offset => {
    const query = { offset, limit: PAGE_SIZE };
    const page = await send({ method: 'GET', path: ['rooms'], query, answer: RoomPage, repeatable: true });
    return { rooms: page.rooms, hasMore: page.has_more };
  },
});
