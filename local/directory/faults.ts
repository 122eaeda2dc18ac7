/** What can go wrong with a directory, on order: how often, for which paths, and what is answered then. */
import * as z from 'zod';

export const FaultOrder = z
  .strictObject({
    /** Below the directory, e.g. `/users` or `/custom-users`; every path unless given. */
    path: z.string().startsWith('/').default('/'),
    times: z.int().positive().default(1),
    status: z.int().min(200).max(599).optional(),
    /** Answered as JSON. */
    body: z.json().optional(),
    /** Answered as a page. */
    text: z.string().optional(),
    /** Milliseconds before the answer. */
    delayMs: z.int().nonnegative().max(600_000).optional(),
    /** Cuts the connection instead of answering. */
    drop: z.boolean().optional(),
    /** Forgets what was asked for and answers with everybody. */
    everybody: z.boolean().optional(),
  })
  .refine(
    ({ path: _, times: __, ...does }) => Object.keys(does).length > 0,
    'give status, body, text, delayMs, drop or everybody',
  );
export type Fault = Omit<z.output<typeof FaultOrder>, 'path' | 'times'>;

export class Faults {
  #queue: { path: string; fault: Fault; left: number }[] = [];

  add({ path, times, ...fault }: z.output<typeof FaultOrder>): void {
    this.#queue.push({ path, fault, left: times });
  }

  /** The oldest one that fits, used once by this call. */
  take(path: string): Fault | undefined {
    const found = this.#queue.find(entry => path.startsWith(entry.path));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left === 0) this.#queue = this.#queue.filter(entry => entry !== found);
    return found.fault;
  }

  clear(): void {
    this.#queue = [];
  }
}
