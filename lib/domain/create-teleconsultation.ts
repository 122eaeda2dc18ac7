import { conflict } from '../errors.ts';
import type { Personal } from '../personal.ts';
import type { CreateRequest } from '../schemas/requests.ts';
import { authorizeBooked, authorizeBooking } from './authorize.ts';
import { type Plan, planCreation } from './planning.ts';
import type { Scope } from './ports.ts';
import { type RepeatableBooking, resume } from './repeated-booking.ts';
import { newClaim } from './rooms/claim.ts';
import { ensureRoom } from './rooms/ensure-room.ts';
import type { Booking, Claim, Teleconsultation } from './teleconsultation.ts';

/** What everything of a booking has in common, however often it is attempted. */
interface Attempted {
  body: CreateRequest;
  plan: Plan;
}

const newRecord = (
  scope: Scope,
  plan: Plan,
  callerId: Personal,
  { id, booking }: { id: string; booking: Booking | null },
): Teleconsultation & { claim: Claim } => {
  const now = scope.clock.now();
  return {
    id,
    state: 'CREATING',
    startDate: plan.startDate,
    endDate: plan.endDate,
    expected: plan.expected,
    participants: [],
    room: null,
    claim: newClaim(scope),
    owed: [],
    upkeep: null,
    formerRooms: [],
    formerPeople: [],
    booking,
    creatorId: callerId,
    createdAt: now,
    updaterId: callerId,
    updatedAt: now,
    revision: 0,
    version: 1,
  };
};

const carryOut = async (
  scope: Scope,
  { body, plan }: Attempted,
  id: string,
  claim: Claim,
  take: () => Promise<Teleconsultation | 'lost'>,
): Promise<Teleconsultation | 'lost'> => {
  const outcome = await ensureRoom(scope, {
    id,
    operation: 'POST /teleconsultation',
    claim,
    take,
    invitees: plan.invitees,
    form: body.participants.form,
    // Stryker disable next-line ArrayDeclaration: what is nobody is none of the invitees either
    already: [],
    planned: (base, participants) => ({
      ...base,
      participants,
      booking: base.booking && { ...base.booking, done: true },
    }),
  });
  if (outcome !== 'lost') scope.metrics.add('Bookings', 1);
  return outcome;
};

const INTERRUPTED = 'the booking was interrupted, please repeat it';

/** Attempts to go on with a booking that others attempt as well. */
const MOST_TURNS = 5;

/** Goes on with what an earlier attempt has left, or finds that nothing is left to do. */
const goOn = async (scope: Scope, attempted: Attempted, repeatable: RepeatableBooking): Promise<void> => {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const found = await scope.records.find(repeatable.id);
    if (found === undefined) break;
    const next = resume(scope, found, repeatable);
    if (next === undefined) return;
    const take = (): Promise<Teleconsultation | 'lost'> => scope.records.change(found, next.record);
    if ((await carryOut(scope, attempted, found.id, next.claim, take)) !== 'lost') return;
  }
  throw conflict(INTERRUPTED, 1);
};

/**
 * Books a teleconsultation. The record exists before Kaleyra hears of its room, invisible to every caller until the room is
 * there; then whatever a crash leaves behind can be found by the record's id. A repeatable booking is made once, however often
 * and by however many at once it is asked for.
 *
 * @returns the public id
 * @throws ServiceError 403 for whoever may not book, or not this; 400 for what the rules refuse; 409 while the same booking is
 *   being carried out, 422 when its key was used for another one; KaleyraError, `store_unavailable`
 */
export const createTeleconsultation = async (
  scope: Scope,
  body: CreateRequest,
  callerId: Personal,
  repeatable?: RepeatableBooking,
): Promise<string> => {
  await authorizeBooking(scope);
  // Before anything of the body is looked up or written: a repeat needs no directory, and a refused one leaves nothing.
  const earlier = repeatable && (await scope.records.find(repeatable.id));
  if (repeatable && earlier && resume(scope, earlier, repeatable) === undefined) return repeatable.id;
  const plan = await planCreation(scope, body);
  authorizeBooked(scope, plan.invitees);
  const attempted = { body, plan };
  if (repeatable && earlier) {
    await goOn(scope, attempted, repeatable);
    return repeatable.id;
  }
  const creating = newRecord(scope, plan, callerId, repeatable ?? { id: scope.ids.recordId(), booking: null });
  const { id, claim } = creating;
  const outcome = await carryOut(scope, attempted, id, claim, () => scope.records.create(creating));
  if (outcome !== 'lost') return id;
  if (repeatable === undefined) throw conflict(INTERRUPTED, 1);
  await goOn(scope, attempted, repeatable);
  return id;
};
