// Sends what the vendor sends on its own accord: signed, repeated until it is answered with exactly 200, and forgotten at once
// when the simulator closes.
import { setTimeout as sleep } from 'node:timers/promises';
import { bandyerSignature, roomIdHmac } from '../signature.ts';

/** What a delivery tells. */
interface About {
  readonly event: string;
  readonly userId?: string;
}

export interface Delivery {
  readonly about: About;
  readonly url: string;
  readonly version: '0.1' | '1' | '2';
  readonly roomId: string;
  readonly body: string;
  /** Asked before every repetition: a deleted webhook is left in peace. */
  wanted(): boolean;
}

/** An attempt, with what came of it: 0 where there was no answer. */
export interface Attempt extends About {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly roomId: string;
  readonly status: number;
}

/** A long-running stack must not grow without end. */
const KEPT = 2_000;

interface Options {
  /** The company's key at the moment of a delivery. */
  keyOf(): string;
  readonly clock: () => number;
  /** Wait before each repetition; their number is the number of repetitions. */
  readonly delaysMs: readonly number[];
  readonly timeoutMs: number;
}

export class Deliveries {
  readonly #options: Options;
  #stop = new AbortController();
  #attempts: Attempt[] = [];
  /** Per address, so that events arrive in order; repetitions stand outside of it. */
  readonly #firstAttempts = new Map<string, Promise<unknown>>();

  constructor(options: Options) {
    this.#options = options;
  }

  send(delivery: Delivery): void {
    const { signal } = this.#stop;
    const before = this.#firstAttempts.get(delivery.url) ?? Promise.resolve();
    const first = before.then(() => this.#attempt(delivery, signal));
    this.#firstAttempts.set(delivery.url, first);
    first.then(accepted => (accepted ? undefined : this.#repeat(delivery, signal)));
  }

  /** The user details callback: one signed request whose answer matters. */
  async ask(url: string, body: string): Promise<{ status: number; text: string }> {
    const response = await this.#post(url, body, this.#signed(body), this.#stop.signal);
    return { status: response.status, text: await response.text() };
  }

  /** The latest ones, oldest first. */
  attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  forget(): void {
    this.#attempts = [];
  }

  #note(attempt: Attempt): void {
    this.#attempts.push(attempt);
    if (this.#attempts.length > 2 * KEPT) this.#attempts = this.#attempts.slice(-KEPT);
  }

  /** Ends what is under way and forgets what is waiting. */
  cancel(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#firstAttempts.clear();
  }

  async #repeat(delivery: Delivery, signal: AbortSignal): Promise<void> {
    for (const delay of this.#options.delaysMs) {
      try {
        await sleep(delay, undefined, { signal });
      } catch {
        return;
      }
      if (!delivery.wanted() || (await this.#attempt(delivery, signal))) return;
    }
  }

  /** Whether there is nothing left to do. Never throws. */
  async #attempt({ about, url, version, roomId, body }: Delivery, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return true;
    const attempt = { ...about, at: this.#options.clock(), roomId };
    // Format 0.1 signs nothing but the id of the room.
    const proof =
      version === '0.1' ? { 'room-id-hmac': roomIdHmac(this.#options.keyOf(), roomId) } : this.#signed(body);
    try {
      const response = await this.#post(url, body, proof, signal);
      await response.arrayBuffer();
      this.#note({ ...attempt, status: response.status });
      return response.status === 200;
    } catch {
      if (!signal.aborted) this.#note({ ...attempt, status: 0 });
      return signal.aborted;
    }
  }

  #signed(body: string): Record<string, string> {
    const timestamp = String(Math.floor(this.#options.clock() / 1000));
    return { 'bandyer-signature': bandyerSignature(this.#options.keyOf(), timestamp, body) };
  }

  #post(url: string, body: string, proof: Record<string, string>, signal: AbortSignal): Promise<Response> {
    return fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...proof },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#options.timeoutMs)]),
    });
  }
}
