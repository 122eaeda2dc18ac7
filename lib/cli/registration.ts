import { systemClock } from '../clock.ts';
import { type Callbacks, findUnregistered, type Registration, registerCallbacks } from '../domain/callbacks.ts';
import { createCallbacksClient } from '../kaleyra/callbacks.ts';
import { AnyCompany } from '../kaleyra/company-answers.ts';
import { createTransport, type Transport } from '../kaleyra/transport.ts';
import { createLogger } from '../log.ts';
import { noMetrics } from '../metrics.ts';
import { fixedSecret } from '../secrets/secret.ts';

/** Registers this service at Kaleyra, from outside of any function. */

export interface CallbackTarget {
  /** Where Kaleyra is, and with which key. */
  kaleyra: { baseUrl: string; apiKey: string };
  /** Where Kaleyra reaches this service. */
  publicBaseUrl: string;
}

const LONGEST_MS = 120_000;

const open = (kaleyra: CallbackTarget['kaleyra']): { send: Transport; callbacks: Callbacks } => {
  const send = createTransport({
    kaleyra: { baseUrl: kaleyra.baseUrl, origins: [] },
    key: fixedSecret(kaleyra.apiKey),
    clock: systemClock,
    // A failure is told by what this throws.
    log: createLogger('silent', () => undefined, systemClock.now),
    metrics: noMetrics,
    signal: AbortSignal.timeout(LONGEST_MS),
    patience: 'run',
  });
  return { send, callbacks: createCallbacksClient(send) };
};

/** @throws KaleyraError */
export const register = ({ kaleyra, publicBaseUrl }: CallbackTarget): Promise<Registration[]> =>
  registerCallbacks(open(kaleyra).callbacks, publicBaseUrl);

/** Looks and changes nothing. */
export const createKaleyraInspector = (kaleyra: CallbackTarget['kaleyra']) => {
  const { send, callbacks } = open(kaleyra);
  return {
    /** @throws KaleyraError */
    ping: () => send({ method: 'GET', path: ['company'], answer: AnyCompany, repeatable: true }),
    /** What Kaleyra has not been told, in words. @throws KaleyraError */
    unregistered: (publicBaseUrl: string): Promise<string[]> => findUnregistered(callbacks, publicBaseUrl),
  };
};

/** One line for each, in columns. */
export const describe = (registrations: readonly Registration[]): string => {
  const width = Math.max(...registrations.map(({ what }) => what.length));
  return registrations.map(({ what, url, outcome }) => `  ${what.padEnd(width)}  ${outcome}: ${url}`).join('\n');
};
