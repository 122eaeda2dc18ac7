import * as z from 'zod';
import { CredentialsRequest, SessionPath, TeleconsultationPath } from '../../../lib/schemas/requests.ts';
import { Credentials, DeletedUploads } from '../../../lib/schemas/responses.ts';
import { CREDENTIALS } from '../examples.ts';
import * as refused from '../refusals.ts';
import type { Operation } from '../types.ts';

const READING = { ...refused.UNIDENTIFIED, ...refused.UNKNOWN_SESSION, ...refused.OTHERS_FAILED };

export const FILES: readonly Operation[] = [
  {
    route: 'DELETE /teleconsultation/{id}/uploads',
    id: 'deleteUploads',
    tag: 'Files',
    summary: 'Delete the files shared in its room',
    description: 'As often as it takes: where fewer were deleted than there were, repeat it.',
    proof: 'people',
    path: TeleconsultationPath,
    success: {
      200: {
        description: 'How many there were, and how many are gone.',
        schema: DeletedUploads,
        examples: { all: { summary: 'All of them', value: { total: 2, deleted: 2 } } },
      },
      204: { description: 'Switched off (`TELECONSULTATION_DELETE_UPLOADS`): nothing was done.' },
    },
    refused: {
      ...refused.UNIDENTIFIED,
      ...refused.notAllowed('only a participant, the creator or a manager may delete uploads'),
      ...refused.UNKNOWN_RECORD,
      ...refused.OTHERS_FAILED,
    },
  },
  {
    route: 'GET /transcription/{roomId}/{sessionId}',
    id: 'getTranscription',
    tag: 'Files',
    summary: 'What was said in a call',
    description: '`roomId` is the teleconsultation’s id. Up to 4 MB the file itself, above that a temporary address.',
    proof: 'people',
    path: SessionPath,
    success: {
      200: {
        description: 'The file, in the type that Kaleyra gives it if a browser cannot run that.',
        schema: z.unknown(),
        contentType: '*/*',
        headers: ['Content-Disposition'],
      },
      302: { description: 'Where the file is for the next moments.', headers: ['Location'] },
    },
    refused: {
      ...READING,
      ...refused.NOT_RECORDED('GET /transcription'),
      ...refused.notAllowed('a transcription is only for those who take part in the teleconsultation'),
      413: { description: 'The file is over the limit (`TRANSCRIPTION_MAX_FILE_SIZE`).' },
    },
  },
  {
    route: 'GET /recording/{roomId}/{sessionId}',
    id: 'getRecording',
    tag: 'Files',
    summary: 'The recording of a call',
    description: 'An addition to what the retired service had. `roomId` is the teleconsultation’s id.',
    proof: 'people',
    path: SessionPath,
    success: { 302: { description: 'Where the file is for the next moments.', headers: ['Location'] } },
    refused: {
      ...READING,
      ...refused.NOT_RECORDED('GET /recording'),
      ...refused.notAllowed('a recording is only for those who take part in the teleconsultation'),
    },
  },
  {
    route: 'POST /credentials',
    id: 'createCredentials',
    tag: 'Devices',
    summary: 'Credentials for Kaleyra’s SDK',
    description: 'For apps that join calls by themselves: a token of the caller’s own, for as long as they ask.',
    proof: 'people',
    body: {
      schema: CredentialsRequest,
      description: 'No body at all means an hour.',
      optional: true,
      examples: { tenMinutes: { summary: 'For ten minutes', value: { expiresIn: 600 } } },
    },
    success: { 201: { description: 'The token.', schema: Credentials, examples: CREDENTIALS } },
    refused: {
      ...refused.UNIDENTIFIED,
      ...refused.badInput('body.expiresIn', 'must be at least 360'),
      ...refused.notAllowed('the caller is in no group that the privileges know'),
      ...refused.NOT_JSON,
      ...refused.busy('a participant is being erased, nothing was changed', 60),
      ...refused.OTHERS_FAILED,
    },
  },
];
