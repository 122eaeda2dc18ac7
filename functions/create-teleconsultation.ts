import { createTeleconsultation } from '../lib/domain/create-teleconsultation.ts';
import { created } from '../lib/http/answers.ts';
import { toBookedBody } from '../lib/http/bodies.ts';
import { auditId } from '../lib/http/caller.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { CreateRequest } from '../lib/schemas/requests.ts';

/** `POST /teleconsultation` */
export const handler = endpoint({ body: CreateRequest }, async (scope, { body, caller }) =>
  created(toBookedBody(await createTeleconsultation(scope, body, auditId(caller)))),
);
