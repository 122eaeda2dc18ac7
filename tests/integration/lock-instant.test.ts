import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeps, openScope } from '../../lib/deps.ts';
import { getTeleconsultation } from '../../lib/domain/get-teleconsultation.ts';
import { aBooking, span } from '../support/bookings.ts';
import { drRossi, drVerdi, mrBianchi, type Person } from '../support/people.ts';
import { withSteps } from '../support/steps.ts';
import { openWorld, type World } from '../support/world.ts';

/**
 * The lock instant is moved across every await of a change while the participants keep asking. Whoever holds a link must hold
 * one of a room that stays.
 */
let world: World;
beforeAll(async () => {
  world = await openWorld({ env: { UNLIMITED_TELECONSULTATION: 'false' } });
});
afterAll(() => world.close());

const everybody: Person[] = [drRossi, drVerdi, mrBianchi];

const CHANGES: Record<string, (now: number) => Record<string, unknown>> = {
  'another doctor': () => ({ participants: { number: 2, data: [drVerdi, mrBianchi] } }),
  'a third participant': () => ({ participants: { number: 3, data: [drRossi, drVerdi, mrBianchi] } }),
  'a list that is incomplete again': () => ({ participants: { number: 3, data: [drRossi, mrBianchi] } }),
  'another duration': () => ({ duration_in_seconds: 1200 }),
  'a later start': now => ({
    start_date: new Date(now + span('5 hours')).toISOString(),
    end_date: new Date(now + span('6 hours')).toISOString(),
  }),
};

/** The links that participants are shown at this moment. */
const linksNow = async (id: string): Promise<string[]> => {
  const deps = createDeps(world.env, { client: world.store, clock: world.clock, writeLog: () => undefined });
  const scope = openScope(deps, new AbortController().signal, { requestId: 'asking', function: 'test' });
  const answers = await Promise.allSettled(everybody.map(person => getTeleconsultation(scope, id, person.userId, {})));
  return answers.flatMap(answer => (answer.status === 'fulfilled' && answer.value.link ? [answer.value.link] : []));
};

/** Plays one change with the jump at the given step; undefined step: no jump. */
const play = async (change: (now: number) => Record<string, unknown>, jumpAt: number | undefined) => {
  world.clock.reset();
  world.wrapDeps(deps => deps);
  const id = await aBooking(world, { startsIn: '30 seconds' });
  const opens = world.clock.now() + span('30 seconds');
  const shown = new Set<string>();
  let steps = 0;
  world.wrapDeps(
    withSteps(async () => {
      if (steps === jumpAt) world.clock.moveTo(opens + 1);
      steps += 1;
      if (jumpAt !== undefined && steps > jumpAt) for (const link of await linksNow(id)) shown.add(link);
    }),
  );
  const body = change(world.clock.now());
  const { status } = await world.api.patch(`/teleconsultation/${id}`, body);
  const room = (await world.record(id))?.room as { links: { url: string }[] } | null;
  return { status, steps, shown: [...shown], standing: room?.links.map(link => link.url) ?? [] };
};

describe.each(Object.entries(CHANGES))('%s, while the lock instant passes', (_, change) => {
  it('never shows a link of a room that goes', async () => {
    const { steps, status } = await play(change, undefined);
    expect(status).toBe(204);
    expect(steps).toBeGreaterThan(3);
    const statuses = new Set<number>();
    for (let jumpAt = 0; jumpAt < steps; jumpAt += 1) {
      const outcome = await play(change, jumpAt);
      statuses.add(outcome.status);
      expect(
        outcome.shown.filter(link => !outcome.standing.includes(link)),
        `jump at step ${jumpAt}`,
      ).toEqual([]);
    }
    // The jump has been on both sides of the lock: some runs were refused, some went through.
    expect([...statuses].sort()).toEqual([204, 400]);
  });
});

it('does not swing a record whose claim ran out while the function was frozen', async () => {
  world.clock.reset();
  world.wrapDeps(deps => deps);
  const id = await aBooking(world, { startsIn: '2 hours' });
  const before = await world.record(id);
  world.wrapDeps(
    withSteps(async (call, when) => {
      if (call === 'kaleyra.createRoom' && when === 'after') world.clock.moveBy(span('3 hours'));
    }),
  );
  const reply = await world.api.patch(`/teleconsultation/${id}`, { duration_in_seconds: 1200 });
  expect(reply.status).toBe(409);
  expect(await linksNow(id)).toHaveLength(2);
  expect(await world.record(id)).toMatchObject({ room: before?.room, claim: null, owed: [] });
  const rooms = (await world.simulator.rooms()).filter(room => room.description === id);
  expect(rooms).toMatchObject([{ id: (before as { room: { id: string } }).room.id }]);
});

it('shows the links once the change is over and the time has come', async () => {
  const outcome = await play(() => ({}), undefined);
  expect(outcome.status).toBe(204);
  const id = await aBooking(world, { startsIn: '2 hours' });
  world.clock.moveBy(span('2 hours'));
  expect(await linksNow(id)).toHaveLength(2);
});
