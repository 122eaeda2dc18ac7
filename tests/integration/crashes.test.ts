import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../support/api.ts';
import { bookingBody, span } from '../support/bookings.ts';
import { type Death, type Moment, mortal } from '../support/crashes.ts';
import { comeToRest, type Look, type Promised, stillToDo, takeSnapshot, violationsOf } from '../support/invariants.ts';
import { aPlayedCall, aStray, DELETING, emptied, retain, roomIdOf } from '../support/jobs.ts';
import type { Person } from '../support/people.ts';
import { anEvent, sendSigned } from '../support/signed.ts';
import { openWorld, type World } from '../support/world.ts';

/**
 * Every use case is run once to count its calls, then once for each of them with the process stopped just there. Then the client
 * repeats its request as clients do, the jobs run, and everything has to be as if nothing had happened. Clients that never
 * come back are a second round: nothing may be left over of what they began.
 */
let world: World;
beforeAll(async () => {
  world = await openWorld({ env: { ...DELETING, RETENTION_DAYS: '30' }, oneClock: true });
});
afterAll(() => world.close());

/** People of one run: nobody of any other run knows them. */
const peopleOf = (run: string): [Person, Person, Person] => [
  { userId: `doctor-of-${run}`, groups: ['doctor'], fullName: 'Invented Doctor' },
  { userId: `patient-of-${run}`, groups: ['patient'], fullName: 'Invented Patient' },
  { userId: `other-of-${run}`, groups: ['doctor'], fullName: 'Other Doctor' },
];

interface Prepared {
  /** The request; the same again is its repeat. */
  send(): Promise<Reply>;
  /** The status of a request that has come to its end; a repeat may find that there is nothing left to do. */
  done: readonly number[];
  /** What the teleconsultation looks like where the request was carried out, and where it never was. */
  after(reply: Reply): Promised;
  before?: { id: string; look: Look };
  /** What else has to be so in the end. */
  finally?(): Promise<void>;
}

const booked = async (run: string, people: readonly Person[], expected = people.length): Promise<string> => {
  const reply = await world.api.post(
    '/teleconsultation',
    bookingBody(world.clock.now(), { participants: people, expected }),
  );
  if (reply.status !== 201) throw new Error(`${run}: ${reply.status}`);
  return (reply.body as { roomId: string }).roomId;
};
const startOf = async (id: string): Promise<number> => Date.parse(String((await world.record(id))?.startDate));
const ids = (people: readonly Person[]): string[] => people.map(({ userId }) => userId);

const booking =
  (prepare: (run: string) => Promise<readonly Person[]>) =>
  async (run: string): Promise<Prepared> => {
    const participants = await prepare(run);
    const body = bookingBody(world.clock.now(), { participants });
    const api = world.api.withHeaders({ 'idempotency-key': run });
    return {
      send: () => api.post('/teleconsultation', body),
      done: [201],
      after: reply => ({
        id: (reply.body as { roomId: string }).roomId,
        looks: [{ startDate: Date.parse(String(body.start_date)), participants: ids(participants) }],
      }),
    };
  };

const changing =
  (
    first: (people: [Person, Person, Person]) => readonly Person[],
    second: (people: [Person, Person, Person]) => readonly Person[],
    expected = 2,
  ) =>
  async (run: string): Promise<Prepared> => {
    const people = peopleOf(run);
    const id = await booked(run, first(people), expected);
    const startDate = await startOf(id);
    const list = { participants: { number: expected, data: second(people) } };
    return {
      send: () => world.api.patch(`/teleconsultation/${id}`, list),
      done: [204],
      after: () => ({ id, looks: [{ startDate, participants: ids(second(people)) }] }),
      before: { id, look: { startDate, participants: ids(first(people)) } },
    };
  };

