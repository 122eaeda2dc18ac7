import { deleteTeleconsultation } from '../lib/domain/delete-teleconsultation.ts';
import { noContent } from '../lib/http/answers.ts';
import { auditId } from '../lib/http/caller.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { TeleconsultationPath } from '../lib/schemas/requests.ts';

/** `DELETE /teleconsultation/{id}` */
export const handler = endpoint({ path: TeleconsultationPath }, async (scope, { path, caller }) => {
  await deleteTeleconsultation(scope, path.id, auditId(caller));
  return noContent();
});
