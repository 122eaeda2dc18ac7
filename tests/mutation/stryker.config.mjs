/**
 * Mutants of the rules, the store and the vendor's client, each tried against the unit tests. `npm run mutation` runs all of them;
 * `npm run mutation -- --mutate lib/domain/admission.ts` some.
 */
export default {
  plugins: [import.meta.resolve('./warm/runner.mjs')],
  testRunner: 'warm',
  mutate: ['lib/domain/**/*.ts', 'lib/store/**/*.ts', 'lib/kaleyra/**/*.ts'],
  coverageAnalysis: 'perTest',
  // What runs while a module loads cannot be told apart by test: every test would have to be run for it.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
  jsonReporter: { fileName: '.data/mutation.json' },
  tempDirName: '.data/mutation',
  ignorePatterns: ['.build', '.serverless', '.data', 'coverage', 'tests/mutation/node_modules'],
  allowConsoleColors: false,
};
