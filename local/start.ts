/** `npm start`: the whole stack on this machine, until Ctrl-C. */
import { parseArgs } from 'node:util';
import { register } from '../lib/cli/registration.ts';
import { portsFrom } from './ports.ts';
import { type Stack, startStack } from './stack.ts';
import { welcome } from './welcome.ts';

/** npm passes a signal on that the terminal has already sent to everyone: within this time it is the same one. */
const SAME_SIGNAL_MS = 300;

/** How often to look whether npm's shell is still there. */
const PARENT_CHECK_MS = 200;

const OPTIONS = {
  data: { type: 'string' },
  /** Names and groups from the embedded directory; with `custom-ids`, its own ids are translated first. */
  directory: { type: 'boolean' },
  'custom-ids': { type: 'boolean' },
  /** Tokens say who calls, as on AWS; otherwise headers do. */
  jwt: { type: 'boolean' },
} as const;

let stack: Stack | undefined;
let signalledAt: number | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
if (process.env.npm_lifecycle_event !== undefined) stopWithParent();
process.on('unhandledRejection', error => console.error('a function left work behind that failed:', error));

try {
  const { values } = parseArgs({ options: OPTIONS });
  stack = await startStack({
    ports: portsFrom(process.env),
    env: process.env,
    dataDir: values.data,
    directory: values['custom-ids'] ? 'custom ids' : values.directory ? 'auth ids' : undefined,
    identity: values.jwt ? 'jwt' : undefined,
    runSchedules: true,
    log: line => console.log(line),
  });
  console.log(await welcome(stack));
  await everythingAnswers(stack);
  await registerAtSimulator(stack);
  console.log(`ready ${stack.api}`);
} catch (error) {
  console.error((error as Error).message);
  await stack?.close();
  process.exit(1);
}

async function everythingAnswers({ api, kaleyra, dynamodb }: Stack): Promise<void> {
  const [health] = await Promise.all([
    fetch(`${api}/-/healthz`),
    fetch(`${kaleyra}/_simulator/state`),
    fetch(dynamodb),
  ]);
  if (health.status >= 500) throw new Error(`${api}/-/healthz answers ${health.status}`);
}

/** Its own simulator, also where rooms are made elsewhere: a real Kaleyra is told by `npm run kaleyra:register`. */
async function registerAtSimulator({ api, kaleyra, env }: Stack): Promise<void> {
  const { BANDYER_API_SECRET_KEY: apiKey = '' } = env;
  await register({ kaleyra: { baseUrl: kaleyra, apiKey }, publicBaseUrl: api });
}

/** npm passes SIGTERM to its shell, and a shell that ends by it tells nobody: without it, this process ends as well. */
function stopWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** The first signal ends everything in order, a second one at once. */
function stop(): void {
  if (signalledAt !== undefined) {
    if (performance.now() - signalledAt > SAME_SIGNAL_MS) process.exit(1);
    return;
  }
  signalledAt = performance.now();
  Promise.resolve(stack?.close()).then(
    () => process.exit(0),
    error => {
      console.error((error as Error).message);
      process.exit(1);
    },
  );
}
