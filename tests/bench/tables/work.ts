/** Table 2: CPU time of one warm invocation, store and vendor answered from memory. */
import { join } from 'node:path';
import { buildInto, installPeers } from '../harness/building.ts';
import { type Child, startChild } from '../harness/child.ts';
import { ALL_PEERS, BARE, FRAMEWORKS, OURS, PEERS, ROOT } from '../harness/contenders.ts';
import { micros, ratio, type Table } from '../harness/report.ts';
import { environmentOf } from '../harness/situation.ts';
import { median, medianDifference, medianRatio } from '../harness/statistics.ts';

const SCRIPT = join(import.meta.dirname, '../children/work.ts');
const NOBODY = 'http://127.0.0.1:9';

interface Options {
  /** Of each contender, one after the other: what the compiler makes of a program differs from process to process by a tenth. */
  processes: number;
  /** In each of them. */
  rounds: number;
  /** Invocations of one round. */
  times: number;
}

type Series = Record<'get' | 'post', number[]>;

const OURS_IN_MEMORY = 'tests/bench/ours/in-memory.handler';
const OVER_BARE_MICROS = 60;

const measure = async (
  children: ReadonlyMap<string, Child>,
  { rounds, times }: Options,
  series: ReadonlyMap<string, Series>,
): Promise<void> => {
  for (const [name, child] of children) {
    for (const run of ['get', 'post'] as const) await child.ask({ run, times: times * 8 }).catch(() => fail(name));
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const run of ['get', 'post'] as const) {
      for (const [name, child] of children) {
        series.get(name)?.[run].push((await child.ask<{ micros: number }>({ run, times })).micros);
      }
    }
  }
};

const fail = (name: string): never => {
  throw new Error(`${name} ended before it was measured`);
};

export const measureWork = async (options: Options): Promise<Table> => {
  installPeers();
  const own = await buildInto(ROOT, [OURS_IN_MEMORY]);
  const peers = await buildInto(
    PEERS,
    ALL_PEERS.map(({ key }) => `${key}/in-memory.handler`),
  );
  const bundles = new Map([
    [OURS, own.files.get(OURS_IN_MEMORY) ?? ''],
    ...ALL_PEERS.map(({ key, name }) => [name, peers.files.get(`${key}/in-memory.handler`) ?? ''] as const),
  ]);
  const series = new Map([...bundles.keys()].map(name => [name, { get: [], post: [] } as Series]));
  const env = environmentOf({ dynamodb: NOBODY, kaleyra: NOBODY });
  try {
    for (let one = 0; one < options.processes; one += 1) {
      const children = new Map<string, Child>();
      try {
        for (const [name, bundle] of bundles) children.set(name, await startChild(SCRIPT, [name, bundle], env));
        await measure(children, options, series);
      } finally {
        for (const child of children.values()) child.end();
      }
    }
    return tableOf(series, options);
  } finally {
    own.remove();
    peers.remove();
  }
};

const tableOf = (series: ReadonlyMap<string, Series>, { processes, rounds, times }: Options): Table => {
  const of = (name: string): Series => series.get(name) ?? fail(name);
  const bare = of(BARE.name);
  const cells = (values: readonly number[], against: readonly number[]): string[] => [
    micros(median(values)),
    ratio(medianRatio(values, against)),
  ];
  const rows = [...series].map(([name, { get, post }]) => [name, ...cells(get, bare.get), ...cells(post, bare.post)]);
  const ours = of(OURS);
  const ahead = FRAMEWORKS.map(({ name }) => ({
    name,
    get: medianRatio(of(name).get, ours.get),
    post: medianRatio(of(name).post, ours.post),
  }));
  const behind = ahead.filter(({ get, post }) => get <= 1 || post <= 1);
  const closest = ahead.toSorted((one, other) => Math.min(one.get, one.post) - Math.min(other.get, other.post))[0];
  const over = { get: medianDifference(ours.get, bare.get), post: medianDifference(ours.post, bare.post) };
  return {
    title: '2. Our own work',
    about:
      'CPU time of one warm invocation in microseconds, all threads, table and Kaleyra answered from memory; and over the ' +
      `hand-written handler. Medians of ${processes * rounds} rounds of ${times} invocations each, in turns, in ${processes} processes each.`,
    columns: ['', 'GET µs', 'over bare', 'POST µs', 'over bare'],
    rows,
    goals: [
      {
        goal: 'ahead of every framework, GET and POST',
        measured:
          behind.length === 0
            ? `the closest, ${closest?.name}, takes ${ratio(closest?.get ?? 0)} and ${ratio(closest?.post ?? 0)} times as much`
            : `behind ${behind.map(({ name, get, post }) => `${name} (GET ${ratio(get)}, POST ${ratio(post)} of ours)`).join(', ')}`,
        met: behind.length === 0,
      },
      {
        goal: `at most ${OVER_BARE_MICROS} µs over the hand-written handler`,
        measured: `GET ${micros(over.get)} µs, POST ${micros(over.post)} µs`,
        met: Math.max(over.get, over.post) <= OVER_BARE_MICROS,
      },
    ],
  };
};
