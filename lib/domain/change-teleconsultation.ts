import { recordNotFound, refusedByRule } from '../errors.ts';
import type { ListForm } from '../schemas/list-form.ts';
import { isLocked } from './admission.ts';
import type { Action } from './authorization.ts';
import { authorize, authorizeList, isTrusted } from './authorize.ts';
import { callEndsAt } from './erasure/rules.ts';
import { assertRoomCanBeMade, isStoredAs, type Operation, type Plan } from './planning.ts';
import type { Scope } from './ports.ts';
import { keepsRoom } from './room-spec.ts';
import { claimRecord, LOCKED, newClaim } from './rooms/claim.ts';
import { ensureRoom } from './rooms/ensure-room.ts';
import { withSeniority } from './seniority.ts';
import { isClaimed, isComplete, type Participant, type Teleconsultation } from './teleconsultation.ts';
import { createTurn } from './turn.ts';

/** A change of one teleconsultation, whoever asks for it. It is planned anew on whatever the record is when its turn comes. */
export interface RequestedChange {
  id: string;
  operation: Operation;
  /** What it is to the rules of who may do what. */
  action: Action;
  callerId: string;
  form: ListForm;
  /** @throws ServiceError 400 for what the rules refuse */
  plan(stored: Teleconsultation): Promise<Plan>;
}

const LONGER_THAN_A_REQUEST_MS = 60_000;

/** Closer to the lock than this, a write could land behind it: then even a change that keeps the room takes a claim. */
const NEAR_LOCK_MS = 60_000;

/** Whether the plan makes, replaces or drops the room of the record. */
export const changesRoom = (scope: Pick<Scope, 'config'>, stored: Teleconsultation, plan: Plan): boolean => {
  const participants = plan.invitees.flatMap((invitee): Participant[] => {
    const known = stored.participants.find(participant => participant.externalId === invitee.externalId);
    return known === undefined ? [] : [{ ...invitee, kaleyraId: known.kaleyraId }];
  });
  const complete = isComplete({ expected: plan.expected, participants: plan.invitees });
  if (participants.length < plan.invitees.length) return complete || stored.room !== null;
  return !keepsRoom(stored, { ...plan, participants }, scope.config);
};

const needsClaim = (scope: Scope, stored: Teleconsultation, plan: Plan): boolean => {
  if (changesRoom(scope, stored, plan)) return true;
  const soon = scope.clock.now() + NEAR_LOCK_MS;
  return isLocked(stored, scope.config.rooms.immutablePeriodMs, soon);
};

/**
 * Whether the change moves a call that stays as it is otherwise, and is not over for longer than this request can last. No erasure
 * takes anybody out of such a call: it is refused, or cancels the call first, and then this change finds another version. A
 * call that is over is another matter: while somebody is being taken out of it, it does not move into the future.
 */
const everybodyStays = (scope: Scope, stored: Teleconsultation, plan: Plan): boolean =>
  scope.clock.now() + LONGER_THAN_A_REQUEST_MS < callEndsAt(stored) &&
  isStoredAs({ ...plan, startDate: stored.startDate, endDate: stored.endDate }, stored);

const carryOut = (
  scope: Scope,
  stored: Teleconsultation,
  plan: Plan,
  { operation, callerId, form }: RequestedChange,
): Promise<Teleconsultation | 'lost'> => {
  const claim = needsClaim(scope, stored, plan) ? newClaim(scope) : null;
  return ensureRoom(scope, {
    id: stored.id,
    operation,
    claim,
    take: async () => (claim === null ? stored : claimRecord(scope, stored, claim, operation)),
    invitees: plan.invitees,
    form,
    already: stored.participants,
    everybodyStays: claim === null && everybodyStays(scope, stored, plan),
    planned: (base, participants) => ({
      ...base,
      startDate: plan.startDate,
      endDate: plan.endDate,
      expected: plan.expected,
      participants: withSeniority(base, participants, isTrusted(scope), scope.config),
      updaterId: callerId,
      updatedAt: scope.clock.now(),
    }),
  });
};

/**
 * Simultaneous changes take turns within their time; one that equals what is stored calls nobody.
 *
 * @throws ServiceError 404 unknown id, then as authorize and authorizeList do, 400 for what the rules refuse or when it is
 *   locked, 409 when somebody else's change takes too long; KaleyraError; `store_unavailable`
 */
export const changeTeleconsultation = async (scope: Scope, change: RequestedChange): Promise<void> => {
  const turn = createTurn(scope);
  for (;;) {
    const stored = await scope.records.find(change.id);
    if (stored?.state !== 'PUBLIC') throw recordNotFound(change.id);
    // Again after every turn: who may change it is part of what others change.
    await authorize(scope, change.action, stored, () => recordNotFound(change.id));
    const plan = await change.plan(stored);
    authorizeList(scope, stored.participants, plan.invitees);
    if (isStoredAs(plan, stored)) return;
    const now = scope.clock.now();
    if (!isClaimed(stored, now)) {
      if (isLocked(stored, scope.config.rooms.immutablePeriodMs, now)) throw refusedByRule(change.operation, LOCKED);
      if (changesRoom(scope, stored, plan)) assertRoomCanBeMade(scope, plan, change.operation);
      if ((await carryOut(scope, stored, plan, change)) !== 'lost') return;
    }
    await turn.wait();
  }
};
