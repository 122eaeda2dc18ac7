import { expect, it } from 'vitest';
import { isClaimed, isComplete } from '../../../../lib/domain/teleconsultation.ts';

it.each([
  [2, [1, 2], true],
  [2, [1], false],
  [2, [], false],
  [2, [1, 2, 3], false],
])('of %i expected, %j make it complete: %s', (expected, participants, complete) => {
  expect(isComplete({ expected, participants })).toBe(complete);
});

it('a claim counts until its last millisecond and not longer', () => {
  const claim = { operation: 'o', until: 1000 };
  expect([999, 1000, 1001].map(now => isClaimed({ claim }, now))).toEqual([true, false, false]);
  expect(isClaimed({ claim: null }, 0)).toBe(false);
});
