/**
 * One table in a process of its own: functions read their configuration while they load, and tables want different ones.
 * Arguments: the table's name, `full` or `short`.
 */
import { measureCleanups, measureCosts, measureReads, measureReconciler } from '../tables/growth.ts';
import { measureWaiting, measureWaitingWithFiles } from '../tables/waiting.ts';

const MEASURES: Readonly<Record<string, (full: boolean) => Promise<unknown>>> = {
  waiting: measureWaiting,
  'waiting with files': measureWaitingWithFiles,
  cleanups: measureCleanups,
  reconciler: measureReconciler,
  reads: measureReads,
  costs: measureCosts,
};

const [name = '', size] = process.argv.slice(2);
const table = await MEASURES[name]?.(size === 'full');
process.send?.(table, () => process.exit());
