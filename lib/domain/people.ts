import { isKaleyraError, refusedByRule } from '../errors.ts';
import type { Personal } from '../personal.ts';
import { FullName } from '../schemas/fields.ts';
import { type ListForm, pathOfId } from '../schemas/list-form.ts';
import { usualOf } from '../schemas/usual.ts';
import { onceSent, together } from '../together.ts';
import type { KnownPerson, Scope } from './ports.ts';
import { roleOf } from './roles.ts';
import type { Invitee, NameSource, Participant, Role } from './teleconsultation.ts';

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

/** Who somebody is at Kaleyra; an id is minted for who is nobody yet. */
export const identifyPerson = async (scope: Scope, invitee: Invitee): Promise<Identified> => ({
  invitee,
  role: roleIn(scope, invitee),
  known: await scope.people.identify(invitee.externalId, scope.ids.kaleyraUserId()),
});

/** As the record has them, with a role that is high enough; undefined for anybody else. */
const identifiedBy = (scope: Scope, already: readonly Participant[], invitee: Invitee): Identified | undefined => {
  const participant = already.find(one => one.externalId === invitee.externalId);
  if (participant === undefined) return undefined;
  const [before, role] = [roleIn(scope, participant), roleIn(scope, invitee)];
  if (before !== 'plus' && role !== 'basic') return undefined;
  return { invitee, role, known: { kaleyraId: participant.kaleyraId, confirmedRole: before } };
};

/**
 * Who everybody is at Kaleyra; ids are minted for those who are nobody yet.
 * @param already participants of the record: they were confirmed when they came in, and are only asked whether they stay
 * @param stay whether that is known: then they are not asked
 * @throws ServiceError 409 while one of them is being erased: whatever is changed about a record, nobody is in it after their
 *   erasure who could be brought back by its next room
 */
export const identifyPeople = async (
  scope: Scope,
  invitees: readonly Invitee[],
  // Stryker disable next-line ArrayDeclaration: what is nobody is none of the invitees either
  already: readonly Participant[] = [],
  stay = false,
): Promise<Identified[]> => {
  const known = invitees.map(invitee => identifiedBy(scope, already, invitee));
  const asked = known.flatMap(person => (person === undefined || stay ? [] : [person.invitee.externalId]));
  const [people] = await together([
    together(invitees.map((invitee, index) => known[index] ?? identifyPerson(scope, invitee))),
    asked.length === 0 ? undefined : scope.people.assertStaying(asked),
  ]);
  return people as Identified[];
};

/** @throws ServiceError 400 when two of them are one user at Kaleyra, as imported data can have it */
export const participantsOf = (people: readonly Identified[], operation: string, form: ListForm): Participant[] => {
  const seen = new Set<string>();
  return people.map(({ invitee, known: { kaleyraId } }, index) => {
    if (seen.has(kaleyraId)) {
      const rule = 'two participants are the same user at the video service';
      throw refusedByRule(operation, rule, [{ path: pathOfId(form, index), message: rule }]);
    }
    seen.add(kaleyraId);
    if (invitee.nameSource === undefined) return { ...invitee, kaleyraId };
    const { nameSource: _, ...person } = invitee;
    return { ...person, kaleyraId };
  });
};

/** What Kaleyra has to hear of somebody. */
type Introduced = Pick<Identified, 'known' | 'role'>;

/** Whether Kaleyra has them already, with a sufficient role. */
export const isReady = ({ known, role }: Introduced): boolean =>
  known.confirmedRole === 'plus' || (known.confirmedRole === 'basic' && role === 'basic');

const introduceOne = async (scope: Scope, { known, role }: Introduced): Promise<void> => {
  // A confirmed user only needs the higher role; one that "existed" may be our earlier attempt with the lower one.
  const isKnown = known.confirmedRole !== undefined;
  const isNew = !isKnown && (await scope.kaleyra.createUser(known.kaleyraId, role)) === 'created';
  if (isNew || role === 'basic') return;
  try {
    await scope.kaleyra.setRole(known.kaleyraId, role);
  } catch (error) {
    // Confirmed once, and gone since: there is nobody to raise, so they are created with the role.
    if (!isKaleyraError(error) || error.code !== 'kaleyra_refused' || error.vendorStatus === 401) throw error;
    if ((await scope.kaleyra.createUser(known.kaleyraId, role)) === 'existed') throw error;
  }
};

/** What careless clients write for "nobody" is nobody in particular. */
const isCaller = ({ caller }: Scope, externalId: string): boolean =>
  caller.id === externalId && externalId !== 'null' && externalId !== 'undefined';

const usable = (name: string | null): Personal | undefined =>
  // Stryker disable next-line ConditionalExpression,LogicalOperator: the schema says the same, it only takes longer
  name === null ? undefined : (usualOf(FullName, name) ?? FullName.safeParse(name).data);

/** What somebody is called, and who says so: about themselves people know better than who booked for them. */
const nameOf = (scope: Scope, invitee: Invitee): { fullName: string | null; source: NameSource } => {
  const { fullName, nameSource } = invitee;
  if (nameSource !== undefined) return { fullName, source: nameSource };
  if (!isCaller(scope, invitee.externalId)) return { fullName, source: 'booking' };
  return { fullName: usable(scope.caller.fullName) ?? usable(fullName) ?? null, source: 'self' };
};

const noteName = (scope: Scope, { invitee, known }: Identified): Promise<void> =>
  scope.people.rememberWayBack({
    kaleyraId: known.kaleyraId,
    externalId: invitee.externalId,
    ...nameOf(scope, invitee),
  });

/**
 * Notes newer names of those whom Kaleyra has already, side by side; the others' are noted when they are introduced. What
 * somebody else's booking calls them is not news.
 */
export const refreshNames = async (scope: Scope, people: readonly Identified[]): Promise<void> => {
  const news = people.filter(person => {
    const { fullName, source } = nameOf(scope, person.invitee);
    return isReady(person) && fullName !== null && source !== 'booking';
  });
  await together(news.map(person => noteName(scope, person)));
};

/** Creates or raises at Kaleyra whoever is not there with a sufficient role, side by side; notes the way back. */
export const introducePeople = async (scope: Scope, people: readonly Identified[]): Promise<void> => {
  const newcomers = people.filter(person => !isReady(person));
  // Stryker disable next-line ConditionalExpression: without it nothing is awaited in several steps
  if (newcomers.length === 0) return;
  await together([
    ...newcomers.map(person => introduceOne(scope, person)),
    // Kaleyra's answer takes longest, so what is asked of it leaves first.
    onceSent(() => together(newcomers.map(person => noteName(scope, person)))),
  ]);
};

/** Kaleyra does not know somebody whom our table calls confirmed: everybody is created or raised once more. */
export const introduceAgain = async (scope: Scope, people: readonly Introduced[]): Promise<void> => {
  await together(
    people.map(person =>
      introduceOne(scope, {
        role: person.role,
        known: { kaleyraId: person.known.kaleyraId, confirmedRole: undefined },
      }),
    ),
  );
};

/** Notes for those who were introduced that Kaleyra has them; until then every use introduces them again. */
export const confirmPeople = async (scope: Scope, people: readonly Identified[]): Promise<void> => {
  const introduced = people.filter(person => !isReady(person));
  const now = scope.clock.now();
  await together(introduced.map(({ invitee, role }) => scope.people.confirm(invitee.externalId, role, now)));
};
