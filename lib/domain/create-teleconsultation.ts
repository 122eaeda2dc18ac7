import { conflict } from '../errors.ts';
import type { CreateRequest } from '../schemas/requests.ts';
import { planCreation } from './planning.ts';
import type { Scope } from './ports.ts';
import { newClaim } from './rooms/claim.ts';
import { ensureRoom } from './rooms/ensure-room.ts';
import type { Teleconsultation } from './teleconsultation.ts';

/**
 * Books a teleconsultation. The record exists before Kaleyra hears of its room, invisible to every caller until the room is
 * there; then whatever a crash leaves behind can be found by the record's id.
 *
 * @returns the public id
 * @throws ServiceError 400 for what the rules refuse, KaleyraError, `store_unavailable`
 */
export const createTeleconsultation = async (scope: Scope, body: CreateRequest, callerId: string): Promise<string> => {
  const plan = await planCreation(scope, body);
  const now = scope.clock.now();
  const claim = newClaim(scope);
  const creating: Teleconsultation = {
    id: scope.ids.recordId(),
    state: 'CREATING',
    startDate: plan.startDate,
    endDate: plan.endDate,
    expected: plan.expected,
    participants: [],
    room: null,
    claim,
    owed: [],
    upkeep: null,
    formerRooms: [],
    creatorId: callerId,
    createdAt: now,
    updaterId: callerId,
    updatedAt: now,
    version: 1,
  };
  const outcome = await ensureRoom(scope, {
    id: creating.id,
    operation: 'POST /teleconsultation',
    claim,
    take: () => scope.records.create(creating),
    invitees: plan.invitees,
    form: body.participants.form,
    already: [],
    planned: (base, participants) => ({ ...base, participants }),
  });
  if (outcome === 'lost') throw conflict('the booking was interrupted, please repeat it', 1);
  return creating.id;
};
