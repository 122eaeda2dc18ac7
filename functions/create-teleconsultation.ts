import { createTeleconsultation } from '../lib/domain/create-teleconsultation.ts';
import { repeatableBooking } from '../lib/domain/repeated-booking.ts';
import { created } from '../lib/http/answers.ts';
import { toBookedBody } from '../lib/http/bodies.ts';
import { auditId } from '../lib/http/caller.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { CreateRequest } from '../lib/schemas/requests.ts';

/** `POST /teleconsultation`; with an `Idempotency-Key`, as often as it takes. */
export const handler = endpoint({ body: CreateRequest, repeatable: true }, async (scope, request) => {
  const { body, caller, idempotencyKey: key } = request;
  const repeatable = key === undefined ? undefined : repeatableBooking(scope, key, 'POST /teleconsultation', body);
  return created(toBookedBody(await createTeleconsultation(scope, body, auditId(caller), repeatable)));
});
