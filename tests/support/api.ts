import type { PlainRequest } from '../../local/gateway/in-process.ts';

/** A caller of the service: the same calls over either transport. */

export interface Reply {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The same as it arrived, where it came through the gateway. */
  bytes?: Buffer;
  /** The parsed body; undefined where there is none. */
  body: unknown;
}

export type Send = (request: PlainRequest) => Promise<Reply>;

export interface Api {
  get(path: string): Promise<Reply>;
  post(path: string, body?: unknown): Promise<Reply>;
  patch(path: string, body?: unknown): Promise<Reply>;
  delete(path: string): Promise<Reply>;
  /** The same as somebody. */
  as(person: { userId: string }): Api;
  withHeaders(headers: Record<string, string>): Api;
  /** Everything as the test wrote it. */
  raw: Send;
}

export const createApi = (send: Send, headers: Record<string, string> = {}): Api => {
  const call = (method: string, url: string, body?: unknown): Promise<Reply> =>
    send({
      method,
      url,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    get: path => call('GET', path),
    post: (path, body) => call('POST', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: path => call('DELETE', path),
    as: person => createApi(send, { ...headers, miauserid: person.userId }),
    withHeaders: more => createApi(send, { ...headers, ...more }),
    raw: request => send({ ...request, headers: { ...headers, ...request.headers } }),
  };
};

/** What is not JSON stays in `text`. */
export const parseBody = (text: string, contentType = 'application/json'): unknown =>
  text !== '' && contentType.startsWith('application/json') ? JSON.parse(text) : undefined;
