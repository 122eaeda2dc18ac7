import type { KyInstance } from 'ky';
import type * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { isKaleyraError, type KaleyraError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { failureOf, timedOut, unreachable, unreadable } from './errors.ts';

/**
 * One way to Kaleyra: address, key, time-outs, repeats, decoding and the translation of failures.
 * A redirect is never followed: the key travels in a header that a client would repeat to wherever it points.
 */

export interface Call<Schema extends z.ZodType> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/v2`; each entry becomes exactly one segment of the path. */
  path: readonly string[];
  query?: Record<string, string | number>;
  json?: unknown;
  /** Decodes a successful answer. */
  answer: Schema;
  /** Whether doing it twice is the same as doing it once. */
  repeatable: boolean;
  timeoutMs?: number;
}

export type Transport = <Schema extends z.ZodType>(call: Call<Schema>) => Promise<z.output<Schema>>;

export interface TransportOptions {
  kaleyra: Config['kaleyra'];
  clock: Clock;
  log: Logger;
  /** The request's time. */
  signal: AbortSignal;
}

const CALL_TIMEOUT_MS = 8000;
/** All calls of one request together; leaves the request time to put its record in order. */
const REQUEST_BUDGET_MS = 20_000;
const LONGEST_RETRY_AFTER_SECONDS = 3600;
/** An answer of Kaleyra that we ask for is a few kilobytes; a page of a hundred items is well below this. */
const LARGEST_ANSWER_CHARACTERS = 4_000_000;

/** ky costs 25 ms at import, and a request that only reads our own table does not need it. */
let kyImport: Promise<KyInstance> | undefined;
const loadKy = (): Promise<KyInstance> => {
  kyImport ??= import('ky').then(module => module.default);
  return kyImport;
};

/** @throws TypeError for a segment that would change which resource the path names */
export const urlOf = (baseUrl: string, path: readonly string[], query: Record<string, string | number> = {}): URL => {
  if (path.some(segment => segment === '' || segment === '.' || segment === '..')) {
    throw new TypeError('a path segment for Kaleyra must not be empty, "." or ".."');
  }
  const base = new URL(`${baseUrl}/v2/`);
  const url = new URL(path.map(segment => encodeURIComponent(segment)).join('/'), base);
  if (url.pathname.split('/').length !== base.pathname.split('/').length - 1 + path.length) {
    throw new TypeError('a path for Kaleyra has an unexpected number of segments');
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
};

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The vendor's error code in any of its envelopes, if it looks like one. */
const codeOf = (text: string): string => {
  let body: Record<string, unknown>;
  try {
    body = record(JSON.parse(text));
  } catch {
    return 'unknown';
  }
  const code = body.code ?? record(body.error).code ?? body.name;
  return typeof code === 'string' && /^[a-z][a-z0-9_]{1,63}$/.test(code) ? code : 'unknown';
};

const retryAfterOf = (headers: Headers, now: number): number | undefined => {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : Math.ceil((Date.parse(value) - now) / 1000);
  if (!Number.isFinite(seconds)) return undefined;
  return Math.min(Math.max(seconds, 1), LONGEST_RETRY_AFTER_SECONDS);
};

/** Codes of failures in which not a byte of the request was taken. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH']);

const neverConnected = (error: unknown): boolean => {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && NEVER_CONNECTED.has(code)) return true;
  }
  return false;
};

export const createTransport = ({ kaleyra, clock, log, signal }: TransportOptions): Transport => {
  let budget: AbortSignal | undefined;

  return async call => {
    const { method, path, query, json, answer, repeatable, timeoutMs = CALL_TIMEOUT_MS } = call;
    const url = urlOf(kaleyra.baseUrl, path, query);
    const startedAt = clock.now();
    budget ??= AbortSignal.timeout(REQUEST_BUDGET_MS);
    const inTime = AbortSignal.any([signal, budget, AbortSignal.timeout(timeoutMs)]);

    const failed = (error: KaleyraError): KaleyraError => {
      log.warn('kaleyra.call_failed', {
        code: error.code,
        method,
        route: path.length > 1 ? `/v2/${path[0]}/{}` : `/v2/${path[0]}`,
        vendorCode: error.vendorCode,
        durationMs: clock.now() - startedAt,
        ...(error.vendorStatus !== undefined && { vendorStatus: error.vendorStatus }),
      });
      return error;
    };

    const decoded = (text: string, vendorStatus: number): z.output<typeof answer> => {
      // A 204, or a 200 without a body, says "done" and nothing more; the schema decides whether that is enough.
      let body: unknown = {};
      if (text !== '') {
        try {
          body = JSON.parse(text);
        } catch (cause) {
          throw unreadable({ vendorStatus, cause });
        }
      }
      const parsed = answer.safeParse(body);
      if (!parsed.success) throw unreadable({ vendorStatus, cause: parsed.error });
      return parsed.data;
    };

    try {
      const ky = await loadKy();
      signal.throwIfAborted();
      const response = await ky(url, {
        method,
        headers: { apikey: kaleyra.apiKey, accept: 'application/json' },
        ...(json !== undefined && { json }),
        throwHttpErrors: false,
        redirect: 'manual',
        timeout: false,
        signal: inTime,
        retry: {
          limit: repeatable ? 1 : 0,
          methods: ['get', 'put', 'post', 'delete'],
          // 429 is not among them: whoever waits for an answer gets 503 with Retry-After instead.
          statusCodes: [500, 502, 503, 504],
          afterStatusCodes: [],
          delay: () => 150,
        },
      });
      const text = await response.text();
      if (text.length > LARGEST_ANSWER_CHARACTERS) throw unreadable({ vendorStatus: response.status });
      if (!response.ok) {
        throw failureOf(response.status, codeOf(text), retryAfterOf(response.headers, clock.now()));
      }
      return decoded(text, response.status);
    } catch (error) {
      if (isKaleyraError(error)) throw failed(error);
      if (signal.aborted) throw signal.reason;
      if (inTime.aborted) throw failed(timedOut());
      throw failed(unreachable(!neverConnected(error)));
    }
  };
};
