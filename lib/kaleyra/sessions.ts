import type { Kaleyra } from '../domain/ports.ts';
import { Done, FileAddress, ReadSession, SessionPage } from './answers.ts';
import { addressRefused, isRefusedWith, unreadable } from './errors.ts';
import { asListedAddress } from './origins.ts';
import type { Transport, TransportOptions } from './transport.ts';

/** Calls that took place, with what was kept of them. */

const UNKNOWN_SESSION = [404, 'session_not_found', 'get_session_error'];

/**
 * Not recorded, not ready, deleted, past its time, or a company without the feature: 404, 400 `recording_not_found` and
 * `room_no_recordable`, 412 `recording_expired`, and codes that Kaleyra does not publish. The session itself was read a moment
 * before, and the call says nothing but its id, so a refusal can only be about the file.
 */
const NOTHING_THERE = [400, 404, 412, 422];

/** What surely says that there is no recording and will be none. */
const NEVER_RECORDED = ['room_no_recordable', 'recording_expired', 'session_not_found'];

/** That there is none now; it may be in the making. Any other refusal leaves a recording to be deleted. */
const ABSENT = [404, 'recording_not_found'];

const PAGE_SIZE = 100;

type SessionsClient = Pick<
  Kaleyra,
  'readSession' | 'listSessions' | 'locateRecording' | 'locateTranscription' | 'findRecording' | 'deleteRecording'
>;

export const createSessionsClient = (
  send: Transport,
  { kaleyra, log }: Pick<TransportOptions, 'kaleyra' | 'log'>,
): SessionsClient => {
  const locate = async (sessionId: string, file: 'recording' | 'transcription'): Promise<string | undefined> => {
    let url: string;
    try {
      const path = ['sessions', sessionId, file];
      ({ url } = await send({ method: 'GET', path, answer: FileAddress, repeatable: true }));
    } catch (error) {
      if (isRefusedWith(error, ...NOTHING_THERE)) return undefined;
      throw error;
    }
    const address = asListedAddress(url, kaleyra.origins);
    if (address !== undefined) return address;
    log.error('kaleyra.address_refused', { route: `/v2/sessions/{}/${file}`, keys: ['VENDOR_ORIGINS'] });
    throw addressRefused();
  };

  /** @returns why there is none; undefined: there is, or was until now */
  const askRecording = async (method: 'GET' | 'DELETE', sessionId: string): Promise<'absent' | 'never' | undefined> => {
    try {
      await send({ method, path: ['sessions', sessionId, 'recording'], answer: Done, repeatable: true });
      return undefined;
    } catch (error) {
      if (isRefusedWith(error, ...NEVER_RECORDED)) return 'never';
      if (isRefusedWith(error, ...ABSENT)) return 'absent';
      throw error;
    }
  };

  return {
    readSession: async sessionId => {
      try {
        const path = ['sessions', sessionId];
        const { id, roomId } = await send({ method: 'GET', path, answer: ReadSession, repeatable: true });
        if (id !== sessionId) throw unreadable();
        return { roomId };
      } catch (error) {
        if (isRefusedWith(error, ...UNKNOWN_SESSION)) return undefined;
        throw error;
      }
    },
    listSessions: async (roomId, offset, timeoutMs) => {
      const page = await send({
        method: 'GET',
        path: ['sessions'],
        query: { room_id: roomId, offset, limit: PAGE_SIZE },
        answer: SessionPage,
        repeatable: true,
        timeoutMs,
      });
      // A filter that was ignored would show other people's calls.
      if (page.sessions.some(session => session.roomId !== roomId)) {
        throw unreadable({ vendorCode: 'sessions_of_another_room' });
      }
      const sessions = page.sessions.map(({ id, startedAt, durationInSeconds, kaleyraIds }) => ({
        id,
        startedAt,
        durationInSeconds,
        kaleyraIds,
      }));
      return { sessions, hasMore: page.has_more };
    },
    findRecording: async sessionId => (await askRecording('GET', sessionId)) ?? 'there',
    deleteRecording: async sessionId => (await askRecording('DELETE', sessionId)) ?? 'deleted',
    locateRecording: sessionId => locate(sessionId, 'recording'),
    locateTranscription: sessionId => locate(sessionId, 'transcription'),
  };
};
