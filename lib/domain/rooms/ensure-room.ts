import { conflict } from '../../errors.ts';
import type { ListForm } from '../../schemas/list-form.ts';
import { onceSent, together } from '../../together.ts';
import { assumeKaleyraAnswers, noteFailure, noteSuccess, readCircuit } from '../circuit.ts';
import {
  confirmPeople,
  type Identified,
  identifyPeople,
  introducePeople,
  isReady,
  participantsOf,
  refreshNames,
} from '../people.ts';
import type { Operation } from '../planning.ts';
import type { Scope } from '../ports.ts';
import { keepsRoom, roomSpec, specHash } from '../room-spec.ts';
import type { Claim, Invitee, Participant, Room, Teleconsultation } from '../teleconsultation.ts';
import { droppedRoom, leftByClaim, stillHolds } from './claim.ts';
import { type Attempt, makeRoom, newAttempt } from './make-room.ts';
import { recover } from './recover.ts';
import { settle } from './settle.ts';

/**
 * The one way in which rooms come and go at Kaleyra. Makes what the planned record should have, swings the record to it in one
 * write, and then removes what the record no longer points at. Steps that do not need each other run side by side, so the
 * number of steps does not grow with the participants.
 */
export interface Change {
  id: string;
  operation: Operation;
  /** The claim under which the room changes; null when it stays as it is. */
  claim: Claim | null;
  /** Takes the record for this change and gives it back as it is then in the table. */
  take(): Promise<Teleconsultation | 'lost'>;
  invitees: readonly Invitee[];
  /** How the request wrote them down, to say where somebody stands. */
  form: ListForm;
  /** Participants of the record so far: they need no second introduction. */
  already: readonly Participant[];
  /** Nobody comes in or is raised by it, and nobody of those who are in it can be in the middle of an erasure: none is asked for. */
  everybodyStays?: boolean;
  /** The room that the record points at does not exist any more: another one is made, however equal. */
  roomIsGone?: boolean;
  /** What the record is to become; its room and claim are filled in here. */
  planned(base: Teleconsultation, participants: readonly Participant[]): Teleconsultation;
}

const names = (record: Teleconsultation, kaleyraId: string): boolean =>
  record.participants.some(participant => participant.kaleyraId === kaleyraId);

/** The record as it is once the room is there: claim gone, visible, owed what was replaced or left by somebody who died. */
const swung = (
  scope: Scope,
  change: Change,
  base: Teleconsultation,
  planned: Teleconsultation,
  room: Room | null,
): Teleconsultation => {
  const replaced = base.room !== null && base.room.id !== room?.id ? [droppedRoom(scope, base.room.id)] : [];
  const left = change.claim === null ? leftByClaim(scope, base) : [];
  const owed = [...base.owed, ...left, ...replaced];
  return { ...planned, state: 'PUBLIC', claim: null, room, owed, upkeep: base.upkeep };
};

const SWINGS = 5;

/**
 * The one write that turns the record to its new room. Under our claim only jobs and payments can have written meanwhile, and
 * none of them touches what the change is about: it is put on top of what they wrote.
 */
const swing = async (
  scope: Scope,
  change: Change,
  base: Teleconsultation,
  planned: Teleconsultation,
  room: Room | null,
): Promise<Teleconsultation | 'lost'> => {
  let current = base;
  for (let attempt = 0; attempt < SWINGS; attempt += 1) {
    const written = await scope.records.change(current, swung(scope, change, current, planned, room));
    if (written !== 'lost' || change.claim === null) return written;
    const fresh = await scope.records.find(base.id);
    if (fresh === undefined || fresh.claim?.operation !== change.claim.operation) return 'lost';
    current = fresh;
  }
  return 'lost';
};

/** The room the planned record is to point at: the one it has, a new one, or none while the list is incomplete. */
const roomFor = async (
  scope: Scope,
  base: Teleconsultation,
  planned: Teleconsultation,
  people: readonly Identified[],
  attempt: Attempt,
): Promise<Room | null> => {
  const spec = roomSpec(planned, scope.config);
  if (spec === null) return null;
  // Stryker disable next-line ConditionalExpression: what has no room does not keep it
  if (base.room !== null && keepsRoom(base, planned, scope.config)) return base.room;
  const made = await makeRoom(scope, base.id, spec, people, attempt);
  return { ...made, specHash: specHash(spec) };
};

