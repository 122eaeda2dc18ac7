// Kaleyra Video's REST API v2 on one machine, as strict as the original, with controls of its own under `/_simulator`.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outageOf } from '../wire/outage.ts';
import { defaultDialect } from './dialect.ts';
import { Faults } from './faults.ts';
import { TemporaryFiles } from './files.ts';
import { Journal } from './journal.ts';
import { Blobs, loadState, StateFile } from './persistence.ts';
import { type Desk, type Mount, receive } from './server.ts';
import { emptyState } from './state.ts';
import { Deliveries } from './webhooks/deliveries.ts';
import type { World } from './world.ts';

interface KaleyraOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** The key that clients must send, and that callbacks are signed with. */
  readonly apiKey: string;
  readonly host?: string;
  /** Where the company is kept between runs; images go into a folder beside it. Without it everything ends with the process. */
  readonly stateFile?: string;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
  /** Waits before the repetitions of a webhook that was not answered with 200. */
  readonly webhookDelaysMs?: readonly number[];
  /** Other services on the same port, by the beginning of their paths, such as `/_s3`. */
  readonly mounts?: Readonly<Record<string, Mount>>;
}

interface Kaleyra {
  readonly url: string;
  readonly port: number;
  /** Ends at once: open connections are cut, waiting deliveries forgotten, the state file written. */
  close(): Promise<void>;
}

const WEBHOOK_DELAYS_MS = [1_000, 5_000, 25_000];
const WEBHOOK_TIMEOUT_MS = 5_000;
/** Longer than clients keep idle connections, so that it is never the server that cuts one in use. */
const KEEP_ALIVE_MS = 75_000;

export async function startKaleyra(options: KaleyraOptions): Promise<Kaleyra> {
  const { apiKey, host = '127.0.0.1', stateFile, clock = Date.now } = options;
  const state = stateFile === undefined ? emptyState() : await loadState(stateFile);
  const blobs = new Blobs(stateFile === undefined ? undefined : `${stateFile}.files`);

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  server.listen(options.port, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

  const delaysMs = options.webhookDelaysMs ?? WEBHOOK_DELAYS_MS;
  const keyOf = (): string => world.apiKey;
  const deliveries = new Deliveries({ keyOf, clock, delaysMs, timeoutMs: WEBHOOK_TIMEOUT_MS });
  const files = new TemporaryFiles(clock);
  const world: World = {
    origin: url,
    firstKey: apiKey,
    apiKey,
    clock,
    state,
    dialect: defaultDialect(),
    files,
    blobs,
    deliveries,
  };
  const file = stateFile === undefined ? undefined : new StateFile(stateFile, () => world.state);
  const closing = new AbortController();
  const desk: Desk = {
    world,
    faults: new Faults(),
    outage: outageOf(server),
    journal: new Journal(),
    mounts: options.mounts ?? {},
    closing: closing.signal,
    changed: () => file?.changed(),
  };
  server.on('request', (request, response) => receive(desk, request, response));

  const shutDown = async () => {
    closing.abort();
    deliveries.cancel();
    await desk.outage.end();
    const closed = new Promise(resolve => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await file?.flush();
  };
  let shutting: Promise<void> | undefined;
  return {
    url,
    port,
    close: () => {
      shutting ??= shutDown();
      return shutting;
    },
  };
}
