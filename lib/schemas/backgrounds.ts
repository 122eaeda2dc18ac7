import * as z from 'zod/mini';

/** An image for the company's backgrounds as a form brings it, and what a bucket says when an image has arrived. */

/** As the form reader gives it: the part is missing, or its bytes are there. */
export const BackgroundForm = z.object({ virtual_background: z.instanceof(Buffer, { error: 'is required' }) });

/** S3 also sends one event without records, to try the connection when it is made. */
export const ObjectsCreated = z.object({
  Records: z._default(z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })), []),
});
