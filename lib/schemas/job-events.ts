import * as z from 'zod';

/** What scheduled functions are invoked with: a schedule's own event, which says nothing, or what a person wants this time. */

const WEEK_MS = 7 * 24 * 3_600_000;

/** A plain invocation comes with nothing, or with an empty text. Whatever else a schedule's event holds is not for us. */
const orNothing = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(event => (event === null || event === undefined || event === '' ? {} : event), z.object(shape));

const milliseconds = z.number().int().min(0).max(WEEK_MS);

export const CleanupEvent = orNothing({ dryRun: z.boolean().optional(), graceMs: milliseconds.optional() });

export const RetentionEvent = orNothing({ dryRun: z.boolean().optional() });

export const ReconcileEvent = orNothing({
  minimumAgeMs: milliseconds.optional(),
  mostChanges: z.number().int().min(0).max(100_000).optional(),
});
