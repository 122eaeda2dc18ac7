import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eachOf, inGroups } from '../../../../lib/cli/parallel.ts';

it('works on everything, never on more than allowed at once', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await eachOf([3, 1, 4, 1, 5, 9, 2, 6], 3, async item => {
    running += 1;
    most = Math.max(most, running);
    await wait(item);
    running -= 1;
    done.push(item);
  });
  expect(most).toBe(3);
  expect(done.sort()).toEqual([1, 1, 2, 3, 4, 5, 6, 9]);
});

it('after a failure begins nothing new, and throws it once the others have ended', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    await wait(item === 2 ? 5 : 30);
    if (item === 2) throw new Error('the second');
    ended.push(item);
  };
  await expect(eachOf([1, 2, 3, 4, 5], 2, work)).rejects.toThrow('the second');
  expect(begun).toEqual([1, 2]);
  expect(ended).toEqual([1]);
});

it('groups what comes one by one', async () => {
  const items = async function* () {
    yield* [1, 2, 3, 4, 5];
  };
  const groups: number[][] = [];
  for await (const group of inGroups(items(), 2)) groups.push(group);
  expect(groups).toEqual([[1, 2], [3, 4], [5]]);
});
