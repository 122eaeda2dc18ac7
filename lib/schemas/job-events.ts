import * as z from 'zod/mini';

/** What scheduled functions are invoked with: a schedule's own event, which says nothing, or what a person wants this time. */

const WEEK_MS = 7 * 24 * 3_600_000;

/** A plain invocation comes with nothing, or with an empty text. Whatever else a schedule's event holds is not for us. */
const orNothing = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.pipe(
    z.transform(event => (event === null || event === undefined || event === '' ? {} : event)),
    z.object(shape),
  );

const milliseconds = z.number().check(z.int(), z.minimum(0), z.maximum(WEEK_MS));

export const CleanupEvent = orNothing({ dryRun: z.optional(z.boolean()), graceMs: z.optional(milliseconds) });

export const RetentionEvent = orNothing({ dryRun: z.optional(z.boolean()) });

export const ReconcileEvent = orNothing({
  minimumAgeMs: z.optional(milliseconds),
  mostChanges: z.optional(z.number().check(z.int(), z.minimum(0), z.maximum(100_000))),
});
