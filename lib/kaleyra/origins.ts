import { isPlainLink } from '../plain-link.ts';

/**
 * Which addresses of the vendor are followed or handed out. `https://*.bandyer.com` stands for every host below bandyer.com.
 */
export const isListedOrigin = (url: URL, origins: readonly string[]): boolean =>
  origins.some(listed => {
    if (!listed.includes('*.')) return URL.canParse(listed) && new URL(listed).origin === url.origin;
    const pattern = listed.replace('*.', 'any.');
    if (!URL.canParse(pattern)) return false;
    const wanted = new URL(pattern);
    const suffix = wanted.hostname.slice('any'.length);
    return wanted.protocol === url.protocol && wanted.port === url.port && url.hostname.endsWith(suffix);
  });

/** An access link must be https, or of a listed origin; and must not carry a user or password of its own. */
export const isUsableLink = (link: string, origins: readonly string[]): boolean => {
  if (isPlainLink(link)) return true;
  if (!URL.canParse(link)) return false;
  const url = new URL(link);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || isListedOrigin(url, origins);
};

const WEB = ['https:', 'http:'];

/**
 * An address from which a file is fetched, or to which a caller is sent: of a listed origin, without a user or password of its
 * own. @returns the address as it goes into a request or a header
 */
export const asListedAddress = (address: string, origins: readonly string[]): string | undefined => {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '' || !WEB.includes(url.protocol)) return undefined;
  return isListedOrigin(url, origins) ? url.href : undefined;
};
