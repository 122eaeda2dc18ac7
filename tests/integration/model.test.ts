import { expect, it } from 'vitest';
import { playHistories } from '../support/model/history.ts';

/**
 * Random histories of everything that callers, Kaleyra, time and failures can do, against a small reference model of the
 * contract (tests/support/model). The same ones in each run; `npm run model -- --runs 500 --seed 7` plays more and others.
 */
const SHORT = 4;

it('answers any history as the contract says, whatever fails meanwhile', { timeout: 600_000 }, async () => {
  const seed = Number(process.env.SEED ?? 1);
  console.log(`seed ${seed}`);
  const { histories, answers } = await playHistories({ runs: SHORT, seed });
  console.log(`${histories} histories, ${[...answers.values()].reduce((sum, count) => sum + count, 0)} requests`);
  expect(histories).toBe(SHORT);
});
