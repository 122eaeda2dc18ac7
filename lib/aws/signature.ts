import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from './access.ts';

/** Signature version 4, as AWS asks for it, for requests whose whole body is at hand. */

export interface Unsigned {
  method: string;
  /** As it is sent, percent-encoded. */
  path: string;
  /** Names in lower case; `host` is among them. All of them are signed. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Signer {
  credentials: Credentials;
  region: string;
  service: string;
  /** Epoch milliseconds. */
  at: number;
}

export const ALGORITHM = 'AWS4-HMAC-SHA256';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** `20260504T090000Z` */
export const stampOf = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** The same for a whole day, and a process has one set of credentials at a time. */
let latestKey: { of: string; key: Buffer } | undefined;

const keyFor = ({ credentials, region, service }: Signer, day: string): Buffer => {
  const of = [credentials.secretAccessKey, day, region, service].join('\n');
  if (latestKey?.of !== of) {
    const parts = [day, region, service, 'aws4_request'];
    latestKey = { of, key: parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${credentials.secretAccessKey}`)) };
  }
  return latestKey.key;
};

/** What a signature is for: `20260504/eu-west-1/s3/aws4_request`. */
export const scopeOf = ({ region, service, at }: Signer): string =>
  `${stampOf(at).slice(0, 8)}/${region}/${service}/aws4_request`;

/** @returns hex */
export const signatureOf = (text: string, signer: Signer): string =>
  hmac(keyFor(signer, stampOf(signer.at).slice(0, 8)), text).toString('hex');

/** @returns the headers that a request gets beside its own */
export const signed = ({ method, path, headers, body }: Unsigned, signer: Signer): Record<string, string> => {
  const { credentials, at } = signer;
  const stamp = stampOf(at);
  const digest = sha256(body);
  const added: Record<string, string> = {
    'x-amz-date': stamp,
    ...(signer.service === 's3' && { 'x-amz-content-sha256': digest }),
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const all = { ...headers, ...added };
  const names = Object.keys(all).sort();
  const listed = names.join(';');
  const lines = names.map(name => `${name}:${all[name]}`);
  const canonical = [method, path, '', ...lines, '', listed, digest].join('\n');
  const scope = scopeOf(signer);
  const signature = signatureOf([ALGORITHM, stamp, scope, sha256(canonical)].join('\n'), signer);
  const credential = `${credentials.accessKeyId}/${scope}`;
  added.authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${listed}, Signature=${signature}`;
  return added;
};
