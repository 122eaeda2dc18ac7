import type { Config } from '../config.ts';
import type { Caller } from './ports.ts';
import { roleOf } from './roles.ts';
import { othersWhoArePlus, staysPlus } from './seniority.ts';
import type { Invitee, Participant, Role, Teleconsultation } from './teleconsultation.ts';

/**
 * Who may do what, as pure rules on the caller, the stored record and the configuration. Use cases ask through authorize.ts.
 *
 * A caller is known by their identity alone (id, groups, scopes). What a body says of its own caller is never a right.
 */

/** What a token has to allow, for machines above all: booking, changing and cancelling for anybody, and the settings. */
export const MANAGE = 'teleconsultation:manage';

export type Settings = Pick<Config, 'authorization' | 'privileges'>;

/** What somebody is to one teleconsultation; to a stranger all of it is missing. */
export interface Standing {
  /** As stored. */
  participant: Participant | undefined;
  /** Of the two roles, the one in which they take part; of somebody else's groups only those that are stored count. */
  role: Role | undefined;
  isCreator: boolean;
  isManager: boolean;
}

export type Action =
  | 'open'
  | 'change'
  | 'add a participant'
  | 'cancel'
  | 'delete uploads'
  | 'read a transcription'
  | 'read a recording';

/** What is written where an id is missing; a caller of that name is nobody, and has created nothing. */
const NOBODYS_NAMES = ['', 'null', 'undefined', 'public'];

const isSomebody = ({ id }: Pick<Caller, 'id'>): boolean => id !== undefined && !NOBODYS_NAMES.includes(id);

const isOneOf = (caller: Caller, groups: readonly string[]): boolean =>
  caller.groups.some(group => groups.includes(group));

/** May act for anybody, and takes part in nothing by that. */
export const isManager = (caller: Caller, { authorization }: Settings): boolean =>
  caller.scopes.includes(MANAGE) || isOneOf(caller, authorization.managerGroups);

export const mayConfigure = (caller: Caller, { authorization }: Settings): boolean =>
  caller.scopes.includes(MANAGE) || isOneOf(caller, authorization.adminGroups);

/** @param own the role that the caller's identity gives them, or the directory */
export const mayBook = (caller: Caller, own: Role | undefined, settings: Settings): boolean =>
  isManager(caller, settings) || (isSomebody(caller) && own === 'plus');

/** @param own as above: for participants of whom nothing is stored but who they are, as the retired service stored them */
export const standingOf = (
  caller: Caller,
  record: Pick<Teleconsultation, 'participants' | 'creatorId'>,
  own: Role | undefined,
  settings: Settings,
): Standing => {
  const somebody = isSomebody(caller);
  const participant = somebody ? record.participants.find(({ externalId }) => externalId === caller.id) : undefined;
  // Stryker disable next-line ArrayDeclaration: whoever takes no part has no role, whatever the groups
  const stored = participant?.groups ?? [];
  return {
    participant,
    role: participant !== undefined && stored.length === 0 ? own : roleOf(stored, settings.privileges),
    isCreator: somebody && record.creatorId === caller.id,
    isManager: isManager(caller, settings),
  };
};

/** Whoever has no right at all to a teleconsultation must not learn that there is one. */
export const isStranger = ({ participant, isCreator, isManager }: Standing): boolean =>
  participant === undefined && !isCreator && !isManager;

const takesPart = ({ participant }: Standing): boolean => participant !== undefined;

const leads = ({ role, isCreator, isManager }: Standing): boolean => role === 'plus' || isCreator || isManager;

/** Attending is one thing, managing another: who only manages is given no link and nothing of what was said. */
const RULES: Record<Action, (standing: Standing) => boolean> = {
  open: takesPart,
  'read a transcription': takesPart,
  'read a recording': takesPart,
  change: leads,
  'add a participant': leads,
  cancel: leads,
  // Whoever may cancel the whole may remove a part of it.
  'delete uploads': standing => takesPart(standing) || leads(standing),
};

export const mayDo = (action: Action, standing: Standing): boolean => RULES[action](standing);

export const isIn = (caller: Caller, invitees: readonly Invitee[]): boolean =>
  isSomebody(caller) && invitees.some(({ externalId }) => externalId === caller.id);

/**
 * Whether a list leaves none of those who are plus now, other than the caller, as plus: taken out of the list, or left in it
 * with lesser groups. Where nobody else is plus, there is nobody to be removed.
 */
export const removesLastOtherPlus = (
  caller: Caller,
  stored: readonly Participant[],
  invitees: readonly Invitee[],
  settings: Settings,
): boolean => {
  const others = othersWhoArePlus(caller, stored, settings);
  return others.length > 0 && !others.some(one => staysPlus(invitees, one, settings));
};

/**
 * Whether a list that the caller has written makes the caller plus, who is not plus by their identity and was not in the
 * record either.
 */
export const raisesCaller = (
  caller: Caller,
  stored: readonly Participant[],
  invitees: readonly Invitee[],
  { privileges }: Settings,
): boolean => {
  const isCallerAsPlus = ({ externalId, groups }: Invitee): boolean =>
    externalId === caller.id && roleOf(groups, privileges) === 'plus';
  const isPlusAlready = roleOf(caller.groups, privileges) === 'plus' || stored.some(isCallerAsPlus);
  return isSomebody(caller) && !isPlusAlready && invitees.some(isCallerAsPlus);
};
