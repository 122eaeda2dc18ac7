import { refusedByRule } from '../errors.ts';
import { together } from '../together.ts';
import type { KnownPerson, Scope } from './ports.ts';
import { roleOf } from './roles.ts';
import type { Invitee, Participant, Role } from './teleconsultation.ts';

/**
 * From people in the callers' world to users at Kaleyra. Ids are minted here, so no identifier of a person travels to the
 * vendor, and "already exists" can only be an earlier attempt of ours.
 */

export interface Identified {
  invitee: Invitee;
  known: KnownPerson;
  role: Role;
}

/** The rule that every group list has passed before people are identified. */
const roleIn = (scope: Scope, invitee: Invitee): Role => roleOf(invitee.groups, scope.config.privileges) ?? 'basic';

/**
 * Who everybody is at Kaleyra; ids are minted for those who are nobody yet.
 * @param already participants of the record: they were confirmed when they came in
 */
export const identifyPeople = (
  scope: Scope,
  invitees: readonly Invitee[],
  already: readonly Participant[] = [],
): Promise<Identified[]> =>
  together(
    invitees.map(async (invitee): Promise<Identified> => {
      const role = roleIn(scope, invitee);
      const participant = already.find(one => one.externalId === invitee.externalId);
      const before = participant === undefined ? undefined : roleIn(scope, participant);
      if (participant !== undefined && before !== undefined && (before === 'plus' || role === 'basic')) {
        return { invitee, role, known: { kaleyraId: participant.kaleyraId, confirmedRole: before } };
      }
      const known = await scope.people.identify(invitee.externalId, scope.ids.kaleyraUserId());
      return { invitee, role, known };
    }),
  ) as Promise<Identified[]>;

/** @throws ServiceError 400 when two of them are one user at Kaleyra, as imported data can have it */
export const participantsOf = (people: readonly Identified[], operation: string): Participant[] => {
  const seen = new Set<string>();
  return people.map(({ invitee, known: { kaleyraId } }, index) => {
    if (seen.has(kaleyraId)) {
      const rule = 'two participants are the same user at the video service';
      throw refusedByRule(operation, rule, [{ path: `body.participants.data.${index}.userId`, message: rule }]);
    }
    seen.add(kaleyraId);
    return { ...invitee, kaleyraId };
  });
};

/** What Kaleyra has to hear of somebody. */
type Introduced = Pick<Identified, 'known' | 'role'>;

const isReady = ({ known, role }: Introduced): boolean =>
  known.confirmedRole === 'plus' || (known.confirmedRole === 'basic' && role === 'basic');

const introduceOne = async (scope: Scope, { known, role }: Introduced): Promise<void> => {
  // A confirmed user only needs the higher role; one that "existed" may be our earlier attempt with the lower one.
  const outcome = known.confirmedRole === undefined ? await scope.kaleyra.createUser(known.kaleyraId, role) : 'existed';
  if (outcome === 'existed' && role === 'plus') await scope.kaleyra.setRole(known.kaleyraId, role);
};

/** Creates or raises at Kaleyra whoever is not there with a sufficient role, side by side; notes the way back. */
export const introducePeople = async (scope: Scope, people: readonly Identified[]): Promise<void> => {
  const newcomers = people.filter(person => !isReady(person));
  await together(
    newcomers.flatMap(person => [
      introduceOne(scope, person),
      scope.people.rememberWayBack(person.known.kaleyraId, person.invitee.externalId, person.invitee.fullName),
    ]),
  );
};

/** Kaleyra does not know somebody whom our table calls confirmed: everybody is created or raised once more. */
export const introduceAgain = async (scope: Scope, people: readonly Introduced[]): Promise<void> => {
  await together(
    people.map(person =>
      introduceOne(scope, { role: person.role, known: { kaleyraId: person.known.kaleyraId, confirmedRole: undefined } }),
    ),
  );
};

/** Notes for those who were introduced that Kaleyra has them; until then every use introduces them again. */
export const confirmPeople = async (scope: Scope, people: readonly Identified[]): Promise<void> => {
  const introduced = people.filter(person => !isReady(person));
  const now = scope.clock.now();
  await together(introduced.map(({ invitee, role }) => scope.people.confirm(invitee.externalId, role, now)));
};
