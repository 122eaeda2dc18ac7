/**
 * `npm run bench [-- TABLE ...] [--full] [--write]`: where the service stands against the limit and against the frameworks that
 * a team would use instead. Tables: waiting, work, cold, growth, load, money; all of them unless named. Everything runs on this
 * machine. `--full` takes the large sizes and more rounds, `--write` puts the tables into docs/performance.md.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startChild } from './harness/child.ts';
import { machine } from './harness/machine.ts';
import { writeSections } from './harness/page.ts';
import { renderTable, type Table } from './harness/report.ts';
import { measureCold } from './tables/cold.ts';
import type { Costs } from './tables/growth.ts';
import { measureLoad } from './tables/load.ts';
import { measureMoney } from './tables/money.ts';
import { measureWork } from './tables/work.ts';

type Measure = (full: boolean) => Promise<readonly Table[]>;

const CHILD = join(import.meta.dirname, 'children/table.ts');

/** What the named measure comes to, in a process of its own. */
const inChild = async <Result = Table>(name: string, full: boolean): Promise<Result> => {
  const { PATH: _, ...env } = process.env as Record<string, string>;
  return (await startChild<Result>(CHILD, [name, full ? 'full' : 'short'], env)).ready;
};

const TABLES: Readonly<Record<string, Measure>> = {
  waiting: async full => [await inChild('waiting', full), await inChild('waiting with files', full)],
  work: async full => [
    await measureWork(full ? { processes: 9, rounds: 10, times: 500 } : { processes: 4, rounds: 6, times: 300 }),
  ],
  cold: full => measureCold(full ? { starts: 40, loads: 15 } : { starts: 11, loads: 3 }),
  growth: async full => [
    await inChild('cleanups', full),
    await inChild('reconciler', full),
    await inChild('reads', full),
  ],
  load: async full => [await measureLoad({ seconds: full ? 15 : 3, atOnce: [1, 4, 16, 64] })],
  money: async full => measureMoney(await inChild<Costs>('costs', full)),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const unknown = positionals.filter(name => TABLES[name] === undefined);
if (unknown.length > 0) {
  console.error(`bench: no table ${unknown.join(', ')}; there are ${Object.keys(TABLES).join(', ')}`);
  process.exit(1);
}

const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');
const measuredOn = machine();
console.log(`target: this machine; ${measuredOn}\n`);
for (const [name, measure] of Object.entries(TABLES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const startedAt = performance.now();
  const text = (await measure(values.full)).map(renderTable).join('\n\n');
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`${text}\n\n(${seconds} s)\n`);
  const source = `\`${command}\`, ${new Date().toISOString().slice(0, 10)}, ${measuredOn}.`;
  // At once: what comes later may fail.
  if (values.write) writeSections(new Map([[name, `${source}\n\n${text}`]]));
}
