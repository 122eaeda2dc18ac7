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

/** Somebody as a token of theirs says it. */
export interface Bearer {
  userId: string;
  groups?: readonly string[];
  fullName?: string;
  scope?: string;
}

export type Token = (bearer: Bearer, claims?: Record<string, unknown>) => Promise<string>;

export interface Api {
  get(path: string): Promise<Reply>;
  post(path: string, body?: unknown): Promise<Reply>;
  patch(path: string, body?: unknown): Promise<Reply>;
  delete(path: string): Promise<Reply>;
  /** The same as somebody. */
  as(person: { userId: string }): Api;
  /** The same with a token of somebody, a new one for every request; in worlds whose identity is jwt. */
  asToken(bearer: Bearer, claims?: Record<string, unknown>): Api;
  withHeaders(headers: Record<string, string>): Api;
  /** Everything as the test wrote it. */
  raw: Send;
}

const noTokens: Token = async () => {
  throw new Error('there are no tokens here');
};

export const createApi = (send: Send, headers: Record<string, string> = {}, token: Token = noTokens): Api => {
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
    as: person => createApi(send, { ...headers, miauserid: person.userId }, token),
    asToken: (bearer, claims) => {
      const sendAsBearer: Send = async request => {
        const authorization = `Bearer ${await token(bearer, claims)}`;
        return send({ ...request, headers: { ...request.headers, authorization } });
      };
      return createApi(sendAsBearer, headers, token);
    },
    withHeaders: more => createApi(send, { ...headers, ...more }, token),
    raw: request => send({ ...request, headers: { ...headers, ...request.headers } }),
  };
};

/** What is not JSON stays in `text`. */
export const parseBody = (text: string, contentType = 'application/json'): unknown =>
  text !== '' && contentType.startsWith('application/json') ? JSON.parse(text) : undefined;
