import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** The tests that are quick enough to be run for every mutant. */
export default defineConfig({
  test: {
    ...base.test,
    include: ['tests/unit/lib/{domain,store,kaleyra}/**/*.test.ts', 'tests/integration/**/*.test.ts'],
    // The tester runs tests in threads, which cannot have a time zone of their own.
    exclude: ['tests/unit/lib/kaleyra/time-zones.test.ts'],
    setupFiles: ['tests/mutation/setup.ts'],
    testTimeout: 10_000,
  },
});
