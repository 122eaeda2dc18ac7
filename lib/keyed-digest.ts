import { createHmac } from 'node:crypto';

/**
 * What can be told apart without being told: a digest under the deployment's key. Equal parts give equal digests, and from a
 * digest nobody without the key finds the parts by trying.
 */
export type KeyedDigest = (...parts: readonly string[]) => string;

/** @returns sixty-four hex digits */
export const createKeyedDigest =
  (key: string | Uint8Array): KeyedDigest =>
  (...parts) =>
    createHmac('sha256', key).update(JSON.stringify(parts), 'utf8').digest('hex');
