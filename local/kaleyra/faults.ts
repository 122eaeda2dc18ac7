// Failures on order: which requests they hit, how often, and what happens to them then.
import * as z from 'zod';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const;

const isRegularExpression = (text: string) => {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
};

/** A path that could never match would make a test pass for the wrong reason. */
const Path = z.string().superRefine((path, context) => {
  if (path.startsWith('^')) {
    if (!isRegularExpression(path)) context.addIssue({ code: 'custom', message: 'not a regular expression' });
  } else if (!path.startsWith('/v2/') && !(path !== '' && '/v2/'.startsWith(path))) {
    context.addIssue({ code: 'custom', message: 'must begin with /v2/ or, for a regular expression, with ^' });
  }
});

export const FaultOrder = z
  .strictObject({
    method: z
      .string()
      .transform(method => method.toUpperCase())
      .pipe(z.enum(METHODS))
      .optional(),
    path: Path.optional(),
    times: z.int().positive().default(1),
    status: z.int().min(200).max(599).optional(),
    body: z.json().optional(),
    /** Seconds, or a date as HTTP writes it. */
    retryAfter: z.union([z.int().nonnegative(), z.string().regex(/^[\x20-\x7e]{1,100}$/)]).optional(),
    delayMs: z.int().nonnegative().max(600_000).optional(),
    drop: z.boolean().optional(),
    afterEffect: z.boolean().optional(),
  })
  .superRefine((fault, context) => {
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    const fails = fault.status !== undefined || fault.body !== undefined;
    if (fault.drop && fails) wrong('drop', 'a dropped connection has neither status nor body');
    if (fault.retryAfter !== undefined && fault.status === undefined) wrong('retryAfter', 'goes with a status');
    if (!fails && !fault.drop && fault.delayMs === undefined) wrong('status', 'give status, body, delayMs or drop');
  });

/** What happens to one request. */
export type Fault = Omit<z.output<typeof FaultOrder>, 'times'>;

export class Faults {
  #queue: { fault: Fault; left: number }[] = [];

  add({ times, ...fault }: z.output<typeof FaultOrder>): void {
    this.#queue.push({ fault, left: times });
  }

  /** The oldest fault that fits, used once by this call. The path is compared without its query. */
  take(method: string, path: string): Fault | undefined {
    const found = this.#queue.find(({ fault }) => fits(fault, method, path));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left === 0) this.#queue = this.#queue.filter(entry => entry !== found);
    return found.fault;
  }

  clear(): void {
    this.#queue = [];
  }
}

function fits(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  if (fault.path === undefined) return true;
  return fault.path.startsWith('^') ? new RegExp(fault.path).test(path) : path.startsWith(fault.path);
}
