import type * as z from 'zod/mini';
import { invalidInput, type Problem } from '../errors.ts';
import { usualOf } from './usual.ts';
import './words.ts';

/** Where a value came from, in the words the retired service's validator used. */
export type Place = 'body' | 'querystring' | 'params' | 'headers';

/** A failed parse as a list of problems; the offending values themselves are never repeated. */
const problemsOf = (error: z.core.$ZodError, place: Place): Problem[] =>
  error.issues.map(issue => ({ path: [place, ...issue.path.map(String)].join('.'), message: issue.message }));

/** The parsed value, or the 400 that names every field that is wrong. */
export const parseOrRefuse = <Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  place: Place,
): z.output<Schema> => {
  const usual = usualOf(schema, value);
  if (usual !== undefined) return usual;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidInput(problemsOf(result.error, place));
  return result.data;
};
