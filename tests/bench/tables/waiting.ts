/** Table 1: how long a caller waits, over the shortest chain of calls that has to be waited for. */
import { Agent, request } from 'node:http';
import { ms, ratio, type Table } from '../harness/report.ts';
import type { Scenario, Step } from '../harness/scenarios/scenario.ts';
import { SCENARIOS_WITH_FILES, scenariosFor } from '../harness/scenarios.ts';
import { median, medianRatio } from '../harness/statistics.ts';
import { type Delayed, startDelayed } from '../harness/waited-for.ts';

const DELAYS = { dynamodb: 5, kaleyra: 50 };
const NO_DELAYS = { dynamodb: 0, kaleyra: 0 };
const SIZES = [2, 10, 25];
const MOST_OVER_CHAIN = 1.1;

const agent = new Agent({ keepAlive: true });

/** One call with nothing around it: the least that a step takes on this machine. */
const bareCall = (url: string, headers: Record<string, string>, body: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const method = body === '' ? 'GET' : 'POST';
    const call = request(url, { agent, method, headers }, response => {
      response.resume().on('end', resolve).on('error', reject);
    });
    call.on('error', reject).end(body);
  });

const walk = async (chain: readonly Step[], { dynamodb, kaleyra }: Delayed): Promise<void> => {
  const read = JSON.stringify({ TableName: 'bench', Key: { pk: { S: 'nobody' }, sk: { S: 'record' } } });
  for (const step of chain) {
    if (step === 'table') await bareCall(dynamodb, { 'x-amz-target': 'DynamoDB_20120810.GetItem' }, read);
    else await bareCall(`${kaleyra}/v2/company`, {}, '');
  }
};

const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
};

interface Waited {
  scenario: Scenario;
  ms: number[];
  chainMs: number[];
}

/** Nothing waits: how many invocations until what is called has been compiled for good, and its connections are open. */
const WARM = { repeated: 60, prepared: 15 };

/** Of each scenario in turn, so that what all have in common is warmed by each. */
const warm = async (delayed: Delayed, { scenario }: Waited): Promise<void> => {
  await delayed.order({ delays: NO_DELAYS });
  if (scenario.repeatable) {
    const run = await scenario.prepare(delayed);
    for (let times = 0; times < WARM.repeated; times += 1) await run();
  } else for (let times = 0; times < WARM.prepared; times += 1) await (await scenario.prepare(delayed))();
  for (let times = 0; times < WARM.repeated; times += 1) await walk(scenario.chain, delayed);
};

const measureOnce = async (delayed: Delayed, { scenario, ms, chainMs }: Waited, bareFirst: boolean): Promise<void> => {
  await delayed.order({ delays: NO_DELAYS });
  const run = await scenario.prepare(delayed);
  await delayed.order({ delays: DELAYS });
  const bare = async (): Promise<void> => void chainMs.push(await timed(() => walk(scenario.chain, delayed)));
  if (bareFirst) await bare();
  const { status } = await run();
  ms.push(delayed.lasted());
  if (!bareFirst) await bare();
  if (status !== scenario.status) throw new Error(`${nameOf(scenario)} answered ${status}: not measured`);
};

const nameOf = ({ route, what }: Scenario): string => (what === undefined ? `\`${route}\`` : `\`${route}\`, ${what}`);

const chainText = (chain: readonly Step[]): string =>
  `${chain.length}: ${chain.map(step => (step === 'table' ? 'D' : 'K')).join(' ')}`;

const measureAll = async (
  scenarios: readonly Scenario[],
  env: Readonly<Record<string, string>>,
  times: number,
): Promise<Waited[]> => {
  const delayed = await startDelayed(env);
  try {
    const all = scenarios.map((scenario): Waited => ({ scenario, ms: [], chainMs: [] }));
    for (const waited of all) await warm(delayed, waited);
    for (let round = 0; round < times; round += 1) {
      for (const waited of all) await measureOnce(delayed, waited, round % 2 === 0);
      await delayed.simulator.forgetRequests();
    }
    return all;
  } finally {
    delayed.end();
    agent.destroy();
  }
};

const timesOf = (full: boolean): number => (full ? 25 : 9);

export const measureWaiting = async (full: boolean): Promise<Table> => {
  const all = await measureAll(scenariosFor(SIZES), { DEFAULT_RECORDING_TYPE: 'automatic' }, timesOf(full));
  return tableOf('1. Waiting for others', all, timesOf(full));
};

export const measureWaitingWithFiles = async (full: boolean): Promise<Table> => {
  const env = { TELECONSULTATION_DELETE_UPLOADS: 'true' };
  const all = await measureAll(SCENARIOS_WITH_FILES, env, timesOf(full));
  return tableOf('1. Waiting for others, where uploads are deleted', all, timesOf(full));
};

const tableOf = (title: string, all: readonly Waited[], times: number): Table => {
  const ratios = all.map(({ scenario, ms: measured, chainMs }) => ({
    endpoint: nameOf(scenario),
    people: scenario.people,
    ratio: medianRatio(measured, chainMs),
  }));
  const over = ratios.filter(one => one.ratio > MOST_OVER_CHAIN);
  const worst = ratios.toSorted((one, other) => other.ratio - one.ratio)[0];
  const growth = [...new Set(ratios.map(({ endpoint }) => endpoint))].flatMap(endpoint => {
    const of = (people: number) => ratios.find(one => one.endpoint === endpoint && one.people === people)?.ratio;
    const [few, many] = [of(SIZES[0] ?? 0), of(SIZES.at(-1) ?? 0)];
    return few === undefined || many === undefined ? [] : [{ endpoint, grown: many / few }];
  });
  const steepest = growth.toSorted((one, other) => other.grown - one.grown)[0];
  const named = (people: number | undefined): string => (people === undefined ? '' : `, ${people} people`);
  return {
    title,
    about:
      `DynamoDB (D) answers after ${DELAYS.dynamodb} ms and Kaleyra (K) after ${DELAYS.kaleyra} ms. From the event to the answer, ` +
      'over the shortest possible chain of calls, which a bare client makes on the same connections in the same run. ' +
      `Medians of ${times} runs each, in turns.`,
    columns: ['', 'people', 'shortest chain', 'chain ms', 'measured ms', 'ratio'],
    rows: all.map(({ scenario, ms: measured, chainMs }) => [
      nameOf(scenario),
      String(scenario.people ?? ''),
      chainText(scenario.chain),
      ms(median(chainMs)),
      ms(median(measured)),
      ratio(medianRatio(measured, chainMs)),
    ]),
    goals: [
      {
        goal: `at most ${ratio(MOST_OVER_CHAIN)} of the shortest chain`,
        measured:
          `${over.length} of ${ratios.length} are above, the worst ${worst?.endpoint}${named(worst?.people)} ` +
          `with ${ratio(worst?.ratio ?? 0)}`,
        met: over.length === 0,
      },
      ...(steepest === undefined
        ? []
        : [
            {
              goal: 'flat in the number of participants',
              measured: `from ${SIZES[0]} to ${SIZES.at(-1)} people ${steepest.endpoint} grows most, by ${ratio(steepest.grown)}`,
              met: steepest.grown <= MOST_OVER_CHAIN,
            },
          ]),
    ],
  };
};
