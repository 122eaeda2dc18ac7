import { getStatus } from '../lib/domain/get-status.ts';
import { ok } from '../lib/http/answers.ts';
import { toParticipantStatusBody } from '../lib/http/bodies.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { TeleconsultationPath } from '../lib/schemas/requests.ts';

/** `GET /teleconsultation/{id}/status` */
export const handler = endpoint({ path: TeleconsultationPath }, async (scope, { path, caller }) =>
  ok(toParticipantStatusBody(await getStatus(scope, path.id, caller.id))),
);
