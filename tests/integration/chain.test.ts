import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { drRossi, mrBianchi, msNeri, patients } from '../support/people.ts';
import { withSteps } from '../support/steps.ts';
import { openWorld, type World } from '../support/world.ts';

/** How many calls have to wait for each other: what a caller waits for, however many participants there are. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(() => world.wrapDeps(deps => deps));

/** The length of the longest chain of calls in which each began after the one before had ended. */
const chainOf = async (run: () => Promise<unknown>): Promise<{ length: number; calls: string[] }> => {
  const begun = new Map<string, number[]>();
  const calls: string[] = [];
  let ended = 0;
  world.wrapDeps(
    withSteps(async (call, when) => {
      const depths = begun.get(call) ?? [];
      if (when === 'before') {
        calls.push(call);
        begun.set(call, [...depths, ended + 1]);
        // Long enough for everything that does not wait for this call to begin.
        await systemClock.sleep(15, new AbortController().signal);
        return;
      }
      ended = Math.max(ended, depths.shift() ?? 0);
    }),
  );
  await run();
  return { length: ended, calls };
};

const booked = async (participants: Parameters<typeof bookingBody>[1]) => {
  const reply = await world.api.post('/teleconsultation', bookingBody(world.clock.now(), participants));
  expect(reply.status).toBe(201);
};

it('a read is one call to the table, and no more', async () => {
  const id = await aBooking(world);
  const chain = await chainOf(() => world.api.as(mrBianchi).get(`/teleconsultation/${id}`));
  expect(chain).toEqual({ length: 1, calls: ['records.findWithWatch'] });
});

it.each([2, 10, 25])('a booking of %i known people is three steps', async count => {
  const crowd = [drRossi, ...patients(count - 1, 'known')];
  await aBooking(world, { participants: crowd });
  expect((await chainOf(() => booked({ participants: crowd }))).length).toBe(3);
});

it.each([2, 10, 25])('a booking of %i new people is four steps', async count => {
  const crowd = [drRossi, ...patients(count - 1, `new-${count}`)];
  expect((await chainOf(() => booked({ participants: crowd }))).length).toBe(4);
});

it('a replacement is six: read, claim, room, swing, delete, and the note that it is deleted', async () => {
  await aBooking(world, { participants: [drRossi, msNeri] });
  const id = await aBooking(world);
  const body = { participants: { number: 2, data: [drRossi, msNeri] } };
  const chain = await chainOf(() => world.api.patch(`/teleconsultation/${id}`, body));
  expect(chain.length).toBe(6);
  expect(chain.calls.filter(call => call.startsWith('kaleyra.'))).toEqual(['kaleyra.createRoom', 'kaleyra.deleteRoom']);
});

it.each([2, 10, 25])('another time for %i people is two: read, and write', async count => {
  const id = await aBooking(world, { participants: [drRossi, ...patients(count - 1, 'moved')] });
  const { start_date, end_date } = bookingBody(world.clock.now(), { startsIn: '3 hours' });
  const chain = await chainOf(() => world.api.patch(`/teleconsultation/${id}`, { start_date, end_date }));
  expect(chain).toEqual({ length: 2, calls: ['records.find', 'records.change'] });
});

it.each([2, 25])('whether %i people are being erased is one question beside the claim', async count => {
  const crowd = [drRossi, ...patients(count - 1, 'asked-for')];
  const id = await aBooking(world, { participants: crowd });
  const body = { participants: { number: count, data: [...crowd.slice(0, -1), msNeri] } };
  const { calls } = await chainOf(() => world.api.patch(`/teleconsultation/${id}`, body));
  expect(calls.filter(call => call === 'people.assertStaying')).toHaveLength(1);
});

it('a change that equals what is stored is one read', async () => {
  const id = await aBooking(world);
  const chain = await chainOf(() => world.api.patch(`/teleconsultation/${id}`, {}));
  expect(chain).toEqual({ length: 1, calls: ['records.find'] });
});

it('a cancellation is four: read, TRASH, delete, and the note that it is deleted', async () => {
  const id = await aBooking(world);
  const chain = await chainOf(() => world.api.delete(`/teleconsultation/${id}`));
  expect(chain.calls).toEqual(['records.find', 'records.change', 'kaleyra.deleteRoom', 'records.change']);
});
