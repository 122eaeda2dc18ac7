import { readFileSync } from 'node:fs';
import { type Clock, type Ids, randomIds, systemClock } from './clock.ts';
import { type Config, readConfig } from './config.ts';
import type { CircuitStore } from './domain/circuit.ts';
import type { ErasureStore } from './domain/erasure/erasure.ts';
import { createRecentCheck, type RecentCheck } from './domain/health.ts';
import { dueAt } from './domain/obligations.ts';
import type {
  BackgroundUploads,
  Caller,
  Directory,
  JobStore,
  Kaleyra,
  Patience,
  PeopleStore,
  RecordStore,
  Scope,
} from './domain/ports.ts';
import type { ActivityStore } from './domain/progress.ts';
import { createRecentDetails, type RecentDetails } from './domain/recent-details.ts';
import { memoryAfter } from './domain/teleconsultation.ts';
import { deadlinePassed } from './errors.ts';
import { createKaleyra } from './kaleyra/index.ts';
import { createKeyedDigest, type KeyedDigest } from './keyed-digest.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createStoreCalls } from './secrets/calls.ts';
import { openSecrets, type Secrets } from './secrets/index.ts';
import { createSecretLoader } from './secrets/stores.ts';
import { createBackgroundUploads } from './storage/background-uploads.ts';
import { createActivityStore } from './store/activities.ts';
import { createCircuitStore } from './store/circuit.ts';
import { createStoreClient, type StoreClient } from './store/client.ts';
import { createErasureStore } from './store/erasures.ts';
import { createJobStore } from './store/jobs.ts';
import { createPeopleStore } from './store/people.ts';
import { createRecordStore } from './store/records.ts';
import { openTable, type Table } from './store/table.ts';
import { createUserHash, type HashUser } from './user-hash.ts';
import { createDirectory } from './users/directory.ts';
import { createStandaloneDirectory } from './users/standalone.ts';

/** The composition root: from the configuration to everything a request works with. Built once per cold start. */
export interface Deps {
  config: Config;
  clock: Clock;
  ids: Ids;
  log: Logger;
  metrics: Metrics;
  secrets: Secrets;
  hashUser: HashUser;
  digest: KeyedDigest;
  recentDetails: RecentDetails;
  recentCheck: RecentCheck;
  /** The store, for as long as the signal lets it. */
  openStore(signal: AbortSignal): {
    records: RecordStore;
    people: PeopleStore;
    jobs: JobStore;
    circuit: CircuitStore;
    activities: ActivityStore;
    erasures: ErasureStore;
  };
  /** The directory, for as long as the signal lets it; `headers` are the request's, some of which it forwards. */
  openDirectory(signal: AbortSignal, log: Logger, headers: Headers): Directory;
  /** The bucket for large images, for as long as the signal lets it; undefined where the deployment has none. */
  openBackgroundUploads(signal: AbortSignal): BackgroundUploads | undefined;
  /** The vendor, for as long as the signal lets it. */
  openKaleyra(signal: AbortSignal, log: Logger, patience?: Patience): Kaleyra;
}

/** What tests put in the place of the real thing. */
export type Inputs = Partial<Pick<Deps, 'clock' | 'ids'>> & {
  client?: StoreClient;
  writeLog?: (line: string) => void;
};

type Environment = Record<string, string | undefined>;

/** Of a request, names in lower case. */
type Headers = Readonly<Record<string, string | undefined>>;

/** All that lies in one table. */
export const storesOn = (table: Table, { rooms }: Config, ids: Ids): ReturnType<Deps['openStore']> => ({
  records: createRecordStore(table, record => dueAt(record, rooms), memoryAfter, ids.operation),
  people: createPeopleStore(table),
  jobs: createJobStore(table),
  circuit: createCircuitStore(table),
  activities: createActivityStore(table),
  erasures: createErasureStore(table, ids.operation),
});

/** @throws ConfigurationError */
export const createDeps = (environment: Environment, inputs: Inputs = {}): Deps => {
  const config = readConfig(environment, path => readFileSync(path, 'utf8'));
  const { clock = systemClock, ids = randomIds, client = createStoreClient({ environment }) } = inputs;
  const { writeLog = line => process.stdout.write(`${line}\n`) } = inputs;
  const openStore: Deps['openStore'] = signal => storesOn(openTable(client, config.table, signal), config, ids);
  const log = createLogger(config.logLevel, writeLog, clock.now);
  const backgroundUploads = createBackgroundUploads(config.backgrounds, environment);
  const metrics = createMetrics(config.metricsNamespace, writeLog, clock.now);
  const secrets = openSecrets(config.secrets, { load: createSecretLoader(createStoreCalls(environment)), clock, log });
  if (config.ignored.length > 0) log.warn('configuration.ignored', { keys: config.ignored });
  if (config.identity.mode === 'jwt' && config.identity.writableId !== undefined) {
    log.warn('configuration.user_id_writable', { code: config.identity.writableId });
  }
  return {
    config,
    clock,
    ids,
    log,
    metrics,
    secrets,
    hashUser: createUserHash(config.hashKey),
    digest: createKeyedDigest(config.hashKey),
    openDirectory: (signal, log, headers) => {
      const { authService } = config.directory;
      if (authService === undefined) return createStandaloneDirectory();
      return createDirectory({ config, authService, headers, clock, log, signal });
    },
    recentDetails: createRecentDetails(),
    recentCheck: createRecentCheck(),
    openStore,
    openBackgroundUploads: signal => backgroundUploads?.(signal),
    openKaleyra: (signal, log, patience = 'request') =>
      createKaleyra({ kaleyra: config.kaleyra, key: secrets.kaleyraKey, clock, log, metrics, signal, patience }),
  };
};

let processDeps: Deps | undefined;

/** The process's own, from its environment. @throws ConfigurationError */
export const getDeps = (): Deps => {
  if (processDeps === undefined) {
    processDeps = createDeps(process.env);
    processDeps.metrics.add('ColdStarts', 1);
  }
  return processDeps;
};

/** To put a record in order when the request's time is over; with the answer it must fit before Lambda stops us. */
const AFTERWARDS_MS = 2500;

/** A job, or a route that asks nobody who they are. */
export const NOBODY: Caller = { id: undefined, groups: [], scopes: [], fullName: null };

export const openScope = (
  deps: Deps,
  signal: AbortSignal,
  context: { requestId: string; function: string; patience?: Patience },
  headers: Headers = {},
  caller: Caller = NOBODY,
): Scope => {
  const log = deps.log.child(context);
  const open = (until: AbortSignal): Scope => ({
    config: deps.config,
    clock: deps.clock,
    ids: deps.ids,
    digest: deps.digest,
    log,
    metrics: deps.metrics,
    caller,
    directory: deps.openDirectory(until, log, headers),
    recentDetails: deps.recentDetails,
    recentCheck: deps.recentCheck,
    ...deps.openStore(until),
    backgroundUploads: deps.openBackgroundUploads(until),
    kaleyra: deps.openKaleyra(until, log, context.patience),
    signal: until,
    afterwards: () => {
      const extra = new AbortController();
      setTimeout(() => extra.abort(deadlinePassed()), AFTERWARDS_MS).unref();
      return open(extra.signal);
    },
  });
  return open(signal);
};
