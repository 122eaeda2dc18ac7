import { setTimeout as sleep } from 'node:timers/promises';
import type { KyInstance } from 'ky';

/**
 * One call to another service and its whole answer. Redirects are never followed: headers that are meant for one service would
 * travel to wherever it points. What was read is bounded, because a function has no memory for an answer without end.
 */

export interface Outgoing {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: URL;
  headers: Readonly<Record<string, string>>;
  json?: unknown;
  /** Sent as multipart/form-data. */
  form?: FormData | undefined;
  /** Whether doing it twice is the same as doing it once: then it is done once more where that may help. */
  repeatable: boolean;
  largestBytes: number;
  /** Of both attempts together. */
  signal: AbortSignal;
}

export interface Received {
  status: number;
  headers: Headers;
  /** undefined: larger than what was to be read. */
  text: string | undefined;
}

/** 429 is not among them: whoever waits for an answer gets 503 with Retry-After instead. */
const WORTH_REPEATING = [500, 502, 503, 504];
/** Long enough for a connection to be taken out of service, too short to be felt. */
const PAUSE_MS = 150;

/** ky costs 25 ms at import, and a request that only reads our own table does not need it. */
let kyImport: Promise<KyInstance> | undefined;
const loadKy = (): Promise<KyInstance> => {
  kyImport ??= import('ky').then(module => module.default);
  return kyImport;
};

const decoder = new TextDecoder();

const readText = async (response: Response, largestBytes: number): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    size += read.value.byteLength;
    if (size > largestBytes) {
      // Closes the connection.
      await reader?.cancel();
      return undefined;
    }
    chunks.push(read.value);
  }
  return decoder.decode(Buffer.concat(chunks));
};

const attempt = async (outgoing: Outgoing): Promise<Received> => {
  const { method, url, headers, json, form, largestBytes, signal } = outgoing;
  const ky = await loadKy();
  signal.throwIfAborted();
  const response = await ky(url, {
    method,
    headers,
    ...(json !== undefined && { json }),
    ...(form !== undefined && { body: form }),
    redirect: 'manual',
    throwHttpErrors: false,
    timeout: false,
    // ky repeats neither an answer that it does not throw nor one that breaks off in the middle.
    retry: 0,
    // ky's request is tied to the signal weakly: once it is collected, nothing would end an answer that drips.
    fetch: (request, init) => fetch(request, { ...init, signal }),
  });
  return { status: response.status, headers: response.headers, text: await readText(response, largestBytes) };
};

/** @throws what the connection came to, or the reason of the signal */
export const exchange = async (outgoing: Outgoing): Promise<Received> => {
  if (outgoing.repeatable) {
    try {
      const received = await attempt(outgoing);
      if (!WORTH_REPEATING.includes(received.status)) return received;
    } catch (error) {
      if (outgoing.signal.aborted) throw error;
    }
    await sleep(PAUSE_MS, undefined, { signal: outgoing.signal });
  }
  return attempt(outgoing);
};
