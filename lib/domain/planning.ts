import { invalidInput, refusedByRule } from '../errors.ts';
import { pathOfParticipant } from '../schemas/list-form.ts';
import type { CreateRequest, RequestedParticipant, UpdateRequest } from '../schemas/requests.ts';
import { together } from '../together.ts';
import { problemsOfTimes, timesAfter } from './duration.ts';
import { isPlaceholder } from './erasure/placeholder.ts';
import type { Scope } from './ports.ts';
import { hasPlus, roleOf } from './roles.ts';
import { keepsRoom } from './room-spec.ts';
import { type Invitee, isComplete, type Teleconsultation } from './teleconsultation.ts';

/** What a request wants the teleconsultation to be: validated as a whole, nothing written yet. */
export interface Plan {
  startDate: number;
  endDate: number | null;
  expected: number;
  invitees: readonly Invitee[];
}

/** What is being done, as the retired service named it in its error sentences: `PATCH /teleconsultation`. */
export type Operation = string;

const NO_PLUS_USER = 'no plus user in room';

const inviteesOf = async (
  scope: Scope,
  participants: CreateRequest['participants'],
  operation: Operation,
): Promise<Invitee[]> => {
  const invitees = await scope.directory.describe(participants);
  const strangers = invitees.flatMap((invitee, index) =>
    roleOf(invitee.groups, scope.config.privileges) === undefined ? [index] : [],
  );
  if (strangers.length > 0) {
    const field = participants.form === 'plain ids' ? '' : '.groups';
    const message = 'names no group that the privileges know';
    const details = strangers.map(index => ({
      path: `${pathOfParticipant(participants.form, index)}${field}`,
      message,
    }));
    // Stryker disable next-line OptionalChaining: there is a first one
    throw refusedByRule(operation, `${details[0]?.path} ${message}`, details);
  }
  return invitees;
};

const checked = (scope: Scope, plan: Plan, operation: Operation): Plan => {
  if (
    isComplete({ expected: plan.expected, participants: plan.invitees }) &&
    !hasPlus(plan.invitees, scope.config.privileges)
  ) {
    throw refusedByRule(operation, NO_PLUS_USER);
  }
  return plan;
};

/** Only in records of the retired service: it stored no groups where it had a directory to ask. */
const isUndescribed = ({ groups }: Invitee): boolean => groups.length === 0;

/** Whether a room is to be made for people of whom nobody has said yet what they are. */
const lacksGroups = (plan: Plan): boolean =>
  isComplete({ expected: plan.expected, participants: plan.invitees }) && plan.invitees.some(isUndescribed);

/** The plan with what the directory knows today of those whom the retired service left undescribed. */
const withGroups = async (scope: Scope, plan: Plan): Promise<Plan> => {
  if (!lacksGroups(plan)) return plan;
  const describe = async (invitee: Invitee): Promise<Invitee> => {
    if (!isUndescribed(invitee)) return invitee;
    const found = await scope.directory.describeCaller({ id: invitee.externalId, groups: [], fullName: null });
    if (found === undefined) return invitee;
    const { externalId, language } = invitee;
    return { ...found, externalId, fullName: found.fullName ?? invitee.fullName, language };
  };
  return { ...plan, invitees: await together(plan.invitees.map(describe)) };
};

export const planCreation = async (scope: Scope, body: CreateRequest): Promise<Plan> => {
  const operation = 'POST /teleconsultation';
  // Stryker disable next-line ObjectLiteral: a booking says both of its times itself
  const times = timesAfter(body, { startDate: body.start_date, endDate: null });
  const problems = problemsOfTimes(body, times, scope.config.rooms.unlimited);
  if (problems.length > 0) throw invalidInput(problems);
  const invitees = await inviteesOf(scope, body.participants, operation);
  return checked(scope, { ...times, expected: body.participants.expected, invitees }, operation);
};

