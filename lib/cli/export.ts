/**
 * `npm run export -- --teleconsultations FILE --users FILE [--stage NAME]`: the way back, as the retired service's own exports
 * look. The files hold names and personal links: only their owner can read them.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { createExportReader } from '../store/exports.ts';
import { CommandError, runCommand } from './command.ts';
import { runExport } from './export-run.ts';
import { createReport } from './report.ts';
import { findTarget } from './target.ts';

const USAGE = 'usage: npm run export -- --teleconsultations FILE --users FILE [--stage NAME]';

const OPTIONS = {
  teleconsultations: { type: 'string' },
  users: { type: 'string' },
  stage: { type: 'string' },
} as const;

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n${USAGE}`);
  }
};

await runCommand(async ({ args, env, terminal, signal }) => {
  const { teleconsultations, users, stage } = readArguments(args);
  if (teleconsultations === undefined || users === undefined) throw new CommandError(USAGE);

  const target = await findTarget(stage, env, terminal.print);
  const client = target.connect();
  try {
    await runExport({
      reader: createExportReader({ client, table: target.table, signal }),
      teleconsultations,
      users,
      report: createReport(terminal, systemClock, 'exported'),
    });
    return 0;
  } finally {
    client.destroy();
  }
});
