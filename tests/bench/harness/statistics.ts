/** Middles and spreads of what was measured. */
export const quantile = (values: readonly number[], share: number): number => {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = [...values].sort((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Of two series that were measured in turns: the middle of the pairs' ratios, which what slowed both down does not move. */
export const medianRatio = (values: readonly number[], against: readonly number[]): number =>
  median(values.map((value, index) => value / (against[index] ?? Number.NaN)));

/** As above, of the pairs' differences. */
export const medianDifference = (values: readonly number[], against: readonly number[]): number =>
  median(values.map((value, index) => value - (against[index] ?? Number.NaN)));
