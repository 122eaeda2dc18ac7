import type { Directory } from '../domain/ports.ts';
import { invalidInput, type Problem } from '../errors.ts';
import { pathOfParticipant } from '../schemas/list-form.ts';

/** Standalone: no directory is asked; every participant carries groups and full name. */
export const createStandaloneDirectory = (): Directory => ({
  describe: async ({ data, form }) => {
    if (form === 'plain ids') {
      const message = 'must be an object with number and data: without a directory, ids alone say nothing about people';
      throw invalidInput([{ path: 'body.participants', message }]);
    }
    const problems: Problem[] = [];
    const invitees = data.map(({ externalId, groups, fullName, language }, index) => {
      const at = pathOfParticipant(form, index);
      if (groups === undefined) problems.push({ path: `${at}.groups`, message: 'is required' });
      if (fullName === undefined) problems.push({ path: `${at}.fullName`, message: 'is required' });
      return { externalId, groups: groups ?? [], fullName: fullName ?? null, language: language ?? null };
    });
    if (problems.length > 0) throw invalidInput(problems);
    return invitees;
  },

  describeCaller: async ({ id, groups, fullName }) =>
    groups.length === 0 ? undefined : { externalId: id, groups, fullName, language: null },
});
