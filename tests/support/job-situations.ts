import { refreshActivity } from '../../lib/domain/activity.ts';
import { aBooking, span } from './bookings.ts';
import { eraseOnce, placesOf } from './erasures.ts';
import { aJpeg, aStoredImage } from './images.ts';
import { aPlayedCall, aStray, cleanUp, filesOf, reconcile, recordOf, retain, roomIdOf } from './jobs.ts';
import type { Person } from './people.ts';
import type { World } from './world.ts';

/** Every function without a caller, on a day on which it has to do everything that it can. */

export interface JobSituation {
  /** Key of the function. */
  route: string;
  /** @returns what `run` and `undone` need to know */
  prepare(world: World, tag: string): Promise<string>;
  /**
   * - `done`: it says that nothing is left to do
   * - `failed`: it says that something failed, and is tried again
   * - `left`: it says that it did not come to everything, as when Kaleyra asks to slow down
   * - `refused`: it says that there is nothing it can do, now or later
   * - `error`: it ends with an error of ours, which AWS counts, and repeats where it was an event
   */
  run(world: World, about: string): Promise<'done' | 'failed' | 'left' | 'refused' | 'error'>;
  /** What should be gone by now, in words. */
  undone(world: World, about: string): Promise<string[]>;
  /** A refusal leaves nothing to do either. */
  mayRefuse?: true;
}

const peopleOf = (tag: string): [Person, Person] => [
  { userId: `doctor-${tag}`, groups: ['doctor'], fullName: `Invented doctor ${tag}` },
  { userId: `patient-${tag}`, groups: ['patient'], fullName: `Invented patient ${tag}` },
];

/** An error of ours says nothing of anybody; any other is a defect. */
const orError = async (run: () => Promise<'done' | 'failed' | 'left' | 'refused'>) => {
  try {
    return await run();
  } catch (error) {
    if ((error as Error).name === 'JobFailed' && !(error as Error).message.includes('went wrong')) return 'error';
    throw error;
  }
};

const files = async (world: World, roomId: string): Promise<string[]> =>
  (await filesOf(world, roomId)).map(key => `the file ${key} is still there`);

const cleanup: JobSituation = {
  route: 'cleanupUploads',
  prepare: async (world, tag) => {
    const { roomId } = await aPlayedCall(world, { startsIn: '-26 hours', participants: peopleOf(tag) }, { uploads: 1 });
    return roomId;
  },
  run: world =>
    orError(async () => {
      const { failed, left } = await cleanUp(world);
      return failed > 0 ? 'failed' : left > 0 ? 'left' : 'done';
    }),
  undone: async (world, roomId) => {
    const [room] = (await world.simulator.state()).rooms.filter(({ id }) => id === roomId);
    const open = room?.deleted === true || room?.disabled === true ? [] : ['the room is still open'];
    return [...open, ...(await files(world, roomId))];
  },
};

/** A claim whose owner died, a debt, a stray, a lost room, and a call of which nobody told. */
const reconciliation: JobSituation = {
  route: 'reconcileRooms',
  prepare: async (world, tag) => {
    const participants = peopleOf(tag);
    const { records, kaleyra } = world.scope();
    const claimed = await aBooking(world, { startsIn: '3 days', participants });
    await aPlayedCall(world, { startsIn: '-10 minutes', lasts: '20 hours', participants }, { uploads: 0 });
    const lost = await aBooking(world, { startsIn: '3 days', participants });
    await kaleyra.deleteRoom(await roomIdOf(world, lost));
    const owing = await aPlayedCall(world, { startsIn: '3 days', participants }, { uploads: 1 });
    await world.simulator.fault({ path: '/v2/', times: 9, status: 503 });
    await world.api.delete(`/teleconsultation/${owing.id}`);
    await world.simulator.clearFaults();
    const stray = await aStray(world, claimed, claimed);
    world.clock.moveBy(span('40 minutes'));
    const record = await recordOf(world, claimed);
    await records.change(record, {
      ...record,
      claim: { operation: 'died', until: world.clock.now() - span('1 minute') },
    });
    return JSON.stringify({ lost, rooms: [owing.roomId, stray] });
  },
  run: world =>
    orError(async () => {
      const { failed, unpaid, left, complete, alarm } = await reconcile(world);
      if (left > 0 || !complete) return 'left';
      return alarm || failed + unpaid > 0 ? 'failed' : 'done';
    }),
  undone: async (world, about) => {
    const { lost, rooms } = JSON.parse(about) as { lost: string; rooms: string[] };
    const there = (await world.simulator.rooms()).map(({ id }) => id);
    const again = there.includes(await roomIdOf(world, lost)) ? [] : ['the lost room was not made again'];
    return [...again, ...rooms.filter(id => there.includes(id)).map(id => `the room ${id} is still there`)];
  },
};

