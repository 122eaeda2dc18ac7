import { expect, it } from 'vitest';
import { firstSweep, fullSweepAt } from '../../../../../lib/domain/jobs/sweep-state.ts';

const DAY = 24 * 3_600_000;

it('all rooms are compared first, then weekly; one that is under way goes on', () => {
  const first = firstSweep(100);
  expect(fullSweepAt(first, 500)).toEqual({ startedAt: 500, offset: 0, cameTo: null });
  const done = { ...first, fullAt: 500 };
  expect(fullSweepAt(done, 500 + 7 * DAY - 1)).toBeNull();
  expect(fullSweepAt(done, 500 + 7 * DAY)).toMatchObject({ startedAt: 500 + 7 * DAY, offset: 0 });
  const full = { startedAt: 500, offset: 95, cameTo: 60 };
  expect(fullSweepAt({ ...done, full }, 500 + 9 * DAY)).toBe(full);
});

it('before the first run nothing was compared, and the walk begins at the first shard', () => {
  expect(firstSweep(7)).toEqual({
    comparedBefore: 7,
    fullAt: null,
    full: null,
    undecided: [],
    records: { shard: '0', after: null },
  });
});
