// What was asked of the vendor, in order of arrival. A request appears once it is settled.
import type { Fault } from './faults.ts';

/** A long-running stack must not grow without end. */
const KEPT = 20_000;

export interface JournalEntry {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query?: string;
  /** 0 when no answer was sent: dropped, or the client left before it. */
  readonly status: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly fault?: Fault;
  readonly body?: unknown;
}

type Arrival = Pick<JournalEntry, 'method' | 'path' | 'query' | 'startedAt'>;
type Settled = Pick<JournalEntry, 'status' | 'fault' | 'body'>;

export class Journal {
  #slots: { entry: JournalEntry | undefined }[] = [];

  /** Takes the request's place in the order; the function returned settles it. */
  arrived(arrival: Arrival): (settled: Settled) => void {
    const started = performance.now();
    const slot: { entry: JournalEntry | undefined } = { entry: undefined };
    this.#slots.push(slot);
    if (this.#slots.length > KEPT) this.#slots.splice(0, this.#slots.length - KEPT);
    return settled => {
      slot.entry = { ...arrival, ...settled, durationMs: Math.round((performance.now() - started) * 10) / 10 };
    };
  }

  entries(): JournalEntry[] {
    return this.#slots.flatMap(({ entry }) => entry ?? []);
  }

  clear(): void {
    this.#slots = [];
  }
}
