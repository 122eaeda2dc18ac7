import type * as z from 'zod/mini';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Patience } from '../domain/ports.ts';
import { isKaleyraError, type KaleyraError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { exchange, type Received } from '../outbound/exchange.ts';
import { neverConnected, retryAfterOf } from '../outbound/outcomes.ts';
import { type Query, urlBelow } from '../outbound/url.ts';
import type { Secret } from '../secrets/secret.ts';
import { failureOf, kindOf, timedOut, unreachable, unreadable, withoutKey } from './errors.ts';

/**
 * One way to Kaleyra: address, key, time-outs, repeats, decoding and the translation of failures.
 * A key that is refused may have been replaced by now: then the call is made once more with the new one.
 * A redirect is never followed: the key travels in a header that a client would repeat to wherever it points.
 */

export interface Call<Schema extends z.ZodMiniType> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/v2`; each entry becomes exactly one segment of the path. */
  path: readonly string[];
  query?: Query;
  json?: unknown;
  /** Sent as multipart/form-data. */
  form?: FormData;
  /** Decodes a successful answer. */
  answer: Schema;
  /** Whether doing it twice is the same as doing it once. */
  repeatable: boolean;
  timeoutMs?: number | undefined;
}

export type Transport = <Schema extends z.ZodMiniType>(call: Call<Schema>) => Promise<z.output<Schema>>;

export interface TransportOptions {
  kaleyra: Config['kaleyra'];
  /** What we prove ourselves with. Read when the first call needs it. */
  key: Secret<string>;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** The request's time. */
  signal: AbortSignal;
  patience: Patience;
}

const CALL_TIMEOUT_MS = 8000;
/** All calls of one request together; leaves the request time to put its record in order. */
const REQUEST_BUDGET_MS = 20_000;
/** An answer of Kaleyra that we ask for is a few kilobytes; a page of a hundred items is well below this. */
const LARGEST_ANSWER_BYTES = 4_000_000;

const KEY_REFUSED = 401;

/** @throws TypeError for a segment that would change which resource the path names */
export const urlOf = (baseUrl: string, path: readonly string[], query: Query = {}): URL =>
  urlBelow(new URL(`${baseUrl}/v2/`), path, query, 'Kaleyra');

/** The vendor's error code in any of its envelopes, if it looks like one. */
const codeOf = (text: string): string => {
  let body: Record<string, unknown>;
  try {
    body = Object(JSON.parse(text));
  } catch {
    return 'unknown';
  }
  const code = body.code ?? Object(body.error).code ?? body.name;
  return typeof code === 'string' && /^[a-z][a-z0-9_]{1,63}$/.test(code) ? code : 'unknown';
};

export const createTransport = (options: TransportOptions): Transport => {
  const { kaleyra, key, clock, log, metrics, signal, patience } = options;
  let budget: AbortSignal | undefined;

  return async call => {
    const { method, path, query, json, form, answer, repeatable, timeoutMs = CALL_TIMEOUT_MS } = call;
    const url = urlOf(kaleyra.baseUrl, path, query);
    const startedAt = clock.now();
    if (patience === 'request') budget ??= AbortSignal.timeout(REQUEST_BUDGET_MS);
    const inTime = AbortSignal.any([signal, ...(budget === undefined ? [] : [budget]), AbortSignal.timeout(timeoutMs)]);

    const failed = (error: KaleyraError): KaleyraError => {
      const kind = kindOf(error);
      if (kind !== undefined) metrics.add('VendorErrors', 1, kind);
      log.warn('kaleyra.call_failed', {
        code: error.code,
        method,
        route: path.length > 1 ? `/v2/${path[0]}/{}` : `/v2/${path[0]}`,
        vendorCode: error.vendorCode,
        durationMs: clock.now() - startedAt,
        vendorStatus: error.vendorStatus,
      });
      return error;
    };

    const decoded = (text: string, vendorStatus: number): z.output<typeof answer> => {
      // A 204, or a 200 without a body, says "done" and nothing more; the schema decides whether that is enough.
      let body: unknown = {};
      if (text !== '') {
        try {
          body = JSON.parse(text);
        } catch {
          // Not with its cause: a parser's error repeats what it could not read.
          throw unreadable({ vendorStatus });
        }
      }
      const parsed = answer.safeParse(body);
      if (!parsed.success) throw unreadable({ vendorStatus, cause: parsed.error });
      return parsed.data;
    };

    const sendWith = (apikey: string): Promise<Received> =>
      exchange({
        method,
        url,
        headers: { apikey, accept: 'application/json' },
        json,
        form,
        repeatable: repeatable && patience === 'request',
        largestBytes: LARGEST_ANSWER_BYTES,
        signal: inTime,
      });

    const apikey = await key.read(inTime).catch(error => {
      throw signal.aborted ? signal.reason : failed(withoutKey(error));
    });
    const sentAt = clock.now();
    try {
      let received = await sendWith(apikey);
      if (received.status === KEY_REFUSED) {
        const renewed = await key.renew(apikey, inTime);
        // A call with a key that does not count has done nothing, whatever it asks for.
        if (renewed !== undefined) received = await sendWith(renewed);
      }
      const { status, headers, text } = received;
      if (text === undefined) throw unreadable({ vendorStatus: status });
      if (status >= 300) {
        throw failureOf(status, codeOf(text), retryAfterOf(headers, clock.now()));
      }
      return decoded(text, status);
    } catch (error) {
      if (isKaleyraError(error)) throw failed(error);
      if (signal.aborted) throw signal.reason;
      if (inTime.aborted) throw failed(timedOut());
      throw failed(unreachable(!neverConnected(error)));
    } finally {
      metrics.add('VendorLatency', clock.now() - sentAt);
    }
  };
};
