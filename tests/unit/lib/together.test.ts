import { expect, it } from 'vitest';
import { onceSent, together } from '../../../lib/together.ts';

it('gives every result, in the order of the list', async () => {
  const late = new Promise(resolve => setTimeout(() => resolve('late'), 5));
  expect(await together([late, Promise.resolve(2), 'no promise'])).toEqual(['late', 2, 'no promise']);
  expect(await together([])).toEqual([]);
});

it('waits for those that still run before it tells of one that failed', async () => {
  const order: string[] = [];
  const slow = new Promise<void>(resolve =>
    setTimeout(() => {
      order.push('slow one done');
      resolve();
    }, 20),
  );
  const all = together([Promise.reject(new Error('quick failure')), slow]).catch((error: Error) => {
    order.push(error.message);
  });
  await all;
  expect(order).toEqual(['slow one done', 'quick failure']);
});

it('tells of the first failure in the order of the list, not of the earliest', async () => {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('first in the list')), 10));
  await expect(together([1, late, Promise.reject(new Error('earliest'))])).rejects.toThrow('first in the list');
});

it('throws whatever a task failed with, nothing included', async () => {
  await expect(together([1, Promise.reject(undefined)])).rejects.toBeUndefined();
  await expect(together([Promise.reject('a text'), Promise.reject(new Error('later'))])).rejects.toBe('a text');
});

it('what leaves once something else is sent begins in a later turn, and says what it came to', async () => {
  const begun: string[] = [];
  const later = onceSent(async () => {
    begun.push('later');
    return 'result';
  });
  await Promise.resolve();
  begun.push('first');
  expect([await later, begun]).toEqual(['result', ['first', 'later']]);
  await expect(onceSent(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});
