import fc from 'fast-check';
import { comeToRest, type Promised, stillToDo, takeSnapshot, violationsOf } from '../invariants.ts';
import { DELETING, emptied } from '../jobs.ts';
import { openWorld, type World } from '../world.ts';
import { type Model, newModel, type Settings } from './reference.ts';
import { Disagreement, type Stage, type Step } from './stage.ts';
import { booking, namedBooking, repetition } from './steps/booking.ts';
import { call, credentials, deletedUploads, event, hangUp } from './steps/calls.ts';
import { addition, cancellation, patch } from './steps/changing.ts';
import { everybodyReads, fileOfCall, malformedReading, readAll, reading } from './steps/reading.ts';
import { calendar, names, status } from './steps/standing.ts';
import { fault, job, outage, recovery, wait } from './steps/weather.ts';

/**
 * Any history of requests, calls, events, jobs, hours and failures: every answer is the one that the reference model gives, and
 * in the end, when everything has come to rest, our table and Kaleyra agree with each other and with the model.
 */

const SHARES: readonly (readonly [weight: number, step: fc.Arbitrary<Step>])[] = [
  [4, booking],
  [3, namedBooking],
  [4, repetition],
  [6, patch],
  [4, addition],
  [2, cancellation],
  [5, reading],
  [3, everybodyReads],
  [1, malformedReading],
  [3, fileOfCall],
  [3, status],
  [2, calendar],
  [1, names],
  [4, call],
  [2, hangUp],
  [3, event],
  [2, deletedUploads],
  [2, credentials],
  [5, wait],
  [3, job],
  [4, fault],
  [2, outage],
  [4, recovery],
];

const LONGEST_HISTORY = 40;

/** In histories: what was deleted from it, the emulated table keeps in memory. */
const WORLD_LASTS = 50;

const oneStep: fc.Arbitrary<Step> = fc.oneof(...SHARES.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const settings: fc.Arbitrary<Settings> = fc.record({
  immutableMs: fc.constantFrom(0, 600_000),
  unlimited: fc.constantFrom(true, true, false),
  recording: fc.constantFrom<Settings['recording'][]>('automatic', 'automatic', 'none'),
});

export interface Histories {
  runs: number;
  seed: number;
  /** Of a history that is to be played once more. */
  path?: string;
}

export interface Played {
  histories: number;
  /** How often each request was answered with each status. */
  answers: ReadonlyMap<string, number>;
}

const promisedBy = ({ booked }: Model): Promised[] =>
  booked.map(({ id, cancelled, start, people }) => ({
    id,
    looks: [cancelled ? 'cancelled' : { startDate: start, participants: people.map(({ userId }) => userId) }],
  }));

/** What nobody was ever told of must not be there for anybody. */
const strangersIn = (records: readonly { id: string; state: string }[], { booked }: Model): string[] =>
  records
    .filter(({ id, state }) => state === 'PUBLIC' && !booked.some(one => one.id === id))
    .map(({ id }) => `${id}: is there, and nobody was told of it`);

const end = async (model: Model, stage: Stage): Promise<void> => {
  const { world } = stage;
  await world.simulator.clearFaults();
  // What was put off is tried again later and later; where nothing failed, nothing was put off.
  await comeToRest(world, model.leftovers === 'none' ? 2 : 6);
  model.weather = 'fair';
  // The jobs have been at it; what they do and when is not what the last look is about.
  model.booked = model.booked.map(one => ({
    ...one,
    held: { ...one.held, seen: 'perhaps', closed: one.held.closed === 'no' ? 'perhaps' : one.held.closed },
  }));
  await readAll(model, stage);
  const snapshot = await takeSnapshot(world);
  const wrong = [
    ...violationsOf(snapshot, promisedBy(model)),
    ...strangersIn(snapshot.records, model),
    ...(await stillToDo(world)),
  ];
  if (wrong.length > 0) throw new Disagreement(`at the end: ${wrong.join('; ')}`);
};

const begin = async (world: World, { immutableMs, unlimited, recording }: Settings): Promise<void> => {
  world.clock.reset();
  world.logs.length = 0;
  await emptied(world);
  world.configure({
    IMMUTABLE_PERIOD_MS: String(immutableMs),
    UNLIMITED_TELECONSULTATION: String(unlimited),
    DEFAULT_RECORDING_TYPE: recording,
  });
};

/** @throws with the shortest history that was found in which service and model disagree */
export const playHistories = async ({ runs, seed, path }: Histories): Promise<Played> => {
  const aWorld = () => openWorld({ env: DELETING, oneClock: true });
  let world = await aWorld();
  const played = new Map<string, number>();
  let begun = 0;
  let histories = 0;
  const steps = fc.array(oneStep, { minLength: 6, maxLength: LONGEST_HISTORY, size: 'max' });
  // Something has to be there for the rest to happen to.
  const history = fc.tuple(booking, booking, steps).map(([first, second, rest]) => [first, second, ...rest]);
  const property = fc.asyncProperty(settings, history, async (set, all) => {
    begun += 1;
    if (begun % WORLD_LASTS === 0) {
      await world.close();
      world = await aWorld();
    }
    await begin(world, set);
    const model = newModel(set);
    const stage = { world, played };
    await fc.asyncModelRun(() => ({ model, real: stage }), all);
    await end(model, stage);
    histories += 1;
  });
  try {
    await fc.assert(property, {
      numRuns: runs,
      includeErrorInReport: true,
      seed,
      ...(path !== undefined && { path }),
    });
  } finally {
    await world.close();
  }
  return { histories, answers: played };
};
