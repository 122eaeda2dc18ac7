import type { Config } from '../config.ts';
import { isPlaceholder } from './erasure/placeholder.ts';
import type { Caller } from './ports.ts';
import { roleOf } from './roles.ts';
import type { Invitee, Participant, Teleconsultation } from './teleconsultation.ts';

/**
 * Since when somebody leads a teleconsultation. Whoever may change a list can add anybody as plus, also somebody who is nobody
 * but another name of their own: so who was added counts less than who was there before, or the rule about the last other plus
 * participant would end with the second request.
 */

type Privileges = Pick<Config, 'privileges'>;

/** 0: from the start, or by the word of somebody who may do everything. */
const sinceOf = ({ plusSince = 0 }: Participant): number => plusSince;

const isPlus = ({ groups }: Invitee, { privileges }: Privileges): boolean => roleOf(groups, privileges) === 'plus';

export const staysPlus = (invitees: readonly Invitee[], { externalId }: Participant, settings: Privileges): boolean =>
  invitees.some(invitee => invitee.externalId === externalId && isPlus(invitee, settings));

/** Who is plus beside the caller, as stored; in the place of somebody who was erased there is nobody. */
export const othersWhoArePlus = (
  caller: Pick<Caller, 'id'>,
  stored: readonly Participant[],
  settings: Privileges,
): Participant[] =>
  stored.filter(one => one.externalId !== caller.id && !isPlaceholder(one.externalId) && isPlus(one, settings));

/**
 * Whether a list removes those who were plus before others: all of those who have been it for longest, the caller aside; or
 * anybody who was it before the caller.
 */
export const removesSeniors = (
  caller: Pick<Caller, 'id'>,
  stored: readonly Participant[],
  invitees: readonly Invitee[],
  settings: Privileges,
): boolean => {
  const others = othersWhoArePlus(caller, stored, settings);
  const first = Math.min(...others.map(sinceOf));
  const eldest = others.filter(one => sinceOf(one) === first);
  const own = stored.find(one => one.externalId === caller.id && isPlus(one, settings));
  const before = others.filter(one => own !== undefined && sinceOf(one) < sinceOf(own));
  const isKept = (one: Participant): boolean => staysPlus(invitees, one, settings);
  return (eldest.length > 0 && !eldest.some(isKept)) || !before.every(isKept);
};

/** @param isTrusted whether the list is of somebody who may do everything: then whom it names is there as from the start */
export const withSeniority = (
  before: Pick<Teleconsultation, 'participants' | 'version'>,
  participants: readonly Participant[],
  isTrusted: boolean,
  settings: Privileges,
): Participant[] =>
  participants.map(participant => {
    const { plusSince: _, ...person } = participant;
    if (!isPlus(person, settings)) return person;
    const known = before.participants.find(({ externalId }) => externalId === person.externalId);
    // Of some in records of the retired service nothing is stored but who they are: they have been there from the start.
    const wasPlus = known !== undefined && (known.groups.length === 0 || isPlus(known, settings));
    const since = wasPlus ? sinceOf(known) : isTrusted ? 0 : before.version;
    return since === 0 ? person : { ...person, plusSince: since };
  });
