/**
 * `npm run import -- --teleconsultations FILE --users FILE [--dry-run] [--drafts] [--clean-since DATE] [--stage NAME]`: takes
 * the exports of the retired service's two collections. Can be repeated: what was changed since stays as it is.
 */
import { parseArgs } from 'node:util';
import { randomIds, systemClock } from '../clock.ts';
import { readRoomRules } from '../config.ts';
import { Instant } from '../schemas/fields.ts';
import { createImportStore } from '../store/imports.ts';
import { CommandError, runCommand } from './command.ts';
import { runImport } from './import-run.ts';
import { expectReadable, readLines } from './lines.ts';
import { createReport } from './report.ts';
import { findTarget } from './target.ts';

const USAGE =
  'usage: npm run import -- --teleconsultations FILE --users FILE [--dry-run] [--drafts] [--clean-since DATE] [--stage NAME]';

const OPTIONS = {
  teleconsultations: { type: 'string' },
  users: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  drafts: { type: 'boolean', default: false },
  'clean-since': { type: 'string' },
  stage: { type: 'string' },
} as const;

/** A day, or an instant with its zone. */
const instantOf = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  const instant = Instant.safeParse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00.000Z` : text);
  if (!instant.success) throw new CommandError('--clean-since must be a date such as 2026-01-31');
  return instant.data;
};

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n${USAGE}`);
  }
};

await runCommand(async ({ args, env, terminal, signal }) => {
  const asked = readArguments(args);
  const { teleconsultations, users } = asked;
  if (teleconsultations === undefined || users === undefined) throw new CommandError(USAGE);
  const cleanSince = instantOf(asked['clean-since']);
  const rooms = readRoomRules(env);

  const target = await findTarget(asked.stage, env, terminal.print);
  if (asked['dry-run']) terminal.print('dry run: nothing is written');
  for (const file of [users, teleconsultations]) await expectReadable(file);
  const client = target.connect();
  try {
    const clock = systemClock;
    const store = createImportStore({ client, table: target.table, clock, signal, newOperation: randomIds.operation });
    await store.ping();
    const complete = await runImport({
      users: readLines(users, signal),
      teleconsultations: readLines(teleconsultations, signal),
      store,
      report: createReport(terminal, clock, asked['dry-run'] ? 'could be imported' : 'imported'),
      clock,
      rooms,
      drafts: asked.drafts,
      cleanSince,
      dryRun: asked['dry-run'],
    });
    return complete ? 0 : 1;
  } finally {
    client.destroy();
  }
});
