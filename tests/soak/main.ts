/**
 * `npm run soak`: holds a mixed load on a stack of its own, kills and restarts parts of it meanwhile, and looks at what is left.
 *   --seconds N        how long, 60 unless given
 *   --clients N        how many at once, 6 unless given
 *   --disturb-every S  seconds between two disturbances, 1 unless given; 0 for none, as to see whether memory grows
 * Ends with 1 when anything is not as it was acknowledged, or as it has to be.
 */
import { parseArgs } from 'node:util';
import { TO_LOAD } from '../support/to-load.ts';
import { percentile } from './ledger.ts';

const OPTIONS = {
  seconds: { type: 'string' },
  clients: { type: 'string' },
  'disturb-every': { type: 'string' },
} as const;

const numberOf = (text: string | undefined, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`"${text}" is not a number`);
  return value;
};

const SHOWN = 20;

try {
  const { values } = parseArgs({ options: OPTIONS });
  const seconds = numberOf(values.seconds, 60);
  const clients = numberOf(values.clients, 6);
  const disturbEvery = numberOf(values['disturb-every'], 1);
  console.log(`target: a stack of its own; ${seconds} s, ${clients} clients, a disturbance every ${disturbEvery} s`);
  Object.assign(process.env, TO_LOAD);
  const { soak } = await import('./soak.ts');
  const soaked = await soak({ seconds, clients, disturbEvery, say: line => console.log(line) });
  const { ledger, aftermath, disturbances, memory, checked } = soaked;

  const answered = [...ledger.milliseconds].sort(([one], [other]) => (one < other ? -1 : 1));
  console.table(
    Object.fromEntries(
      answered.map(([what, all]) => [
        what,
        { answers: all.length, 'p50 ms': percentile(all, 0.5), 'p99 ms': percentile(all, 0.99) },
      ]),
    ),
  );
  console.table(Object.fromEntries([...ledger.outcomes].sort(([one], [other]) => (one < other ? -1 : 1))));
  console.table(Object.fromEntries(disturbances));
  console.table(memory);
  const requests = [...ledger.outcomes.values()].reduce((sum, count) => sum + count, 0);
  const failed = [...ledger.outcomes].filter(([outcome]) => !/: [1-4]\d\d$/.test(outcome));
  const errors = failed.reduce((sum, [, count]) => sum + count, 0);
  const violations = [...ledger.violations, ...aftermath.violations];
  for (const violation of violations.slice(0, SHOWN)) console.error(`violation: ${violation}`);
  const { records, rooms, users } = aftermath;
  console.log(`${ledger.entries.size} bookings acknowledged, looked for ${checked} times after restarts`);
  console.log(`left: ${records} records, ${rooms} rooms, ${users} users`);
  console.log(`${requests} requests, ${errors} errors, ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
} catch (error) {
  console.error((error as Error).stack);
  process.exitCode = 1;
}
