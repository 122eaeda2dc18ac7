import { ServiceError } from '../../errors.ts';
import { together } from '../../together.ts';
import { confirmPeople, type Identified, introducePeople } from '../people.ts';
import type { Scope } from '../ports.ts';
import { roleOf } from '../roles.ts';
import type { Participant, Teleconsultation } from '../teleconsultation.ts';

/** A participant of whom nobody has noted that Kaleyra knows them; undefined also for who is not in our table any more, or on the way out of it. */
const unconfirmed = async (scope: Scope, invitee: Participant): Promise<Identified | undefined> => {
  const known = await scope.people.find(invitee.externalId).catch(error => {
    if (error instanceof ServiceError && error.code === 'conflict') return undefined;
    throw error;
  });
  if (known?.kaleyraId !== invitee.kaleyraId || known.confirmedRole !== undefined) return undefined;
  return { invitee, known, role: roleOf(invitee.groups, scope.config.privileges) ?? 'basic' };
};

/**
 * People who are written down in a teleconsultation, as an import or a crash can leave them, and were never created: created
 * ("exists already" is success), raised, and noted.
 *
 * @returns how many there were
 * @throws KaleyraError
 */
export const createUnconfirmed = async (scope: Scope, record: Teleconsultation): Promise<number> => {
  const found = await together(record.participants.map(participant => unconfirmed(scope, participant)));
  const people = found.filter(person => person !== undefined);
  await introducePeople(scope, people);
  await confirmPeople(scope, people);
  return people.length;
};
