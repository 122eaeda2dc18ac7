/**
 * `npm run erase-user -- EXTERNAL_ID [--cancel] [--dry-run] [--stage NAME]`: erases a person, and states what was removed and
 * what was not. It can be interrupted and run again.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { CommandError, runCommand } from './command.ts';
import { runErasure } from './erase-run.ts';
import { findFunction } from './function-target.ts';

const USAGE = 'usage: npm run erase-user -- EXTERNAL_ID [--cancel] [--dry-run] [--stage NAME]';

const OPTIONS = {
  cancel: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  stage: { type: 'string' },
} as const;

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n${USAGE}`);
  }
};

await runCommand(async ({ args, env, terminal, signal }) => {
  const { values, positionals } = readArguments(args);
  const [externalId, ...others] = positionals;
  if (externalId === undefined || externalId === '' || others.length > 0) throw new CommandError(USAGE);
  const { cancel, 'dry-run': dryRun, stage } = values;
  const target = await findFunction('eraseUser', stage, env, signal, terminal.print);
  return runErasure({ target, event: { externalId, cancel, dryRun }, terminal, clock: systemClock, signal });
});
