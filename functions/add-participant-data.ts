import { addParticipantData } from '../lib/domain/add-participant-data.ts';
import { auditId } from '../lib/http/caller.ts';
import { deprecated } from '../lib/http/deprecated.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { RequestedParticipant, TeleconsultationPath } from '../lib/schemas/requests.ts';

/** `POST /teleconsultation/{id}/participants/data`, deprecated: `PATCH /teleconsultation/{id}` takes the whole list. */
export const handler = endpoint(
  { path: TeleconsultationPath, body: RequestedParticipant, headers: deprecated },
  async (scope, { path, body, caller }) => {
    await addParticipantData(scope, path.id, body, auditId(caller));
    return { status: 201 };
  },
);
