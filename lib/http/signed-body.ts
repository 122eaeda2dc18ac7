import { ServiceError, tooLarge } from '../errors.ts';
import { verify, verifyRoomId } from '../kaleyra/signature.ts';
import { type BodyReader, bytesOf } from './body-bytes.ts';
import { headersOf } from './request-headers.ts';

/**
 * Bodies that Kaleyra sends of its own accord. The signature is checked over the bytes as they came, before anything in them
 * is looked at: what a stranger sends is never parsed.
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

/** Format 0.1 signs the room's id alone, so the room's id is all that comes through. */
const provenRoom = (bytes: Buffer, header: string | undefined, keys: readonly string[]): { room_id: string } => {
  const { room_id: roomId } = (parse(bytes) ?? {}) as { room_id?: unknown };
  if (typeof roomId !== 'string' || !verifyRoomId(header, roomId, keys)) throw notSigned();
  return { room_id: roomId };
};

/**
 * @param formats whether the sender has a format that signs only the room's id; it counts only where the configuration allows it
 * @throws ServiceError 413 for a larger body, 401 for one that is not signed, 400 for one that is signed and no JSON
 */
export const signedBody =
  (formats: 'body' | 'body or room id'): BodyReader =>
  async (event, { config, clock }) => {
    const bytes = bytesOf(event);
    if (bytes.length > LARGEST_BYTES) throw tooLarge(`the body is larger than ${LARGEST_BYTES} bytes`);
    const headers = headersOf(event);
    const { keys, allowRoomIdFormat } = config.webhooks;
    const signature = headers['bandyer-signature'];
    if (signature === undefined && formats === 'body or room id' && allowRoomIdFormat) {
      return provenRoom(bytes, headers['room-id-hmac'], keys);
    }
    if (!verify(signature, bytes, keys, clock.now())) throw notSigned();
    return parse(bytes);
  };
