// How the vendor proves that a callback is its own: HMAC-SHA256 with the company's api key.
import { createHmac } from 'node:crypto';

const hmac = (key: string, message: string) => createHmac('sha256', key).update(message).digest('hex');

/** Value of `bandyer-signature` for exactly these bytes of body. */
export const bandyerSignature = (apiKey: string, timestamp: string, rawBody: string) =>
  `t=${timestamp},v0=${hmac(apiKey, `${timestamp}.${rawBody}`)}`;

/** Value of `room-id-hmac`, all that format 0.1 signs. */
export const roomIdHmac = (apiKey: string, roomId: string) => hmac(apiKey, roomId);
