import type { Kaleyra, ReadFile } from '../domain/ports.ts';
import { isKaleyraError, type KaleyraError } from '../errors.ts';
import { addressRefused, fileFailureOf, kindOf, timedOut, unreachable } from './errors.ts';
import { asListedAddress } from './origins.ts';
import type { TransportOptions } from './transport.ts';

/**
 * Files behind the temporary addresses that Kaleyra hands out. Nothing of ours travels there: no key, no cookie, no referrer;
 * a redirect is not followed, because where it points was not looked at; and the address is written down nowhere.
 */

/** From the first byte asked for to the last one counted; an address lives 30 seconds. */
const FILE_TIMEOUT_MS = 15_000;

const GONE = [404, 410];

/** Counts what really arrives, whatever the headers promise, and stops listening where it is too much. */
const readBody = async (response: Response, keep: number, count: number): Promise<ReadFile> => {
  const kept: Uint8Array[] = [];
  let size = 0;
  // Stryker disable next-line ArrayDeclaration: an answer of 200 has a body, if an empty one
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (size > count) return { extent: 'too large' };
    // Stryker disable next-line ConditionalExpression: what is kept of a large one costs memory and nothing else
    if (size <= keep) kept.push(chunk);
  }
  if (size > keep) return { extent: 'large' };
  return { extent: 'whole', bytes: Buffer.concat(kept), contentType: response.headers.get('content-type') };
};

type FilesOptions = Pick<TransportOptions, 'kaleyra' | 'clock' | 'log' | 'metrics' | 'signal'>;

export const createFilesClient = ({
  kaleyra,
  clock,
  log,
  metrics,
  signal,
}: FilesOptions): Pick<Kaleyra, 'readFile'> => ({
  readFile: async (address, keep, count) => {
    const listed = asListedAddress(address, kaleyra.origins);
    if (listed === undefined) throw addressRefused();
    const startedAt = clock.now();
    const failed = (error: KaleyraError): KaleyraError => {
      const kind = kindOf(error);
      if (kind !== undefined) metrics.add('VendorErrors', 1, kind);
      log.warn('kaleyra.file_failed', {
        code: error.code,
        durationMs: clock.now() - startedAt,
        vendorStatus: error.vendorStatus,
      });
      return error;
    };
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(FILE_TIMEOUT_MS)]);
    try {
      const response = await fetch(listed, {
        // Compressed, a small answer could be a large file.
        headers: { accept: '*/*', 'accept-encoding': 'identity' },
        redirect: 'manual',
        signal: inTime,
      });
      if (response.status === 200) return await readBody(response, keep, count);
      await response.body?.cancel();
      if (GONE.includes(response.status)) return undefined;
      throw fileFailureOf(response.status);
    } catch (error) {
      if (isKaleyraError(error)) throw failed(error);
      if (signal.aborted) throw signal.reason;
      throw failed(inTime.aborted ? timedOut() : unreachable(false));
    }
  },
});
