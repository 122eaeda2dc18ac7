/** What was given to `fetch`. */
export interface Sent {
  url: string;
  method: string;
  headers: Headers;
  body: unknown;
  redirect: string | undefined;
}

/** A `fetch` that answers as told, and what it was asked. */
export const aFetch = (answer: (signal: AbortSignal) => Response | Promise<Response>) => {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (address, { method = '', headers, body, redirect, signal } = {}) => {
    sent.push({ url: String(address), method, headers: new Headers(headers), body, redirect });
    return answer(signal ?? new AbortController().signal);
  };
  return { fetch, sent };
};
