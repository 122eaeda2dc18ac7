import { eraseUser } from '../lib/domain/erasure/erase-user.ts';
import { job } from '../lib/jobs/job.ts';
import { EraseEvent } from '../lib/schemas/erase-event.ts';
import { parseOrRefuse } from '../lib/schemas/problems.ts';

/** `by hand`: a person is erased, see docs/erasure.md. Takes `{ externalId, cancel?, dryRun? }`. */
export const handler = job(
  (scope, event, endsAt) => eraseUser(scope, parseOrRefuse(EraseEvent, event, 'body'), endsAt),
  {
    patience: 'run',
  },
);
