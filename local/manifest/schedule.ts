/** Schedule expressions of EventBridge as an interval in milliseconds. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: HOUR, day: DAY };

/**
 * `rate(...)` as EventBridge reads it (a plural `s` exactly when the value is not 1), and those `cron(...)` that repeat at an
 * even interval: every n minutes, every n hours, once a day. The time of day of a cron expression is not kept.
 */
export function rateOf(expression: string): number {
  const interval = ofRate(expression) ?? ofCron(expression);
  if (interval === undefined || interval <= 0) {
    throw new Error(`the schedule ${expression} is not one that the embedded stack can run`);
  }
  return interval;
}

function ofRate(expression: string): number | undefined {
  const match = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (!match) return undefined;
  const [, digits = '', unit = '', plural] = match;
  const value = Number(digits);
  return (plural === 's') === (value !== 1) ? value * (UNITS[unit] ?? 0) : undefined;
}

function ofCron(expression: string): number | undefined {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6) return undefined;
  const [minute = '', hour = '', ...days] = fields;
  if (!days.every(field => field === '*' || field === '?')) return undefined;
  if (hour === '*') return evenly(minute, MINUTE, 60) ?? (isNumber(minute) ? HOUR : undefined);
  if (!isNumber(minute)) return undefined;
  return evenly(hour, HOUR, 24) ?? (isNumber(hour) ? DAY : undefined);
}

/** `*` is every one, `a/n` and `*` + `/n` every n-th; only what divides the whole repeats at an even interval. */
function evenly(field: string, unit: number, whole: number): number | undefined {
  if (field === '*') return unit;
  const step = Number(/^(?:\*|\d+)\/(\d+)$/.exec(field)?.[1] ?? 0);
  return step > 0 && whole % step === 0 ? step * unit : undefined;
}

function isNumber(field: string): boolean {
  return /^\d+$/.test(field);
}
