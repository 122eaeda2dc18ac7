/**
 * `npm run model`: plays random histories against the reference model, on a stack of its own.
 *   --runs N   how many, 200 unless given
 *   --seed S   which ones; a new one each time unless given
 *   --path P   only the one that failed, as printed
 */
import { parseArgs } from 'node:util';

const OPTIONS = { runs: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' } } as const;

/** A function takes its configuration while its module loads; the world then binds it to its own. */
const TO_LOAD = {
  BANDYER_API_SECRET_KEY: 'ak_test_000000000000000000000000',
  BANDYER_BASE_URL: 'http://127.0.0.1:9',
  TELECONSULTATIONS_TABLE: 'not-a-table',
  GATEWAY_SECRETS: 'only-there-so-that-the-functions-load',
  HASH_KEY: 'only-there-so-that-they-load',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_EC2_METADATA_DISABLED: 'true',
};

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
