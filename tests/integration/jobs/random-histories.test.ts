import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isClosed } from '../../../lib/domain/teleconsultation.ts';
import type { Reply } from '../../support/api.ts';
import { bookingBody, span } from '../../support/bookings.ts';
import { comeToRest, type Look, stillToDo, takeSnapshot, violationsOf } from '../../support/invariants.ts';
import { aStray, cleanUp, DELETING, emptied, reconcile, recordOf } from '../../support/jobs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri, type Person } from '../../support/people.ts';
import { anEvent, sendSigned } from '../../support/signed.ts';
import { openWorld, type World } from '../../support/world.ts';

/**
 * Any history of bookings, changes, calls, outages and interference, and then nothing but time and the two jobs: our table and
 * Kaleyra have to say the same in the end.
 */
let world: World;
beforeAll(async () => {
  world = await openWorld({ env: DELETING, oneClock: true });
});
afterAll(() => world.close());

const PAIRS: readonly (readonly Person[])[] = [
  [drRossi, mrBianchi],
  [drVerdi, msNeri],
  [drRossi, msNeri, mrBianchi],
];

const which = fc.nat({ max: 5 });
const people = fc.constantFrom(...PAIRS);
const fault = fc.record({
  method: fc.constantFrom('POST', 'PUT', 'DELETE', 'GET'),
  path: fc.constantFrom('/v2/rooms', '/v2/uploads', '/v2/users', '/v2/'),
  times: fc.integer({ min: 1, max: 4 }),
  how: fc.constantFrom<Record<string, unknown>>(
    { status: 500 },
    { status: 503 },
    { status: 400 },
    { status: 429, retryAfter: 30 },
    { drop: true },
    { drop: true, afterEffect: true },
    { status: 500, afterEffect: true },
  ),
});

/** `all at once`: two cleanups and a reconciler, as a run by hand beside the schedules would be. */
type Job = 'clean' | 'reconcile' | 'all at once';

type Happening = 'change' | 'cancel' | 'call' | 'lose' | 'die' | 'orphan';

type Step =
  | { kind: 'book'; people: readonly Person[]; startsIn: number }
  | { kind: Happening; which: number; people: readonly Person[]; heard: boolean }
  | { kind: 'fault'; method: string; path: string; times: number; how: Record<string, unknown> }
  | { kind: 'wait'; minutes: number }
  | { kind: Job };

const booking: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('book' as const),
  people,
  // Over before the end, going on, about to begin, and still to come.
  startsIn: fc.constantFrom(-50, -20, 10, 300),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: booking },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom('call' as const, 'call', 'change', 'cancel', 'lose', 'die', 'orphan'),
      which,
      people,
      // Whether the events of a call arrive.
      heard: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fault.map(one => ({ kind: 'fault' as const, ...one })) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 120 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom<Job>('clean', 'reconcile', 'all at once') }) },
);

/** Begins with two bookings, so that there is something for the rest to happen to. */
const history: fc.Arbitrary<Step[]> = fc
  .tuple(booking, booking, fc.array(step, { minLength: 4, maxLength: 12 }))
  .map(([first, second, rest]) => [first, second, ...rest]);

/** Ids of teleconsultations, in order of their keys. */
const recordIds = async (): Promise<string[]> =>
  (await world.items()).filter(({ sk }) => sk === 'record').map(({ pk }) => String(pk));

const run = async (job: Job): Promise<void> => {
  if (job === 'clean') await cleanUp(world);
  else if (job === 'reconcile') await reconcile(world);
  else await Promise.all([cleanUp(world), reconcile(world), cleanUp(world)]);
};

/** How each teleconsultation may look that its caller was told of; after a request that failed it may be done or not. */
const acknowledged = new Map<string, readonly Look[]>();
const idsOf = (whom: readonly Person[]): string[] => whom.map(({ userId }) => userId);

const noteAnswer = (id: string, { status }: Reply, look: Look): void => {
  const before = acknowledged.get(id);
  if (before === undefined) return;
  if (status < 300) acknowledged.set(id, [look]);
  else if (status >= 500) acknowledged.set(id, [...before, look]);
};

const play = async (steps: readonly Step[]): Promise<void> => {
  for (const one of steps) {
    const ids = await recordIds();
    const id = 'which' in one ? ids[one.which % Math.max(1, ids.length)] : undefined;
    if (one.kind === 'book') {
      const wish = { startsIn: `${one.startsIn} minutes`, participants: one.people };
      const body = bookingBody(world.clock.now(), wish);
      const reply = await world.api.post('/teleconsultation', body);
      const look = { startDate: Date.parse(String(body.start_date)), participants: idsOf(one.people) };
      if (reply.status === 201) acknowledged.set((reply.body as { roomId: string }).roomId, [look]);
    } else if (one.kind === 'fault') {
      const { method, path, times, how } = one;
      await world.simulator.fault({ method, path, times, ...how });
    } else if (one.kind === 'wait') {
      world.clock.moveBy(one.minutes * 60_000);
    } else if (!('which' in one)) {
      await run(one.kind);
    } else if (id !== undefined) {
      await happenTo(id, one);
    }
  }
};