const USE_CASES: Record<string, (run: string) => Promise<Prepared>> = {
  'booking of new people': booking(async run => peopleOf(run).slice(0, 2)),
  'booking of known people': booking(async run => {
    const people = peopleOf(run).slice(0, 2);
    await booked(run, people);
    return people;
  }),
  'change of people': changing(
    ([doctor, patient]) => [doctor, patient],
    ([, patient, other]) => [other, patient],
  ),
  'change that completes the list': changing(
    ([doctor]) => [doctor],
    ([doctor, patient]) => [doctor, patient],
  ),
  'change that leaves the list incomplete': changing(
    ([doctor, patient]) => [doctor, patient],
    ([doctor]) => [doctor],
  ),
  'change of dates': async run => {
    const participants = peopleOf(run).slice(0, 2);
    const id = await booked(run, participants);
    const startDate = world.clock.now() + span('5 hours');
    const times = {
      start_date: new Date(startDate).toISOString(),
      end_date: new Date(startDate + span('1 hour')).toISOString(),
    };
    return {
      send: () => world.api.patch(`/teleconsultation/${id}`, times),
      done: [204],
      after: () => ({ id, looks: [{ startDate, participants: ids(participants) }] }),
      before: { id, look: { startDate: await startOf(id), participants: ids(participants) } },
    };
  },
  'one more participant': async run => {
    const [doctor, patient] = peopleOf(run);
    const id = await booked(run, [doctor], 2);
    const startDate = await startOf(id);
    return {
      send: () => world.api.post(`/teleconsultation/${id}/participants/data`, patient),
      done: [201],
      after: () => ({ id, looks: [{ startDate, participants: ids([doctor, patient]) }] }),
      before: { id, look: { startDate, participants: ids([doctor]) } },
    };
  },
  cancellation: async run => {
    const participants = peopleOf(run).slice(0, 2);
    const id = await booked(run, participants);
    const startDate = await startOf(id);
    return {
      send: () => world.api.delete(`/teleconsultation/${id}`),
      done: [204, 404],
      after: () => ({ id, looks: ['cancelled'] }),
      before: { id, look: { startDate, participants: ids(participants) } },
    };
  },
  'deletion of files': async run => {
    const participants = peopleOf(run).slice(0, 2);
    const id = await booked(run, participants);
    const startDate = await startOf(id);
    const roomId = (await world.scope().records.find(id))?.room?.id ?? '';
    await world.simulator.playCall({ roomId, uploads: 2, webhooks: false });
    const look = { startDate, participants: ids(participants) };
    return {
      send: () => world.api.delete(`/teleconsultation/${id}/uploads`),
      done: [200],
      after: () => ({ id, looks: [look] }),
      before: { id, look },
    };
  },
  'an event of Kaleyra’s': async run => {
    const participants = peopleOf(run).slice(0, 2);
    const id = await booked(run, participants);
    const look = { startDate: await startOf(id), participants: ids(participants) };
    const roomId = await roomIdOf(world, id);
    const { sessionId } = await world.simulator.playCall({ roomId, uploads: 0, webhooks: false });
    return {
      // Kaleyra repeats what was not taken.
      send: () => sendSigned(world, '/webhooks/kaleyra', anEvent('on_session_ended', { room_id: roomId })),
      done: [200],
      after: () => ({ id, looks: [look] }),
      before: { id, look },
      finally: async () => {
        const watch = await world.scope().activities.find(id);
        expect(watch?.seen?.sessions.map(session => session.id)).toEqual([sessionId]);
      },
    };
  },
  credentials: async run => {
    const [doctor] = peopleOf(run);
    const api = world.api.as(doctor).withHeaders({ miausergroups: 'doctor' });
    const bystanders = [doctor, ...peopleOf(`${run}-aside`).slice(1, 2)];
    const id = await booked(run, bystanders);
    const look = { startDate: await startOf(id), participants: ids(bystanders) };
    return {
      send: () => api.post('/credentials'),
      done: [201],
      after: () => ({ id, looks: [look] }),
    };
  },
};

/** Sends the request into a process that dies, or lives when nothing says where. */
const sendInto = async (prepared: Prepared, death: Death): Promise<{ reply: Reply; calls: string[] }> => {
  const calls: string[][] = [];
  world.wrapDeps(deps => {
    const one = mortal(deps, death);
    calls.push(one.calls);
    return one.deps;
  });
  const reply = await prepared.send();
  world.wrapDeps(deps => deps);
  return { reply, calls: calls.at(-1) ?? [] };
};

interface Run {
  name: string;
  prepared: Prepared;
}

/** One run for each call and moment; each has died. */
const allDeaths = async (name: string, prepare: (run: string) => Promise<Prepared>, round: string): Promise<Run[]> => {
  const living = await prepare(`${round}-${name}-0`.replaceAll(' ', '-'));
  const { reply, calls } = await sendInto(living, { at: 0, moment: 'before' });
  expect(living.done, reply.text).toContain(reply.status);
  const runs: Run[] = [];
  for (const moment of ['before', 'after'] as const satisfies readonly Moment[]) {
    for (const [index, call] of calls.entries()) {
      // The short form takes every twelfth, by turns, so that its rounds and moments come to different ones.
      const turn = (index + (moment === 'before' ? 0 : 6) + (round === 'repeated' ? 0 : 3)) % 12;
      if (process.env.CRASHES !== 'all' && turn !== 0) continue;
      const prepared = await prepare(`${round}-${name}-${index + 1}-${moment}`.replaceAll(' ', '-'));
      await sendInto(prepared, { at: index + 1, moment });
      runs.push({ name: `${name}, stopped ${moment} ${index + 1} ${call}`, prepared });
    }
  }
  return runs;
};

/** As a client does that was told when to come back. */
const repeat = async ({ name, prepared }: Run): Promise<Promised> => {
  const reply = await prepared.send();
  expect(prepared.done, `${name}: the repeat got ${reply.status} ${reply.text}`).toContain(reply.status);
  return prepared.after(reply);
};

/** Every step of the longest takes minutes on a busy machine, and a test that ran out of time would run on into the next. */
const LONG_MS = 1_800_000;

const CLAIM_IS_OVER = span('2 minutes');

let died = 0;
let stops = 0;

