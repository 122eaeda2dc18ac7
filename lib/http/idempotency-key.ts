import type { Config } from '../config.ts';
import { invalidInput } from '../errors.ts';
import type { Headers } from './caller.ts';

/**
 * The name that a client gives one attempt to book, so that a repeat of it is recognised: `Idempotency-Key`, quoted or not. As
 * a fall-back, where the deployment says so, the request's own id: not every client keeps that when it repeats.
 */

const KEY = /^"?([\x21\x23-\x7e]{1,255})"?$/;

/** @throws ServiceError 400 for a key that cannot be one */
export const idempotencyKeyOf = (headers: Headers, { byRequestId }: Config['idempotency']): string | undefined => {
  const sent = headers['idempotency-key'];
  if (sent === undefined) {
    const requestId = headers['x-request-id'];
    return byRequestId && requestId !== undefined && KEY.test(requestId) ? `x-request-id ${requestId}` : undefined;
  }
  const [, key] = KEY.exec(sent.trim()) ?? [];
  if (key !== undefined) return key;
  const message = 'must be 1 to 255 visible ASCII characters';
  throw invalidInput([{ path: 'headers.idempotency-key', message }]);
};
