import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * How Kaleyra proves that a call to us is its own: HMAC-SHA256 with a key that only the two of us know. Signing and verifying
 * stand side by side, and both work on the bytes as they travel: a body that was parsed and written anew is another body.
 */

/** How far its clock and ours may be apart, and how long a delivery that somebody wrote down can be played again. */
const WINDOW_MS = 300_000;

/** The vendor's text says seconds and its code milliseconds; seconds reach this in the year 5138. */
const LARGEST_SECONDS = 1e11;

const HEX_LENGTH = 64;
const HEADER = /^t=(\d{1,13}),v0=[0-9a-f]{64}$/;
const HEX = /^[0-9a-f]{64}$/;

const hmac = (key: string, ...parts: readonly (string | Uint8Array)[]): Buffer => {
  const digest = createHmac('sha256', key);
  for (const part of parts) digest.update(part);
  return digest.digest();
};

/** Every key is tried, so that the time taken does not tell which of them is close. */
const matches = (sent: string, expected: readonly Buffer[]): boolean => {
  const bytes = Buffer.from(sent, 'hex');
  return expected.map(one => timingSafeEqual(bytes, one)).some(Boolean);
};

/** @returns the value of the header `bandyer-signature` for exactly this body */
export const sign = (key: string, timestamp: string, body: Uint8Array): string =>
  `t=${timestamp},v0=${hmac(key, `${timestamp}.`, body).toString('hex')}`;

/**
 * @param header `bandyer-signature`, as it came
 * @param body the bytes as they came
 * @param now milliseconds since 1970
 */
export const verify = (header: string | undefined, body: Uint8Array, keys: readonly string[], now: number): boolean => {
  // Stryker disable next-line StringLiteral: any text will do that has not this form
  const sent = header ?? '';
  const timestamp = HEADER.exec(sent)?.[1];
  if (timestamp === undefined) return false;
  const expected = keys.map(key => hmac(key, `${timestamp}.`, body));
  const instant = Number(timestamp) > LARGEST_SECONDS ? Number(timestamp) : Number(timestamp) * 1000;
  return matches(sent.slice(-HEX_LENGTH), expected) && Math.abs(now - instant) <= WINDOW_MS;
};

/** @returns the value of the header `room-id-hmac`: all that webhooks of format 0.1 sign */
export const signRoomId = (key: string, roomId: string): string => hmac(key, roomId).toString('hex');

/** It says nothing of the body and nothing of the time: whoever has seen one can repeat it for ever. */
export const verifyRoomId = (header: string | undefined, roomId: string, keys: readonly string[]): boolean => {
  // Stryker disable next-line StringLiteral: any text will do that has not this form
  const sent = header ?? '';
  const expected = keys.map(key => hmac(key, roomId));
  return HEX.test(sent) && matches(sent, expected);
};
