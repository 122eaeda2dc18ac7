/** What a use case's result becomes on the wire, before the gateway's own headers. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent = (): Answer => ({ status: 204 });

/** On every answer: nothing here may be kept by a cache, framed, or guessed to be something else. */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
} as const;

export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  body?: string;
}

export const toResponse = (answer: Answer, requestId: string): HttpResponse => ({
  statusCode: answer.status,
  headers: {
    ...SECURITY_HEADERS,
    'x-request-id': requestId,
    ...(answer.body !== undefined && { 'content-type': 'application/json' }),
    ...answer.headers,
  },
  ...(answer.body !== undefined && { body: JSON.stringify(answer.body) }),
});
