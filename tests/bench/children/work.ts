/**
 * One contender in a process of its own, on its parent's orders: `{ run: 'get' | 'post', times }` is answered with the CPU time
 * that so many invocations took, of all threads, in microseconds. Started with the path of a bundle.
 */
import { pathToFileURL } from 'node:url';
import { type Handler, passGate } from '../harness/gate.ts';
import { contextOf, events, itemsAt, SETTINGS, vendorAnswer } from '../harness/situation.ts';
import { passTraces, type Traces } from '../harness/traces.ts';
import type { Memory } from '../peers/shared/memory.ts';

type Contender = Handler | { get: Handler; post: Handler };

const [name = '', bundle = ''] = process.argv.slice(2);

const items: Record<string, Record<string, unknown>[]> = {};
for (const item of itemsAt(Date.now())) items[String(item.pk)] = [item];

let written = 0;
let traces: Traces | undefined = { lines: [], rooms: [] };
const memory: Memory = {
  ...SETTINGS,
  items,
  answer: (method, path, body) => {
    if (path === 'rooms') traces?.rooms.push(body);
    return vendorAnswer(method, path, body);
  },
  // As a line costs where it is made; where it is written is the platform's.
  write: line => {
    written += line.length;
    traces?.lines.push(line);
  },
};

const { inMemory } = (await import(pathToFileURL(bundle).href)) as { inMemory(memory: Memory): Contender };
const contender = inMemory(memory);
const handlers = typeof contender === 'function' ? { get: contender, post: contender } : contender;
await passGate(name, handlers);
passTraces(name, traces);
traces = undefined;

const run = async (which: 'get' | 'post', times: number): Promise<number> => {
  const expected = which === 'get' ? 200 : 201;
  const made = Array.from({ length: times }, events[which]);
  const context = contextOf('3f2504e0-4f89-11d3-9a0c-0305e82c3301');
  const before = process.cpuUsage();
  for (const event of made) {
    const { statusCode } = await handlers[which](event, context);
    if (statusCode !== expected) throw new Error(`${name} answered ${statusCode}`);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
};

process.on('message', async ({ run: which, times }: { run: 'get' | 'post'; times: number }) => {
  const micros = await run(which, times);
  process.send?.({ micros });
});
process.on('disconnect', () => process.exit());
if (written === 0) throw new Error(`${name} wrote no line`);
process.send?.({ ready: true });
