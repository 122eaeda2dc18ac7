/**
 * One cold start: loads a bundle and has it answer once, and tells how long each took from the moment at which loading began, in
 * milliseconds, with the CPU time of all threads. Arguments: the bundle, the name of its export, `get` or `post` or `-`.
 */
import { pathToFileURL } from 'node:url';
import { contextOf, events } from '../harness/situation.ts';

const [bundle = '', exported = '', which = '-'] = process.argv.slice(2);
const event = which === 'get' || which === 'post' ? events[which]() : {};
const context = contextOf('3f2504e0-4f89-11d3-9a0c-0305e82c3301');
const url = pathToFileURL(bundle).href;

const sinceStart = (startedAt: number, cpuBefore: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
};

const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const module = await import(url);
const loaded = sinceStart(startedAt, cpuBefore);
const handler = module[exported];
if (typeof handler !== 'function') throw new Error(`${bundle} has no function ${exported}`);
const answer = which === '-' ? undefined : await handler(event, context);
const answered = sinceStart(startedAt, cpuBefore);
const megabytes = process.memoryUsage().rss / 1024 ** 2;
process.send?.({ loaded, answered, status: answer?.statusCode, body: answer?.body, megabytes }, () => process.exit());
