/** Table 5: a booking day at rising concurrency, against the embedded stack with our functions and with those of two peers. */

import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { bookingBody } from '../../support/bookings.ts';
import { buildInto, installPeers } from '../harness/building.ts';
import { type Child, startChild } from '../harness/child.ts';
import { FRAMEWORKS, OURS, PEERS } from '../harness/contenders.ts';
import { ms, ratio, type Table } from '../harness/report.ts';
import { quantile } from '../harness/statistics.ts';

const SCRIPT = join(import.meta.dirname, '../children/stack.ts');
const MEASURED = ['express', 'fastify'];

export interface LoadOptions {
  /** Of each level for each contender. */
  seconds: number;
  atOnce: readonly number[];
}

interface Stack {
  api: string;
  doctor: string;
  patient: string;
}

interface Answer {
  status: number;
  body: string;
}

interface Level {
  atOnce: number;
  perSecond: number;
  p50: number;
  p99: number;
}

const PREPARED = 20;

/** Of a hundred requests: what people do on the day of their appointments. */
const MIX = { open: 65, early: 20, book: 15 };

const call = (agent: Agent, url: string, token: string, body?: unknown): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const sent = request(url, { agent, method: body === undefined ? 'GET' : 'POST', headers }, async response => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    });
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });

interface Prepared {
  agent: Agent;
  stack: Stack;
  open: string[];
  early: string[];
}

const book = async ({ agent, stack }: Pick<Prepared, 'agent' | 'stack'>, startsIn: string): Promise<string> => {
  const wish = bookingBody(Date.now(), { startsIn });
  const { status, body } = await call(agent, `${stack.api}/teleconsultation`, stack.doctor, wish);
  if (status !== 201) throw new Error(`booking answered ${status} ${body}`);
  return (JSON.parse(body) as { roomId: string }).roomId;
};

const prepare = async (stack: Stack, most: number): Promise<Prepared> => {
  const agent = new Agent({ keepAlive: true, maxSockets: most });
  const booked = async (startsIn: string): Promise<string[]> => {
    const ids: string[] = [];
    for (let count = 0; count < PREPARED; count += 1) ids.push(await book({ agent, stack }, startsIn));
    return ids;
  };
  return { agent, stack, open: await booked('-5 minutes'), early: await booked('2 hours') };
};

/** One request of the mix, by its place in it; its answer has to be right. */
const ask = async ({ agent, stack, open, early }: Prepared, turn: number): Promise<void> => {
  // A step that shares no factor with 100, so that kinds come mixed and in the same order for everybody.
  const place = (turn * 37) % 100;
  if (place < MIX.book) {
    await book({ agent, stack }, '3 hours');
    return;
  }
  const isOpen = place < MIX.book + MIX.open;
  const id = (isOpen ? open : early)[turn % PREPARED];
  const { status, body } = await call(agent, `${stack.api}/teleconsultation/${id}`, stack.patient);
  const link = status === 200 ? (JSON.parse(body) as { accessLinkURL: unknown }).accessLinkURL : undefined;
  if ((typeof link === 'string') !== isOpen || status !== 200) throw new Error(`GET answered ${status} ${body}`);
};

const runLevel = async (prepared: Prepared, atOnce: number, seconds: number): Promise<Level> => {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  let turn = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const askedAt = performance.now();
      turn += 1;
      await ask(prepared, turn);
      latencies.push(performance.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  const elapsed = (performance.now() - startedAt) / 1000;
  return {
    atOnce,
    perSecond: latencies.length / elapsed,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
};

export const measureLoad = async ({ seconds, atOnce }: LoadOptions): Promise<Table> => {
  installPeers();
  const frameworks = FRAMEWORKS.filter(({ key }) => MEASURED.includes(key));
  const built = await buildInto(
    PEERS,
    frameworks.map(({ key }) => `${key}/lambda.handler`),
  );
  const children: Child[] = [];
  const { PATH: _, ...env } = process.env as Record<string, string>;
  try {
    const contenders: { name: string; prepared: Prepared; levels: Level[] }[] = [];
    const start = async (name: string, args: string[]): Promise<void> => {
      const child = await startChild<Stack>(SCRIPT, args, env);
      children.push(child);
      const prepared = await prepare(child.ready, Math.max(...atOnce));
      await runLevel(prepared, 4, seconds / 2);
      contenders.push({ name, prepared, levels: [] });
    };
    await start(OURS, []);
    for (const { key, name } of frameworks) await start(name, [built.files.get(`${key}/lambda.handler`) ?? '']);
    for (const width of atOnce) {
      for (const { prepared, levels } of contenders) levels.push(await runLevel(prepared, width, seconds));
    }
    for (const { prepared } of contenders) prepared.agent.destroy();
    return tableOf(contenders, seconds);
  } finally {
    for (const child of children) child.end();
    built.remove();
  }
};

const tableOf = (contenders: readonly { name: string; levels: readonly Level[] }[], seconds: number): Table => {
  const [ours, ...others] = contenders;
  const behind = others.flatMap(({ name, levels }) =>
    levels
      .filter((level, index) => level.perSecond > (ours?.levels[index]?.perSecond ?? 0))
      .map(({ atOnce }) => `${name} at ${atOnce}`),
  );
  const lead = others.map(({ name, levels }) => {
    const shares = levels.map((level, index) => (ours?.levels[index]?.perSecond ?? 0) / level.perSecond);
    return `${ratio(quantile(shares, 0.5))} times the requests of ${name}`;
  });
  return {
    title: '5. Load',
    about:
      `The embedded stack, gateway with tokens, simulator and DynamoDB in its one process, with the functions of each: ` +
      `${MIX.open} % open a consultation, ${MIX.early} % are early, ${MIX.book} % book one; ${seconds} s for each level, in turns. ` +
      'What all have in common takes most of the time.',
    columns: ['', 'at once', 'requests/s', 'p50 ms', 'p99 ms'],
    rows: contenders.flatMap(({ name, levels }) =>
      levels.map(({ atOnce, perSecond, p50, p99 }) => [name, String(atOnce), perSecond.toFixed(0), ms(p50), ms(p99)]),
    ),
    goals: [
      {
        goal: 'ahead of Express and Fastify at every level',
        measured: behind.length === 0 ? lead.join(', ') : `behind ${behind.join(', ')}; ${lead.join(', ')}`,
        met: behind.length === 0,
      },
    ],
  };
};
