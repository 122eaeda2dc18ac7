/** One request of a client, to whichever gateway; whatever comes of it is an outcome and not an error. */
import { type Ledger, note } from './ledger.ts';

export interface Outcome {
  /** 0: no answer. */
  status: number;
  body: unknown;
  /** It may have been carried out, and nobody said so. */
  unknown: boolean;
}

export interface Request {
  /** As the figures name it. */
  what: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What each of them may be refused with when something breaks, or is being changed by somebody else. */
const HARMLESS = [409, 502, 503, 504];

/** Longer than the service may take. */
const PATIENCE_MS = 40_000;

const codeOf = (error: unknown): string => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return error instanceof Error ? error.name : 'unknown';
};

const explained = (text: string): boolean => {
  try {
    const { statusCode, error, message } = JSON.parse(text) as Record<string, unknown>;
    return [statusCode, error, message].every(field => field !== undefined);
  } catch {
    return false;
  }
};

const parsed = (text: string): unknown => (text === '' ? undefined : JSON.parse(text));

export const exchange = async (ledger: Ledger, base: string, request: Request): Promise<Outcome> => {
  const { what, method, path, headers = {}, body } = request;
  const startedAt = performance.now();
  try {
    const response = await fetch(base + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    const { status } = response;
    note(ledger, what, String(status), performance.now() - startedAt);
    const waits = !HARMLESS.includes(status) || status === 502 || response.headers.has('retry-after');
    if (status >= 400 && !(explained(text) && waits)) {
      ledger.violations.push(`${what} answered ${status} without saying why, or when to come back: ${text}`);
    }
    return { status, body: parsed(text), unknown: status >= 500 };
  } catch (error) {
    const code = codeOf(error);
    note(ledger, what, code, undefined);
    // Nobody listens: then nobody has heard it.
    return { status: 0, body: undefined, unknown: code !== 'ECONNREFUSED' };
  }
};

/** Only what is broken may be the reason for it. */
export const isHarmless = ({ status }: Outcome): boolean => status === 0 || HARMLESS.includes(status);
