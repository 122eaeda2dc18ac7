/** Table 3: cold starts, each in a process of its own, with the very files that are deployed. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { transformSync } from 'esbuild';
import { readManifest } from '../../../local/manifest.ts';
import { buildInto, installPeers } from '../harness/building.ts';
import { startChild } from '../harness/child.ts';
import { ALL_PEERS, PEERS, ROOT } from '../harness/contenders.ts';
import { type Goal, kilobytes, ms, type Table } from '../harness/report.ts';
import { EXPECTED_OPENED, environmentOf } from '../harness/situation.ts';
import { median, medianDifference } from '../harness/statistics.ts';

const COLD = join(import.meta.dirname, '../children/cold.ts');
const OTHERS = join(import.meta.dirname, '../children/others.ts');
const MANIFEST = join(ROOT, 'serverless.yml');
const EMPTY = 'tests/bench/ours/empty.handler';

const MOST_KILOBYTES = 200;
const MOST_OVER_EMPTY_MS = 20;

export interface ColdOptions {
  /** Starts of each of our two functions and of each peer, for each of the two questions. */
  starts: number;
  /** Starts of each of all our functions. */
  loads: number;
}

interface Moment {
  ms: number;
  cpuMs: number;
}

interface Start {
  loaded: Moment;
  answered: Moment;
  status?: number;
  body?: string;
  megabytes: number;
}

type Question = 'get' | 'post' | '-';

interface Starter {
  name: string;
  file: string;
  exported: string;
  question: Question;
}

/** As large as it would be if it were minified, whether it is or not. */
const minifiedBytes = (file: string): number =>
  transformSync(readFileSync(file, 'utf8'), { minify: true, format: 'esm' }).code.length;

const isRight = ({ question }: Starter, { status, body = 'null' }: Start): boolean => {
  if (question === '-') return true;
  if (question === 'post') return status === 201 && /^\{"roomId":"[0-9a-f]{24}"\}$/.test(body);
  return status === 200 && isDeepStrictEqual(JSON.parse(body), EXPECTED_OPENED);
};

const startOnce = async (starter: Starter, env: Record<string, string>): Promise<Start> => {
  const { name, file, exported, question } = starter;
  const { ready } = await startChild<Start>(COLD, [file, exported, question], env);
  if (!isRight(starter, ready)) throw new Error(`${name} answered ${ready.status} ${ready.body}: not measured`);
  return ready;
};

/** In turns: everybody once, then everybody again. */
const startInTurns = async (
  starters: readonly Starter[],
  times: number,
  env: Record<string, string>,
): Promise<Map<Starter, Start[]>> => {
  const starts = new Map(starters.map(starter => [starter, [] as Start[]]));
  for (let turn = 0; turn < times; turn += 1) {
    for (const [starter, list] of starts) list.push(await startOnce(starter, env));
  }
  return starts;
};

/** CPU time from the beginning until the first answer, in milliseconds: the middle of so many starts. */
export const startCold = async (
  starter: Omit<Starter, 'exported'>,
  times: number,
  env: Record<string, string>,
): Promise<number> => {
  const starts: Start[] = [];
  for (let turn = 0; turn < times; turn += 1) starts.push(await startOnce({ ...starter, exported: 'handler' }, env));
  return median(answeredCpu(starts));
};

const loadedMs = (starts: readonly Start[]): number[] => starts.map(({ loaded }) => loaded.ms);
const loadedCpu = (starts: readonly Start[]): number[] => starts.map(({ loaded }) => loaded.cpuMs);
const answeredMs = (starts: readonly Start[]): number[] => starts.map(({ answered }) => answered.ms);
const answeredCpu = (starts: readonly Start[]): number[] => starts.map(({ answered }) => answered.cpuMs);

export const measureCold = async ({ starts, loads }: ColdOptions): Promise<readonly Table[]> => {
  installPeers();
  const ports = { PORT: '0', KALEYRA_PORT: '0', DYNAMODB_PORT: '0' };
  const { functions } = await readManifest(MANIFEST, { stage: 'local', params: {}, env: ports });
  const handlers = Object.values(functions).map(({ handler }) => handler);
  const own = await buildInto(ROOT, [...handlers, EMPTY]);
  const peers = await buildInto(
    PEERS,
    ALL_PEERS.map(({ key }) => `${key}/lambda.handler`),
  );
  const others = await startChild<{ dynamodb: string; kaleyra: string }>(OTHERS, [], {});
  try {
    const env = environmentOf(others.ready);
    const fileOf = (files: ReadonlyMap<string, string>, handler: string): string => files.get(handler) ?? '';
    const empty: Starter = {
      name: 'empty handler',
      file: fileOf(own.files, EMPTY),
      exported: 'handler',
      question: '-',
    };
    const ours = Object.values(functions).map(({ key, handler, exportName }) => {
      return { name: key, file: fileOf(own.files, handler), exported: exportName, question: '-' } as Starter;
    });
    const answering = (['get', 'post'] as const).map(question => {
      const key = question === 'get' ? 'getTeleconsultation' : 'createTeleconsultation';
      const function_ = ours.find(({ name }) => name === key);
      if (function_ === undefined) throw new Error(`there is no function ${key}`);
      const frameworks = ALL_PEERS.map(({ key, name }) => {
        return { name, file: fileOf(peers.files, `${key}/lambda.handler`), exported: 'handler', question } as Starter;
      });
      return { question, starters: [{ ...function_, name: `this service, ${key}`, question }, ...frameworks] };
    });
    const tables: Table[] = [];
    for (const { question, starters } of answering) {
      tables.push(answersTable(question, empty, await startInTurns([empty, ...starters], starts, env)));
    }
    return [...tables, functionsTable(empty, await startInTurns([empty, ...ours], loads, env))];
  } finally {
    others.end();
    own.remove();
    peers.remove();
  }
};

