/**
 * `npm run token -- dr-rossi --groups doctor`: a token that the stack which `npm start -- --jwt` runs accepts, alone on standard
 * output, so that `TOKEN=$(npm run -s token -- ...)` works. The stack signs it; its key is nowhere else.
 */
import { parseArgs } from 'node:util';
import { portsFrom } from './ports.ts';
import { TOKEN_PATH } from './tokens/desk.ts';

const TIMEOUT_MS = 5_000;
const USAGE =
  'npm run token -- ID [--groups doctor,admin] [--scope SCOPE] [--name NAME] [--expires-in SECONDS] [--claims JSON]';

const OPTIONS = {
  groups: { type: 'string' },
  scope: { type: 'string' },
  name: { type: 'string' },
  'expires-in': { type: 'string' },
  claims: { type: 'string' },
} as const;

try {
  const wish = readWish(process.argv.slice(2));
  const api = `http://127.0.0.1:${portsFrom(process.env).api}`;
  console.error(`target: local stack at ${api}`);
  console.log(await order(api, wish));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function readWish(args: string[]): Record<string, unknown> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [sub, ...more] = positionals;
  if (sub === undefined || more.length > 0) throw new Error(`say whom the token is for: ${USAGE}`);
  const { groups, scope, name, claims, 'expires-in': expiresIn } = values;
  return {
    sub,
    ...(groups !== undefined && { groups: groups.split(',').filter(group => group !== '') }),
    ...(scope !== undefined && { scope }),
    ...(name !== undefined && { name }),
    ...(expiresIn !== undefined && { expiresIn: secondsIn(expiresIn) }),
    ...(claims !== undefined && { claims: objectIn(claims) }),
  };
}

function secondsIn(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error('--expires-in must be a number of seconds');
  return Number(text);
}

function objectIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('--claims must be JSON, such as {"token_use":"id"}');
  }
}

async function order(api: string, wish: unknown): Promise<string> {
  const answer = await fetch(api + TOKEN_PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wish),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined);
  if (answer === undefined) throw new Error(`no stack is running at ${api}: run \`npm start -- --jwt\` first`);
  if (answer.status === 404) throw new Error(`${api} hands out no tokens: run \`npm start -- --jwt\` there`);
  const body = (await answer.json().catch(() => ({}))) as { token?: unknown; message?: unknown };
  if (answer.ok && typeof body.token === 'string') return body.token;
  throw new Error(typeof body.message === 'string' ? body.message : `${api} answered ${answer.status}`);
}
