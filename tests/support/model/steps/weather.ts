import fc from 'fast-check';
import { cleanUp, reconcile } from '../../jobs.ts';
import { afterCleanup, type Model, personOf, replace } from '../reference.ts';
import { ask, blamesKaleyra, compareFiles, count, disagree, type Stage, type Step, step } from '../stage.ts';

/** Time, jobs, and a Kaleyra that fails. */

const MINUTE = 60_000;

export const wait: fc.Arbitrary<Step> = fc.constantFrom(1, 5, 5, 12, 30, 60, 61, 300, 1500).map(minutes =>
  step({
    name: 'lets minutes go by',
    with: minutes,
    play: async (_, { world }) => world.clock.moveBy(minutes * MINUTE),
  }),
);

/** Half the people of a list in a table of ours are a test's: what is an alarm on an ordinary day is none here. */
const MANY = { mostChanges: 100_000 };

export const job: fc.Arbitrary<Step> = fc.constantFrom('cleanup', 'cleanup', 'reconciler').map(which =>
  step({
    name: `runs the ${which}`,
    play: async (model, stage) => {
      const { world } = stage;
      const begun = world.clock.now();
      count(stage, which);
      if (which === 'reconciler') return void (await reconcile(world, MANY));
      await cleanUp(world);
      const { weather } = model;
      for (const one of model.booked) {
        if (one.cancelled || one.people.length < one.expected) continue;
        replace(model, { ...one, held: afterCleanup(one, { begun, ended: world.clock.now(), weather }) });
      }
      await compareFiles(model, stage);
    },
  }),
);

/** Ways to fail; none in which Kaleyra says that something is done or gone that is not. */
const REFUSALS = [
  { status: 400 },
  { status: 401 },
  { status: 422 },
  { status: 429 },
  { status: 429, retryAfter: 30 },
  { status: 500 },
  { status: 502 },
  { status: 503 },
  { status: 500, afterEffect: true },
  { drop: true },
  { drop: true, afterEffect: true },
  { cut: 'before' },
  { cut: 'half' },
  { text: '<html>a page</html>' },
  { body: { surprise: true }, afterEffect: true },
] as const;

const storm = (model: Model): void => {
  model.weather = 'foul';
  model.leftovers = 'perhaps';
};

const PATHS = ['/v2/', '/v2/rooms', '/v2/users', '/v2/uploads', '/v2/sessions', '/v2/sdk'] as const;

export const fault: fc.Arbitrary<Step> = fc
  .record({
    method: fc.constantFrom('POST', 'POST', 'PUT', 'DELETE', 'GET'),
    path: fc.constantFrom(...PATHS),
    times: fc.constantFrom(1, 2, 4),
    how: fc.constantFrom<Record<string, unknown>[]>(...REFUSALS),
  })
  .map(({ how, ...wish }) =>
    step({
      name: 'Kaleyra begins to fail',
      with: { ...wish, ...how },
      play: async (model, { world }) => {
        storm(model);
        await world.simulator.fault({ ...wish, ...how });
      },
    }),
  );

const OUTAGES = [{ drop: true }, { drop: true }, { cut: 'half' }, { status: 503 }, { status: 500 }] as const;

/** So many calls without an answer, and nobody asks Kaleyra any more for a while. */
const NOTICED_AFTER = 5;

/** Somebody in vain, so that the service notices. */
const tryInVain = async (model: Model, stage: Stage): Promise<void> => {
  const userId = 'a-newcomer';
  const asked = await ask(stage, 'POST credentials in vain', api =>
    api.as({ userId }).withHeaders({ miausergroups: 'patient' }).post('/credentials'),
  );
  if (!blamesKaleyra(model, 'POST /credentials', asked, true)) disagree('POST /credentials', asked, '502, 503 or 504');
  model.people.set(userId, { ...personOf(model, userId), tried: true });
};

/** Whatever it is asked, until somebody says otherwise. */
export const outage: fc.Arbitrary<Step> = fc
  .record({ how: fc.constantFrom<Record<string, unknown>[]>(...OUTAGES), noticed: fc.boolean() })
  .map(({ how, noticed }) =>
    step({
      name: 'Kaleyra is down',
      with: { ...how, noticed },
      play: async (model, stage) => {
        storm(model);
        // In the place of smaller failures: those come first otherwise.
        await stage.world.simulator.clearFaults();
        await stage.world.simulator.fault({ path: '/v2/', times: 1_000_000, ...how });
        for (let attempt = 0; noticed && attempt < NOTICED_AFTER; attempt += 1) await tryInVain(model, stage);
      },
    }),
  );

/** Long enough for whoever was told to come back. */
const AFTERWARDS = 2 * MINUTE;

export const recovery: fc.Arbitrary<Step> = fc.constant(
  step({
    name: 'Kaleyra is well again',
    when: ({ weather }) => weather === 'foul',
    play: async (model, { world }) => {
      await world.simulator.clearFaults();
      world.clock.moveBy(AFTERWARDS);
      model.weather = 'fair';
    },
  }),
);
