import { defineConfig } from 'vitest/config';

/** The page in Chromium, against stacks that the tests start themselves: `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['tests/browser/**/*.test.ts'],
    globalSetup: ['tests/browser/support/chromium.ts'],
    // A browser and a stack are two processes already.
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
