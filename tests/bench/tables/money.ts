/** Table 6: what a thousand consultations cost, from what was measured in this run. */
import { join } from 'node:path';
import { buildInto, installPeers } from '../harness/building.ts';
import { type Child, startChild } from '../harness/child.ts';
import { FRAMEWORKS, OURS, PEERS, ROOT } from '../harness/contenders.ts';
import { COLD_SHARE, computePrice, durationMs, MEMORY_SIZES, PRICES, WAITS, type Work } from '../harness/prices.ts';
import { ms, type Table } from '../harness/report.ts';
import { environmentOf } from '../harness/situation.ts';
import { median } from '../harness/statistics.ts';
import { startCold } from './cold.ts';
import type { Costs } from './growth.ts';

const WIRE = join(import.meta.dirname, '../children/wire.ts');
const OTHERS = join(import.meta.dirname, '../children/others.ts');
const GET = 'functions/get-teleconsultation.handler';
const POST = 'functions/create-teleconsultation.handler';
const COMPARED = ['express', 'fastify'];

/** Of one consultation of two: it is booked, both look a few times and while they wait, now and then it moves or is cancelled. */
const REQUESTS: readonly { name: string; count: number; like: 'get' | 'post'; table: number; kaleyra: number }[] = [
  { name: 'POST', count: 1, like: 'post', table: 2, kaleyra: 1 },
  { name: 'GET', count: 10, like: 'get', table: 1, kaleyra: 0.2 },
  { name: 'GET status', count: 20, like: 'get', table: 1, kaleyra: 0 },
  { name: 'PATCH', count: 0.3, like: 'post', table: 3, kaleyra: 1 },
  { name: 'DELETE', count: 0.1, like: 'post', table: 3, kaleyra: 1 },
];

interface Measured {
  name: string;
  warmMs: Record<'get' | 'post', number>;
  coldMs: Record<'get' | 'post', number>;
  megabytes: number;
}

interface Contender {
  name: string;
  files: Record<'get' | 'post', string>;
}

const ROUNDS = 7;
const TIMES = 100;
const STARTS = 5;

const measureWarm = async (
  children: ReadonlyMap<Contender, Child>,
): Promise<Map<Contender, Omit<Measured, 'coldMs'>>> => {
  const series = new Map(
    [...children.keys()].map(one => [one, { get: [] as number[], post: [] as number[], most: 0 }]),
  );
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const run of ['get', 'post'] as const) {
      for (const [contender, child] of children) {
        const { micros, megabytes } = await child.ask<{ micros: number; megabytes: number }>({ run, times: TIMES });
        const own = series.get(contender);
        // The first round warms the code.
        if (round < 0 || own === undefined) continue;
        own[run].push(micros / 1000);
        own.most = Math.max(own.most, megabytes);
      }
    }
  }
  return new Map(
    [...series].map(([contender, { get, post, most }]) => [
      contender,
      { name: contender.name, warmMs: { get: median(get), post: median(post) }, megabytes: most },
    ]),
  );
};

const measureAll = async (contenders: readonly Contender[]): Promise<Measured[]> => {
  const others = await startChild<{ dynamodb: string; kaleyra: string }>(OTHERS, [], {});
  const children = new Map<Contender, Child>();
  try {
    const env = environmentOf(others.ready);
    for (const contender of contenders) {
      const { name, files } = contender;
      children.set(contender, await startChild(WIRE, [name, files.get, files.post], env));
    }
    const warm = await measureWarm(children);
    const measured: Measured[] = [];
    for (const [contender, own] of warm) {
      const coldOf = (question: 'get' | 'post') =>
        startCold({ ...contender, file: contender.files[question], question }, STARTS, env);
      measured.push({ ...own, coldMs: { get: await coldOf('get'), post: await coldOf('post') } });
    }
    return measured;
  } finally {
    for (const child of children.values()) child.end();
    others.end();
  }
};

type Request = (typeof REQUESTS)[number];

const workOf = ({ warmMs, coldMs }: Measured, { like, table, kaleyra }: Request): Work => ({
  cpuMs: warmMs[like],
  waitMs: table * WAITS.table + kaleyra * WAITS.kaleyra,
  coldCpuMs: Math.max(0, coldMs[like] - warmMs[like]),
});

/** Of a thousand consultations. */
const lambdaPrice = (measured: Measured, memory: number): number =>
  1000 *
  REQUESTS.reduce((sum, one) => sum + one.count * (computePrice(workOf(measured, one), memory) + PRICES.invocation), 0);

const dollars = (price: number): string => price.toFixed(4);

