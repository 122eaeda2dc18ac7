/**
 * `npm run fuzz -- [--seconds 120] [--seed N] [--only 'POST /teleconsultation']`: random and mutated requests over every route
 * of serverless.yml, on an embedded stack of its own. Prints what it tried; ends with 1 at the first rule that is broken.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { TO_LOAD } from '../support/to-load.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const wholeNumber = (name: 'seconds' | 'seed', usual: number): number => {
  const value = values[name] === undefined ? usual : Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} must be a whole number`);
  return value;
};

Object.assign(process.env, TO_LOAD);
const { openFuzzWorld } = await import('./world.ts');
const { describeBreach, describeReport, fuzz } = await import('./fuzz.ts');

const seed = wholeNumber('seed', randomInt(2 ** 31));
console.log(`target: an embedded stack of its own in this process, seed ${seed}`);
const fuzzed = await openFuzzWorld();
try {
  const report = await fuzz(fuzzed, { seconds: wholeNumber('seconds', 120), seed, only: values.only });
  console.log(describeReport(report));
  if (report.breach !== undefined) {
    console.error(describeBreach(report.breach));
    process.exitCode = 1;
  }
} finally {
  await fuzzed.close();
}
