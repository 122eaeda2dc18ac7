import { defineConfig } from 'vitest/config';
import { TO_LOAD } from './tests/support/to-load.ts';

/**
 * What packages the service once more, under other settings than the template's own test does, or takes as long as that, or needs
 * a program that may have to be installed first (nginx).
 */
const LONG = [
  'tests/contract/{client-package,deployment,documentation-zip,edge,identity,operations,secrets}.test.ts',
  'tests/integration/{contention,doctor,erasure-cut-off,nginx,no-leaks,no-leaks-inside,proofs,second-emulator,store-on-sdk}.test.ts',
  'tests/integration/faults/{deletions,dynamodb,jobs-at-dynamodb}.test.ts',
];

/** What plays a part of all there is in everybody's run, and all of it in the long one. */
const WIDER = [
  'tests/contract/template.test.ts',
  'tests/integration/{canary-jwt,dialects}.test.ts',
  'tests/integration/faults/{jobs-at-kaleyra,kaleyra}.test.ts',
];

const isLong = process.env.TESTS === 'all';

/** Rules, mappings and schemas: their files leave nothing behind, so they share workers, which saves a start for each. */
const PURE = ['tests/unit/lib/{domain,http,schemas,store}/**/*.test.ts'];

/** What holds for every test, however it is run. */
export const settings = {
  // Never the reason why one fails on a busy machine.
  testTimeout: 120_000,
  hookTimeout: 240_000,
  env: TO_LOAD,
};

const SHORT = [
  { test: { ...settings, name: 'pure', include: PURE, isolate: false } },
  {
    test: {
      ...settings,
      name: 'alone',
      include: ['tests/{unit,integration,contract}/**/*.test.ts'],
      exclude: [...LONG, ...PURE],
    },
  },
];

export default defineConfig({
  test: {
    // Two cores: more workers than that only make the timing of integration tests noisier.
    maxWorkers: 2,
    ...(isLong ? { ...settings, include: [...LONG, ...WIDER] } : { projects: SHORT }),
  },
});
