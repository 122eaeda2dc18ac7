import { type Clock, type Ids, systemClock } from '../../lib/clock.ts';
import type { Config } from '../../lib/config.ts';
import { createDeps, type Deps, openScope } from '../../lib/deps.ts';
import type { CircuitStore } from '../../lib/domain/circuit.ts';
import type { ErasureStore } from '../../lib/domain/erasure/erasure.ts';
import type { Caller, Directory, JobStore, Kaleyra, PeopleStore, RecordStore, Scope } from '../../lib/domain/ports.ts';
import type { ActivityStore } from '../../lib/domain/progress.ts';
import { createStandaloneDirectory } from '../../lib/users/standalone.ts';
import { aConfig, ENVIRONMENT } from './configs.ts';

/** A port of which only the given calls may be made; every other one is a failure that names it. */
const only = <Port extends object>(name: string, calls: Partial<Port> = {}): Port =>
  new Proxy(calls, {
    get: (target, call) =>
      Reflect.get(target, call) ??
      (() => {
        throw new Error(`${name}.${String(call)} was not to be called`);
      }),
  }) as Port;

/** Dependencies without a store and without a vendor; every log line ends up in `lines`. */
export const someDeps = (lines: string[] = [], config: Config = aConfig(), clock: Clock = systemClock): Deps => ({
  ...createDeps({ ...ENVIRONMENT, LOG_LEVEL: 'debug' }, { clock, writeLog: line => lines.push(line) }),
  config,
  openStore: () => ({
    records: only<RecordStore>('records'),
    people: only<PeopleStore>('people'),
    jobs: only<JobStore>('jobs'),
    activities: only<ActivityStore>('activities'),
    // As where nothing has failed.
    circuit: only<CircuitStore>('circuit', { find: async () => undefined }),
    erasures: only<ErasureStore>('erasures'),
  }),
  openDirectory: () => createStandaloneDirectory(),
  openKaleyra: () => only<Kaleyra>('kaleyra'),
});

interface Parts {
  config?: Config;
  clock?: Partial<Clock>;
  ids?: Partial<Ids>;
  records?: Partial<RecordStore>;
  people?: Partial<PeopleStore>;
  activities?: Partial<ActivityStore>;
  caller?: Caller;
  jobs?: Partial<JobStore>;
  kaleyra?: Partial<Kaleyra>;
  directory?: Partial<Directory>;
  signal?: AbortSignal;
}

/** What a rule works with, with only those parts of the world that the test gives it. */
export const aScope = (parts: Parts = {}): Scope => {
  const { signal = new AbortController().signal, config, clock, ids, directory, caller } = parts;
  const scope = openScope(someDeps([], config), signal, { requestId: 'test', function: 'test' });
  return {
    ...scope,
    clock: { ...scope.clock, ...clock },
    ids: { ...scope.ids, ...ids },
    records: only<RecordStore>('records', parts.records),
    people: only<PeopleStore>('people', parts.people),
    activities: only<ActivityStore>('activities', parts.activities),
    ...(caller && { caller }),
    jobs: only<JobStore>('jobs', parts.jobs),
    kaleyra: only<Kaleyra>('kaleyra', parts.kaleyra),
    ...(directory && { directory: only<Directory>('directory', directory) }),
  };
};
