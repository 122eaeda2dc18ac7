/**
 * Mutants of the rules, the store and the vendor's client, each tried against the unit tests that reach it. `npm run mutation`
 * runs all of them; `npm run mutation -- --mutate lib/domain/admission.ts --testFiles tests/unit/lib/domain/admission.test.ts`
 * some. What survives although nothing can tell is said where it stands, in a comment that takes it out.
 */
export default {
  plugins: [import.meta.resolve('./warm/runner.mjs'), import.meta.resolve('./score.mjs')],
  testRunner: 'warm',
  mutate: ['lib/domain/**/*.ts', 'lib/store/**/*.ts', 'lib/kaleyra/**/*.ts'],
  coverageAnalysis: 'perTest',
  // What runs while a module loads cannot be told apart by test: every test would have to be run for it.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 20_000,
  dryRunTimeoutMinutes: 30,
  reporters: ['clear-text', 'json', 'progress-append-only', 'score'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
  jsonReporter: { fileName: '.data/mutation.json' },
  tempDirName: '.data/mutation',
  ignorePatterns: ['.build', '.serverless', '.data', 'coverage', 'tests/mutation/node_modules'],
  allowConsoleColors: false,
};
