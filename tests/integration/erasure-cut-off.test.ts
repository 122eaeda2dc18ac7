import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Statement } from '../../lib/domain/erasure/statement.ts';
import { KaleyraError, storeUnavailable } from '../../lib/errors.ts';
import { aBooking, bookingBody, span } from '../support/bookings.ts';
import { eraseOnce, placesOf } from '../support/erasures.ts';
import { aPlayedCall, emptied } from '../support/jobs.ts';
import { drVerdi, mrBianchi, msNeri } from '../support/people.ts';
import { withSteps } from '../support/steps.ts';
import { openWorld, type World } from '../support/world.ts';

/** An erasure that is cut off at any call to the table or to Kaleyra, and run again: the end is the same. */
let world: World;
beforeAll(async () => {
  const env = { KALEYRA_JOB_CALLS_PER_MINUTE: '100000', DEFAULT_RECORDING_TYPE: 'automatic' };
  world = await openWorld({ env, oneClock: true });
});
afterAll(() => world.close());
afterEach(() => world.wrapDeps(deps => deps));

const MINUTE = 60_000;

const kaleyraIdOf = async (externalId: string): Promise<string> =>
  String((await world.items()).find(({ pk }) => pk === `ext#${externalId}`)?.kaleyraId);
const isUser = async (kaleyraId: string): Promise<boolean> =>
  (await world.simulator.state()).users.some(({ id, deleted }) => id === kaleyraId && deleted !== true);

const story = async (): Promise<void> => {
  await emptied(world);
  world.clock.reset();
  await aPlayedCall(world, { startsIn: '-3 hours' }, { uploads: 1 });
  // By then no recording is in the making any more: one that a broken run has deleted is not waited for.
  world.clock.moveBy(span('2 days'));
  await aBooking(world);
  const body = bookingBody(world.clock.now(), { participants: [drVerdi, msNeri] });
  await world.api.as(mrBianchi).post('/teleconsultation', body);
};
const SUMS = { bookings: 1, uploads: 1, recordings: 1, users: 1, names: 3, links: 2 };

/** Again and again, as an operator would; Kaleyra's debts are paid a minute later. */
const untilDone = async (): Promise<Statement> => {
  for (let run = 0; run < 20; run += 1) {
    const statement = await eraseOnce(world, mrBianchi.userId, { cancel: true }).catch(() => undefined);
    if (statement?.outcome === 'finished' || statement?.outcome === 'unknown') return statement;
    world.clock.moveBy(statement?.outcome === 'waiting' ? statement.waitMs : 2 * MINUTE);
  }
  throw new Error('it never comes to an end');
};

const failure = (call: string) =>
  call.startsWith('kaleyra.')
    ? new KaleyraError('kaleyra_unavailable', 502, 'the video service cannot be reached')
    : storeUnavailable(new Error('invented'));

/** @returns how many calls there were; the one of that number failed, before or after it had its effect */
const failingAt = async (number: number, when: 'before' | 'after'): Promise<[calls: number, Statement]> => {
  let calls = 0;
  world.wrapDeps(
    withSteps(async (call, moment) => {
      if (moment === 'before') calls += 1;
      if (calls === number && moment === when) {
        calls += moment === 'after' ? 1 : 0;
        throw failure(call);
      }
    }),
  );
  const statement = await untilDone();
  world.wrapDeps(deps => deps);
  return [calls, statement];
};

it.each(['before', 'after'] as const)('%s any of its calls', { timeout: 240_000 }, async when => {
  await story();
  const [calls, whole] = await failingAt(Number.POSITIVE_INFINITY, when);
  expect(whole).toMatchObject({ outcome: 'finished', removed: SUMS });
  expect(calls).toBeGreaterThan(40);
  for (let number = 1; number <= calls; number += 1) {
    await story();
    const kaleyraId = await kaleyraIdOf(mrBianchi.userId);
    const [, { outcome, removed }] = await failingAt(number, when);
    expect([number, await placesOf(world, mrBianchi.userId), await isUser(kaleyraId)]).toEqual([number, [], false]);
    expect([number, (await world.simulator.state()).uploads.filter(({ deleted }) => deleted !== true)]).toEqual([
      number,
      [],
    ]);
    // What went although the answer was lost cannot be told from what was gone before.
    if (when === 'before') expect([number, outcome, removed]).toEqual([number, 'finished', SUMS]);
  }
});
