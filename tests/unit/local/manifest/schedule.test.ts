import { describe, expect, it } from 'vitest';
import { rateOf } from '../../../../local/manifest/schedule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a schedule expression', () => {
  it.each([
    ['rate(1 minute)', MINUTE],
    ['rate(15 minutes)', 15 * MINUTE],
    ['rate(1 hour)', HOUR],
    ['rate(36 hours)', 36 * HOUR],
    ['rate(30 days)', 720 * HOUR],
    ['cron(* * * * ? *)', MINUTE],
    ['cron(0/15 * * * ? *)', 15 * MINUTE],
    ['cron(*/20 * * * ? *)', 20 * MINUTE],
    ['cron(5 * * * ? *)', HOUR],
    ['cron(0 */6 * * ? *)', 6 * HOUR],
    ['cron(30 3 ? * * *)', 24 * HOUR],
  ])('%s repeats evenly', (expression, ms) => {
    expect(rateOf(expression)).toBe(ms);
  });

  it.each([
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(1 week)',
    'cron(0/7 * * * ? *)',
    'cron(0/15 8 * * ? *)',
    'cron(0,30 * * * ? *)',
    'cron(0 8 ? * MON-FRI *)',
    'cron(0 8 1 * ? *)',
    'cron(0 8 * *)',
    'at(2026-01-01T00:00:00)',
  ])('%s is refused by name', expression => {
    expect(() => rateOf(expression)).toThrow(`the schedule ${expression} is not one`);
  });
});
