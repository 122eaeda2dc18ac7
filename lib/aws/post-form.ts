import type { Credentials } from './access.ts';
import type { BucketAddress } from './bucket.ts';
import { ALGORITHM, scopeOf, signatureOf, stampOf } from './signature.ts';

/** A form with which whoever holds it may put one object into a bucket, for a while, by an HTML POST. */

export interface FormWish {
  bucket: string;
  key: string;
  contentType: string;
  bytes: { least: number; most: number };
  seconds: number;
}

export interface PostForm {
  url: string;
  /** All of them have to be sent, and no others, before the file. */
  fields: Record<string, string>;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** @param at epoch milliseconds */
export const signedForm = (wish: FormWish, address: BucketAddress, credentials: Credentials, at: number): PostForm => {
  const { bucket, key, contentType, bytes, seconds } = wish;
  const signer = { credentials, region: address.region, service: 's3', at };
  const fields = {
    'Content-Type': contentType,
    bucket,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${credentials.accessKeyId}/${scopeOf(signer)}`,
    'X-Amz-Date': stampOf(at),
    ...(credentials.sessionToken !== undefined && { 'X-Amz-Security-Token': credentials.sessionToken }),
  };
  // Whole seconds, as a policy has them.
  const expiresAt = Math.floor(at / 1000 + seconds) * 1000;
  const conditions = [
    ['content-length-range', bytes.least, bytes.most],
    ...Object.entries({ ...fields, key }).map(([name, value]) => ({ [name]: value })),
  ];
  const expiration = new Date(expiresAt).toISOString().replace('.000Z', 'Z');
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64');
  const signature = signatureOf(policy, signer);
  const { href } = address.url;
  return { url: href, fields: { ...fields, key, Policy: policy, 'X-Amz-Signature': signature }, expiresAt };
};