/** The stored teleconsultation with the requested fields in their place. */
export const planChange = async (scope: Scope, stored: Teleconsultation, body: UpdateRequest): Promise<Plan> => {
  const operation = 'PATCH /teleconsultation';
  const times = timesAfter(body, stored);
  const timesSent = [body.start_date, body.end_date, body.duration_in_seconds].some(sent => sent !== undefined);
  // Stored times were right when they were stored; only what this request says is held against today's limits.
  const problems = timesSent ? problemsOfTimes(body, times, scope.config.rooms.unlimited) : [];
  if (problems.length > 0) throw invalidInput(problems);
  if (body.participants === undefined) {
    const plan = { ...times, expected: stored.expected, invitees: stored.participants };
    // A room that stays asks nobody, and a list that is not complete has none.
    const asksNobody = !lacksGroups(plan) || keepsRoom(stored, { ...stored, ...times }, scope.config);
    return asksNobody ? plan : checked(scope, await withGroups(scope, plan), operation);
  }
  const invitees = await inviteesOf(scope, body.participants, operation);
  return checked(scope, { ...times, expected: body.participants.expected, invitees }, operation);
};

/** The stored teleconsultation with one more person, or with newer data of somebody who is in it. */
export const planAddition = async (
  scope: Scope,
  stored: Teleconsultation,
  participant: RequestedParticipant,
  operation: Operation,
): Promise<Plan> => {
  const [added] = await inviteesOf(scope, { expected: 1, data: [participant], form: 'single' }, operation);
  if (added === undefined) throw invalidInput([{ path: 'body.userId', message: 'is required' }]);
  const isThere = stored.participants.some(one => one.externalId === added.externalId);
  const invitees = isThere
    ? stored.participants.map(one => (one.externalId === added.externalId ? added : one))
    : [...stored.participants, added];
  if (invitees.length > stored.expected) {
    throw refusedByRule(operation, `all ${stored.expected} expected participants are known already`);
  }
  const { startDate, endDate, expected } = stored;
  return checked(scope, await withGroups(scope, { startDate, endDate, expected, invitees }), operation);
};

/**
 * What holds for a booking holds for every room that a change makes, also where the change leaves alone what the settings of
 * today do not allow any more.
 *
 * @throws ServiceError 400
 */
export const assertRoomCanBeMade = (scope: Scope, plan: Plan, operation: Operation): void => {
  if (!isComplete({ expected: plan.expected, participants: plan.invitees })) return;
  const problems = problemsOfTimes({}, plan, scope.config.rooms.unlimited);
  if (problems.length > 0) throw invalidInput(problems);
  if (plan.invitees.some(({ groups }) => roleOf(groups, scope.config.privileges) === undefined)) {
    throw refusedByRule(operation, 'a participant is in no group that the privileges know');
  }
  // A room for their Kaleyra user would bring that user back.
  if (plan.invitees.some(({ externalId }) => isPlaceholder(externalId))) {
    throw refusedByRule(operation, 'a participant was erased: list the others anew');
  }
  checked(scope, plan, operation);
};

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  [...new Set(one)].sort().join('\n') === [...new Set(other)].sort().join('\n');

const sameInvitee = (one: Invitee, stored: Invitee): boolean =>
  one.externalId === stored.externalId &&
  one.language === stored.language &&
  (one.fullName === stored.fullName || (isUndescribed(stored) && stored.fullName === null)) &&
  (isUndescribed(stored) || sameSet(one.groups, stored.groups));

/** Whether the plan changes nothing; the order in which people are listed means nothing. */
export const isStoredAs = (plan: Plan, stored: Teleconsultation): boolean =>
  plan.startDate === stored.startDate &&
  plan.endDate === stored.endDate &&
  plan.expected === stored.expected &&
  plan.invitees.length === stored.participants.length &&
  plan.invitees.every(invitee => stored.participants.some(participant => sameInvitee(invitee, participant)));
