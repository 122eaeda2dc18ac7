import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createDeps, type Deps, type Inputs, openScope } from '../../lib/deps.ts';
import type { Scope } from '../../lib/domain/ports.ts';
import { createStoreClient, type StoreClientOptions } from '../../lib/store/client.ts';
import { createDocumentClient } from '../../lib/store/document-client.ts';
import { createDirectoryMount, DIRECTORY_PREFIX } from '../../local/directory/index.ts';
import { type Dynamodb, startDynamodb } from '../../local/dynamodb.ts';
import { inProcess } from '../../local/gateway/in-process.ts';
import { type Handler, startGateway } from '../../local/gateway/index.ts';
import { createInvoker } from '../../local/gateway/invocation.ts';
import { startKaleyra } from '../../local/kaleyra/index.ts';
import { readManifest } from '../../local/manifest.ts';
import { backgroundsBucket, S3_PREFIX } from '../../local/s3/backgrounds.ts';
import type { LocalS3 } from '../../local/s3/index.ts';
import { createTokens } from '../../local/tokens/index.ts';
import { claimNamesIn } from '../../local/tokens/wish.ts';
import { type Api, createApi, parseBody, type Send, type Token } from './api.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { expectDocumented } from './documented.ts';
import { startDynoxide } from './second-emulator.ts';
import { controlSimulator, type Simulator } from './simulator.ts';
import { onTheSdk, overheard } from './store-clients.ts';

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
  /** With `jwt` the gateway takes tokens, verified on the test's clock, and the functions look at nothing else. */
  identity?: 'jwt' | 'gateway';
  /** Whether Kaleyra's clock jumps with the test's; otherwise it shows the real time. */
  oneClock?: boolean;
  /** Callers send the gateway's secret themselves, or get nowhere; otherwise the local gateway adds it. */
  ownSecret?: boolean;
  inputs?: Omit<Inputs, 'clock' | 'client' | 'writeLog'>;
  /** Of the store's client, beside a function's own settings; patient unless given, `as deployed` for a function's. */
  storeLimits?: StoreClientOptions['limits'] | 'as deployed';
  /** Goes on with what a stack has left in its folder (`npm start -- --data`); its links name the port of its simulator. */
  left?: { dataDir: string; kaleyraPort: number };
}

