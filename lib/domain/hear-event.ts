import { isRecordId } from '../schemas/fields.ts';
import type { KaleyraEvent } from '../schemas/kaleyra-events.ts';
import { refreshActivity } from './activity.ts';
import type { Scope } from './ports.ts';
import type { Teleconsultation } from './teleconsultation.ts';

/** Events after which a room is looked at. Those with chat messages or fresh links in them are neither ordered nor used. */
export const EVENTS = [
  'on_room_disabled',
  'on_room_deleted',
  'on_session_started',
  'on_session_resumed',
  'on_session_paused',
  'on_session_ended',
  'on_user_connected',
  'on_recording_available',
  'on_transcription_available',
] as const;

/** Format 0.1 has calls where the others have sessions. */
const EVENTS_OF_OLD = ['on_call_incoming', 'on_call_ended', 'on_user_disconnected'];

const isTelling = (event: string | undefined): boolean =>
  // Format 0.1 proves the room and not what happened in it.
  event === undefined || [...EVENTS, ...EVENTS_OF_OLD].includes(event);

/** Each question to Kaleyra: it waits for our answer, and repeats what is not answered soon. */
const QUESTION_MS = 1500;

/**
 * By what we noted when the room was made; failing that, by the room's description, which is the record's id. A room that was
 * replaced leads nowhere.
 */
const findTeleconsultation = async (scope: Scope, roomId: string): Promise<Teleconsultation | undefined> => {
  const byNote = await scope.records.findByRoom(roomId);
  if (byNote !== undefined) return byNote.room?.id === roomId ? byNote : undefined;
  // Without an answer the event is lost, as if it had never arrived; the jobs that compare rooms make up for both.
  const details = await scope.kaleyra.readRoom(roomId, QUESTION_MS).catch(() => undefined);
  // Stryker disable next-line StringLiteral: whatever else is no id of ours will do
  const id = details?.description ?? '';
  const byDescription = isRecordId(id) ? await scope.records.find(id) : undefined;
  return byDescription?.room?.id === roomId ? byDescription : undefined;
};

/**
 * An event is a hint to look at a room now; nothing it says is believed. What is unknown is acknowledged: Kaleyra would repeat
 * it without end.
 *
 * @throws ServiceError `store_unavailable`: then Kaleyra is to repeat it
 */
export const hearEvent = async (scope: Scope, { event, roomId }: KaleyraEvent): Promise<void> => {
  const named = { ...(event !== undefined && { code: event }), ...(roomId !== undefined && { roomId }) };
  const record = roomId !== undefined && isTelling(event) ? await findTeleconsultation(scope, roomId) : undefined;
  if (record === undefined) {
    scope.log.info('event.ignored', named);
    return;
  }
  scope.log.info('event.heard', { ...named, teleconsultationId: record.id });
  await refreshActivity(scope, record, { timeoutMs: QUESTION_MS });
};
