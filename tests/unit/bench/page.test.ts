import { expect, it } from 'vitest';
import { withSection } from '../../bench/harness/page.ts';
import { renderTable } from '../../bench/harness/report.ts';
import { median, medianDifference, medianRatio, quantile } from '../../bench/harness/statistics.ts';

/** What stands between measuring and docs/performance.md. */
const page =
  'before\n<!-- bench:work -->\nold\n<!-- /bench:work -->\nafter\n<!-- bench:cold -->\n<!-- /bench:cold -->\n';

it('a set of tables takes the place of the one that was there, and of nothing else', () => {
  const written = withSection(page, 'work', 'new');
  expect(written).toBe(page.replace('old', 'new'));
  expect(withSection(written, 'work', 'new')).toBe(written);
});

it('a page without a place for it is an error', () => {
  expect(() => withSection(page, 'money', 'new')).toThrow('no place for "money"');
});

it('a goal that is not met says so', () => {
  const goals = [
    { goal: 'small', measured: '3 KB', met: true },
    { goal: 'fast', measured: '9 ms', met: false },
  ];
  const text = renderTable({ title: 'T', about: 'A.', columns: ['', 'ms'], rows: [['one', '9']], goals });
  expect(text).toBe(
    '#### T\n\nA.\n\n|  | ms |\n|---|---:|\n| one | 9 |\n\n- Met: small: 3 KB.\n- **Not met**: fast: 9 ms.',
  );
});

it('middles are of sorted values, and of pairs', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 3, 10])).toBe(2.5);
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
  // A slow round slows both down, and moves neither.
  expect(medianRatio([2, 20, 2], [1, 10, 1])).toBe(2);
  expect(medianDifference([3, 30, 3], [1, 28, 1])).toBe(2);
  expect(() => median([])).toThrow('nothing was measured');
});
