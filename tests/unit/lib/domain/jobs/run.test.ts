import { expect, it } from 'vitest';
import type { Config } from '../../../../../lib/config.ts';
import { inRun } from '../../../../../lib/domain/jobs/run.ts';
import { aConfig } from '../../../../support/configs.ts';
import { aScope } from '../../../../support/scopes.ts';

const config = (callsPerMinute: number): Config => {
  const plain = aConfig();
  return { ...plain, jobs: { ...plain.jobs, callsAtOnce: 1, callsPerMinute } };
};

it('a pause that is noted while a call waits for its turn keeps it from being made', async () => {
  let now = 0;
  let pausedUntil = 0;
  const asked: string[] = [];
  const scope = aScope({
    config: config(1),
    clock: {
      now: () => now,
      sleep: async ms => {
        now += ms;
        pausedUntil = now + 35_000;
      },
    },
    jobs: { pausedUntil: async () => pausedUntil },
    kaleyra: { deleteUser: async id => (asked.push(id) > 0 ? 'deleted' : 'gone') },
  });
  const outcomes = await inRun(scope, 1_000_000, async run => {
    const first = await run.kaleyra.deleteUser('first');
    const second = await run.kaleyra.deleteUser('second').catch(error => (error as { code: string }).code);
    return [first, second, run.signal.aborted];
  });
  expect([outcomes, asked]).toEqual([['deleted', 'deadline', true], ['first']]);
});
