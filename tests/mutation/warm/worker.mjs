import { BroadcastChannel } from 'node:worker_threads';
import { inject, TestRunner, vi } from 'vitest';
import { startTests } from 'vitest/internal/browser';

/**
 * Takes orders `{ number, files, wanted?, mutant?, hitLimit? }` from `runner.mjs` and runs those tests in this one worker, with the mutant
 * switched on while they run. Without a mutant it notes which test reaches which mutant. A test that fails is run once more without the
 * mutant: if it fails again, something was left behind and the verdict does not count (`spoilt`).
 */

const idOf = test => {
  const names = [test.name];
  for (let suite = test.suite; suite; suite = suite.suite) names.unshift(suite.name);
  return `${test.file.filepath}#${names.join(' > ')}`;
};

const testsIn = tasks => tasks.flatMap(task => (task.type === 'test' ? [task] : testsIn(task.tasks)));

const suitesIn = tasks => tasks.flatMap(task => (task.type === 'suite' ? [task, ...suitesIn(task.tasks)] : []));

/** Leaves only the wanted tests, and no suite without any: its hooks would be run for nothing. */
const keep = (suite, wanted) => {
  for (const task of suite.tasks) {
    if (task.type === 'suite') keep(task, wanted);
    else if (!wanted.has(idOf(task))) task.mode = 'skip';
  }
  if (suite.tasks.every(({ mode }) => mode === 'skip')) suite.mode = 'skip';
};

const messageOf = result => result?.errors?.map(({ message }) => message).join('\n') ?? '';

const SLOW_MS = 200;
const TRUSTED_FOR = 20;

export default class Worker extends TestRunner {
  trusted = new Map();

  async onBeforeCollect() {
    const { channel: name, namespace } = inject('mutants');
    globalThis[namespace] ??= {};
    this.switches = globalThis[namespace];
    const channel = new BroadcastChannel(name);
    await new Promise(resolve => {
      channel.onmessage = async ({ data: order }) => {
        if (order.end) return resolve();
        channel.postMessage({ number: order.number, ...(await this.#carryOut(order)) });
      };
      channel.postMessage({ ready: true });
    });
    channel.close();
    throw new Error('no more orders');
  }

  async #carryOut({ files, wanted, mutant, hitLimit }) {
    const run = await this.#run({ files, wanted: wanted && new Set(wanted), mutant, hitLimit });
    const failed = run.tests.find(({ state }) => state === 'fail');
    if (mutant === undefined || failed === undefined || this.#isTrusted(failed.id)) return { ...run, spoilt: false };
    const again = await this.#run({ files: [failed.file], wanted: new Set([failed.id]) });
    const passed = again.tests.find(({ state }) => state === 'pass');
    if (passed?.milliseconds > SLOW_MS) this.trusted.set(failed.id, TRUSTED_FOR);
    return { ...run, spoilt: again.errors.length > 0 || again.tests.some(({ state }) => state === 'fail') };
  }

  /** A slow test is not run twice every time. */
  #isTrusted(id) {
    const left = this.trusted.get(id) ?? 0;
    this.trusted.set(id, left - 1);
    return left > 0;
  }

  async #run({ files, wanted, mutant, hitLimit }) {
    const { switches } = this;
    const one = Object.assign(Object.create(this), {
      cancelRun: false,
      onBeforeCollect: undefined,
      onCollectStart: file => TestRunner.prototype.onCollectStart.call(one, file),
      onTaskUpdate: undefined,
      onAfterRunFiles: undefined,
      onCleanupWorkerContext: undefined,
      onCollected: collected => {
        for (const file of wanted ? collected : []) keep(file, wanted);
      },
      onBeforeRunFiles: () => Object.assign(switches, { activeMutant: mutant }),
      onBeforeRunTask: async test => {
        await TestRunner.prototype.onBeforeRunTask.call(one, test);
        if (mutant === undefined) switches.currentTestId = idOf(test);
      },
      onAfterRunTask: test => {
        TestRunner.prototype.onAfterRunTask.call(one, test);
        switches.currentTestId = undefined;
        if (mutant !== undefined && test.result.state === 'fail') one.cancelRun = true;
      },
    });
    Object.assign(switches, { activeMutant: undefined, currentTestId: undefined, hitLimit, hitCount: mutant && 0 });
    const tests = [];
    const errors = [];
    for (const filepath of files) {
      const [file] = await startTests([{ filepath }], one);
      Object.assign(switches, { activeMutant: undefined });
      vi.resetConfig();
      vi.restoreAllMocks();
      tests.push(...testsIn([file]).map(test => described(test)));
      const broken = [file, ...suitesIn(file.tasks)].filter(({ result }) => result?.errors?.length);
      errors.push(...broken.map(({ result }) => `${filepath}: ${messageOf(result)}`));
      if (mutant !== undefined && (one.cancelRun || errors.length > 0)) break;
    }
    return {
      tests,
      errors,
      hits: switches.hitCount,
      coverage: mutant === undefined ? switches.mutantCoverage : undefined,
    };
  }
}

const described = test => ({
  id: idOf(test),
  name: idOf(test).slice(test.file.filepath.length + 1),
  file: test.file.filepath,
  state: test.result?.state ?? 'skip',
  message: messageOf(test.result),
  milliseconds: test.result?.duration ?? 0,
});