export interface World {
  api: Api;
  /** A token that the gateway takes, for an hour from the test's now; `claims` adds to it, or changes it. */
  token: Token;
  /** Where the gateway listens, over HTTP. */
  url: string | undefined;
  clock: TestClock;
  simulator: Simulator;
  /** Failures of DynamoDB, as `/_local/store-faults` orders them. */
  storeFaults: Dynamodb['faults'];
  /** The bucket for large images, on the simulator's port. */
  bucket: LocalS3;
  /** Runs a function as Lambda does for a bucket or a schedule. */
  invoke(key: string, event: unknown): Promise<unknown>;
  /** Every log line the service wrote. */
  logs: string[];
  deps: Deps;
  /** The store's connections, for dependencies that a test builds itself; `listen` hears what the service asks. */
  store: ReturnType<typeof overheard>;
  /** For what a test itself asks of the table. */
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

/** One outage follows another here, and each is to be met by a process that has seen none. */
const NEVER_TIRED = Number.MAX_SAFE_INTEGER;

/** Everything lives in this one process: on a busy machine, DynamoDB takes longer than a function would wait. */
const PATIENT = { connectMs: 8000, answerMs: 8000 };

const MANIFEST = fileURLToPath(new URL('../../serverless.yml', import.meta.url));

/** Keys for AWS, and where the stores of secrets are: tests put them into the environment of this process. */
const ofAws = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_')));

type FunctionModule = { handler: { with(deps: Deps): Handler } };

export const openWorld = async ({
  transport = 'in process',
  env = {},
  identity = 'gateway',
  oneClock = false,
  ownSecret = false,
  inputs = {},
  storeLimits = PATIENT,
  left,
}: WorldOptions = {}): Promise<World> => {
  const clock = createTestClock();
  const ports = { PORT: '0', KALEYRA_PORT: '0', DYNAMODB_PORT: '0' };
  const params = { identity };
  const draft = await readManifest(MANIFEST, { stage: 'local', params, env: ports });
  const apiKey = draft.environment.BANDYER_API_SECRET_KEY ?? '';
  // The functions take their keys from the environment of this process.
  const bucket = backgroundsBucket(draft, (key, event) => invoke(key, event), process.env);
  if (bucket === undefined) throw new Error('serverless.yml has no bucket for background images');
  const [dynamodb, kaleyra] = await Promise.all([
    process.env.DYNAMODB_EMULATOR === 'dynoxide'
      ? startDynoxide(draft.tables)
      : startDynamodb({
          port: 0,
          tables: draft.tables,
          ...(left !== undefined && { dataDir: join(left.dataDir, 'dynamodb') }),
        }),
    startKaleyra({
      port: left?.kaleyraPort ?? 0,
      apiKey,
      ...(oneClock && { clock: clock.now }),
      ...(left !== undefined && { stateFile: join(left.dataDir, 'kaleyra.json') }),
      webhookDelaysMs: [20, 20],
      mounts: { [DIRECTORY_PREFIX]: createDirectoryMount(), [S3_PREFIX]: bucket.serve },
    }),
  ]);
  const manifest = await readManifest(MANIFEST, {
    stage: 'local',
    params,
    env: { PORT: '0', KALEYRA_PORT: String(kaleyra.port), DYNAMODB_PORT: String(dynamodb.port) },
  });
  const client = createDocumentClient(dynamodb.url);
  const store = overheard(
    process.env.STORE_CLIENT === 'sdk'
      ? onTheSdk(client)
      : createStoreClient({
          environment: process.env,
          endpoint: dynamodb.url,
          attempts: { reserve: NEVER_TIRED },
          ...(storeLimits !== 'as deployed' && { limits: storeLimits }),
        }),
  );

  const logs: string[] = [];
  const ofFunctions = Object.values(manifest.functions).map(definition => definition.environment);
  const ownEnv: Record<string, string> = Object.assign({}, ...ofFunctions, manifest.environment);
  let current = { env: { ...ownEnv, ...env }, inputs };
  let wrap = (deps: Deps): Deps => deps;
  let generation = 0;
  const build = (): Deps => {
    generation += 1;
    return wrap(
      createDeps(
        { ...current.env, ...ofAws() },
        { ...current.inputs, client: store, clock, writeLog: line => logs.push(line) },
      ),
    );
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

  const invoke = createInvoker({ manifest, handlerFor });
  const { authorizers } = manifest;
  const tokens =
    authorizers &&
    (await createTokens({
      now: clock.now,
      settings: async () => ({ authorizers, names: claimNamesIn(current.env) }),
    }));
  const token: Token = async ({ userId, groups = [], fullName, scope }, claims = {}) => {
    if (tokens === undefined) throw new Error('only a world with identity jwt has tokens');
    const said = { ...(fullName !== undefined && { name: fullName }), ...(scope !== undefined && { scope }) };
    return tokens.mint({ sub: userId, groups, ...said, claims });
  };
  const { GATEWAY_SECRETS: value = '' } = manifest.environment;
  const gatewaySecret = ownSecret ? {} : { gatewaySecret: { header: 'x-gateway-secret', value } };
  const gateway =
    transport === 'over HTTP'
      ? await startGateway({ port: 0, manifest, handlerFor, ...gatewaySecret, tokens })
      : undefined;
  const direct = inProcess({ manifest, handlerFor, ...gatewaySecret, tokens });
  const answerTo: Send = async request => {
    if (gateway === undefined) {
      const { statusCode, headers, body } = await direct(request);
      const text = body.toString('utf8');
      const named = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
      return { status: statusCode, headers: named, text, bytes: body, body: parseBody(text, named['content-type']) };
    }
    const response = await fetch(gateway.url + request.url, {
      method: request.method,
      headers: request.headers as Record<string, string>,
      redirect: 'manual',
      ...(request.body !== undefined && { body: request.body as string }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    const named = Object.fromEntries(response.headers);
    return { status: response.status, headers: named, text, bytes, body: parseBody(text, named['content-type']) };
  };

  /** Whatever a test asks, the answer is one that is documented. */
  const send: Send = async request => expectDocumented(request, await answerTo(request));

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
    api: createApi(send, {}, token),
    token,
    url: gateway?.url,
    clock,
    client,
    store,
    simulator: controlSimulator(kaleyra.url),
    storeFaults: dynamodb.faults,
    bucket,
    invoke,
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
      current = { env: { ...ownEnv, ...env, ...more }, inputs: newInputs };
      deps = build();
    },
    wrapDeps: newWrap => {
      wrap = newWrap;
      deps = build();
    },
    scope: (signal = new AbortController().signal) => openScope(deps, signal, { requestId: 'test', function: 'test' }),
    close: async () => {
      store.destroy();
      client.destroy();
      await gateway?.close();
      await bucket.told();
      await Promise.all([kaleyra.close(), dynamodb.close()]);
    },
  };
};
