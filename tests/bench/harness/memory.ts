/** What something holds on to while it runs: after a forced collection, so that garbage which nobody has needed to remove does not count. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** A collection takes some ten milliseconds, so there is one in a while; the first early, for what is over soon. */
const FIRST_MS = 250;
const EVERY_MS = 2000;

const held = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 ** 2;
};

/** @returns the most, over what was held before, in MB */
export const withMemory = async <Result>(
  run: () => Promise<Result>,
): Promise<{ result: Result; megabytes: number }> => {
  const before = held();
  let most = before;
  const sample = (): void => {
    most = Math.max(most, held());
  };
  const first = setTimeout(sample, FIRST_MS);
  const sampling = setInterval(sample, EVERY_MS);
  try {
    return { result: await run(), megabytes: most - before };
  } finally {
    clearTimeout(first);
    clearInterval(sampling);
  }
};
