// Failures on order: which requests they hit, how often, and what happens to them then.
import * as z from 'zod';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const;

const Milliseconds = z.int().min(1).max(600_000);

const isGiven = (value: unknown): boolean => value !== undefined;

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
    /** Answered as a page. */
    text: z.string().optional(),
    delayMs: z.int().nonnegative().max(600_000).optional(),
    drop: z.boolean().optional(),
    /** How long the body of the answer takes to arrive. */
    drip: Milliseconds.optional(),
    cut: z.enum(['before', 'half']).optional(),
    /** How long the port refuses connections. */
    refuse: Milliseconds.optional(),
    afterEffect: z.boolean().optional(),
  })
  .superRefine((fault, context) => {
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    const { status, body, text, retryAfter, delayMs, drop, drip, cut, refuse, afterEffect } = fault;
    const answers = status !== undefined || body !== undefined || text !== undefined;
    const silent = drop === true || cut === 'before';
    const does = answers || drop === true || [delayMs, drip, cut, refuse].some(isGiven);
    if (drop && answers) wrong('drop', 'a dropped connection has neither status nor body');
    if (drop && cut !== undefined) wrong('cut', 'a connection is dropped or cut, not both');
    if (cut === 'before' && answers) wrong('cut', 'before its answer, a connection has neither status nor body');
    if (silent && drip !== undefined) wrong('drip', 'there is no answer that could drip');
    if (body !== undefined && text !== undefined) wrong('text', 'an answer has a body or a text, not both');
    if (retryAfter !== undefined && status === undefined) wrong('retryAfter', 'goes with a status');
    if (refuse !== undefined && (answers || silent || [delayMs, drip, cut, afterEffect].some(isGiven))) {
      wrong('refuse', 'a port that is closed does nothing else');
    }
    if (!does) wrong('status', 'give status, body, text, delayMs, drop, drip, cut or refuse');
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
    // The port closes behind the last of them.
    else if (found.fault.refuse !== undefined) return undefined;
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