export const measureMoney = async (costs: Costs): Promise<readonly Table[]> => {
  installPeers();
  const frameworks = FRAMEWORKS.filter(({ key }) => COMPARED.includes(key));
  const own = await buildInto(ROOT, [GET, POST]);
  const peers = await buildInto(
    PEERS,
    frameworks.map(({ key }) => `${key}/lambda.handler`),
  );
  try {
    const fileOf = (key: string): string => peers.files.get(`${key}/lambda.handler`) ?? '';
    const measured = await measureAll([
      { name: OURS, files: { get: own.files.get(GET) ?? '', post: own.files.get(POST) ?? '' } },
      ...frameworks.map(({ key, name }) => ({ name, files: { get: fileOf(key), post: fileOf(key) } })),
    ]);
    return [memoryTable(measured), priceTable(measured, costs)];
  } finally {
    own.remove();
    peers.remove();
  }
};

const cheapestOf = (measured: Measured): number =>
  MEMORY_SIZES.filter(memory => memory >= measured.megabytes * 1.1).toSorted(
    (one, other) => lambdaPrice(measured, one) - lambdaPrice(measured, other),
  )[0] ?? Number.NaN;

const memoryTable = (all: readonly Measured[]): Table => {
  const [ours] = all;
  if (ours === undefined) throw new Error('nothing was measured');
  const [post, get] = REQUESTS;
  const times = (memory: number, request: Request | undefined): string[] =>
    request === undefined ? [] : [false, true].map(cold => String(durationMs(workOf(ours, request), memory, cold)));
  return {
    title: '6. Money: memory',
    about:
      `Durations by the model of tests/bench/harness/prices.ts, in milliseconds, and Lambda's price of a thousand consultations: ` +
      `CPU time as measured here (warm GET ${ms(ours.warmMs.get)} ms, POST ${ms(ours.warmMs.post)} ms over real connections, cold ` +
      `${ms(ours.coldMs.get)} and ${ms(ours.coldMs.post)} ms), a CPU's share in proportion to the memory, and waiting ` +
      `(${WAITS.table} ms for DynamoDB, ${WAITS.kaleyra} ms for Kaleyra), which no memory shortens. One in ${Math.round(1 / COLD_SHARE)} ` +
      `invocations is cold. The process held ${ms(ours.megabytes)} MB: the cheapest size that holds it is ${cheapestOf(ours)} MB, the fastest with one CPU ` +
      `${MEMORY_SIZES.at(-1)} MB.`,
    columns: ['MB', 'GET warm', 'GET cold', 'POST warm', 'POST cold', ...all.map(({ name }) => `$, ${name}`)],
    rows: MEMORY_SIZES.map(memory => [
      `${memory}${memory < ours.megabytes * 1.1 ? ' (too little)' : ''}`,
      ...times(memory, get),
      ...times(memory, post),
      ...all.map(measured => dollars(lambdaPrice(measured, memory))),
    ]),
    goals: [],
  };
};

const priceTable = (all: readonly Measured[], costs: Costs): Table => {
  const [ours] = all;
  if (ours === undefined) throw new Error('nothing was measured');
  const memory = 1024;
  const rows = REQUESTS.map(request => {
    const thousand = 1000 * request.count;
    const { readUnits = 0, writeUnits = 0 } = costs.get(request.name) ?? {};
    const parts = [
      thousand * (computePrice(workOf(ours, request), memory) + PRICES.invocation),
      thousand * PRICES.apiRequest,
      thousand * (readUnits * PRICES.readUnit + writeUnits * PRICES.writeUnit),
    ];
    return { name: request.name, thousand, readUnits, writeUnits, parts };
  });
  const totals = [0, 1, 2].map(part => rows.reduce((sum, { parts }) => sum + (parts[part] ?? 0), 0));
  const sum = (parts: readonly number[]): number => parts.reduce((one, other) => one + other, 0);
  return {
    title: '6. Money: a thousand consultations',
    about:
      `In US dollars at the list prices of ${PRICES.region}: $${PRICES.gigabyteSecond} a GB-second on arm64, $0.20 a million invocations, ` +
      '$1.00 a million requests of an HTTP API, $0.125 and $0.625 a million read and write units on demand. ' +
      `${memory} MB, as serverless.yml has it. Without Kaleyra, traffic, logs, storage, and the scheduled jobs, which run whatever is booked.`,
    columns: ['requests', 'of them', 'units each, read / write', 'Lambda', 'API Gateway', 'DynamoDB', 'all'],
    rows: [
      ...rows.map(({ name, thousand, readUnits, writeUnits, parts }) => [
        name,
        String(thousand),
        `${readUnits} / ${writeUnits}`,
        ...parts.map(dollars),
        dollars(sum(parts)),
      ]),
      [
        'all',
        String(rows.reduce((count, { thousand }) => count + thousand, 0)),
        '',
        ...totals.map(dollars),
        dollars(sum(totals)),
      ],
    ],
    goals: [],
  };
};
