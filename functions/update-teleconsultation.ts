import { updateTeleconsultation } from '../lib/domain/update-teleconsultation.ts';
import { noContent } from '../lib/http/answers.ts';
import { auditId } from '../lib/http/caller.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { TeleconsultationPath, UpdateRequest } from '../lib/schemas/requests.ts';

/** `PATCH /teleconsultation/{id}` */
export const handler = endpoint({ path: TeleconsultationPath, body: UpdateRequest }, async (scope, request) => {
  await updateTeleconsultation(scope, request.path.id, request.body, auditId(request.caller));
  return noContent();
});
