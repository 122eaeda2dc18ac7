/**
 * `npm run doctor [-- --stage NAME]`: looks at Node, the configuration, the table, the Kaleyra key and its region, what Kaleyra has
 * been told, the clocks, and whether anybody can come in who should not; says in words what is missing, and exits 1 if something
 * is. Changes nothing. `PUBLIC_BASE_URL` says where callers reach the service; for the local stack that is the stack itself.
 */
import { parseArgs } from 'node:util';
import { randomIds, systemClock } from '../clock.ts';
import { addressOf } from './callback-target.ts';
import { CommandError, runCommand } from './command.ts';
import { examine } from './doctor/examine.ts';
import { described } from './doctor/finding.ts';
import { localVariables } from './doctor/settings.ts';
import { readVariables } from './doctor/stage.ts';
import { findTarget, localApi, regionOf } from './target.ts';

const USAGE = 'usage: npm run doctor [-- --stage NAME]';

const readStage = (args: readonly string[]): string | undefined => {
  try {
    return parseArgs({ args: [...args], options: { stage: { type: 'string' } } }).values.stage;
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n${USAGE}`);
  }
};

await runCommand(async ({ args, env, terminal }) => {
  const stage = readStage(args);
  const table = await findTarget(stage, env, terminal.print);
  const given = env.PUBLIC_BASE_URL ? addressOf('PUBLIC_BASE_URL', env.PUBLIC_BASE_URL) : undefined;
  const variables =
    stage === undefined ? localVariables(env) : await readVariables({ region: regionOf(stage, env, 'LAMBDA') }, stage);
  const findings = await examine({
    nodeVersion: process.versions.node,
    variables,
    stage,
    publicBaseUrl: given ?? (stage === undefined ? localApi(env).api : undefined),
    embedded: stage === undefined && given === undefined,
    table,
    clock: systemClock,
    ids: randomIds,
  });
  for (const line of described(findings)) terminal.print(line);
  return findings.some(({ outcome }) => outcome === 'wrong') ? 1 : 0;
});
