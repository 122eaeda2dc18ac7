import { fileURLToPath } from 'node:url';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createDeps, type Deps, type Inputs, openScope } from '../../lib/deps.ts';
import type { Scope } from '../../lib/domain/ports.ts';
import { createDocumentClient } from '../../lib/store/table.ts';
import { startDynamodb } from '../../local/dynamodb.ts';
import { inProcess } from '../../local/gateway/in-process.ts';
import { type Handler, startGateway } from '../../local/gateway/index.ts';
import { startKaleyra } from '../../local/kaleyra/index.ts';
import { readManifest } from '../../local/manifest.ts';
import { type Api, createApi, parseBody, type Send } from './api.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { controlSimulator, type Simulator } from './simulator.ts';

/**
 * A world of its own for one test file: the simulator on a free port, a DynamoDB with its wire protocol, the real handlers on
 * the real client and store, behind the local gateway. Only the clock is the test's.
 */

export type Transport = 'in process' | 'over HTTP';
export const TRANSPORTS: readonly Transport[] = ['in process', 'over HTTP'];

export interface WorldOptions {
  transport?: Transport;
  /** Service variables beside the stack's own. */
  env?: Record<string, string>;
  inputs?: Omit<Inputs, 'clock' | 'client' | 'writeLog'>;
}

export interface World {
  api: Api;
  clock: TestClock;
  simulator: Simulator;
  /** Every log line the service wrote. */
  logs: string[];
  deps: Deps;
  /** The store's connections, for dependencies that a test builds itself. */
  client: DynamoDBDocumentClient;
  env: Record<string, string>;
  /** All items of the table, sorted by key. */
  items(): Promise<Record<string, unknown>[]>;
  /** The stored item of one teleconsultation. */
  record(id: string): Promise<Record<string, unknown> | undefined>;
  /** Runs the service with other variables from here on, on the same store and simulator. */
  configure(env: Record<string, string>, inputs?: WorldOptions['inputs']): void;
  /** What a request works with, for tests of a use case without HTTP. */
  scope(signal?: AbortSignal): Scope;
  /** Wraps every dependency that the following requests get. */
  wrapDeps(wrap: (deps: Deps) => Deps): void;
  close(): Promise<void>;
}

const MANIFEST = fileURLToPath(new URL('../../serverless.yml', import.meta.url));

type FunctionModule = { handler: { with(deps: Deps): Handler } };

export const openWorld = async ({
  transport = 'in process',
  env = {},
  inputs = {},
}: WorldOptions = {}): Promise<World> => {
  const ports = { PORT: '0', KALEYRA_PORT: '0', DYNAMODB_PORT: '0' };
  const draft = await readManifest(MANIFEST, { stage: 'local', env: ports });
  const apiKey = draft.environment.BANDYER_API_SECRET_KEY ?? '';
  const [dynamodb, kaleyra] = await Promise.all([
    startDynamodb({ port: 0, tables: draft.tables }),
    startKaleyra({ port: 0, apiKey, webhookDelaysMs: [20, 20] }),
  ]);
  const manifest = await readManifest(MANIFEST, {
    stage: 'local',
    env: { PORT: '0', KALEYRA_PORT: String(kaleyra.port), DYNAMODB_PORT: String(dynamodb.port) },
  });
  const client = createDocumentClient(dynamodb.url);

  const clock = createTestClock();
  const logs: string[] = [];
  let current = { env: { ...manifest.environment, ...env }, inputs };
  let wrap = (deps: Deps): Deps => deps;
  let generation = 0;
  const build = (): Deps => {
    generation += 1;
    return wrap(createDeps(current.env, { ...current.inputs, client, clock, writeLog: line => logs.push(line) }));
  };
  let deps = build();

  const bound = new Map<string, { generation: number; handler: Handler }>();
  const handlerFor = async (key: string): Promise<Handler> => {
    const known = bound.get(key);
    if (known?.generation === generation) return known.handler;
    const file = manifest.functions[key]?.file;
    const module = (await import(/* @vite-ignore */ new URL(`../../${file}`, import.meta.url).href)) as FunctionModule;
    const handler = module.handler.with(deps) as Handler;
    bound.set(key, { generation, handler });
    return handler;
  };

  const gatewaySecret = { header: 'x-gateway-secret', value: manifest.environment.GATEWAY_SECRETS ?? '' };
  const gateway =
    transport === 'over HTTP' ? await startGateway({ port: 0, manifest, handlerFor, gatewaySecret }) : undefined;
  const direct = inProcess({ manifest, handlerFor, gatewaySecret });
  const send: Send = async request => {
    if (gateway === undefined) {
      const { statusCode, headers, body } = await direct(request);
      const text = body.toString('utf8');
      const named = headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
      return { status: statusCode, headers: Object.fromEntries(named), text, body: parseBody(text) };
    }
    const response = await fetch(gateway.url + request.url, {
      method: request.method,
      headers: request.headers as Record<string, string>,
      ...(request.body !== undefined && { body: request.body as string }),
    });
    const text = await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), text, body: parseBody(text) };
  };

  const table = deps.config.table;
  const items = async (): Promise<Record<string, unknown>[]> => {
    const found: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({
          TableName: table,
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      found.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    const keyOf = (item: Record<string, unknown>): string => `${item.pk}\n${item.sk}`;
    return found.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  };

  return {
    api: createApi(send),
    clock,
    client,
    simulator: controlSimulator(kaleyra.url),
    logs,
    get deps() {
      return deps;
    },
    get env() {
      return current.env;
    },
    items,
    record: async id => (await items()).find(item => item.pk === id && item.sk === 'record'),
    configure: (more, newInputs = current.inputs) => {
      current = { env: { ...manifest.environment, ...env, ...more }, inputs: newInputs };
      deps = build();
    },
    wrapDeps: newWrap => {
      wrap = newWrap;
      deps = build();
    },
    scope: (signal = new AbortController().signal) => openScope(deps, signal, { requestId: 'test', function: 'test' }),
    close: async () => {
      client.destroy();
      await gateway?.close();
      await Promise.all([kaleyra.close(), dynamodb.close()]);
    },
  };
};
