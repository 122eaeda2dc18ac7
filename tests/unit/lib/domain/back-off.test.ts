import { expect, it } from 'vitest';
import { backOffMs } from '../../../../lib/domain/back-off.ts';

const MINUTE = 60_000;

it.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 4],
  [9, 256],
  [10, 360],
  [2000, 360],
])('after %d failures a job waits %d minutes', (failures, minutes) => {
  expect(backOffMs(failures)).toBe(minutes * MINUTE);
});