describe.each(Object.entries(USE_CASES))('%s, stopped at every step', { timeout: LONG_MS }, (name, prepare) => {
  it('is carried out by the client’s repeat', async () => {
    world.clock.reset();
    await emptied(world);
    const runs = await allDeaths(name, prepare, 'repeated');
    stops += runs.length;
    world.clock.moveBy(CLAIM_IS_OVER);
    const promised: Promised[] = [];
    for (const run of runs) promised.push(await repeat(run));
    await comeToRest(world, 3);
    expect(violationsOf(await takeSnapshot(world), promised)).toEqual([]);
    expect(await stillToDo(world)).toEqual([]);
    for (const { prepared } of runs) await prepared.finally?.();
    expect(runs.length).toBeGreaterThan(0);
  });

  it('leaves nothing half done when the client never comes back', async () => {
    world.clock.reset();
    await emptied(world);
    const runs = await allDeaths(name, prepare, 'abandoned');
    stops += runs.length;
    died += violationsOf(await takeSnapshot(world)).length;
    await comeToRest(world, 4);
    const promised = runs.flatMap(({ prepared }): Promised[] => {
      if (prepared.before === undefined) return [];
      const { id, look } = prepared.before;
      return [{ id, looks: [look, ...prepared.after({ status: 0, headers: {}, text: '', body: undefined }).looks] }];
    });
    expect(violationsOf(await takeSnapshot(world), promised)).toEqual([]);
    expect(await stillToDo(world)).toEqual([]);
    for (const { prepared } of runs) await prepared.finally?.();
  });
});

/** Something of everything that jobs look after: a call that is over, a debt, a stray, a claim whose owner died. */
const aDayOfJobs = async (run: string): Promise<void> => {
  await aPlayedCall(
    world,
    { startsIn: '-3 hours', lasts: '1 hour', participants: peopleOf(`${run}-over`).slice(0, 2) },
    { uploads: 2 },
  );
  const owing = await booked(run, peopleOf(`${run}-owing`).slice(0, 2));
  await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', status: 500, times: 3 });
  await world.simulator.fault({ method: 'PUT', path: '/v2/rooms', status: 500, times: 3 });
  await world.api.delete(`/teleconsultation/${owing}`);
  await world.simulator.clearFaults();
  const live = await booked(run, peopleOf(`${run}-live`).slice(0, 2));
  await aStray(world, live, live);
  const claimed = await booked(run, peopleOf(`${run}-claimed`).slice(0, 2));
  const { records } = world.scope();
  const record = await records.find(claimed);
  if (record === undefined) throw new Error(`${run}: no record`);
  await records.change(record, { ...record, claim: { operation: 'died', until: world.clock.now() + 60_000 } });
  world.clock.moveBy(span('40 minutes'));
};

/** How many steps the short form goes on at once; the first differs from moment to moment. */
const STRIDE = process.env.CRASHES === 'all' ? 1 : 60;

/** Everything of that day is past by then, and is to go. */
const UNTIL_PAST = span('32 days');

const isAnythingPast = async (): Promise<boolean> => (await world.items()).some(({ sk }) => sk === 'record');

describe.each(['cleanupUploads', 'reconcileRooms', 'applyRetention'])('%s, stopped', { timeout: LONG_MS }, key => {
  const invokeInto = async (death: Death): Promise<string[]> => {
    const calls: string[][] = [];
    world.wrapDeps(deps => {
      const one = mortal(deps, death);
      calls.push(one.calls);
      return one.deps;
    });
    await world.invoke(key, {}).catch(() => undefined);
    world.wrapDeps(deps => deps);
    return calls.at(-1) ?? [];
  };
  const begin = async (run: string): Promise<void> => {
    world.clock.reset();
    await emptied(world);
    await aDayOfJobs(run);
    if (key === 'applyRetention') world.clock.moveBy(UNTIL_PAST);
  };
  const finish = async (): Promise<void> => {
    await comeToRest(world, 4);
    for (let run = 0; key === 'applyRetention' && run < 4 && (await isAnythingPast()); run += 1) {
      world.clock.moveBy(span('20 minutes'));
      await retain(world);
    }
  };

  it.each(['before', 'after'] as const)('%s any of its calls, is finished by the next runs', async moment => {
    await begin('counting');
    const calls = await invokeInto({ at: 0, moment });
    expect(calls.length).toBeGreaterThan(20);
    for (let at = moment === 'before' ? 1 : 5; at <= calls.length; at += STRIDE) {
      const name = `${key}-${moment}-${at}-${calls[at - 1]}`;
      await begin(name);
      await invokeInto({ at, moment });
      stops += 1;
      await finish();
      expect(violationsOf(await takeSnapshot(world)), name).toEqual([]);
      expect(await stillToDo(world), name).toEqual([]);
      if (key === 'applyRetention') expect(await isAnythingPast(), name).toBe(false);
      const { uploads } = await world.simulator.state();
      expect(
        uploads.filter(upload => upload.deleted !== true),
        name,
      ).toEqual([]);
    }
  });
});

it('the deaths were real: before the jobs ran, much was wrong', () => {
  // The short form stops at few of the steps after which anything is wrong.
  expect(died).toBeGreaterThan(process.env.CRASHES === 'all' ? 5 : 0);
  console.log(`stopped ${stops} times`);
});