/** Without a claim no room is made; but also a list that is not complete makes newcomers known, and raises roles. */
const mayIntroduce = ({ invitees, already }: Change): boolean =>
  invitees.some(invitee => {
    const stored = already.find(participant => participant.externalId === invitee.externalId);
    return stored === undefined || stored.groups.join() !== invitee.groups.join();
  });

const callsKaleyra = (
  scope: Scope,
  { roomIsGone = false }: Change,
  base: Teleconsultation,
  planned: Teleconsultation,
  people: readonly Identified[],
): boolean => {
  const makesRoom = roomSpec(planned, scope.config) !== null && (roomIsGone || !keepsRoom(base, planned, scope.config));
  return makesRoom || people.some(person => !isReady(person));
};

const carryOut = async (scope: Scope, change: Change, attempt: Attempt): Promise<Teleconsultation | 'lost'> => {
  const [base, people, circuit] = await together([
    change.take(),
    identifyPeople(scope, change.invitees, change.already, change.everybodyStays),
    change.claim !== null || mayIntroduce(change) ? readCircuit(scope) : undefined,
  ]);
  attempt.circuit = circuit;
  if (base === 'lost') return 'lost';
  const planned = change.planned(base, participantsOf(people, change.operation, change.form));

  const isAsked = callsKaleyra(scope, change, base, planned, people);
  if (isAsked) await assumeKaleyraAnswers(scope, circuit);
  await introducePeople(scope, people);

  const newcomers = people.map(person => person.known.kaleyraId).filter(kaleyraId => !names(base, kaleyraId));
  const noteThem = () =>
    together([
      confirmPeople(scope, people),
      // Of whoever was not asked for nothing is written: it could bring back what an erasure has removed.
      change.everybodyStays ? undefined : refreshNames(scope, people),
      newcomers.length === 0 ? undefined : scope.records.linkPeople(base.id, newcomers),
    ]);
  const [room] = await together([
    roomFor(scope, change.roomIsGone === true ? { ...base, room: null } : base, planned, people, attempt),
    onceSent(noteThem),
  ]);

  if (change.claim !== null && !stillHolds(change.claim, scope.clock.now())) {
    throw conflict('the change took too long, please repeat it', 1);
  }
  const [outcome] = await together([
    swing(scope, change, base, planned, room),
    // The way from a room back to its record; should it fail to be written, the room's description says the same.
    room === null || room.id === base.room?.id ? undefined : scope.records.linkRoom(room.id, base.id),
    // Whatever it was asked for: it has answered.
    isAsked ? noteSuccess(scope, circuit) : undefined,
  ]);
  const isReplaced = room !== null && base.room !== null && base.room.id !== room.id;
  if (isReplaced && outcome !== 'lost') scope.metrics.add('RoomsReplaced', 1);
  return outcome;
};

/**
 * @returns the record as it is afterwards, or `lost` if somebody else changed it first; nothing of ours is left then
 * @throws ServiceError 400 when two participants are one user at Kaleyra; KaleyraError; `store_unavailable`. The record is
 *   then as it was.
 */
export const ensureRoom = async (scope: Scope, change: Change): Promise<Teleconsultation | 'lost'> => {
  const attempt = newAttempt();
  try {
    const outcome = await carryOut(scope, change, attempt);
    if (outcome !== 'lost') return await settle(scope, outcome);
    return (await recover(scope, change.id, change.claim, attempt)) ?? 'lost';
  } catch (error) {
    const afterwards = scope.afterwards();
    const [landed] = await together([
      recover(afterwards, change.id, change.claim, attempt),
      noteFailure(afterwards, error, attempt.circuit),
    ]);
    if (landed === undefined) throw error;
    return settle(afterwards, landed);
  }
};
