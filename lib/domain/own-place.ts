import { roomNotFound, unauthorizedUser } from '../errors.ts';
import type { Personal } from '../personal.ts';
import { authorize } from './authorize.ts';
import type { Scope } from './ports.ts';
import { retainedSince } from './retention.ts';
import { endOf, type Participant, type Teleconsultation } from './teleconsultation.ts';

/** A teleconsultation and the caller's place in it, also of one that was cancelled: who was invited may know that it was. */
export interface OwnPlace {
  record: Teleconsultation;
  participant: Participant;
}

/** What nobody was ever invited to is unknown: a booking under way, or one that failed and was cleared away. */
const wasSeen = ({ state, revision }: Teleconsultation): boolean =>
  state === 'PUBLIC' || (state === 'TRASH' && revision > 0);

/** Retention cancels what it removes: what is there for a while longer took place, and is nobody's business any more. */
const isBeingRemoved = ({ config, clock }: Scope, record: Teleconsultation): boolean => {
  const { retentionDays } = config.jobs;
  // Stryker disable next-line ConditionalExpression: without a number of days nothing is earlier than that
  if (record.state !== 'TRASH' || retentionDays === undefined) return false;
  return endOf(record) < retainedSince(retentionDays, clock.now());
};

/**
 * One strongly consistent read.
 *
 * @throws ServiceError 404 for an unknown id, and to everybody but its participants for a cancelled one; then as authorize
 *   does, or 401 for whoever does not take part
 */
export const findOwnPlace = async (scope: Scope, id: string, callerId: Personal | undefined): Promise<OwnPlace> => {
  const record = await scope.records.find(id);
  if (record === undefined || !wasSeen(record) || isBeingRemoved(scope, record)) throw roomNotFound(id);
  const participant = record.participants.find(({ externalId }) => externalId === callerId);
  if (record.state === 'TRASH' && participant === undefined) throw roomNotFound(id);
  await authorize(scope, 'open', record, () => roomNotFound(id));
  if (participant === undefined) throw unauthorizedUser();
  return { record, participant };
};
