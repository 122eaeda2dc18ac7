// Checks input against a zod schema and says, in one sentence, which field is wrong: unknown ones are named too.
import type * as z from 'zod';
import { invalid, misused } from './errors.ts';

/** Vendor codes of single fields, where the vendor publishes one; the others are `validation_error`. */
export type Codes = Readonly<Record<string, string>>;

type Issue = z.core.$ZodIssue;

interface Problem {
  field: string;
  message: string;
}

/** `participants[1].tools.chat`, as a person would write it. */
const dotted = (path: readonly PropertyKey[]) =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');

/** A union says only that no branch fits; the branch that got furthest knows which field is to blame. */
function telling(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().find(({ code, path }) => path.length > 0 || code === 'unrecognized_keys');
  return inner === undefined ? issue : telling({ ...inner, path: [...issue.path, ...inner.path] });
}

function problemOf(error: z.ZodError, noun: string): Problem {
  const first = error.issues[0];
  if (first === undefined) return { field: '', message: 'invalid input' };
  const issue = telling(first);
  if (issue.code === 'unrecognized_keys') {
    const field = dotted([...issue.path, issue.keys[0] ?? '']);
    return { field, message: `unknown ${noun} "${field}"` };
  }
  const field = dotted(issue.path);
  return { field, message: field === '' ? `${noun}s: ${issue.message}` : `${noun} "${field}": ${issue.message}` };
}

/** The vendor's input: 422, with the code of the outermost field. */
export function strict<S extends z.ZodType>(schema: S, value: unknown, noun: string, codes: Codes = {}): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { field, message } = problemOf(result.error, noun);
  const outermost = field.split(/[.[]/)[0] ?? '';
  throw invalid(message, Object.hasOwn(codes, outermost) ? codes[outermost] : undefined);
}

/** A control's input: 400. */
export function strictControl<S extends z.ZodType>(schema: S, value: unknown, noun: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw misused(problemOf(result.error, noun).message);
}
