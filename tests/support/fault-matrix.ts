import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { circuitKey } from '../../lib/store/keys.ts';
import type { Reply } from './api.ts';
import { span } from './bookings.ts';
import { aWorld, type Case } from './fault-cases.ts';
import { CANARY, LATE_MS } from './fault-kinds.ts';
import { type Prepared, prepare, promisedBy, type Situation } from './fault-situations.ts';
import { isJob } from './fault-subject.ts';
import { comeToRest, type Promised, stillToDo, takeSnapshot, violationsOf } from './invariants.ts';
import { isBelieved } from './job-fault-rules.ts';
import type { JobSituation } from './job-situations.ts';
import { emptied } from './jobs.ts';
import type { World } from './world.ts';

/**
 * Every call that a route makes, broken in every way: what the caller gets, and whether our table and Kaleyra agree again once
 * the jobs have run. Cases are dealt out to several worlds that run side by side, because most of a case's time is waiting.
 */

export interface Cell {
  route: string;
  call: string;
  kind: string;
  /** The status, or what became of the run. */
  got: string;
}

export interface Outcome {
  cells: readonly Cell[];
  /** Whatever was not as it has to be, each with the case that it belongs to where that is known. */
  problems: readonly string[];
}

/** After which Lambda stops a function. */
const LONGEST_ANSWER_MS = 28_000;

const isUp = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** Nothing is broken any more, and nobody remembers that something was, or what was seen before. */
const heal = async (world: World): Promise<void> => {
  const { hostname, port } = (await world.client.config.endpoint?.()) ?? {};
  for (const url of [`${world.simulator.url}/_simulator/dialect`, `http://${hostname}:${port}`]) {
    while (!(await isUp(url))) await sleep(20);
  }
  world.storeFaults.clear();
  await world.simulator.clearFaults();
  await world.client.send(new DeleteCommand({ TableName: world.deps.config.table, Key: circuitKey }));
  world.configure({});
};

const EXPLAINED = ['statusCode', 'error', 'message'];

/** What is wrong with an answer whatever its status. */
const faultsOf = ({ status, headers, text, body }: Reply, ms: number, world: World): string[] => {
  const found: string[] = [];
  if (status === 500) found.push('is a 500');
  if (ms > LONGEST_ANSWER_MS) found.push(`came after ${ms} ms`);
  if ([503, 504].includes(status) && headers['retry-after'] === undefined && !text.includes('"status"')) {
    found.push(`is a ${status} that does not say when to come back: ${text}`);
  }
  const inside = [CANARY, 'as ordered', 'Exception', 'at file:', String(world.env.BANDYER_API_SECRET_KEY)];
  const leaked = inside.filter(secret => (text + JSON.stringify(headers)).includes(secret));
  if (leaked.length > 0) found.push(`says what it must not: ${leaked.join(', ')}`);
  if (status >= 400 && !text.includes('"status"')) {
    const fields = Object.keys((body ?? {}) as object).filter(field => field !== 'details');
    if (JSON.stringify(fields) !== JSON.stringify(EXPLAINED)) found.push(`is explained by ${fields.join(', ')}`);
  }
  return found;
};

interface Lane {
  world: World;
  cells: Cell[];
  problems: string[];
  promised: Promised[];
  /** Which case a teleconsultation belongs to. */
  owners: Map<string, string>;
  prepared: Map<Situation, Prepared>;
  /** Until then something may still happen that its caller has given up. */
  lateUntil: number;
}

const preparedFor = async ({ world, prepared }: Lane, situation: Situation, tag: string): Promise<Prepared> => {
  const known = prepared.get(situation);
  if (known !== undefined) return known;
  const fresh = await prepare(world, situation, tag);
  if (situation.repeatable === true) prepared.set(situation, fresh);
  return fresh;
};

const recordIds = async (world: World): Promise<string[]> =>
  (await world.items()).filter(({ sk }) => sk === 'record').map(({ pk }) => String(pk));

const playRoute = async (lane: Lane, situation: Situation, one: Case, tag: string): Promise<void> => {
  const { call, kind, arm, wasMet } = one;
  const { world, cells, problems, promised, owners } = lane;
  const name = `${situation.route}, ${call}, ${kind}`;
  await heal(world);
  const prepared = await preparedFor(lane, situation, tag);
  if (prepared.id !== '') owners.set(prepared.id, name);
  for (const { userId } of [prepared.doctor, prepared.patient, prepared.newcomer]) owners.set(userId, name);
  await world.simulator.forgetRequests();
  await arm(world);
  const started = performance.now();
  const reply = await situation.ask(world, prepared);
  const ms = Math.round(performance.now() - started);
  if (kind === 'time-out') lane.lateUntil = started + Math.max(LATE_MS.vendor, LATE_MS.store) + ms;
  cells.push({ route: situation.route, call, kind, got: String(reply.status) });
  problems.push(...faultsOf(reply, ms, world).map(problem => `${name}: ${problem}`));
  if (!(await wasMet(world))) problems.push(`${name}: the call was not made`);
  const looks = promisedBy(situation, prepared, reply);
  for (const { id } of looks) owners.set(id, name);
  promised.push(...looks);
  // Of a booking that failed, nobody was told the id.
  if (situation.route !== 'POST /teleconsultation' || reply.status < 300) return;
  await heal(world);
  for (const id of await recordIds(world)) if (!owners.has(id)) owners.set(id, name);
};

