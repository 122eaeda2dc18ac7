/**
 * `npm run invoke -- -f createTeleconsultation -p event.json`: one function through the framework's own `invoke local`, from
 * its bundle, against the stack that `npm start` runs. Arguments are passed on; the exit code is the framework's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { portsFrom } from './ports.ts';

const STAGE = 'local';
const HEALTH_TIMEOUT_MS = 1_500;

try {
  process.exitCode = await invoke(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function invoke(args: readonly string[]): Promise<number> {
  const passedOn = withoutStage(args);
  const api = `http://127.0.0.1:${portsFrom(process.env).api}`;
  console.log(`target: local stack at ${api}`);
  if (!(await isStack(api))) throw new Error(`no stack is running at ${api}: run \`npm start\` first`);
  const framework = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const child = spawn(process.execPath, [framework, 'invoke', 'local', '--stage', STAGE, ...passedOn], {
    stdio: 'inherit',
    env: environment(),
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/** The stage is always `local`; another one would mean AWS, which this command never touches. */
function withoutStage(args: readonly string[]): string[] {
  const { tokens } = parseArgs({
    args: [...args],
    options: { stage: { type: 'string', short: 's' } },
    strict: false,
    tokens: true,
  });
  const stages = tokens.flatMap(token => (token.kind === 'option' && token.name === 'stage' ? [token] : []));
  const other = stages.find(({ value }) => value !== STAGE);
  if (other) throw new Error(`stage ${other.value ?? ''} is not available here: invoke knows the local stack only`);
  const left = new Set(stages.flatMap(({ index, inlineValue }) => (inlineValue ? [index] : [index, index + 1])));
  return args.filter((_, index) => !left.has(index));
}

/** An answer with a gateway's request id is a stack's; anything else on that port is somebody else's. */
async function isStack(api: string): Promise<boolean> {
  try {
    const answer = await fetch(`${api}/-/healthz`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    return answer.headers.has('apigw-requestid');
  } catch {
    return false;
  }
}

/** Dummy keys and no search for real ones: what the framework finds on the machine it would hand to the function. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return {
    ...Object.fromEntries(inherited),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: STAGE,
    AWS_SECRET_ACCESS_KEY: STAGE,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
  };
}
