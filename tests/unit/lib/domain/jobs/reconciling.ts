import { type ReconcileOptions, reconcileRooms } from '../../../../../lib/domain/jobs/reconcile-rooms.ts';
import { HOUR, START } from '../../../../support/teleconsultations.ts';
import { RUN_MS } from './situations.ts';
import { aJobWorld, type JobWorld } from './support.ts';

/** Of rooms that are old enough to be judged. */
export const OLD = START - 10 * HOUR;

/** A run of the reconciler, and what it leaves for the next one. */
export const reconciling = async (options: JobWorld, order: ReconcileOptions = {}) => {
  const job = aJobWorld(options);
  const outcome = await reconcileRooms(job.scope, order, job.world.now + RUN_MS);
  return { outcome, ...job };
};
