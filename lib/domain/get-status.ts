import type { Personal } from '../personal.ts';
import { type Status, statusFor } from './admission.ts';
import { findOwnPlace } from './own-place.ts';
import type { Scope } from './ports.ts';

/** Why a participant cannot join, or that they can; decided by what decides the link. @throws as findOwnPlace does */
export const getStatus = async (scope: Scope, id: string, callerId: Personal | undefined): Promise<Status> => {
  // Before the read, as for the link: a claim that was written before the lock is then always seen.
  const now = scope.clock.now();
  const { record, participant } = await findOwnPlace(scope, id, callerId);
  return statusFor(record, participant, scope.config.rooms.immutablePeriodMs, now);
};