const answersTable = (
  question: 'get' | 'post',
  empty: Starter,
  starts: ReadonlyMap<Starter, readonly Start[]>,
): Table => {
  const of = (starter: Starter | undefined): readonly Start[] => (starter && starts.get(starter)) ?? [];
  const [, ours, bare, ...frameworks] = [...starts.keys()];
  const rows = [...starts].map(([{ name, file, question: asked }, list]) => [
    name,
    kilobytes(minifiedBytes(file)),
    ms(median(loadedMs(list))),
    ms(median(loadedCpu(list))),
    ...(asked === '-' ? ['', ''] : [ms(median(answeredMs(list))), ms(median(answeredCpu(list)))]),
  ]);
  const over = medianDifference(loadedMs(of(ours)), loadedMs(of(empty)));
  const overCpu = medianDifference(loadedCpu(of(ours)), loadedCpu(of(empty)));
  const cpuOf = (peer: Starter | undefined): number => median(answeredCpu(of(peer)));
  const leastCpu = Math.min(...[bare, ...frameworks].map(cpuOf));
  const behind = [bare, ...frameworks]
    .map(peer => ({ name: peer?.name ?? '', ms: medianDifference(answeredMs(of(peer)), answeredMs(of(ours))) }))
    .toSorted((one, other) => one.ms - other.ms);
  const [closest] = behind;
  const goals: Goal[] = [
    {
      goal: `loaded at most ${MOST_OVER_EMPTY_MS} ms over an empty handler`,
      measured: `${ms(over)} ms, ${ms(overCpu)} ms of CPU`,
      met: over <= MOST_OVER_EMPTY_MS,
    },
    {
      goal: 'first answer ahead of every peer',
      measured:
        `the fastest of them, ${closest?.name}, comes ${ms(Math.abs(closest?.ms ?? 0))} ms ` +
        `${(closest?.ms ?? 0) > 0 ? 'later' : 'earlier'}; the least CPU of any is ${ms(leastCpu)} ms, ours ${ms(cpuOf(ours))} ms`,
      met: (closest?.ms ?? 0) > 0,
    },
  ];
  return {
    title: `3. Cold start, ${question === 'get' ? '`GET /teleconsultation/{id}`' : '`POST /teleconsultation`'}`,
    about:
      'A process for each start: from the beginning of loading until the function is ready, and until its first answer, in ' +
      `milliseconds, waited and of CPU. Medians of ${of(ours).length} starts each, in turns.`,
    columns: ['', 'KB minified', 'ready ms', 'CPU', 'first answer ms', 'CPU'],
    rows,
    goals,
  };
};

const functionsTable = (empty: Starter, starts: ReadonlyMap<Starter, readonly Start[]>): Table => {
  const emptyStarts = starts.get(empty) ?? [];
  const measured = [...starts]
    .filter(([starter]) => starter !== empty)
    .map(([{ name, file }, list]) => ({
      name,
      bytes: minifiedBytes(file),
      asPackaged: statSync(file).size,
      over: medianDifference(loadedMs(list), loadedMs(emptyStarts)),
      overCpu: medianDifference(loadedCpu(list), loadedCpu(emptyStarts)),
    }));
  // It holds the description that it publishes.
  const largest = measured
    .filter(({ name }) => name !== 'documentation')
    .toSorted((one, other) => other.bytes - one.bytes)[0];
  const slowest = measured.toSorted((one, other) => other.over - one.over)[0];
  return {
    title: '3. Cold start, every function',
    about: `As packaged; loading over that of an empty handler. Medians of ${emptyStarts.length} starts each, in turns.`,
    columns: ['', 'KB minified', 'KB as packaged', 'load ms over empty', 'CPU'],
    rows: measured.map(({ name, bytes, asPackaged, over, overCpu }) => [
      name,
      kilobytes(bytes),
      kilobytes(asPackaged),
      ms(over),
      ms(overCpu),
    ]),
    goals: [
      {
        goal: `at most ${MOST_KILOBYTES} KB of JavaScript, minified, but for the description that \`documentation\` holds`,
        measured: `the largest, ${largest?.name}, has ${kilobytes(largest?.bytes ?? 0)} KB`,
        met: (largest?.bytes ?? 0) <= MOST_KILOBYTES * 1024,
      },
      {
        goal: `loaded at most ${MOST_OVER_EMPTY_MS} ms over an empty handler`,
        measured: `the slowest, ${slowest?.name}, takes ${ms(slowest?.over ?? 0)} ms more, ${ms(slowest?.overCpu ?? 0)} ms of CPU`,
        met: (slowest?.over ?? 0) <= MOST_OVER_EMPTY_MS,
      },
    ],
  };
};
