import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Reply } from './api.ts';
import { aBooking, bookingBody } from './bookings.ts';
import { type LeakWatch, watchForLeaks } from './leak-watch.ts';
import type { Person } from './people.ts';
import { manifestRoutes } from './routes.ts';
import { openWorld, type World } from './world.ts';

/** A world in which everything personal carries the word "canary", and every answer is searched for it. */

const person = (name: string, group: string): Person => ({
  userId: `canary-id-${name}`,
  groups: [group],
  fullName: `Canaryname ${name}`,
});
export const doctor = person('doctor', 'doctor');
const colleague = person('colleague', 'doctor');
export const patient = person('patient', 'patient');
export const stranger = person('stranger', 'patient');

/** A body that says more than it has to. */
export const otherDoctor = { participants: { number: 2, data: [colleague, patient] }, note: 'canary-body' };

/** Every route of the manifest, without its twin under the public prefix. */
export const ROUTES: readonly string[] = await manifestRoutes();

type Ask = (who: Person | undefined, method: string, url: string, body?: unknown) => Promise<Reply>;

interface Endpoint {
  /** Brings about the moment at which the endpoint does most. */
  prepare(): Promise<string>;
  /** Calls it, with the id that was prepared. */
  ask(id: string): Promise<Reply>;
}

interface WatchedWorld {
  world: World;
  watch: LeakWatch;
  /** Sends a request and searches the answer. */
  ask: Ask;
  statusOf(...request: Parameters<Ask>): Promise<number>;
  booking(): Record<string, unknown>;
  /** The id of a booking that is open for doctor and patient, with a file shared in its room. */
  anOpenOne(): Promise<string>;
  /** The id of one for doctor and patient that is not open yet. */
  aFutureOne(): Promise<string>;
  /** By route; every one of the manifest is there. */
  endpointOf(route: string): Endpoint;
  close(): Promise<void>;
}

const openWatchedWorld = async (): Promise<WatchedWorld> => {
  const world = await openWorld({ env: { TELECONSULTATION_DELETE_UPLOADS: 'true', LOG_LEVEL: 'debug' } });
  const watch = watchForLeaks(world);

  const ask: Ask = async (who, method, url, body) => {
    const reply = await world.api.raw({
      method,
      url,
      headers: { 'content-type': 'application/json', ...(who && { miauserid: who.userId }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    await watch.noteLinks();
    watch.examine(`${method} ${url}`, reply);
    return reply;
  };

  const booking = () => ({
    ...bookingBody(world.clock.now(), { participants: [doctor, patient] }),
    note: 'canary-body',
  });
  const aFutureOne = () => aBooking(world, { startsIn: '2 hours', participants: [doctor, patient] });
  const aPartialOne = () => aBooking(world, { startsIn: '2 hours', participants: [doctor], expected: 2 });
  const anOpenOne = async () => {
    const id = await aBooking(world, { startsIn: '-1 minute', participants: [doctor, patient] });
    const room = (await watch.noteLinks()).find(({ description }) => description === id);
    await world.simulator.playCall({ roomId: room?.id, uploads: 1, webhooks: false });
    return id;
  };
  const nothing = async () => '';

  const known: Record<string, Endpoint> = {
    'POST /teleconsultation': { prepare: nothing, ask: () => ask(doctor, 'POST', '/teleconsultation', booking()) },
    'GET /teleconsultation/{id}': { prepare: anOpenOne, ask: id => ask(patient, 'GET', `/teleconsultation/${id}`) },
    'GET /teleconsultation/{id}/status': {
      prepare: anOpenOne,
      ask: id => ask(patient, 'GET', `/teleconsultation/${id}/status`),
    },
    'GET /teleconsultation/{id}/calendar': {
      prepare: anOpenOne,
      ask: id => ask(patient, 'GET', `/teleconsultation/${id}/calendar`),
    },
    'PATCH /teleconsultation/{id}': {
      prepare: aFutureOne,
      ask: id => ask(doctor, 'PATCH', `/teleconsultation/${id}`, otherDoctor),
    },
    'DELETE /teleconsultation/{id}': {
      prepare: anOpenOne,
      ask: id => ask(doctor, 'DELETE', `/teleconsultation/${id}`),
    },
    'POST /teleconsultation/{id}/participants/data': {
      prepare: aPartialOne,
      ask: id => ask(doctor, 'POST', `/teleconsultation/${id}/participants/data`, { ...patient, note: 'canary-body' }),
    },
    'DELETE /teleconsultation/{id}/uploads': {
      prepare: anOpenOne,
      ask: id => ask(doctor, 'DELETE', `/teleconsultation/${id}/uploads`),
    },
    'GET /-/ready': { prepare: nothing, ask: () => ask(undefined, 'GET', '/-/ready') },
    'GET /-/check-up': { prepare: nothing, ask: () => ask(undefined, 'GET', '/-/check-up') },
  };
  /** To a stranger, a route that nobody has described here must not tell anything at all. */
  const askedByStranger = (route: string): Endpoint => ({
    prepare: anOpenOne,
    ask: id => {
      const [method = '', path = ''] = route.split(' ');
      const url = path.replace(/\{(?:id|roomId)\}/, id).replace(/\{.*?\}/g, 'session_0123456789ab');
      return ask(stranger, method, url, method === 'GET' || method === 'DELETE' ? undefined : otherDoctor);
    },
  });

  return {
    world,
    watch,
    ask,
    statusOf: async (...request) => (await ask(...request)).status,
    booking,
    anOpenOne,
    aFutureOne,
    endpointOf: route => known[route] ?? askedByStranger(route),
    close: async () => {
      watch.stop();
      await world.close();
    },
  };
};

/** One for all tests of the file, which hold it by calling what they get; nothing may have leaked at the end of any of them. */
export const watchedWorld = (): (() => WatchedWorld) => {
  let watched: WatchedWorld | undefined;
  const opened = (): WatchedWorld => {
    if (watched === undefined) throw new Error('the world opens with the first test');
    return watched;
  };
  beforeAll(async () => {
    watched = await openWatchedWorld();
  });
  afterAll(() => opened().close());
  beforeEach(() => {
    opened().world.wrapDeps(deps => deps);
    opened().world.configure({});
  });
  afterEach(async () => {
    await opened().world.simulator.reset();
    expect(opened().watch.findings()).toEqual({ answers: [], logs: [], printed: [] });
  });
  return opened;
};
