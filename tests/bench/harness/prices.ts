/**
 * List prices in US dollars, and how long a function takes at a memory size. Prices of eu-west-1 are a tenth above some of these;
 * what follows from their proportions stays.
 */
export const PRICES = {
  region: 'us-east-1',
  /** Lambda on arm64, the first tier. */
  gigabyteSecond: 0.000_013_333_4,
  invocation: 0.2 / 1e6,
  /** HTTP API, up to 300 million a month. */
  apiRequest: 1.0 / 1e6,
  /** DynamoDB on demand, standard class. */
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
} as const;

/** With this much memory a function has one CPU of its own; with less, its share of one. */
const ONE_CPU_MB = 1769;

export const MEMORY_SIZES: readonly number[] = [128, 256, 512, 768, 1024, 1536, ONE_CPU_MB];

/** What others take, and what it costs to wait for them: within one region, and Kaleyra over the internet. */
export const WAITS = { table: 5, kaleyra: 150 } as const;

/** Of all invocations of a quiet clinic, how many meet no instance that is warm. */
export const COLD_SHARE = 0.05;

export interface Work {
  /** CPU time of a warm invocation. */
  cpuMs: number;
  /** Waiting for others. */
  waitMs: number;
  /** CPU time of a cold start beyond that, loading included. */
  coldCpuMs: number;
}

/** Billed in whole milliseconds; a cold start is billed like any other time. Calls to others are waited for in any case. */
export const durationMs = ({ cpuMs, waitMs, coldCpuMs }: Work, memory: number, cold: boolean): number =>
  Math.ceil(waitMs + (cpuMs + (cold ? coldCpuMs : 0)) / Math.min(1, memory / ONE_CPU_MB));

/** Compute alone, of one invocation on average. */
export const computePrice = (work: Work, memory: number): number => {
  const average = (1 - COLD_SHARE) * durationMs(work, memory, false) + COLD_SHARE * durationMs(work, memory, true);
  return (average / 1000) * (memory / 1024) * PRICES.gigabyteSecond;
};
