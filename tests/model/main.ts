/**
 * `npm run model`: plays random histories against the reference model, on a stack of its own.
 *   --runs N   how many, 200 unless given
 *   --seed S   which ones; a new one each time unless given
 *   --path P   only the one that failed, as printed
 */
import { parseArgs } from 'node:util';
import { TO_LOAD } from '../support/to-load.ts';

const OPTIONS = { runs: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' } } as const;

const whole = (text: string | undefined, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`"${text}" is not a whole number`);
  return value;
};

const { values } = parseArgs({ options: OPTIONS });
const runs = whole(values.runs, 200);
const seed = whole(values.seed, Math.floor(Math.random() * 2 ** 31));
console.log(`target: a stack of its own; ${runs} histories, seed ${seed}`);
Object.assign(process.env, TO_LOAD);
const { playHistories } = await import('../support/model/history.ts');
try {
  const { path } = values;
  const { histories, answers } = await playHistories({ runs, seed, ...(path !== undefined && { path }) });
  const rows = [...answers].sort(([one], [other]) => (one < other ? -1 : 1));
  console.table(Object.fromEntries(rows));
  const requests = rows.reduce((sum, [, count]) => sum + count, 0);
  console.log(`${histories} histories, ${requests} requests, 0 disagreements (seed ${seed})`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
