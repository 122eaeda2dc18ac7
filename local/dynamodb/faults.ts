/** Failures of DynamoDB on order: which requests they hit, how often, and what happens to them then. */
import * as z from 'zod';

const OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem', 'Query', 'BatchGetItem', 'DeleteItem', 'Scan'] as const;

const KINDS = [
  /** Refused with `ProvisionedThroughputExceededException`, or with `ThrottlingException`. */
  'throttled',
  'rateLimited',
  /** Refused with `InternalServerError`. */
  'error500',
  /** Answered with 200 and a page. */
  'html',
  /** The connection is reset, and nothing is done. */
  'cut',
  /** It is done, and then the connection is reset: before the answer, or in the middle of it. */
  'lostAnswer',
  'half',
  /** A conditional write is done and answered as the SDK's own repeat of it would be: its condition failed. */
  'conditionalAfterSuccess',
  /** A normal answer, later by `ms`; with `afterEffect` it is done at once. */
  'delay',
  /** A normal answer whose body takes `ms` to arrive. */
  'drip',
  /** The port refuses connections for `ms`: at once or, with something to match, behind the answer to the last that fits. */
  'refuse',
] as const;

const TIMED: readonly string[] = ['delay', 'drip', 'refuse'];
const BEFORE_OR_AFTER: readonly string[] = ['error500', 'html', 'delay'];

export const StoreFaultOrder = z
  .strictObject({
    operation: z.enum(OPERATIONS).optional(),
    /** What the partition key begins with; of a batch, any of its keys. No Scan has one. */
    keyPrefix: z.string().min(1).optional(),
    /** The whole sort key. No Query and no Scan has one. */
    sortKey: z.string().optional(),
    /** How many that fit are left alone first. */
    skip: z.int().nonnegative().default(0),
    times: z.int().positive().default(1),
    kind: z.enum(KINDS),
    ms: z.int().positive().max(600_000).optional(),
    /** It is done all the same. */
    afterEffect: z.boolean().optional(),
  })
  .superRefine(({ kind, ms, afterEffect }, context) => {
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (TIMED.includes(kind) && ms === undefined) wrong('ms', `${kind} needs a time`);
    if (!TIMED.includes(kind) && ms !== undefined) wrong('ms', `${kind} takes no time`);
    if (afterEffect !== undefined && !BEFORE_OR_AFTER.includes(kind)) {
      wrong('afterEffect', `of ${kind} it is clear whether it has an effect`);
    }
  });

export type StoreFault = Readonly<z.output<typeof StoreFaultOrder>>;
/** As it is ordered. */
export type StoreFaultWish = z.input<typeof StoreFaultOrder>;

/** A request to DynamoDB, as far as a fault looks at it. */
export interface Asked {
  readonly operation: string;
  readonly keys: readonly { readonly partition: string; readonly sort: string | undefined }[];
  readonly conditional: boolean;
}

export class StoreFaults {
  #queue: { fault: StoreFault; skip: number; left: number }[] = [];

  add(order: StoreFault): void {
    this.#queue.push({ fault: order, skip: order.skip, left: order.times });
  }

  /** What is left of each order, oldest first. */
  list(): StoreFault[] {
    return this.#queue.map(({ fault, skip, left }) => ({ ...fault, skip, times: left }));
  }

  clear(): void {
    this.#queue = [];
  }

  /** Whether a look at the request is worth while. */
  mayHit(operation: string): boolean {
    return this.#queue.some(({ fault }) => fault.operation === undefined || fault.operation === operation);
  }

  /** The oldest fault that fits, used once by this request. Whoever is skipped by one is left alone by all. */
  take(asked: Asked): StoreFault | undefined {
    const found = this.#queue.find(({ fault }) => fits(fault, asked));
    if (found === undefined) return undefined;
    if (found.skip > 0) {
      found.skip -= 1;
      return undefined;
    }
    found.left -= 1;
    if (found.left === 0) this.#queue = this.#queue.filter(entry => entry !== found);
    // The port closes behind the last of them.
    else if (found.fault.kind === 'refuse') return undefined;
    return found.fault;
  }
}

function fits({ kind, operation, keyPrefix, sortKey }: StoreFault, asked: Asked): boolean {
  if (operation !== undefined && operation !== asked.operation) return false;
  if (kind === 'conditionalAfterSuccess' && !asked.conditional) return false;
  if (keyPrefix === undefined && sortKey === undefined) return true;
  return asked.keys.some(
    ({ partition, sort }) => partition.startsWith(keyPrefix ?? '') && (sortKey === undefined || sort === sortKey),
  );
}
