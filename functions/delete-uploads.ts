import { deleteUploadsOf } from '../lib/domain/uploads.ts';
import { noContent, ok } from '../lib/http/answers.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { TeleconsultationPath } from '../lib/schemas/requests.ts';

/** `DELETE /teleconsultation/{id}/uploads` */
export const handler = endpoint({ path: TeleconsultationPath }, async (scope, { path }) => {
  const deletions = await deleteUploadsOf(scope, path.id);
  return deletions === undefined ? noContent() : ok({ total: deletions.total, deleted: deletions.deleted });
});
