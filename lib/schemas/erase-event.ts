import * as z from 'zod/mini';
import { ExternalId } from './fields.ts';

/** What stands where nobody is named: as an id it would be everybody's who was not. */
const NOBODY = ['null', 'undefined', 'public'];

/** A wish that is not understood (`dryrun`) is refused: what this is for cannot be undone. */
export const EraseEvent = z.strictObject({
  externalId: ExternalId.check(z.refine(id => !NOBODY.includes(id), 'must be the id of a person')),
  cancel: z._default(z.boolean(), false),
  dryRun: z._default(z.boolean(), false),
});
