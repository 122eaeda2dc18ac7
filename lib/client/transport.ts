import { addressOf } from './address.ts';
import { TeleconsultationError } from './error.ts';
import { refusalOf } from './refusal.ts';

/** One request and its answer, over `fetch`: in a browser, in Node, or whatever is given in its place. */

export interface ClientOptions {
  /** Where the service is, with or without its prefix, e.g. `https://telecons.example/api/v1/telecons-be`. */
  baseUrl: string;
  /** The bearer token of who calls; asked for before every request, so that it may be renewed. */
  token?: string | (() => string | Promise<string>);
  /** Sent with every request: what a trusted gateway sets, for those who call from behind one. */
  headers?: Readonly<Record<string, string>>;
  /** Sends cookies where the service is behind a gateway that knows people by them. The browser's default unless given. */
  credentials?: 'include' | 'omit' | 'same-origin';
  /** For one request and its answer; 30 s unless given, as API Gateway waits no longer. */
  timeoutMs?: number;
  fetch?: typeof globalThis.fetch;
}

export interface CallOptions {
  /** Aborts the call; its reason is what is thrown. */
  signal?: AbortSignal;
  timeoutMs?: number;
  headers?: Readonly<Record<string, string>>;
}

export interface Call {
  /** As documented, e.g. `GET /teleconsultation/{id}`. */
  route: string;
  path?: readonly string[];
  query?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
  json?: unknown;
  body?: string | FormData;
  /** Statuses that are answers beside the successful ones; a browser gives a redirect as 0. */
  alsoFine?: readonly number[];
}

/** Calls a route and gives `read` the answer while the time-out still runs. */
export type Transport = <Result>(
  call: Call,
  read: (response: Response) => Result | Promise<Result>,
  options?: CallOptions,
) => Promise<Result>;

const LONGEST_CALL_MS = 30_000;

const headersFor = async (client: ClientOptions, call: Call, options: CallOptions): Promise<Record<string, string>> => {
  const token = typeof client.token === 'function' ? await client.token() : client.token;
  return {
    ...(call.json !== undefined && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...client.headers,
    ...call.headers,
    ...options.headers,
  };
};

/** A code such as ECONNREFUSED; nothing else of what went wrong below is known to hold no address. */
const codeOf = (error: unknown): string => {
  const { cause } = (error ?? {}) as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' && /^[A-Z_]+$/.test(cause.code) ? ` (${cause.code})` : '';
};

export const createTransport = (client: ClientOptions): Transport => {
  const { fetch = globalThis.fetch } = client;
  return async (call, read, options = {}) => {
    const { route } = call;
    const timeoutMs = options.timeoutMs ?? client.timeoutMs ?? LONGEST_CALL_MS;
    const address = addressOf(client.baseUrl, route, call.path ?? [], call.query);
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
    const headers = await headersFor(client, call, options);
    const body = call.json === undefined ? call.body : JSON.stringify(call.json);
    try {
      const response = await fetch(address, {
        method: route.slice(0, route.indexOf(' ')),
        headers,
        signal,
        // A redirect leads to somebody's file at Kaleyra: followed, it would take the headers along.
        redirect: 'manual',
        ...(client.credentials !== undefined && { credentials: client.credentials }),
        ...(body !== undefined && { body }),
      });
      const fine = response.ok || call.alsoFine?.includes(response.status) === true;
      if (!fine) throw await refusalOf(route, response);
      return await read(response);
    } catch (error) {
      if (error instanceof TeleconsultationError) throw error;
      options.signal?.throwIfAborted();
      if (timeout.aborted) {
        throw new TeleconsultationError({ kind: 'timeout', route, message: `no answer within ${timeoutMs} ms` });
      }
      throw new TeleconsultationError({ kind: 'no_answer', route, message: `no answer${codeOf(error)}` });
    }
  };
};
