import { invalidInput, ServiceError } from '../errors.ts';
import { verify, verifyRoomId } from '../kaleyra/signature.ts';
import type { Secret } from '../secrets/secret.ts';
import { type BodyReader, bytesOf } from './body-bytes.ts';
import { headersOf } from './request-headers.ts';

/**
 * Bodies that Kaleyra sends of its own accord. The signature is checked over the bytes as they came, before anything in them
 * is looked at: what a stranger sends is never parsed. Only format 0.1, where it is allowed, signs what stands in the body.
 */

/** An event with 25 participants and their links is a tenth of this. */
const LARGEST_BYTES = 256 * 1024;

/** One sentence for every reason: which of them it was is of use only to somebody who tries. */
const notSigned = (): ServiceError =>
  new ServiceError('unauthorized', 401, 'the signature is missing, wrong, or not of this moment');

const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
};

/** A signature that fits no key may be one with a new key; how often that leads to a look is for the secret itself to bound. */
const fits = async (
  secret: Secret<readonly string[]>,
  verifies: (keys: readonly string[]) => boolean,
): Promise<boolean> => {
  const known = await secret.read();
  if (verifies(known)) return true;
  const renewed = await secret.renew(known);
  return renewed !== undefined && verifies(renewed);
};

/** Format 0.1 signs the room's id alone, so the room's id is all that comes through. */
const provenRoom = async (
  bytes: Buffer,
  header: string | undefined,
  secret: Secret<readonly string[]>,
): Promise<{ room_id: string }> => {
  const { room_id: roomId } = (parse(bytes) ?? {}) as { room_id?: unknown };
  if (header === undefined || typeof roomId !== 'string') throw notSigned();
  if (!(await fits(secret, keys => verifyRoomId(header, roomId, keys)))) throw notSigned();
  return { room_id: roomId };
};

/**
 * @param formats whether the sender has a format that signs only the room's id; it counts only where the configuration allows it
 * @throws ServiceError 400 for a larger body, 401 for one that is not signed, 400 for one that is signed and no JSON
 */
export const signedBody =
  (formats: 'body' | 'body or room id'): BodyReader =>
  async (event, { config, clock, secrets }) => {
    const bytes = bytesOf(event);
    if (bytes.length > LARGEST_BYTES)
      throw invalidInput([{ path: 'body', message: `must not be larger than ${LARGEST_BYTES} bytes` }]);
    const headers = headersOf(event);
    const signature = headers['bandyer-signature'];
    if (signature === undefined && formats === 'body or room id' && config.webhooks.allowRoomIdFormat) {
      return provenRoom(bytes, headers['room-id-hmac'], secrets.webhookKeys);
    }
    if (signature === undefined) throw notSigned();
    const now = clock.now();
    if (!(await fits(secrets.webhookKeys, keys => verify(signature, bytes, keys, now)))) throw notSigned();
    return parse(bytes);
  };
