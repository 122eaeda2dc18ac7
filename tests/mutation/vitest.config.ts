import { defineConfig } from 'vitest/config';
import { settings } from '../../vitest.config.ts';

/** Quick enough to be run for every mutant; `TESTS=all` adds those that run the handlers in process. */
const UNIT = ['tests/unit/lib/{domain,store,kaleyra}/**/*.test.ts'];
const INTEGRATION = ['tests/integration/**/*.test.ts'];

export default defineConfig({
  test: {
    ...settings,
    maxWorkers: 2,
    include: process.env.TESTS === 'all' ? [...UNIT, ...INTEGRATION] : UNIT,
    exclude: [
      // The tester runs tests in threads, which cannot have a time zone of their own.
      'tests/unit/lib/kaleyra/time-zones.test.ts',
      // Millions of steps that are counted one by one; a mutant that never ends is only found after a hundred times as many.
      'tests/unit/lib/domain/background-effort.test.ts',
    ],
    setupFiles: ['tests/mutation/setup.ts'],
    // A mutant that lets a test wait for ever is found so much sooner.
    testTimeout: 10_000,
  },
});
