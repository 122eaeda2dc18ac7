import { join } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, determineHitLimitReached, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import { createVitest } from 'vitest/node';

/**
 * Stryker's own runner for vitest starts a worker and loads every module anew for each mutant: half a second each, hours for all. This one
 * starts one worker, has it load the modules once, and sends it mutants: each costs what its tests cost. `worker.mjs` is the other end.
 */

const CHANNEL = 'mutants';

class WarmRunner {
  asked = 0;

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    process.env.NODE_ENV = 'test';
    process.env.VITEST = '1';
    this.vitest = await createVitest('test', {
      config: 'tests/mutation/vitest.config.ts',
      runner: join(import.meta.dirname, 'worker.mjs'),
      pool: 'threads',
      isolate: false,
      maxWorkers: 1,
      watch: false,
      coverage: { enabled: false },
      reporters: [{}],
      onConsoleLog: () => false,
    });
    this.vitest.provide('mutants', { channel: CHANNEL, namespace: INSTRUMENTER_CONSTANTS.NAMESPACE });
    this.specifications = await this.vitest.globTestSpecifications();
    this.channel = new BroadcastChannel(CHANNEL);
    const started = new Promise(resolve => {
      this.channel.onmessage = resolve;
    });
    // The file is only there so that a worker starts; it takes orders from then on and never comes to running it.
    this.running = this.vitest.runTestSpecifications(this.specifications.slice(0, 1));
    await Promise.race([
      started,
      this.running.then(() => Promise.reject(new Error('the worker of the tests did not stay'))),
    ]);
  }

  ask(order) {
    this.asked += 1;
    const number = this.asked;
    return new Promise(resolve => {
      this.channel.onmessage = ({ data }) => data.number === number && resolve(data);
      this.channel.postMessage({ number, ...order });
    });
  }

  async dryRun({ testFiles }) {
    const wanted = testFiles && new Set(testFiles);
    const files = this.specifications.map(({ moduleId }) => moduleId).filter(file => wanted?.has(file) ?? true);
    const { tests, errors, coverage } = await this.ask({ files });
    if (errors.length > 0) return { status: DryRunStatus.Error, errorMessage: errors.join('\n') };
    return { status: DryRunStatus.Complete, tests: tests.map(asResult), mutantCoverage: coverage };
  }

  async mutantRun({ testFilter = [], activeMutant, hitLimit }) {
    const files = [...new Set(testFilter.map(id => id.slice(0, id.indexOf('#'))))];
    const order = { files, wanted: testFilter, mutant: activeMutant.id, hitLimit };
    let run = await this.ask(order);
    if (run.spoilt) {
      // What the mutant left in the worker fails tests by itself: another worker, and once more.
      await this.dispose();
      await this.init();
      run = await this.ask(order);
    }
    const beyond = determineHitLimitReached(run.hits, hitLimit);
    if (beyond) return { status: MutantRunStatus.Timeout, reason: beyond.reason };
    const ran = run.tests.filter(({ state }) => state !== 'skip');
    const failed = ran.find(({ state }) => state === 'fail');
    if (failed === undefined && run.errors.length === 0)
      return { status: MutantRunStatus.Survived, nrOfTests: ran.length };
    return {
      status: MutantRunStatus.Killed,
      killedBy: [failed?.id ?? testFilter[0]],
      failureMessage: failed?.message ?? run.errors[0],
      nrOfTests: ran.length,
    };
  }

  async dispose() {
    this.channel?.postMessage({ end: true });
    await this.running;
    this.channel?.close();
    await this.vitest?.close();
  }
}

const asResult = ({ id, name, file, state, message, milliseconds }) => {
  const base = { id, name, fileName: file, timeSpentMs: milliseconds };
  if (state === 'fail') return { ...base, status: TestStatus.Failed, failureMessage: message };
  return { ...base, status: state === 'pass' ? TestStatus.Success : TestStatus.Skipped };
};

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'warm', WarmRunner)];
