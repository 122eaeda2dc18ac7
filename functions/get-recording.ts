import { getRecording } from '../lib/domain/get-recording.ts';
import { redirect } from '../lib/http/answers.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { SessionPath } from '../lib/schemas/requests.ts';

/** `GET /recording/{roomId}/{sessionId}` */
export const handler = endpoint({ path: SessionPath }, async (scope, { path, caller }) =>
  redirect(await getRecording(scope, path, caller.id)),
);
