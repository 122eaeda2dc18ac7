import { createHmacSha256 } from './hmac.ts';

/**
 * What can be told apart without being told: a digest under the deployment's key. Equal parts give equal digests, and from a
 * digest nobody without the key finds the parts by trying.
 *
 * One key serves several purposes, so each digest begins with its own: what stands in a record's id says nothing of what stands
 * beside it. What is hashed is a JSON list, whose first character is `[`; the log's hashes begin otherwise, see user-hash.ts.
 */
export type KeyedDigest = (purpose: DigestPurpose, ...parts: readonly string[]) => string;

/** The id of a repeatable booking; what was asked for with it. */
export type DigestPurpose = 'booking' | 'request';

/** @returns sixty-four hex digits */
export const createKeyedDigest = (key: string | Uint8Array): KeyedDigest => {
  const hmac = createHmacSha256(key);
  return (...purposeAndParts) => hmac(JSON.stringify(purposeAndParts));
};
