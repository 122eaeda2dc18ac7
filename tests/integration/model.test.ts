import { expect, it } from 'vitest';
import { playHistories } from '../support/model/history.ts';

/**
 * Random histories of everything that callers, Kaleyra, time and failures can do, against a small reference model of the
 * contract (tests/support/model). `npm run model -- --runs 500 --seed 7` plays more of them.
 */
const SHORT = 8;

it('answers any history as the contract says, whatever fails meanwhile', { timeout: 600_000 }, async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}`);
  const { histories, answers } = await playHistories({ runs: SHORT, seed });
  console.log(`${histories} histories, ${[...answers.values()].reduce((sum, count) => sum + count, 0)} requests`);
  expect(histories).toBe(SHORT);
});
