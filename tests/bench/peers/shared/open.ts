/** `GET /teleconsultation/{id}`: one consistent read, and what the video service says of an open room, kept for a moment. */
import type { Caller } from './identity.ts';
import type { Activity, Details, RecordItem } from './items.ts';
import { type LinkOptions, linkFor, placeOf, stateOf, unknownId, withOptions } from './rules.ts';
import type { Services } from './services.ts';

const DETAILS_KEPT_MS = 5000;

const recent = new Map<string, { at: number; details: Details }>();

const detailsOf = async (
  { vendor }: Services,
  roomId: string,
  stored: Details,
  isOpen: boolean,
  now: number,
): Promise<Details> => {
  if (!isOpen) return stored;
  const kept = recent.get(roomId);
  if (kept !== undefined && now - kept.at < DETAILS_KEPT_MS) return kept.details;
  const details = (await vendor.readRoom(roomId).catch(() => undefined)) ?? stored;
  if (recent.size > 500) recent.clear();
  recent.set(roomId, { at: now, details });
  return details;
};

const IS_ID = /^[0-9a-f]{24}$/;

/** The body of the answer. @throws HttpError */
export const open = async (
  services: Services,
  id: string,
  caller: Caller,
  options: LinkOptions,
): Promise<Record<string, unknown>> => {
  const now = services.now();
  const items = IS_ID.test(id) ? await services.store.list(id) : [];
  const record = items.find(({ sk }) => sk === 'record') as RecordItem | undefined;
  if (record?.state !== 'PUBLIC') throw unknownId(id);
  const own = placeOf(record, caller);
  const link = linkFor(record, own, now);
  const { room } = record;
  const seen = items.find(({ sk }) => sk === 'activity')?.seen as Activity | undefined;
  const activity = seen?.roomId === room?.id ? seen : undefined;
  return {
    bandyerUserId: own.kaleyraId,
    accessLinkURL: link === null ? null : withOptions(link, own, options),
    participantsBandyerCall: record.participants.map(({ kaleyraId, fullName }) => ({
      bandyerUserId: kaleyraId,
      fullName,
    })),
    ...(room && { details: await detailsOf(services, room.id, activity?.details ?? room.details, link !== null, now) }),
    teleconsultationState: stateOf(record, activity, now),
    sessions: (activity?.sessions ?? []).map(({ id: sessionId, startedAt, durationInSeconds }) => ({
      sessionId,
      startedAt,
      durationInSeconds,
    })),
  };
};
