import { createHmac, createSecretKey, hash } from 'node:crypto';

/**
 * HMAC-SHA256 (RFC 2104) of short texts under one key, as two hashes in one call each: Node's `createHmac` makes an object for
 * every message, which costs more than the hashing.
 */
export type Hmac = (text: string) => string;

/** What SHA-256 works on at a time, and what it gives. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** For longer texts the hashing counts, and Node's own does it. A character of a text has at most three bytes. */
const LONGEST_SHORT_TEXT = 512;
const BYTES_PER_CHARACTER = 3;

/** A block of the key, and room for what is hashed with it. */
const padded = (key: Buffer, pad: number, room: number): Buffer => {
  const block = Buffer.alloc(BLOCK_BYTES + room, 0);
  block.fill(pad, 0, BLOCK_BYTES);
  for (const [at, byte] of key.entries()) block[at] = byte ^ pad;
  return block;
};

/** @returns sixty-four hex digits of the text's UTF-8 under the key */
export const createHmacSha256 = (key: string | Uint8Array): Hmac => {
  const bytes = Buffer.from(key);
  const block = bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes;
  // Written anew by each call, which leaves none of it to the next: nothing waits in between.
  const inner = padded(block, 0x36, LONGEST_SHORT_TEXT * BYTES_PER_CHARACTER);
  const outer = padded(block, 0x5c, DIGEST_BYTES);
  const secret = createSecretKey(bytes);
  return text => {
    if (text.length > LONGEST_SHORT_TEXT) return createHmac('sha256', secret).update(text, 'utf8').digest('hex');
    const written = inner.write(text, BLOCK_BYTES, 'utf8');
    // One byte for each character of this encoding: cheaper than an object for them.
    outer.write(hash('sha256', inner.subarray(0, BLOCK_BYTES + written), 'binary'), BLOCK_BYTES, 'binary');
    return hash('sha256', outer, 'hex');
  };
};
