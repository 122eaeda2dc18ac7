import { isIP } from 'node:net';
import { type Environment, endpointFrom, hostOf, regionFrom } from './access.ts';

/** Where a bucket of S3 is. */
export interface BucketAddress {
  region: string;
  /** The bucket itself; its path has no slash at the end. */
  url: URL;
}

/**
 * The bucket is part of the host's name, as S3 wants it; only where a name cannot be made of it, because the host is an IP address
 * or the certificate would not fit a name with more dots, it is the first segment of the path.
 * @param given where S3 is; unless given, the environment says so
 */
export const bucketAddress = (bucket: string, environment: Environment, given?: string): BucketAddress => {
  const region = regionFrom(environment);
  const known = given === undefined ? endpointFrom(environment, 's3') : new URL(given);
  const url = new URL(known ?? `https://${hostOf('s3', region)}`);
  const below = url.pathname.replace(/\/$/, '');
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0 || bucket.includes('.')) url.pathname = `${below}/${bucket}`;
  else url.hostname = `${bucket}.${url.hostname}`;
  return { region, url };
};

/** The path of an object, percent-encoded as S3 signs it: everything but what RFC 3986 lets stand. */
export const pathOf = ({ url }: BucketAddress, key: string): string => {
  const strict = (segment: string): string =>
    encodeURIComponent(segment).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${url.pathname.replace(/\/$/, '')}/${key.split('/').map(strict).join('/')}`;
};
