import { expect, it } from 'vitest';
import { retainedSince } from '../../../../lib/domain/retention.ts';

it('records are kept for so many days of 24 hours', () => {
  expect(retainedSince(30, Date.UTC(2026, 5, 3, 9))).toBe(Date.UTC(2026, 4, 4, 9));
});
