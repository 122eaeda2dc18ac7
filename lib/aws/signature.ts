import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
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

const sha256 = (text: string): string => hash('sha256', text);

const hmac = (key: Buffer | KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** `20260504T090000Z` */
export const stampOf = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** The same for a whole day, and a process has one set of credentials at a time. A key object: OpenSSL takes no copy of it. */
let latestKey: { of: string; key: KeyObject } | undefined;

const keyFor = ({ credentials, region, service }: Signer, day: string): KeyObject => {
  const of = `${credentials.secretAccessKey}\n${day}\n${region}\n${service}`;
  if (latestKey?.of !== of) {
    const parts = [day, region, service, 'aws4_request'];
    const key = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${credentials.secretAccessKey}`));
    latestKey = { of, key: createSecretKey(key) };
  }
  return latestKey.key;
};

const scopeOn = (day: string, { region, service }: Signer): string => `${day}/${region}/${service}/aws4_request`;

/** What a signature is for: `20260504/eu-west-1/s3/aws4_request`. */
export const scopeOf = (signer: Signer): string => scopeOn(stampOf(signer.at).slice(0, 8), signer);

const signatureOn = (day: string, text: string, signer: Signer): string =>
  createHmac('sha256', keyFor(signer, day)).update(text).digest('hex');

/** @returns hex */
export const signatureOf = (text: string, signer: Signer): string =>
  signatureOn(stampOf(signer.at).slice(0, 8), text, signer);

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
  const day = stamp.slice(0, 8);
  const scope = scopeOn(day, signer);
  const signature = signatureOn(day, `${ALGORITHM}\n${stamp}\n${scope}\n${sha256(canonical)}`, signer);
  const credential = `${credentials.accessKeyId}/${scope}`;
  added.authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${listed}, Signature=${signature}`;
  return added;
};
