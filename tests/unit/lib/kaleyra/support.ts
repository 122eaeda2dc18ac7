// The client as a request would have it, against an address of the test's choice.
import { onTestFinished, vi } from 'vitest';
import type { Patience } from '../../../../lib/domain/ports.ts';
import type { RoomSpec } from '../../../../lib/domain/teleconsultation.ts';
import { createCallbacksClient } from '../../../../lib/kaleyra/callbacks.ts';
import { createKaleyra } from '../../../../lib/kaleyra/index.ts';
import { createTransport } from '../../../../lib/kaleyra/transport.ts';
import { createLogger } from '../../../../lib/log.ts';
import type { Metrics } from '../../../../lib/metrics.ts';
import { fixedSecret, type Secret } from '../../../../lib/secrets/secret.ts';
import { API_KEY } from '../../local/kaleyra/support.ts';

/** A Wednesday noon: failures that carry a date are held against it. */
export const NOON = Date.UTC(2031, 0, 1, 12);

interface Options {
  apiKey?: string;
  /** In the place of a key that nobody changes. */
  key?: Secret<string>;
  origins?: string[];
  signal?: AbortSignal;
  patience?: Patience;
  /** In the place of a clock that stands still. */
  now?: () => number;
}

const aWorld = (baseUrl: string, options: Options) => {
  const { apiKey = API_KEY, origins = [baseUrl], signal = new AbortController().signal } = options;
  const { key = fixedSecret(apiKey), now = () => NOON, patience = 'request' } = options;
  const logs: string[] = [];
  const numbers: unknown[][] = [];
  const clock = { now, sleep: () => Promise.resolve() };
  const log = createLogger('debug', line => logs.push(line), clock.now);
  const metrics: Metrics = { add: (...number) => void numbers.push(number) };
  return { world: { kaleyra: { baseUrl, origins }, key, clock, log, metrics, signal, patience }, logs, numbers };
};

/** Every call of the real client, the lines that it logs and those that it counts. */
export const aClient = (baseUrl: string, options: Options = {}) => {
  const { world, logs, numbers } = aWorld(baseUrl, options);
  return { ...createKaleyra(world), logs, numbers };
};

/** What tells Kaleyra where to send what it sends of its own accord. */
export const aCallbacksClient = (baseUrl: string) => createCallbacksClient(createTransport(aWorld(baseUrl, {}).world));

export type Client = ReturnType<typeof aClient>;

/** The limits that the client sets itself from here on, in milliseconds; none of them is reached, however busy the machine. */
export const notedLimits = (): number[] => {
  const noted: number[] = [];
  const spy = vi.spyOn(AbortSignal, 'timeout').mockImplementation(ms => {
    noted.push(ms);
    return new AbortController().signal;
  });
  onTestFinished(() => spy.mockRestore());
  return noted;
};

/** What the call fails with. A call that succeeds is the failure of the test. */
export const failureOf = async (call: Promise<unknown>): Promise<unknown> => {
  const outcome = await call.then(
    value => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`the call succeeded with ${JSON.stringify(outcome.value)}`);
  return outcome.error;
};

/** Two invented people: the one who may hold a room, and a guest. */
export const HOST = 'usr_host';
export const GUEST = 'usr_guest';

export const aSpec = (changes: Partial<RoomSpec> = {}): RoomSpec => ({
  participants: [
    { kaleyraId: HOST, isAdmin: true, tools: undefined },
    { kaleyraId: GUEST, isAdmin: false, tools: undefined },
  ],
  durationSeconds: undefined,
  recording: 'none',
  offlineTranscription: false,
  live: false,
  ...changes,
});

export const RECORD_ID = '0123456789abcdef01234567';
