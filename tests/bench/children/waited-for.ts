/**
 * Those who are waited for, in a process of their own: a table, and the simulator of Kaleyra behind a door that lets answers out
 * late. Orders come from the parent: `{ delays }` sets them, `{ put }` adds items, `{ clear }` empties the table, `{ counts }`
 * forgets what was counted; each is answered with what was counted since.
 */
import { startKaleyra } from '../../../local/kaleyra/index.ts';
import { type Attributes, toAttributes } from '../others/attributes.ts';
import { type Delay, startTable } from '../others/dynamodb.ts';
import { startLate } from '../others/late.ts';
import { FastTable } from '../others/table.ts';

export interface Order {
  delays?: { dynamodb: number; kaleyra: number };
  put?: readonly Record<string, unknown>[];
  clear?: boolean;
  counts?: boolean;
  /** How many records to add that are nothing but there. */
  fill?: number;
}

const [, , apiKey = ''] = process.argv;

const table = new FastTable();
const waits: { dynamodb: Delay; kaleyra: Delay } = { dynamodb: { ms: 0 }, kaleyra: { ms: 0 } };

/** As a booking of two leaves it. */
const idleRecord = (index: number): Attributes[] => {
  const id = index.toString(16).padStart(24, 'a');
  return [
    toAttributes({ pk: id, sk: 'record', id, state: 'PUBLIC', filler: 'x'.repeat(1200), version: 2 }),
    toAttributes({ pk: `ext#idle-${index}`, sk: 'person', kaleyraId: `usr_${id}`, role: 'basic' }),
  ];
};

const obey = ({ delays, put = [], clear, counts, fill = 0 }: Order): void => {
  if (delays !== undefined) {
    waits.dynamodb.ms = delays.dynamodb;
    waits.kaleyra.ms = delays.kaleyra;
  }
  if (clear) table.clear();
  for (const item of put) table.put(toAttributes(item));
  for (let index = 0; index < fill; index += 1) for (const item of idleRecord(index)) table.put(item);
  if (counts) table.forgetCounts();
};

const simulator = await startKaleyra({ port: 0, apiKey });
const [dynamodb, kaleyra] = await Promise.all([
  startTable(table, waits.dynamodb),
  startLate(simulator.url, waits.kaleyra),
]);
process.on('message', (order: Order) => {
  const before = table.counts;
  obey(order);
  process.send?.(before);
});
process.on('disconnect', () => process.exit());
process.send?.({ dynamodb: dynamodb.port, kaleyra: kaleyra.port, simulator: simulator.url });
