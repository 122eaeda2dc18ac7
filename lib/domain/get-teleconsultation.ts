import { roomNotFound, unauthorizedUser } from '../errors.ts';
import type { Personal } from '../personal.ts';
import type { LinkOptions } from '../schemas/requests.ts';
import { linkFor } from './admission.ts';
import { authorize } from './authorize.ts';
import { withOptions } from './link.ts';
import { countLink, countStranger } from './link-metrics.ts';
import type { Scope } from './ports.ts';
import { type Activity, activityOf, type Progress, progressOf } from './progress.ts';
import type { Participant, RoomDetails, Teleconsultation } from './teleconsultation.ts';

export interface OpenedTeleconsultation {
  record: Teleconsultation;
  participant: Participant;
  /** null while the link may not be known. */
  link: Personal | null;
  details: RoomDetails | undefined;
  progress: Progress;
  /** What was seen of its calls, if somebody has looked. */
  activity: Activity | undefined;
}

/** What a link must never wait longer for than this. */
const DETAILS_TIMEOUT_MS = 1000;

/** Kaleyra's view of an open room, at most one short question; without an answer, what is stored has to do. */
const detailsOf = async (
  scope: Scope,
  { room }: Teleconsultation,
  activity: Activity | undefined,
  link: Personal | null,
): Promise<RoomDetails | undefined> => {
  const stored = activity?.details ?? room?.details;
  // Stryker disable next-line ConditionalExpression,LogicalOperator: where there is a link there is a room, and its details
  if (room === null || stored === undefined || link === null) return stored;
  const recent = scope.recentDetails.get(room.id, scope.clock.now());
  if (recent !== undefined) return recent;
  try {
    const details = (await scope.kaleyra.readRoom(room.id, DETAILS_TIMEOUT_MS)) ?? stored;
    scope.recentDetails.set(room.id, details, scope.clock.now());
    return details;
  } catch {
    scope.recentDetails.set(room.id, stored, scope.clock.now());
    return stored;
  }
};

/**
 * A teleconsultation as one of its participants sees it. A pure read: one consistent read of our table, and when a link is
 * shown, what Kaleyra says of the room.
 *
 * @throws ServiceError 404 for an unknown id first, then as authorize does, or 401 for whoever does not take part
 */
export const getTeleconsultation = async (
  scope: Scope,
  id: string,
  callerId: Personal | undefined,
  options: LinkOptions,
): Promise<OpenedTeleconsultation> => {
  // Before the read: a claim that was written before the lock is then always seen (see rooms/claim.ts).
  const now = scope.clock.now();
  const found = await scope.records.findWithWatch(id);
  if (found?.record.state !== 'PUBLIC') throw roomNotFound(id);
  const { record, watch } = found;
  await authorize(scope, 'open', record, () => roomNotFound(id)).catch(error => {
    throw countStranger(scope, error);
  });
  const participant = record.participants.find(one => one.externalId === callerId);
  if (participant === undefined) throw countStranger(scope, unauthorizedUser());

  const url = linkFor(record, participant, scope.config.rooms.immutablePeriodMs, now);
  countLink(scope, record, url, now);
  const activity = activityOf(record, watch);
  const details = await detailsOf(scope, record, activity, url);
  const link = url === null ? null : withOptions(url, participant, options, scope.config.groupsWithBackground);
  return { record, participant, link, details, activity, progress: progressOf(record, activity, now) };
};
