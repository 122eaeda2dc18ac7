import { getTeleconsultation } from '../lib/domain/get-teleconsultation.ts';
import { ok } from '../lib/http/answers.ts';
import { toOpenedBody } from '../lib/http/bodies.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { LinkOptions, TeleconsultationPath } from '../lib/schemas/requests.ts';

/** `GET /teleconsultation/{id}` */
export const handler = endpoint({ path: TeleconsultationPath, query: LinkOptions }, async (scope, request) => {
  const { path, query, caller } = request;
  return ok(toOpenedBody(await getTeleconsultation(scope, path.id, caller.id, query)));
});
