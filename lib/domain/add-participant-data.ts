import type { RequestedParticipant } from '../schemas/requests.ts';
import { changeTeleconsultation } from './change-teleconsultation.ts';
import { planAddition } from './planning.ts';
import type { Scope } from './ports.ts';

/**
 * Adds one person to the list, or replaces what is known of somebody who is in it already.
 *
 * @deprecated callers should send the whole list in a change instead; kept because old callers use it
 * @throws as changeTeleconsultation does
 */
export const addParticipantData = (
  scope: Scope,
  id: string,
  participant: RequestedParticipant,
  callerId: string,
): Promise<void> => {
  const operation = `POST /teleconsultation/${id}/participants/data`;
  return changeTeleconsultation(scope, {
    id,
    operation,
    action: 'add a participant',
    callerId,
    form: 'single',
    plan: stored => planAddition(scope, stored, participant, operation),
  });
};
