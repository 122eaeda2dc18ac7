import { reconcileRooms } from '../lib/domain/jobs/reconcile-rooms.ts';
import { job } from '../lib/jobs/job.ts';
import { ReconcileEvent } from '../lib/schemas/job-events.ts';
import { parseOrRefuse } from '../lib/schemas/problems.ts';

/** `schedule`: what crashes and lost events left behind is put right. Takes `{ minimumAgeMs?, mostChanges? }`. */
export const handler = job(
  (scope, event, endsAt) => reconcileRooms(scope, parseOrRefuse(ReconcileEvent, event, 'body'), endsAt),
  { patience: 'run' },
);
