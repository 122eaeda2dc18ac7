/**
 * `npm run kaleyra:register`: tells Kaleyra where to send events and where to ask for names, and shows what is set. Without
 * `--stage` the local stack is meant, found by `PORT` and `KALEYRA_PORT`, with the simulator unless `BANDYER_BASE_URL` says
 * where else Kaleyra is.
 */
import { parseArgs } from 'node:util';
import { localTarget } from './callback-target.ts';
import { CommandError, runCommand } from './command.ts';
import { describe, register } from './registration.ts';

await runCommand(async ({ args, env, terminal }) => {
  const { stage } = parseArgs({ args: [...args], options: { stage: { type: 'string' } } }).values;
  if (stage !== undefined) {
    throw new CommandError(
      `stage ${stage} is on AWS, where this command cannot read the settings: it knows the local stack only`,
    );
  }
  const target = localTarget(env);
  terminal.print(`target: local stack at ${target.publicBaseUrl}, Kaleyra at ${target.kaleyra.baseUrl}`);
  const registrations = await register(target);
  terminal.print(describe(registrations));
  const changes = registrations.filter(({ outcome }) => outcome === 'now set' || outcome === 'removed').length;
  terminal.print(changes === 0 ? 'nothing to change' : `${changes} changed`);
  return 0;
});
