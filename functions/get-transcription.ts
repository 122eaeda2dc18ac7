import { getTranscription } from '../lib/domain/get-transcription.ts';
import { file, redirect } from '../lib/http/answers.ts';
import { inertContentType } from '../lib/http/content-type.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { SessionPath } from '../lib/schemas/requests.ts';

/** `GET /transcription/{roomId}/{sessionId}` */
export const handler = endpoint({ path: SessionPath }, async (scope, { path, caller }) => {
  const transcription = await getTranscription(scope, path, caller.id);
  if (transcription.form === 'address') return redirect(transcription.address);
  return file(transcription.bytes, inertContentType(transcription.contentType));
});
