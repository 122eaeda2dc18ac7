/**
 * `npm run package [-- --stage NAME] [--param identity=gateway]`: makes what a deployment would send to AWS, and sends nothing. Needs no credentials and
 * no network.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { unzip } from './package/zip.ts';

const serviceDir = resolve(import.meta.dirname, '..');
const artifacts = join(serviceDir, '.serverless');

const { stage, params } = readOptions();
console.log(`package: stage ${stage}, into ${artifacts}; nothing is sent to AWS`);

const framework = fileURLToPath(import.meta.resolve('serverless/bin/serverless.js'));
const { status } = spawnSync(process.execPath, [framework, 'package', '--stage', stage, ...params], {
  cwd: serviceDir,
  stdio: 'inherit',
  env: {
    ...process.env,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: 'package',
    AWS_SECRET_ACCESS_KEY: 'package',
  },
});
if (status === 0) printSizes();
process.exitCode = status ?? 1;

/** Parameters of serverless.yml are passed on as they are. */
function readOptions(): { stage: string; params: string[] } {
  const options = {
    stage: { type: 'string', short: 's', default: 'dev' },
    param: { type: 'string', multiple: true, default: [] as string[] },
  } as const;
  try {
    const { stage, param } = parseArgs({ options }).values;
    return { stage, params: param.flatMap(value => ['--param', value]) };
  } catch (error) {
    console.error(`package: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}

function printSizes(): void {
  const row = (name: string, zipped: string, code: string) =>
    `${name.padEnd(28)}${zipped.padStart(8)}${code.padStart(8)}`;
  console.log(row('function', 'zip KB', 'JS KB'));
  for (const name of readdirSync(artifacts).filter(name => name.endsWith('.zip'))) {
    const archive = readFileSync(join(artifacts, name));
    const code = unzip(archive).filter(({ path }) => path.endsWith('.js'));
    const codeBytes = code.reduce((bytes, { content }) => bytes + content.length, 0);
    console.log(row(name.replace(/\.zip$/, ''), kilobytes(archive.length), kilobytes(codeBytes)));
  }
}

function kilobytes(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
