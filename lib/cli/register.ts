/**
 * `npm run kaleyra:register [-- --stage NAME]`: tells Kaleyra where to send events and where to ask for names, and shows what is
 * set. Without `--stage` the local stack is meant, found by `PORT` and `KALEYRA_PORT`, with the simulator unless `BANDYER_BASE_URL`
 * says where else Kaleyra is. With it, the settings and the key are the stage's own, and `PUBLIC_BASE_URL` says where it is reached.
 */
import { parseArgs } from 'node:util';
import { localTarget } from './callback-target.ts';
import { CommandError, runCommand } from './command.ts';
import { type CallbackTarget, describe, register } from './registration.ts';
import { stageTarget } from './stage-callback-target.ts';
import type { Environment } from './target.ts';

const USAGE = 'usage: npm run kaleyra:register [-- --stage NAME]';

const readStage = (args: readonly string[]): string | undefined => {
  try {
    return parseArgs({ args: [...args], options: { stage: { type: 'string' } } }).values.stage;
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n${USAGE}`);
  }
};

const onThisMachine = (env: Environment, print: (line: string) => void): CallbackTarget => {
  const target = localTarget(env);
  print(`target: local stack at ${target.publicBaseUrl}, Kaleyra at ${target.kaleyra.baseUrl}`);
  return target;
};

await runCommand(async ({ args, env, terminal }) => {
  const stage = readStage(args);
  const target =
    stage === undefined ? onThisMachine(env, terminal.print) : await stageTarget(stage, env, terminal.print);
  const registrations = await register(target);
  terminal.print(describe(registrations));
  const changes = registrations.filter(({ outcome }) => outcome === 'now set' || outcome === 'removed').length;
  terminal.print(changes === 0 ? 'nothing to change' : `${changes} changed`);
  return 0;
});
