/** What breaks meanwhile: parts are stopped and started again, ports close, Kaleyra and DynamoDB fail; and the jobs run. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from './processes.ts';

export interface Disturbed {
  /** Simulator, DynamoDB and a gateway. */
  stack: Part;
  /** Functions on a gateway of their own. */
  functions: Part;
  api: string;
  functionsApi: string;
  simulator: string;
}

export interface Disturbance {
  name: string;
  /** Whether something was stopped and has been started again. */
  restarts: boolean;
  happen(here: Disturbed): Promise<void>;
}

const post = async (url: string, body: unknown): Promise<void> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
};

/** Whoever is asked may be away just now, or be taken away while it answers. */
const ifThere = (asking: Promise<void>): Promise<void> => asking.catch(() => undefined);

const killFunctions: Disturbance = {
  name: 'functions killed',
  restarts: true,
  happen: async ({ functions }) => {
    await functions.stop('SIGKILL');
    await functions.start();
  },
};

const restartStack: Disturbance = {
  name: 'DynamoDB, Kaleyra and gateway restarted',
  restarts: true,
  happen: async ({ stack }) => {
    await stack.stop('SIGTERM');
    await stack.start();
  },
};

const failing = (name: string, fault: Record<string, unknown>): Disturbance => ({
  name,
  restarts: false,
  happen: ({ simulator }) => ifThere(post(`${simulator}/_simulator/faults`, fault)),
});

const failingStore = (name: string, fault: Record<string, unknown>): Disturbance => ({
  name,
  restarts: false,
  happen: ({ api }) => ifThere(post(`${api}/_local/store-faults`, fault)),
});

const job = (key: string, event: Record<string, unknown>): Disturbance => ({
  name: `${key} run`,
  restarts: false,
  happen: ({ functionsApi }) => ifThere(post(`${functionsApi}/_local/invoke/${key}`, event)),
});

/** In turns, those that stop something most often. */
const DISTURBANCES: readonly Disturbance[] = [
  killFunctions,
  failing('Kaleyra fails', { path: '/v2/', status: 500, times: 10 }),
  restartStack,
  failing('Kaleyra does it and does not say so', {
    method: 'POST',
    path: '/v2/rooms',
    drop: true,
    afterEffect: true,
    times: 3,
  }),
  killFunctions,
  job('reconcileRooms', { minimumAgeMs: 0, mostChanges: 100_000 }),
  failing('Kaleyra’s port closed', { path: '/v2/', refuse: 700 }),
  killFunctions,
  failingStore('DynamoDB throttles', { kind: 'throttled', times: 20 }),
  restartStack,
  failingStore('DynamoDB’s answers lost', { kind: 'lostAnswer', times: 10 }),
  job('cleanupUploads', {}),
  failingStore('DynamoDB’s port closed', { kind: 'refuse', ms: 700 }),
  failing('Kaleyra asks to slow down', { path: '/v2/', status: 429, retryAfter: 1, times: 5 }),
];

/**
 * One after the other, until the signal; the last one comes to its end.
 * @param afterwards told of each that is over
 */
export const disturb = async (
  here: Disturbed,
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
  afterwards: (disturbance: Disturbance) => Promise<void>,
): Promise<void> => {
  for (let turn = 0; !signal.aborted; turn += 1) {
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    const disturbance = DISTURBANCES[turn % DISTURBANCES.length];
    if (signal.aborted || disturbance === undefined) return;
    await disturbance.happen(here);
    await afterwards(disturbance);
  }
};
