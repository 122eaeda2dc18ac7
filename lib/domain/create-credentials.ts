import { KaleyraError, refusedByRule, unauthorizedUser } from '../errors.ts';
import { ExternalId } from '../schemas/fields.ts';
import { together } from '../together.ts';
import { authorizeCredentials } from './authorize.ts';
import { assumeKaleyraAnswers, noteFailure, noteSuccess, readCircuit } from './circuit.ts';
import {
  confirmPeople,
  type Identified,
  identifyPerson,
  introduceAgain,
  introducePeople,
  refreshNames,
} from './people.ts';
import type { AccessToken, Caller, KnownPerson, Scope } from './ports.ts';
import { roleOf } from './roles.ts';
import type { Invitee, Role } from './teleconsultation.ts';

/** For apps that join calls through the vendor's SDK. The token goes to the caller and nowhere else: neither store nor log. */

export interface Credentials extends AccessToken {
  kaleyraId: string;
}

type KnownCaller = Caller & { id: string };

/** What careless clients write for "nobody": taken for a person, everybody without a name would be one and the same user. */
const NOBODY: readonly (string | undefined)[] = [undefined, 'null', 'undefined'];

const isPerson = (caller: Caller): caller is KnownCaller =>
  !NOBODY.includes(caller.id) && ExternalId.safeParse(caller.id).success;

/** The token of somebody who should be known at Kaleyra; who has vanished there is made known once more. */
const tokenFor = async (
  scope: Scope,
  { known, role }: Pick<Identified, 'known' | 'role'>,
  expiresIn: number,
): Promise<Credentials> => {
  const { kaleyraId } = known;
  const token = await scope.kaleyra.createCredentials(kaleyraId, expiresIn);
  if (token !== undefined) return { ...token, kaleyraId };
  scope.log.warn('person.introduced_again', { kaleyraUserId: kaleyraId });
  await introduceAgain(scope, [{ known, role }]);
  const second = await scope.kaleyra.createCredentials(kaleyraId, expiresIn);
  if (second === undefined) {
    throw new KaleyraError('kaleyra_refused', 502, 'the video service does not know the user that it was given');
  }
  return { ...second, kaleyraId };
};

/** The token of somebody whom Kaleyra has; what they are called by their own account may be news. */
const tokenAndName = async (
  scope: Scope,
  caller: KnownCaller,
  known: KnownPerson,
  role: Role,
  expiresIn: number,
): Promise<Credentials> => {
  const { id: externalId, groups, fullName } = caller;
  const person = { known, role, invitee: { externalId, groups, fullName, language: null } };
  const [credentials] = await together([tokenFor(scope, person, expiresIn), refreshNames(scope, [person])]);
  return credentials;
};

/** @throws ServiceError 400 when no privilege knows the groups: then there is no role to create the user with */
const describe = async (scope: Scope, caller: KnownCaller): Promise<Invitee | undefined> => {
  const invitee = await scope.directory.describeCaller(caller);
  if (invitee === undefined) return undefined;
  if (roleOf(invitee.groups, scope.config.privileges) === undefined) {
    throw refusedByRule('POST /credentials', 'the caller is in no group that the privileges know');
  }
  // The same key as the one just looked up, whatever the directory calls the person.
  return { ...invitee, externalId: caller.id };
};

const introduceAndToken = async (scope: Scope, invitee: Invitee, expiresIn: number): Promise<Credentials> => {
  const person = await identifyPerson(scope, invitee);
  await introducePeople(scope, [person]);
  const [credentials] = await together([tokenFor(scope, person, expiresIn), confirmPeople(scope, [person])]);
  return credentials;
};

/** Whether by our table, by what the caller says, or not at all: the token of this caller. */
const tokenOf = async (
  scope: Scope,
  caller: KnownCaller,
  known: KnownPerson | undefined,
  expiresIn: number,
): Promise<Credentials> => {
  if (known?.confirmedRole !== undefined) return tokenAndName(scope, caller, known, known.confirmedRole, expiresIn);

  const invitee = await describe(scope, caller);
  if (invitee !== undefined) return introduceAndToken(scope, invitee, expiresIn);

  if (known === undefined) throw unauthorizedUser();
  // Somebody began to make this person known, and nobody can say with which role: perhaps it was enough.
  const token = await scope.kaleyra.createCredentials(known.kaleyraId, expiresIn);
  if (token === undefined) throw unauthorizedUser();
  return { ...token, kaleyraId: known.kaleyraId };
};

/**
 * @param expiresIn seconds
 * @throws ServiceError 401 when there is no caller, then as authorizeCredentials does; 401 for a caller whom neither our table
 *   nor the directory knows; 400 when the caller's groups give no role; what the directory fails with; KaleyraError;
 *   `store_unavailable`
 */
export const createCredentials = async (scope: Scope, expiresIn: number): Promise<Credentials> => {
  const { caller } = scope;
  if (!isPerson(caller)) throw unauthorizedUser();
  await authorizeCredentials(scope);
  const [known, circuit] = await together([scope.people.find(caller.id), readCircuit(scope)]);
  await assumeKaleyraAnswers(scope, circuit);
  try {
    const credentials = await tokenOf(scope, caller, known, expiresIn);
    await noteSuccess(scope, circuit);
    return credentials;
  } catch (error) {
    await noteFailure(scope.afterwards(), error, circuit);
    throw error;
  }
};
