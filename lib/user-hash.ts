import { createHmacSha256 } from './hmac.ts';
import type { Personal } from './personal.ts';

/**
 * How a log speaks of a person: by a keyed hash of their id, so that one person's requests can be followed by whoever can name
 * that person, and by nobody who only reads logs. Ids of the callers' world (fiscal codes, addresses) can be guessed: without
 * the key, or with one that every deployment shares, a list of guesses would undo the hash.
 */

declare const HASHED: unique symbol;

/** Sixteen hex digits; only `createUserHash` makes one, so no other text gets into its place in a log. */
export type UserHash = string & { readonly [HASHED]: true };

export type HashUser = (externalId: Personal) => UserHash;

/** 64 bits: no two of a clinic's people are taken for one, and a line stays short. */
const HEX_DIGITS = 16;

/** The key has other uses, see keyed-digest.ts: no id, whatever is in it, gives a hash that means something there. */
const PURPOSE = 'log:';

/** @param key the deployment's `HASH_KEY` */
export const createUserHash = (key: string | Uint8Array): HashUser => {
  const hmac = createHmacSha256(key);
  return externalId => hmac(PURPOSE + externalId).slice(0, HEX_DIGITS) as UserHash;
};
