/**
 * The embedded stack: gateway, Kaleyra simulator and DynamoDB in this process, wired together by serverless.yml's stage
 * `local`. The functions read the process's environment, so one process holds one stack at a time that runs real functions.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDirectoryMount, DIRECTORY_PREFIX, directoryVariables } from './directory/index.ts';
import type { StoreFault } from './dynamodb/faults.ts';
import { startDynamodb } from './dynamodb.ts';
import { functionModules } from './function-modules.ts';
import { type Gateway, type GatewaySecret, type Handler, type Log, startGateway } from './gateway/index.ts';
import { describe } from './gateway/invocation.ts';
import { startKaleyra } from './kaleyra/index.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { type PageSettings, pageSettings } from './page/settings.ts';
import { asVariables, type Ports } from './ports.ts';
import { applyEnvironment } from './process-environment.ts';
import { backgroundsBucket, S3_PREFIX } from './s3/backgrounds.ts';
import { allOrNone, namingPort } from './starting.ts';
import { createTokens, type TokenSettings, type Tokens } from './tokens/index.ts';
import { claimNamesIn } from './tokens/wish.ts';

export interface StackOptions {
  /** 0, a free one, unless given. */
  readonly ports?: Partial<Ports>;
  /** What serverless.yml sees as `${env:...}`, beside the addresses of the stack; nothing unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Keeps tables and simulator between runs; all in memory when absent. */
  readonly dataDir?: string | undefined;
  /** Names and groups come from the embedded directory, whatever `env` says; standalone unless given. */
  readonly directory?: 'auth ids' | 'custom ids' | undefined;
  /** Who says who calls; what the manifest says unless given. */
  readonly identity?: 'jwt' | 'gateway' | undefined;
  /** The serverless.yml of this repository unless given. */
  readonly manifestFile?: string;
  /** The manifest's own functions unless given; then the process's environment stays as it is. */
  handlerFor?(key: string): Promise<Handler>;
  /** Off unless given. */
  readonly runSchedules?: boolean;
  readonly log?: Log;
}

export interface Stack {
  /** The addresses as URLs. */
  readonly api: string;
  readonly kaleyra: string;
  readonly dynamodb: string;
  /** The environment of the functions. */
  readonly env: Readonly<Record<string, string>>;
  readonly invoke: Gateway['invoke'];
  /** Issues tokens; absent where the functions look at headers. */
  readonly tokens?: Tokens;
  close(): Promise<void>;
}

const MANIFEST_FILE = fileURLToPath(new URL('../serverless.yml', import.meta.url));
const STAGE = 'local';
const SIMULATOR_KEY = 'ak_test_0123456789abcdef01234567';

/** If one part does not start, those that did are closed again. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { ports: wanted = {}, env = {}, dataDir, manifestFile = MANIFEST_FILE, log = () => undefined } = options;
  const ports: Ports = { api: 0, kaleyra: 0, dynamodb: 0, ...wanted };
  // Read once for what does not depend on addresses (routes, tables, keys), once more when the addresses are known.
  const params = options.identity === undefined ? {} : { identity: options.identity };
  const manifest = await readManifest(manifestFile, { stage: STAGE, params, env: { ...env, ...asVariables(ports) } });
  const handlers = Promise.withResolvers<(key: string) => Promise<Handler>>();
  const addressed = Promise.withResolvers<Manifest>();
  const tokens =
    manifest.authorizers && (await createTokens({ settings: async () => tokenSettings(await addressed.promise) }));

  const bucket = backgroundsBucket(manifest, (key, event) =>
    gateway.invoke(key, event).catch(error => log(`${key} failed: ${describe(error)}`)),
  );

  const [dynamodb, kaleyra, gateway] = await allOrNone(
    namingPort(
      ports,
      'dynamodb',
      startDynamodb({ port: ports.dynamodb, tables: manifest.tables, ...tablesIn(dataDir) }),
    ),
    namingPort(
      ports,
      'kaleyra',
      startKaleyra({
        port: ports.kaleyra,
        apiKey: keyOf(manifest),
        mounts: { [DIRECTORY_PREFIX]: createDirectoryMount(), ...(bucket && { [S3_PREFIX]: bucket.serve }) },
        ...simulatorIn(dataDir),
      }),
    ),
    namingPort(
      ports,
      'api',
      startGateway({
        port: ports.api,
        manifest,
        handlerFor: async key => (await handlers.promise)(key),
        gatewaySecret: secretOf(manifest.environment),
        tokens,
        runSchedules: options.runSchedules ?? false,
        storeFaults: {
          order: (fault): Promise<void> => dynamodb.faults.order(fault),
          list: (): readonly StoreFault[] => dynamodb.faults.list(),
          clear: (): void => dynamodb.faults.clear(),
        },
        page: {
          settings: async (): Promise<PageSettings> =>
            pageSettings(kaleyra.url, environmentOf(await addressed.promise)),
        },
        log,
      }),
    ),
  );

  const close = async (): Promise<void> => {
    // The gateway first: what it still runs may use the other two.
    await gateway.close();
    await Promise.all([kaleyra.close(), dynamodb.close()]);
  };
  const bound = asVariables({ api: gateway.port, kaleyra: kaleyra.port, dynamodb: dynamodb.port });
  const { directory } = options;
  const people = directory === undefined ? {} : directoryVariables(kaleyra.url, directory === 'custom ids');
  const variables = { ...env, ...bound, ...people };
  const wired = await readManifest(manifestFile, { stage: STAGE, params, env: variables }).catch(async error => {
    await close();
    throw error;
  });
  addressed.resolve(wired);
  const environment = environmentOf(wired);
  const restore = options.handlerFor ? () => undefined : applyEnvironment(environment);
  handlers.resolve(options.handlerFor ?? functionModules(wired, dirname(manifestFile)));

  return {
    api: gateway.url,
    kaleyra: kaleyra.url,
    dynamodb: dynamodb.url,
    env: environment,
    invoke: gateway.invoke,
    ...(tokens && { tokens }),
    close: async () => {
      await close();
      restore();
    },
  };
}

function tablesIn(dataDir: string | undefined): { dataDir?: string } {
  return dataDir === undefined ? {} : { dataDir: join(dataDir, 'dynamodb') };
}

function simulatorIn(dataDir: string | undefined): { stateFile?: string } {
  return dataDir === undefined ? {} : { stateFile: join(dataDir, 'kaleyra.json') };
}

function tokenSettings({ authorizers = {}, environment }: Manifest): TokenSettings {
  return { authorizers, names: claimNamesIn(environment) };
}

function keyOf(manifest: Manifest): string {
  return manifest.environment.BANDYER_API_SECRET_KEY ?? SIMULATOR_KEY;
}

/** The gateway proves itself only where the functions expect it to; with tokens it has nothing to add. */
function secretOf(environment: Manifest['environment']): GatewaySecret | undefined {
  const [value] = (environment.GATEWAY_SECRETS ?? '').split(',').map(secret => secret.trim());
  if (!value || environment.IDENTITY_MODE === 'jwt') return undefined;
  return { header: environment.GATEWAY_SECRET_HEADER ?? 'x-gateway-secret', value };
}

/** All functions share this process: where one overrides a variable of the provider, the provider's value stands. */
function environmentOf({ functions, environment }: Manifest): Record<string, string> {
  const own = Object.values(functions).map(definition => definition.environment);
  return Object.assign({}, ...own, environment);
}
