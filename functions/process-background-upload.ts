import { processBackgroundUpload } from '../lib/domain/process-background-upload.ts';
import { job } from '../lib/jobs/job.ts';
import { ObjectsCreated } from '../lib/schemas/backgrounds.ts';
import { parseOrRefuse } from '../lib/schemas/problems.ts';
import { together } from '../lib/together.ts';

/** `s3:ObjectCreated:*` below `backgrounds/`: what became of each object, by key. */
export const handler = job(async (scope, event) => {
  const { backgroundUploads: uploads } = scope;
  const { Records } = parseOrRefuse(ObjectsCreated, event, 'body');
  const keys = Records.map(({ s3 }) => s3.object.key);
  const outcomes = await together(keys.map(key => processBackgroundUpload(scope, uploads, key)));
  return Object.fromEntries(keys.map((key, index) => [key, outcomes[index]]));
});
