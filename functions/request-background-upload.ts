import { requestBackgroundUpload } from '../lib/domain/request-background-upload.ts';
import { created } from '../lib/http/answers.ts';
import { toUploadFormBody } from '../lib/http/bodies.ts';
import { endpoint } from '../lib/http/endpoint.ts';

/** `POST /settings/background-image/uploads` */
export const handler = endpoint({ person: true }, async scope =>
  created(toUploadFormBody(await requestBackgroundUpload(scope, scope.backgroundUploads))),
);
