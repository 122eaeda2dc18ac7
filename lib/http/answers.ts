/** What a use case's result becomes on the wire, before the gateway's own headers. */
export interface Answer {
  status: number;
  body?: unknown;
  /** A body that is not ours to write; then `headers` name its type. */
  bytes?: Uint8Array;
  headers?: Record<string, string>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent = (): Answer => ({ status: 204 });
export const redirect = (address: string): Answer => ({ status: 302, headers: { location: address } });

/**
 * A file, above all somebody else's: to be kept and not to be opened where it arrives.
 * @param name what to call it; one of ours alone, of letters, digits, `-` and `.`
 */
export const file = (bytes: Uint8Array, contentType: string, name?: string): Answer => ({
  status: 200,
  bytes,
  headers: {
    'content-type': contentType,
    'content-disposition': name === undefined ? 'attachment' : `attachment; filename="${name}"`,
  },
});

/**
 * On every answer: nothing here may be kept by a cache, framed, embedded by a page of another origin, or guessed to be something
 * else. Pages that may read answers are those that the gateway lists for CORS, which the resource policy leaves alone.
 */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
} as const;

export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

/** As base64 a file is a third larger, whatever is in it; as text its escapes could take it past what Lambda returns. */
const bodyOf = ({ body, bytes }: Answer): Pick<HttpResponse, 'body' | 'isBase64Encoded'> => {
  if (bytes !== undefined) return { body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true };
  return body === undefined ? {} : { body: JSON.stringify(body) };
};

export const toResponse = (answer: Answer, requestId: string): HttpResponse => {
  const headers: Record<string, string> = { ...SECURITY_HEADERS, 'x-request-id': requestId };
  if (answer.body !== undefined) headers['content-type'] = 'application/json';
  return {
    statusCode: answer.status,
    headers: answer.headers === undefined ? headers : { ...headers, ...answer.headers },
    ...bodyOf(answer),
  };
};
