/** On every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
};

const KEPT_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The client's own, if it looks like one. */
export const requestIdOf = (sent: string | undefined, own: string): string =>
  sent !== undefined && KEPT_REQUEST_ID.test(sent) ? sent : own;
