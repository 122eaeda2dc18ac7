// The shapes of the identifiers that the vendor generates.
import { randomBytes, randomInt } from 'node:crypto';

const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

const hex = (length: number) => randomBytes(length / 2).toString('hex');
const alphanumeric = (length: number) =>
  Array.from({ length }, () => ALPHANUMERIC.charAt(randomInt(ALPHANUMERIC.length))).join('');

export const newUserId = () => `usr_${hex(12)}`;
export const newRoomId = () => `room_${hex(12)}`;
export const newSessionId = () => `session_${alphanumeric(12)}`;
export const newBackgroundAlias = () => alphanumeric(32);
export const newLinkToken = () => alphanumeric(24);
export const newFileToken = () => hex(40);

/** `<env>/<company alias>/<user id>/<epoch ms>-<20 hex>`: the slashes belong to the key. */
export const newUploadKey = (userId: string, at: number) => `sandbox/example-clinic/${userId}/${at}-${hex(20)}`;