const happenTo = async (
  id: string,
  { kind, people: whom, heard }: Extract<Step, { heard: boolean }>,
): Promise<void> => {
  const record = await recordOf(world, id);
  const { records, kaleyra } = world.scope();
  if (kind === 'change') {
    const participants = { number: whom.length, data: whom };
    const reply = await world.api.patch(`/teleconsultation/${id}`, { participants });
    noteAnswer(id, reply, { startDate: record.startDate, participants: idsOf(whom) });
  }
  if (kind === 'cancel') noteAnswer(id, await world.api.delete(`/teleconsultation/${id}`), 'cancelled');
  if (kind === 'call' && record.room !== null) {
    const { id: roomId } = record.room;
    await world.simulator.playCall({ roomId, uploads: 2, webhooks: false }).catch(() => undefined);
    if (heard) await sendSigned(world, '/webhooks/kaleyra', anEvent('on_session_ended', { room_id: roomId }));
  }
  // Somebody deletes the room in Kaleyra's own pages.
  if (kind === 'lose' && record.room !== null) await kaleyra.deleteRoom(record.room.id).catch(() => undefined);
  // A function claims the record, and dies.
  if (kind === 'die' && record.claim === null) {
    await records.change(record, { ...record, claim: { operation: 'died', until: world.clock.now() + 60_000 } });
  }
  // A bug, or a restored table: the record's pointer is another one, its room is not gone.
  if (kind === 'orphan' && record.participants.length > 0) {
    const orphan = await aStray(world, id, id).catch(() => undefined);
    if (orphan !== undefined) await world.simulator.playCall({ roomId: orphan, uploads: 1, webhooks: false });
  }
};

/** What a dry run says it would do is what the run right after it does; and it changes nothing. */
const cleanUpAsForetold = async (): Promise<void> => {
  const before = { items: await world.items(), state: await world.simulator.state() };
  const foretold = await cleanUp(world, { dryRun: true });
  expect({ items: await world.items(), state: await world.simulator.state() }).toEqual(before);
  expect(await cleanUp(world)).toEqual({ ...foretold, dryRun: false });
};

/** The first rounds after a history, in which there is most to do. */
const foretellWhatIsDone = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) {
    world.clock.moveBy(span('20 minutes'));
    if (round !== 1) await reconcile(world);
    await cleanUpAsForetold();
    if (round === 1) await reconcile(world);
  }
};

it('any history ends with a table and a Kaleyra that agree', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (steps, gone) => {
      world.clock.reset();
      await emptied(world);
      acknowledged.clear();
      await world.simulator.dialect({ deletedRoomUploads: gone ? 'gone' : 'listed' });
      await play(steps);
      await world.simulator.clearFaults();
      await foretellWhatIsDone();
      await comeToRest(world);
      const promised = [...acknowledged].map(([id, looks]) => ({ id, looks }));
      expect(violationsOf(await takeSnapshot(world), promised)).toEqual([]);

      const records = await Promise.all((await recordIds()).map(id => recordOf(world, id)));
      const { rooms, uploads, sessions } = await world.simulator.state();
      const there = rooms.filter(room => room.deleted !== true);
      // Files of calls that are over are gone, and so are those of rooms that no record has any more.
      const open = records.filter(record => {
        const ended = record.endDate ?? Number.POSITIVE_INFINITY;
        return record.room !== null && !isClosed(record) && world.clock.now() < ended + span('1 hour');
      });
      const left = uploads.filter(
        upload => upload.deleted !== true && !(gone && !there.some(({ id }) => id === upload.room_id)),
      );
      for (const upload of left) expect(open.map(record => record.room?.id)).toContain(upload.room_id);

      // Every call of a room that is still there was seen, whether an event told of it or not.
      for (const { id, room } of records) {
        if (room === null || !there.some(one => one.id === room.id)) continue;
        const held = sessions.filter(session => session.room_id === room.id).map(session => session.id);
        const watch = await world.scope().activities.find(id);
        expect(watch?.seen?.sessions.map(session => session.id).sort() ?? []).toEqual(held.sort());
      }

      // And then nothing is left to do.
      expect(await cleanUp(world)).toMatchObject({ seen: 0, deleted: 0, failed: 0, left: 0 });
      expect(await stillToDo(world)).toEqual([]);
    }),
    // The same few in each run; `HISTORIES=25` plays as many others.
    process.env.HISTORIES === undefined ? { numRuns: 3, seed: 1 } : { numRuns: Number(process.env.HISTORIES) },
  );
}, 1_800_000);
