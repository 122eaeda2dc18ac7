import { forbidden, type ServiceError } from '../errors.ts';
import {
  type Action,
  isIn,
  isManager,
  isStranger,
  mayBook,
  mayConfigure,
  mayDo,
  raisesCaller,
  removesLastOtherPlus,
  standingOf,
} from './authorization.ts';
import type { Caller, Scope } from './ports.ts';
import { roleOf } from './roles.ts';
import { removesSeniors } from './seniority.ts';
import type { Invitee, Participant, Role, Teleconsultation } from './teleconsultation.ts';

/**
 * The rules of authorization.ts, asked by every use case that somebody calls. Where the gateway in front decides, everything
 * here lets everybody pass; then the use cases refuse what the retired service refused.
 */

type Asking = Pick<Scope, 'caller' | 'config' | 'directory'>;

const isDecidedHere = ({ config }: Pick<Scope, 'config'>): boolean => config.authorization.mode === 'rules';

/**
 * The role of the calling person: by their identity, or by the directory where identity says less. The same people vouch for
 * both.
 */
const ownRole = async ({ caller, config, directory }: Asking): Promise<Role | undefined> => {
  const { id, groups, fullName } = caller;
  const byIdentity = roleOf(groups, config.privileges);
  if (byIdentity === 'plus' || id === undefined) return byIdentity;
  const described = await directory.describeCaller({ id, groups, fullName });
  // Stryker disable next-line ArrayDeclaration: a group that no privilege knows gives no role
  return roleOf([...groups, ...(described?.groups ?? [])], config.privileges);
};

const REFUSALS: Record<Action, string> = {
  open: 'a teleconsultation opens only for those who take part in it',
  'read a transcription': 'a transcription is only for those who take part in the teleconsultation',
  'read a recording': 'a recording is only for those who take part in the teleconsultation',
  change: 'only a plus participant, the creator or a manager may change a teleconsultation',
  'add a participant': 'only a plus participant, the creator or a manager may add a participant',
  cancel: 'only a plus participant, the creator or a manager may cancel a teleconsultation',
  'delete uploads': 'only a participant, the creator or a manager may delete uploads',
};

/** Only in records of the retired service: it stored no groups where it had a directory to ask. */
const isUndescribed = (caller: Caller, { participants }: Teleconsultation): boolean =>
  participants.some(({ externalId, groups }) => externalId === caller.id && groups.length === 0);

/**
 * @param record as just read; a decision holds for this version of it alone
 * @param unknown makes the answer that an unknown id gets on this route, where one is needed: an error gathers its stack
 * @throws ServiceError `unknown` for a caller without any right to the teleconsultation, 403 for one whose rights are others;
 *   what the directory fails with, for a participant of whom nothing is stored but the id
 */
export const authorize = async (
  scope: Asking,
  action: Action,
  record: Teleconsultation,
  unknown: () => ServiceError,
): Promise<void> => {
  const { caller, config } = scope;
  if (!isDecidedHere(scope)) return;
  const standing = standingOf(caller, record, undefined, config);
  if (isStranger(standing)) throw unknown();
  if (mayDo(action, standing)) return;
  const own = isUndescribed(caller, record) ? await ownRole(scope) : undefined;
  if (!mayDo(action, standingOf(caller, record, own, config))) throw forbidden(REFUSALS[action]);
};

/** Asked before anything of the body is looked up, so that nobody finds out who is in the directory. @throws ServiceError 403 */
export const authorizeBooking = async (scope: Asking): Promise<void> => {
  const { caller, config } = scope;
  if (!isDecidedHere(scope) || isManager(caller, config)) return;
  if (!mayBook(caller, await ownRole(scope), config)) {
    throw forbidden('only somebody in a plus group or a manager may book a teleconsultation');
  }
};

/** A directory says itself what people are, whatever a body says. */
const refuseRaisedCaller = (
  { caller, config }: Asking,
  stored: readonly Participant[],
  invitees: readonly Invitee[],
) => {
  if (config.directory.authService !== undefined || !raisesCaller(caller, stored, invitees, config)) return;
  throw forbidden('nobody gives themselves a plus group: the caller’s identity names none');
};

/** @throws ServiceError 403 for a list that this caller may not book */
export const authorizeBooked = (scope: Asking, invitees: readonly Invitee[]): void => {
  const { caller, config } = scope;
  if (!isDecidedHere(scope)) return;
  if (!isManager(caller, config) && !isIn(caller, invitees)) {
    throw forbidden('whoever books a teleconsultation takes part in it: the list must name the caller');
  }
  // Stryker disable next-line ArrayDeclaration: what is nobody is not the caller either
  refuseRaisedCaller(scope, [], invitees);
};

/** @throws ServiceError 403 for a list that this caller may not make of the stored one */
export const authorizeList = (scope: Asking, stored: readonly Participant[], invitees: readonly Invitee[]): void => {
  const { caller, config } = scope;
  if (!isDecidedHere(scope)) return;
  if (!isManager(caller, config)) {
    if (removesLastOtherPlus(caller, stored, invitees, config)) {
      throw forbidden('only a manager may remove the last other plus participant');
    }
    if (removesSeniors(caller, stored, invitees, config)) {
      throw forbidden('only a manager may remove the plus participants who were there before others');
    }
  }
  refuseRaisedCaller(scope, stored, invitees);
};

/** Whether whom this caller writes into a list is there as from the start: nobody but a manager has rules to get around. */
export const isTrusted = (scope: Pick<Scope, 'caller' | 'config'>): boolean =>
  !isDecidedHere(scope) || isManager(scope.caller, scope.config);

/** @throws ServiceError 403 */
export const authorizeSettings = (scope: Pick<Scope, 'caller' | 'config'>): void => {
  if (!isDecidedHere(scope) || mayConfigure(scope.caller, scope.config)) return;
  throw forbidden('only an administrator may see or change the settings of the company');
};

/** @throws ServiceError 403 for somebody who could take part in nothing */
export const authorizeCredentials = async (scope: Asking): Promise<void> => {
  const { caller, config } = scope;
  if (!isDecidedHere(scope) || roleOf(caller.groups, config.privileges) !== undefined) return;
  if ((await ownRole(scope)) === undefined) throw forbidden('the caller is in no group that the privileges know');
};