/** The case of a sentence of the invariants, as far as it names somebody. */
const withCase = async (lane: Lane, sentence: string): Promise<string> => {
  const [subject = ''] = sentence.split(':');
  const item = (await lane.world.items()).find(({ pk }) => pk === `kal#${subject}`);
  const record = await lane.world.scope().records.find(subject);
  const first = record?.participants[0]?.externalId ?? item?.externalId;
  const owner = lane.owners.get(subject) ?? lane.owners.get(String(first));
  return `${owner ?? 'somewhere'}: ${sentence}`;
};

/** Runs of the job after the one in which something broke, until it says that nothing is left. */
const LATER_RUNS = 6;

/** In a world of its own each time: what is left of one case is nothing for the next. */
const playJob = async (lane: Lane, situation: JobSituation, one: Case, tag: string): Promise<void> => {
  const { world, cells, problems } = lane;
  const { call, kind, arm, wasMet } = one;
  const name = `${situation.route}, ${call}, ${kind}`;
  const problem = (what: string): void => void problems.push(`${name}: ${what}`);
  await heal(world);
  world.clock.reset();
  await emptied(world);
  const about = await situation.prepare(world, tag);
  await world.simulator.forgetRequests();
  await arm(world);
  const started = performance.now();
  const got = await situation.run(world, about);
  const ms = performance.now() - started;
  cells.push({ route: situation.route, call, kind, got });
  if (!(await wasMet(world))) problem('the call was not made');
  if ((got === 'done' || got === 'refused') && !isBelieved(situation.route, call, kind))
    for (const what of await situation.undone(world, about)) problem(`"${got}", but ${what}`);
  await heal(world);
  if (kind === 'time-out') await sleep(Math.max(0, Math.max(LATE_MS.vendor, LATE_MS.store) - ms));

  // What the job itself says, and then what the reconciler finds.
  let left = ['later runs were not tried'];
  for (let run = 0; run < LATER_RUNS && left.length > 0; run += 1) {
    // A recording may be in the making for a day; whoever asks for it to be gone hears so until then.
    world.clock.moveBy(span(run < LATER_RUNS / 2 ? '20 minutes' : '26 hours'));
    const later = await situation.run(world, about);
    left = later === 'done' ? await stillToDo(world) : [`later runs still say "${later}"`];
  }
  for (const what of left) problem(what);
  // What Kaleyra calls gone is there all the same, in this case alone.
  if (isBelieved(situation.route, call, kind)) return;
  for (const what of await situation.undone(world, about)) problem(`in the end, ${what}`);
  for (const what of violationsOf(await takeSnapshot(world))) problem(what);
};

/** As often as a room that may have been made is searched for, and once more. */
const ROUNDS = 4;

const settle = async (lane: Lane): Promise<void> => {
  const { world, promised, problems } = lane;
  await heal(world);
  await sleep(Math.max(0, lane.lateUntil - performance.now()));
  await comeToRest(world, ROUNDS);
  const violations = violationsOf(await takeSnapshot(world), promised);
  for (const sentence of violations) problems.push(await withCase(lane, sentence));
  problems.push(...(await stillToDo(world)));
};

const runLane = async (cases: readonly Case[], tag: string, patience: 'patient' | 'as deployed'): Promise<Lane> => {
  const world = await aWorld(patience);
  const lane: Lane = {
    world,
    cells: [],
    problems: [],
    promised: [],
    owners: new Map(),
    prepared: new Map(),
    lateUntil: 0,
  };
  try {
    for (const [index, one] of cases.entries()) {
      const { situation } = one;
      if (isJob(situation)) await playJob(lane, situation, one, `${tag}-${index}`);
      else await playRoute(lane, situation, one, `${tag}-${index}`);
    }
    if (!cases.every(({ situation }) => isJob(situation))) await settle(lane);
    if (world.logs.some(line => line.includes(CANARY) || line.includes('Invented '))) {
      lane.problems.push('the log says too much');
    }
    return lane;
  } finally {
    await world.close();
  }
};

/** Worlds that run side by side. More of the slow ones, which come after the others: they wait, and nothing else. */
const LANES = 4;
const SLOW_LANES = 15;

const deal = (cases: readonly Case[], lanes: number): Case[][] =>
  Array.from({ length: Math.min(lanes, cases.length) }, (_, lane) =>
    cases.filter((_case, index) => index % lanes === lane),
  );

export const playAll = async (cases: readonly Case[], slow: readonly Case[]): Promise<Outcome> => {
  const inLanes = (dealt: Case[][], name: string, patience: 'patient' | 'as deployed'): Promise<Lane[]> =>
    Promise.all(dealt.map((own, lane) => runLane(own, `${name}-${lane}`, patience)));
  const played = [
    ...(await inLanes(deal(cases, LANES), 'lane', 'patient')),
    ...(await inLanes(deal(slow, SLOW_LANES), 'slow-lane', 'as deployed')),
  ];
  return { cells: played.flatMap(({ cells }) => cells), problems: played.flatMap(({ problems }) => problems) };
};
