import { applyRetention } from '../lib/domain/jobs/apply-retention.ts';
import { job } from '../lib/jobs/job.ts';
import { RetentionEvent } from '../lib/schemas/job-events.ts';
import { parseOrRefuse } from '../lib/schemas/problems.ts';

/** `schedule`: records of past teleconsultations are removed, where they are to be. Takes `{ dryRun? }`. */
export const handler = job(
  (scope, event, endsAt) => applyRetention(scope, parseOrRefuse(RetentionEvent, event, 'body'), endsAt),
  { patience: 'run' },
);