const retention: JobSituation = {
  route: 'applyRetention',
  prepare: async (world, tag) => {
    const { id } = await aPlayedCall(world, { startsIn: '-3 hours', participants: peopleOf(tag) }, { uploads: 1 });
    await refreshActivity(world.scope(), await recordOf(world, id));
    world.clock.moveBy(span('31 days'));
    return id;
  },
  run: world =>
    orError(async () => {
      const { failed, left, owing, complete } = await retain(world);
      if (failed > 0) return 'failed';
      return left + owing > 0 || !complete ? 'left' : 'done';
    }),
  undone: async (world, id) => {
    const { rooms, uploads } = await world.simulator.state();
    return [
      ...(await placesOf(world, id)).map(place => `${place} still names the record`),
      ...rooms.filter(room => room.deleted !== true).map(room => `the room ${room.id} is still there`),
      ...uploads.filter(upload => upload.deleted !== true).map(({ key }) => `the file ${key} is still there`),
    ];
  },
};

/** As many as the command begins one after the other. */
const MOST_RUNS = 20;

const erasure: JobSituation = {
  route: 'eraseUser',
  prepare: async (world, tag) => {
    const participants = peopleOf(tag);
    const past = await aPlayedCall(world, { startsIn: '-3 hours', participants }, { uploads: 1 });
    await refreshActivity(world.scope(), await recordOf(world, past.id));
    await aBooking(world, { startsIn: '3 days', participants });
    return participants[1].userId;
  },
  run: (world, userId) =>
    orError(async () => {
      for (let run = 0; run < MOST_RUNS; run += 1) {
        const { outcome, waitsFor, waitMs } = await eraseOnce(world, userId, { cancel: true });
        if (outcome === 'finished' || outcome === 'unknown') return 'done';
        if (outcome === 'left') return 'failed';
        if (waitsFor === 'pause') return 'left';
        world.clock.moveBy(waitMs);
      }
      return 'left';
    }),
  undone: async (world, userId) => {
    const { uploads } = await world.simulator.state();
    return [
      ...(await placesOf(world, userId)).map(place => `${place} still names the person`),
      ...uploads.filter(upload => upload.deleted !== true).map(({ key }) => `the file ${key} is still there`),
    ];
  },
};

const createdEvent = (world: World, key: string) => ({
  Records: [{ s3: { bucket: { name: world.env.BACKGROUND_UPLOADS_BUCKET ?? '' }, object: { key, size: 1 } } }],
});

const background: JobSituation = {
  route: 'processBackgroundUpload',
  prepare: async world => {
    // The first attempt fails, so that there is something to do.
    await world.simulator.fault({ method: 'POST', path: '/v2/company/virtual-background', status: 500 });
    const key = await aStoredImage(world, aJpeg());
    return key;
  },
  run: (world, key) =>
    orError(async () => {
      const outcomes = (await world.invoke('processBackgroundUpload', createdEvent(world, key))) as object;
      return Object.values(outcomes).includes('refused') ? 'refused' : 'done';
    }),
  undone: async world => world.bucket.keys().map(key => `${key} is still in the bucket`),
  mayRefuse: true,
};

export const JOBS: readonly JobSituation[] = [cleanup, reconciliation, retention, erasure, background];
