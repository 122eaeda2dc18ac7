/** A mixed load on the embedded stack for as long as asked, while parts of it are killed and started again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DELETING } from '../support/jobs.ts';
import { type Aftermath, aftermathOf } from './aftermath.ts';
import { open, runClient, type Surroundings } from './client.ts';
import { type Disturbance, disturb } from './disturbances.ts';
import { type Entry, isCertain, type Ledger, newLedger } from './ledger.ts';
import { aPart, type Part } from './processes.ts';

export interface SoakOptions {
  seconds: number;
  clients: number;
  /** Seconds between two disturbances; 0: nothing is disturbed. */
  disturbEvery: number;
  say(line: string): void;
}

export interface Memory {
  start: number;
  middle: number;
  end: number;
}

export interface Soaked {
  ledger: Ledger;
  aftermath: Aftermath;
  /** How often each disturbance happened. */
  disturbances: ReadonlyMap<string, number>;
  /** Megabytes by part, when the load began, half-way and when it ended; 0 of one that is being restarted. */
  memory: Readonly<Record<string, Memory>>;
  /** How often something acknowledged was looked for after a restart. */
  checked: number;
}

const addressesIn = (printed: string): string[] => [...new Set(printed.match(/http:\/\/127\.0\.0\.1:\d+$/gm))];
const portOf = (address: string): string => new URL(address).port;

const ATTEMPTS = 100;
const AT_ONCE = 4;

/** @returns whether somebody could tell, in the end */
const check = async (here: Surroundings, { id }: Entry): Promise<boolean> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const entry = here.ledger.entries.get(id);
    if (entry === undefined || !isCertain(entry)) return false;
    if ((await open(here, entry, 'anybody’s')) !== undefined) return true;
    await sleep(100);
  }
  here.ledger.violations.push(`${id}: nobody answers for it any more`);
  return false;
};

/** Everything that was acknowledged is there: asked for until somebody answers. */
const checkAcknowledged = async (here: Surroundings): Promise<number> => {
  const queue = [...here.ledger.entries.values()].filter(isCertain).values();
  const worker = async (): Promise<number> => {
    let checked = 0;
    for (const entry of queue) if (await check(here, entry)) checked += 1;
    return checked;
  };
  const counts = await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return counts.reduce((sum, count) => sum + count, 0);
};

const FUNCTIONS = fileURLToPath(import.meta.resolve('./functions.ts'));

const SERVICE = { ...DELETING, LOG_LEVEL: 'error' };

export const soak = async ({ seconds, clients, disturbEvery, say }: SoakOptions): Promise<Soaked> => {
  const folder = await mkdtemp(join(tmpdir(), 'soak-'));
  const dataDir = join(folder, 'data');
  let ports: Record<string, string> = { PORT: '0', KALEYRA_PORT: '0', DYNAMODB_PORT: '0' };
  let functionsPort = '0';
  const stack = aPart('stack', 'local/start.ts', ['--data', dataDir], () => ({ ...SERVICE, ...ports }));
  const functions = aPart('functions', FUNCTIONS, [], () => ({
    ...SERVICE,
    ...ports,
    PORT: functionsPort,
  }));
  const parts: readonly Part[] = [stack, functions];
  const ledger = newLedger();
  const happened = new Map<string, number>();
  const ending = new AbortController();
  let checked = 0;
  try {
    const [api = '', simulator = '', dynamodb = ''] = addressesIn(await stack.start());
    ports = { PORT: portOf(api), KALEYRA_PORT: portOf(simulator), DYNAMODB_PORT: portOf(dynamodb) };
    const [functionsApi = ''] = addressesIn(await functions.start());
    functionsPort = portOf(functionsApi);
    say(`stack ${api}, functions of their own ${functionsApi}, data in ${dataDir}`);

    const here: Surroundings = { ledger, gateways: [api, functionsApi], simulator, signal: ending.signal };
    const afterwards = async ({ name, restarts }: Disturbance): Promise<void> => {
      happened.set(name, (happened.get(name) ?? 0) + 1);
      if (restarts) checked += await checkAcknowledged(here);
    };
    const running = Array.from({ length: clients }, () => runClient(here));
    const everyMs = disturbEvery * 1000;
    const disturbing =
      everyMs === 0
        ? Promise.resolve()
        : disturb({ stack, functions, api, functionsApi, simulator }, { everyMs, signal: ending.signal }, afterwards);
    const megabytes = (): number[] => parts.map(part => part.megabytes());
    const start = megabytes();
    const load = Promise.all([...running, disturbing]);
    await Promise.race([sleep(seconds * 500), load]);
    const middle = megabytes();
    await Promise.race([sleep(seconds * 500), load]);
    const end = megabytes();
    ending.abort();
    await load;
    const at = (sample: readonly number[], index: number): number => sample[index] ?? 0;
    const memory = Object.fromEntries(
      parts.map(({ name }, index) => [
        name,
        { start: at(start, index), middle: at(middle, index), end: at(end, index) },
      ]),
    );

    await functions.stop('SIGKILL');
    await stack.stop('SIGTERM');
    say('everything is stopped; looking at what is left, some hours later');
    const aftermath = await aftermathOf({ dataDir, kaleyraPort: Number(ports.KALEYRA_PORT) }, ledger);
    return { ledger, aftermath, disturbances: happened, memory, checked };
  } finally {
    ending.abort();
    for (const part of parts) await part.stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
};
