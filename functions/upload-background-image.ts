import { IMAGE_FIELD } from '../lib/domain/background-image.ts';
import { addBackground } from '../lib/domain/upload-background.ts';
import { ok } from '../lib/http/answers.ts';
import { toUploadedBackgroundBody } from '../lib/http/bodies.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { fileForm } from '../lib/http/multipart.ts';
import { BackgroundForm } from '../lib/schemas/backgrounds.ts';

/** With base64, its headers and its event around it, this is what fits into the 6 MB that a function receives. */
const upload = fileForm({
  field: IMAGE_FIELD,
  largestBytes: 4 * 1024 * 1024,
  whenLarger: 'an image above 4 MB does not fit in here: POST /settings/background-image/uploads takes up to 16 MB',
});

/** `POST /settings/background-image` */
export const handler = endpoint({ person: true, reader: upload, body: BackgroundForm }, async (scope, { body }) =>
  ok(toUploadedBackgroundBody(await addBackground(scope, body[IMAGE_FIELD]))),
);
