import { METRICS } from '../../lib/metrics.ts';
import type { World } from './world.ts';

/** What was counted: `{ Bookings: [1], 'LinksRefused ended': [1] }`, in the order in which it was. */
export const countedIn = (lines: readonly string[]): Record<string, number[]> => {
  const counted: Record<string, number[]> = {};
  for (const text of lines) {
    const line = JSON.parse(text) as Record<string, unknown>;
    if (!('_aws' in line)) continue;
    for (const [name, { by }] of Object.entries(METRICS)) {
      if (!(name in line)) continue;
      const key = by === undefined ? name : `${name} ${line[by]}`;
      counted[key] = [...(counted[key] ?? []), Number(line[name])];
    }
  }
  return counted;
};

/** The same without times, which differ from run to run, and without what came before. */
export const countedBy = async (world: World, what: () => Promise<unknown>): Promise<Record<string, number[]>> => {
  const before = world.logs.length;
  await what();
  const { VendorLatency, ...counted } = countedIn(world.logs.slice(before));
  return counted;
};
