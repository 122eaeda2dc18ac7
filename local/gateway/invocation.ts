/** One run of a function: event and result travel as JSON, the time is limited, a failure is an error of ours. */
import type { Manifest, ManifestFunction } from '../manifest.ts';
import { createContext } from './context.ts';
import type { Handler } from './types.ts';

/** The function was still running when its time was over. It cannot be stopped within this process, only left alone. */
export class FunctionTimeout extends Error {
  override readonly name = 'FunctionTimeout';
  /** Settles when the function has really ended, however it does. */
  readonly ended: Promise<unknown>;

  constructor(message: string, ended: Promise<unknown>) {
    super(message);
    this.ended = ended.catch(() => undefined);
  }
}

/**
 * Resolves to the result as a caller of Lambda would read it, `null` for none; rejects with what the function threw, or with
 * `FunctionTimeout`. A `limitMs` below the function's own timeout counts instead.
 */
export type Invoker = (key: string, event: unknown, limitMs?: number) => Promise<unknown>;

export interface InvokerOptions {
  readonly manifest: Manifest;
  handlerFor(key: string): Promise<Handler>;
}

export function createInvoker({ manifest, handlerFor }: InvokerOptions): Invoker {
  return async (key, event, limitMs = Number.POSITIVE_INFINITY) => {
    const definition = manifest.functions[key];
    if (!definition) throw new Error(`there is no function ${key}`);
    const handler = await handlerFor(key);
    const run = async (): Promise<unknown> => handler(throughJson(event), contextFor(manifest, definition));
    return throughJson(await within(Math.min(definition.timeoutMs, limitMs), key, run()));
  };
}

function contextFor(
  { service, stage }: Manifest,
  { key, timeoutMs }: ManifestFunction,
): ReturnType<typeof createContext> {
  return createContext({ functionName: `${service}-${stage}-${key}`, timeoutMs });
}

async function within(ms: number, key: string, run: Promise<unknown>): Promise<unknown> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new FunctionTimeout(`${key} took longer than ${ms} ms`, run)), ms);
  try {
    return await Promise.race([run, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** A failure of a function, for the person at the terminal. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}
