import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Prints what came of it for each folder. A mutant that no test reaches counts as one that survived. */

const FOUND = ['Killed', 'Timeout'];
const NOT_FOUND = ['Survived', 'NoCoverage'];

const percent = (found, tried) => (tried === 0 ? '-' : `${((100 * found) / tried).toFixed(1)} %`);

class ScoreReporter {
  onMutationTestReportReady({ files }) {
    const folders = new Map();
    for (const [file, { mutants }] of Object.entries(files)) {
      const folder = file.split('/').slice(0, -1).join('/');
      const sum = folders.get(folder) ?? { tried: 0, found: 0, unreached: 0 };
      for (const { status } of mutants) {
        if (FOUND.includes(status)) sum.found += 1;
        if (status === 'NoCoverage') sum.unreached += 1;
        if (FOUND.includes(status) || NOT_FOUND.includes(status)) sum.tried += 1;
      }
      folders.set(folder, sum);
    }
    const rows = [...folders].sort(([one], [other]) => (one < other ? -1 : 1));
    const total = kind => rows.reduce((sum, [, counts]) => sum + counts[kind], 0);
    const all = { tried: total('tried'), found: total('found'), unreached: total('unreached') };
    console.log(`\n${'folder'.padEnd(28)}  tried  found  reached by no test  score`);
    for (const [folder, { tried, found, unreached }] of [...rows, ['all of it', all]]) {
      const numbers = [String(tried).padStart(5), String(found).padStart(5), String(unreached).padStart(18)];
      console.log([folder.padEnd(28), ...numbers, percent(found, tried).padStart(7)].join('  '));
    }
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'score', ScoreReporter)];
