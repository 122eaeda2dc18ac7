import { cleanupUploads } from '../lib/domain/jobs/cleanup-uploads.ts';
import { job } from '../lib/jobs/job.ts';
import { CleanupEvent } from '../lib/schemas/job-events.ts';
import { parseOrRefuse } from '../lib/schemas/problems.ts';

/** `schedule`: files of calls that are over go, and their rooms are closed. Takes `{ dryRun?, graceMs? }`. */
export const handler = job(
  (scope, event, endsAt) => cleanupUploads(scope, parseOrRefuse(CleanupEvent, event, 'body'), endsAt),
  { patience: 'run' },
);
