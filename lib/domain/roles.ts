import type { Config } from '../config.ts';
import type { Invitee, Role } from './teleconsultation.ts';

/** Which of the two Kaleyra roles a person's groups give; with several, the higher one. undefined: no configured group. */
export const roleOf = (groups: readonly string[], privileges: Config['privileges']): Role | undefined => {
  if (groups.some(group => privileges.plus.groups.includes(group))) return 'plus';
  if (groups.some(group => privileges.basic.groups.includes(group))) return 'basic';
  return undefined;
};

export const hasPlus = (people: readonly Invitee[], privileges: Config['privileges']): boolean =>
  people.some(person => roleOf(person.groups, privileges) === 'plus');
