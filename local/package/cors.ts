/**
 * Which pages of other origins may call, read from `custom.cors` of serverless.yml. Nobody may unless origins are listed, each in
 * full: a pattern or `*` would let in pages that nobody thought of. Cookies are never among what such a page may send, because
 * none of the service's routes knows one.
 */

/** In the words of the framework, so that it takes it as it is. */
export interface Cors {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedResponseHeaders: readonly string[];
  /** Seconds for which a browser may remember the answer to its question. */
  readonly maxAge: number;
}

/** As `custom.cors` holds it: the origins as a comma list. */
export type CorsSettings = Omit<Cors, 'allowedOrigins'> & { readonly allowedOrigins: string };

const ON_THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

/** @throws Error in one line for an origin that is none; `undefined` where none is listed */
export function corsOf(settings: CorsSettings | undefined): Cors | undefined {
  const origins = (settings?.allowedOrigins ?? '')
    .split(',')
    .map(origin => origin.trim())
    .filter(origin => origin !== '');
  if (settings === undefined || origins.length === 0) return undefined;
  for (const origin of origins) {
    if (!isExactOrigin(origin)) {
      throw new Error(`CORS_ORIGINS: "${origin}" is not an origin such as https://app.example.com, without path or *`);
    }
  }
  return { ...settings, allowedOrigins: origins };
}

/** As a browser writes it into `Origin`: scheme, host in lower case, no port that goes without saying. */
function isExactOrigin(text: string): boolean {
  if (text.includes('*') || !URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  if (origin !== text) return false;
  return protocol === 'https:' || (protocol === 'http:' && ON_THIS_MACHINE.includes(hostname));
}
