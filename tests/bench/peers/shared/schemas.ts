/** What callers send, for the peers whose habit is zod. */
import * as z from 'zod';
import { HttpError } from './errors.ts';
import type { Booking } from './items.ts';

const Text = z.string().trim().min(1).max(256);

const Person = z.object({
  userId: Text,
  groups: z.array(z.string().min(1).max(128)).max(20),
  fullName: Text,
  language: z.enum(['it', 'en']).optional(),
});

export const BookingBody: z.ZodType<Booking> = z
  .object({
    start_date: z.iso.datetime({ offset: true }),
    end_date: z.iso.datetime({ offset: true }).optional(),
    duration_in_seconds: z.int().min(1).max(3_162_240_000).optional(),
    participants: z
      .object({ number: z.int().min(2).max(25), data: z.array(Person).max(25) })
      .refine(({ number, data }) => data.length <= number, { path: ['data'], error: 'must not be longer than number' })
      .refine(({ data }) => new Set(data.map(({ userId }) => userId)).size === data.length, {
        path: ['data'],
        error: 'names a person twice',
      }),
  })
  .refine(body => (body.end_date === undefined) !== (body.duration_in_seconds === undefined), {
    path: ['end_date'],
    error: 'or duration_in_seconds is required, and not both',
  });

export const LinkQuery = z.object({
  useBackground: z
    .enum(['true', 'false'])
    .transform(text => text === 'true')
    .optional(),
  language: z.enum(['it', 'en']).optional().catch(undefined),
});

/** @throws HttpError 400 that names every wrong field */
export const parse = <Output>(schema: z.ZodType<Output>, value: unknown): Output => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const details = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new HttpError(400, 'the request is not valid', details);
};
