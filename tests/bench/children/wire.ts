/**
 * A function as it is deployed, warm, over its real connections to a table and a Kaleyra that answer at once: on its parent's
 * orders, `{ run, times }`, tells the CPU time of so many invocations in microseconds each. Arguments: name, bundles of GET and
 * of POST.
 */
import { pathToFileURL } from 'node:url';
import { type Handler, passGate } from '../harness/gate.ts';
import { contextOf, events } from '../harness/situation.ts';

const [name = '', get = '', post = ''] = process.argv.slice(2);

const load = async (bundle: string): Promise<Handler> =>
  ((await import(pathToFileURL(bundle).href)) as { handler: Handler }).handler;

const handlers = { get: await load(get), post: await load(post) };
await passGate(name, handlers);

process.on('message', async ({ run, times }: { run: 'get' | 'post'; times: number }) => {
  const context = contextOf('3f2504e0-4f89-11d3-9a0c-0305e82c3301');
  const before = process.cpuUsage();
  for (let turn = 0; turn < times; turn += 1) {
    const { statusCode } = await handlers[run](events[run](), context);
    if (statusCode !== (run === 'get' ? 200 : 201)) throw new Error(`${name} answered ${statusCode}`);
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.({ micros: (user + system) / times, megabytes: process.memoryUsage().rss / 1024 ** 2 });
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });
