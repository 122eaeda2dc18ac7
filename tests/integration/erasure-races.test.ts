import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Statement } from '../../lib/domain/erasure/statement.ts';
import { aBooking, bookingBody, span } from '../support/bookings.ts';
import { BIANCHI, CUSTOM, controlDirectory, ROSSI } from '../support/directory.ts';
import { erase, eraseOnce, placesOf } from '../support/erasures.ts';
import { aPlayedCall, emptied, filesOf, recordOf } from '../support/jobs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../support/people.ts';
import { withSteps } from '../support/steps.ts';
import { openWorld, type World } from '../support/world.ts';

/** An erasure while others work, and while Kaleyra fails. */
let world: World;
beforeAll(async () => {
  const env = { KALEYRA_JOB_CALLS_PER_MINUTE: '100000', DEFAULT_RECORDING_TYPE: 'automatic' };
  world = await openWorld({ env, oneClock: true });
});
afterAll(() => world.close());
beforeEach(() => emptied(world));
afterEach(async () => {
  world.wrapDeps(deps => deps);
  world.configure({});
  world.clock.reset();
  await world.simulator.clearFaults();
});

const NOTHING = { bookings: 0, uploads: 0, recordings: 0, users: 0, names: 0, links: 0 };
const MINUTE = 60_000;

const kaleyraIdOf = async (externalId: string): Promise<string> =>
  String((await world.items()).find(({ pk }) => pk === `ext#${externalId}`)?.kaleyraId);
const isUser = async (kaleyraId: string): Promise<boolean> =>
  (await world.simulator.state()).users.some(({ id, deleted }) => id === kaleyraId && deleted !== true);
const places = () => placesOf(world, mrBianchi.userId);

/** Runs something once, the first time that a call is about to be made, or has been. */
const onceAt = (at: string, when: 'before' | 'after', what: () => Promise<unknown>): void => {
  let done = false;
  world.wrapDeps(
    withSteps(async (call, moment) => {
      if (done || call !== at || moment !== when) return;
      done = true;
      await what();
    }),
  );
};

describe('from the tombstone on', () => {
  const REFUSED = {
    statusCode: 409,
    error: 'Conflict',
    message: 'a participant is being erased, nothing was changed',
  };

  /** A tombstone, and a past booking that waits for one more participant. */
  const beingErased = async (): Promise<string> => {
    const id = await aBooking(world, { startsIn: '-3 hours', participants: [mrBianchi], expected: 2 });
    expect(await eraseOnce(world, mrBianchi.userId)).toMatchObject({ outcome: 'waiting', waitsFor: 'requests' });
    return id;
  };
  const unchangedBy = async (id: string, ask: () => Promise<{ status: number; body: unknown }>): Promise<void> => {
    const before = await world.record(id);
    await world.simulator.forgetRequests();
    const { status, body } = await ask();
    expect({ status, body }).toEqual({ status: 409, body: REFUSED });
    const { version: _, op: __, ...kept } = before ?? {};
    expect(await world.record(id)).toMatchObject(kept);
    expect((await world.simulator.requests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  };

  it('nobody books them', async () => {
    const id = await beingErased();
    await unchangedBy(id, () => world.api.post('/teleconsultation', bookingBody(world.clock.now())));
  });

  it('no change brings them into another teleconsultation', async () => {
    await beingErased();
    const other = await aBooking(world, { participants: [drVerdi, msNeri] });
    const body = { participants: { number: 2, data: [drVerdi, mrBianchi] } };
    await unchangedBy(other, () => world.api.patch(`/teleconsultation/${other}`, body));
  });

  it('no one adds them', async () => {
    await beingErased();
    const other = await aBooking(world, { participants: [drVerdi], expected: 2 });
    await unchangedBy(other, () => world.api.post(`/teleconsultation/${other}/participants/data`, mrBianchi));
  });

  it('no room is made for a record that has named them before', async () => {
    const id = await beingErased();
    await unchangedBy(id, () => world.api.post(`/teleconsultation/${id}/participants/data`, drRossi));
  });

  it('a record that names them does not move into the future', async () => {
    const id = await beingErased();
    const { start_date, end_date } = bookingBody(world.clock.now());
    await unchangedBy(id, () => world.api.patch(`/teleconsultation/${id}`, { start_date, end_date }));
  });

  it('nor does one whose call ends while the request may still be under way', async () => {
    const id = await aBooking(world, {
      startsIn: '-59 minutes',
      lasts: '1 hour',
      participants: [mrBianchi],
      expected: 2,
    });
    expect(await eraseOnce(world, mrBianchi.userId, { cancel: true })).toMatchObject({ outcome: 'waiting' });
    const { start_date, end_date } = bookingBody(world.clock.now());
    await unchangedBy(id, () => world.api.patch(`/teleconsultation/${id}`, { start_date, end_date }));
  });

  it('one that is to come can be moved, by themselves as well, and is cancelled all the same', async () => {
    const id = await aBooking(world);
    const { waitMs } = await eraseOnce(world, mrBianchi.userId, { cancel: true });
    const bianchi = world.api
      .as(mrBianchi)
      .withHeaders({ miauserproperties: JSON.stringify({ fullName: mrBianchi.fullName }) });
    const { start_date, end_date } = bookingBody(world.clock.now(), { startsIn: '3 hours' });
    world.clock.moveBy(waitMs);
    let moved = 0;
    onceAt('kaleyra.disableRoom', 'before', async () => {
      moved = (await bianchi.patch(`/teleconsultation/${id}`, { start_date, end_date })).status;
    });
    const { outcome, removed } = await erase(world, mrBianchi.userId, { cancel: true });
    expect([moved, outcome, removed.bookings, await places()]).toEqual([204, 'finished', 1, []]);
    expect((await recordOf(world, id)).state).toBe('TRASH');
  });

  it('a move that read before they were gone lands nowhere, and brings nothing of them back', async () => {
    const id = await aBooking(world);
    const { waitMs } = await eraseOnce(world, mrBianchi.userId, { cancel: true });
    world.clock.moveBy(waitMs);
    const bianchi = world.api
      .as(mrBianchi)
      .withHeaders({ miauserproperties: JSON.stringify({ fullName: mrBianchi.fullName }) });
    const { start_date, end_date } = bookingBody(world.clock.now(), { startsIn: '3 hours' });
    let erased: unknown;
    onceAt('records.find', 'after', async () => {
      erased = (await erase(world, mrBianchi.userId, { cancel: true })).outcome;
    });
    const { status } = await bianchi.patch(`/teleconsultation/${id}`, { start_date, end_date });
    expect([erased, status, await places()]).toEqual(['finished', 404, []]);
  });

  it('they get no token', async () => {
    const id = await beingErased();
    const asPatient = world.api.as(mrBianchi).withHeaders({ miausergroups: 'patient' });
    await unchangedBy(id, () => asPatient.post('/credentials'));
  });

  it('a change without them goes through', async () => {
    const id = await beingErased();
    const body = bookingBody(world.clock.now(), { participants: [drRossi, msNeri] });
    expect((await world.api.patch(`/teleconsultation/${id}`, body)).status).toBe(204);
    expect((await erase(world, mrBianchi.userId)).outcome).toBe('finished');
    expect((await recordOf(world, id)).participants.map(({ externalId }) => externalId)).toEqual([
      drRossi.userId,
      msNeri.userId,
    ]);
    expect(await places()).toEqual([]);
  });

  it.each([
    ['a directory', 'authService', { rossi: ROSSI, bianchi: BIANCHI }],
    ['a directory with ids of its own', 'customIds', CUSTOM],
  ] as const)('the same holds where %s says who people are', async (_, how, { rossi, bianchi }) => {
    const directory = controlDirectory(world.simulator.url);
    await directory.reset();
    world.configure(directory[how]);
    const people = { participants: { number: 2, data: [{ userId: rossi }, { userId: bianchi }] } };
    const book = (startsIn: string) =>
      world.api.post('/teleconsultation', { ...bookingBody(world.clock.now(), { startsIn }), ...people });
    expect((await book('-3 hours')).status).toBe(201);
    // The person is erased by the id that the service knows: the directory's.
    expect((await eraseOnce(world, BIANCHI)).outcome).toBe('waiting');
    const { status, body } = await book('2 hours');
    expect([status, body]).toEqual([409, REFUSED]);
    expect((await world.api.as({ userId: BIANCHI }).post('/credentials')).status).toBe(409);
    expect((await erase(world, BIANCHI)).outcome).toBe('finished');
    expect(await placesOf(world, BIANCHI)).toEqual([]);
  });
});

describe('a booking that was under way at the tombstone', () => {
  /** The booking has identified the person, the erasure looks and finds nothing, and then the booking lands. */
  const landing = async (options = {}): Promise<{ id: string; first: Statement }> => {
    await aBooking(world, { startsIn: '-3 hours' });
    const reached = Promise.withResolvers<Statement>();
    onceAt('people.identify', 'after', async () => {
      reached.resolve(await eraseOnce(world, mrBianchi.userId, options));
    });
    const reply = await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
    expect(reply.status).toBe(201);
    return { id: (reply.body as { roomId: string }).roomId, first: await reached.promise };
  };

  it('is found when it cannot land any more: refused, and the tombstone is taken back', async () => {
    const { id, first } = await landing();
    expect(first).toMatchObject({ outcome: 'waiting', waitsFor: 'requests', removed: NOTHING });
    expect(first.waitMs).toBeGreaterThan(28_000);
    expect(first.waitMs).toBeLessThanOrEqual(35_000);
    world.clock.moveBy(first.waitMs);
    expect(await eraseOnce(world, mrBianchi.userId)).toMatchObject({ outcome: 'refused', bookings: [id] });
    expect((await world.api.post('/teleconsultation', bookingBody(world.clock.now()))).status).toBe(201);
  });

  it('is cancelled with --cancel, and its user at Kaleyra goes with it', async () => {
    const { id, first } = await landing({ cancel: true });
    expect(first.outcome).toBe('waiting');
    const kaleyraId = await kaleyraIdOf(mrBianchi.userId);
    expect(await erase(world, mrBianchi.userId, { cancel: true })).toMatchObject({
      outcome: 'finished',
      removed: { bookings: 1, users: 1, names: 2 },
    });
    expect([(await recordOf(world, id)).state, await isUser(kaleyraId), await places()]).toEqual(['TRASH', false, []]);
  });

  it('is found also where the first look itself takes that long', async () => {
    const id = await aBooking(world, { startsIn: '-3 hours', participants: [mrBianchi], expected: 2 });
    onceAt('records.find', 'after', async () => {
      // The record was read; what lands now was under way.
      const record = await recordOf(world, id);
      const later = { startDate: world.clock.now() + 60 * MINUTE, endDate: world.clock.now() + 120 * MINUTE };
      await world.scope().records.change(record, { ...record, ...later });
      world.clock.moveBy(36_000);
    });
    expect(await eraseOnce(world, mrBianchi.userId)).toMatchObject({
      outcome: 'refused',
      bookings: [id],
      removed: NOTHING,
    });
  });

  it('the last step is never taken before it could have landed', async () => {
    await aBooking(world, { startsIn: '-3 hours' });
    const first = await eraseOnce(world, mrBianchi.userId);
    world.clock.moveBy(first.waitMs - 2000);
    const second = await eraseOnce(world, mrBianchi.userId);
    expect([second.outcome, second.removed]).toEqual(['waiting', NOTHING]);
    expect(await places()).not.toEqual([]);
  });

  it('jobs stop as well, and go on afterwards', async () => {
    await aBooking(world, { startsIn: '-3 hours' });
    const { waitMs } = await eraseOnce(world, mrBianchi.userId);
    const { jobs } = world.scope();
    expect((await jobs.pausedUntil()) - world.clock.now()).toBeGreaterThan(waitMs - 1000);
    expect(await jobs.pausedUntil()).toBeLessThanOrEqual(world.clock.now() + waitMs);
  });

  it('a longer pause that Kaleyra asked for is not cut short', async () => {
    await aBooking(world, { startsIn: '-3 hours' });
    const { jobs } = world.scope();
    const until = world.clock.now() + 10 * MINUTE;
    await jobs.pauseUntil(until);
    const { outcome, waitsFor, waitMs } = await eraseOnce(world, mrBianchi.userId);
    expect([outcome, waitsFor, await jobs.pausedUntil()]).toEqual(['waiting', 'pause', until]);
    expect(waitMs).toBeGreaterThan(9 * MINUTE);
    expect(await eraseOnce(world, mrBianchi.userId, { dryRun: true })).toMatchObject({
      outcome: 'waiting',
      waitsFor: 'pause',
      dryRun: true,
    });
    world.clock.moveBy(waitMs);
    expect((await erase(world, mrBianchi.userId)).outcome).toBe('finished');
  });
});

describe('others at the same record', () => {
  it('while somebody makes a room for it, its name stays and the erasure waits', async () => {
    const { id, roomId } = await aPlayedCall(world, { startsIn: '-3 hours' });
    const { waitMs } = await eraseOnce(world, mrBianchi.userId);
    world.clock.moveBy(waitMs);
    const record = await recordOf(world, id);
    const claim = { operation: 'somebody', until: world.clock.now() + MINUTE };
    await world.scope().records.change(record, { ...record, claim });
    const waiting = await eraseOnce(world, mrBianchi.userId);
    expect(waiting).toMatchObject({ outcome: 'waiting', waitsFor: 'changes', removed: { names: 0, uploads: 0 } });
    expect(await filesOf(world, roomId)).toHaveLength(3);
    expect(waiting.waitMs).toBeGreaterThan(MINUTE - 5000);
    expect((await recordOf(world, id)).participants[1]?.externalId).toBe(mrBianchi.userId);
    expect((await erase(world, mrBianchi.userId)).removed).toMatchObject({ names: 1, links: 1, users: 1 });
    expect(await places()).toEqual([]);
  });

  it('neither is the name written over a change that begins after its room was cleared out', async () => {
    const id = await aBooking(world, { startsIn: '-3 hours' });
    const { waitMs } = await eraseOnce(world, mrBianchi.userId);
    world.clock.moveBy(waitMs);
    const { records } = world.scope();
    onceAt('kaleyra.deleteUser', 'before', async () => {
      const record = await recordOf(world, id);
      await records.change(record, { ...record, claim: { operation: 'somebody', until: world.clock.now() + MINUTE } });
    });
    expect(await eraseOnce(world, mrBianchi.userId)).toMatchObject({ outcome: 'waiting', waitsFor: 'changes' });
    const record = await recordOf(world, id);
    expect([record.claim?.operation, record.participants[1]?.externalId]).toEqual(['somebody', mrBianchi.userId]);
    expect((await erase(world, mrBianchi.userId)).outcome).toBe('finished');
    expect(await places()).toEqual([]);
  });

  it('a write between read and write is not lost, and neither is the erasure', async () => {
    const id = await aBooking(world, { startsIn: '-3 hours' });
    const { waitMs } = await eraseOnce(world, mrBianchi.userId);
    world.clock.moveBy(waitMs);
    const { records } = world.scope();
    onceAt('records.change', 'before', async () => {
      const record = await recordOf(world, id);
      await records.change(record, { ...record, updaterId: 'somebody-else' });
    });
    expect((await eraseOnce(world, mrBianchi.userId)).outcome).toBe('finished');
    expect((await recordOf(world, id)).updaterId).toBe('somebody-else');
    expect(await places()).toEqual([]);
  });

  it('two erasures at once do no harm', async () => {
    const call = await aPlayedCall(world, { startsIn: '-3 hours' });
    // Until then a recording that one run has deleted looks to the other like one that is still in the making.
    world.clock.moveBy(span('2 days'));
    const { waitMs } = await eraseOnce(world, mrBianchi.userId);
    world.clock.moveBy(waitMs);
    const both = await Promise.all([erase(world, mrBianchi.userId), erase(world, mrBianchi.userId)]);
    const outcomes = both.map(({ outcome }) => outcome);
    // Whoever comes second to the last step finds that nobody is there any more.
    expect(outcomes).toContain('finished');
    expect(outcomes.every(outcome => ['finished', 'unknown'].includes(outcome))).toBe(true);
    expect([await places(), await filesOf(world, call.roomId)]).toEqual([[], []]);
    // What the other one was about to note when the tombstone went is missing; nothing is counted twice.
    for (const { users, names, links, recordings } of both.map(({ removed }) => removed)) {
      expect(Math.max(users, names, links, recordings)).toBeLessThanOrEqual(1);
    }
  });

  it('one that may not cancel does not take the tombstone from under one that does', async () => {
    const id = await aBooking(world);
    const { waitMs } = await eraseOnce(world, mrBianchi.userId, { cancel: true });
    world.clock.moveBy(waitMs);
    const seen: unknown[] = [];
    onceAt('kaleyra.disableRoom', 'before', async () => {
      const { outcome, bookings, removed } = await eraseOnce(world, mrBianchi.userId);
      seen.push(outcome, bookings, removed.bookings);
      seen.push((await world.api.post('/teleconsultation', bookingBody(world.clock.now()))).status);
    });
    const { outcome, removed } = await erase(world, mrBianchi.userId, { cancel: true });
    expect(seen).toEqual(['left', [id], 0, 409]);
    expect([outcome, removed.bookings, removed.users, await places()]).toEqual(['finished', 1, 1, []]);
  });
});

describe('Kaleyra fails', () => {
  it.each([
    [
      'a file',
      { method: 'DELETE', path: '/v2/uploads' },
      { rooms: 1 },
      { uploads: 2, recordings: 1, users: 1, names: 0 },
    ],
    [
      'a recording',
      { method: 'DELETE', path: '/v2/sessions' },
      { rooms: 1 },
      { uploads: 3, recordings: 0, users: 1, names: 0 },
    ],
    [
      'the user',
      { method: 'DELETE', path: '/v2/users' },
      { users: 1 },
      { uploads: 3, recordings: 1, users: 0, names: 1 },
    ],
    [
      'the list of files',
      { method: 'GET', path: '/v2/uploads' },
      { rooms: 1 },
      { uploads: 0, recordings: 0, users: 1, names: 0 },
    ],
  ])(
    '%s stays: it is counted as left, the mapping stays, and another run finishes',
    async (_, fault, left, removed) => {
      await aPlayedCall(world, { startsIn: '-3 hours' });
      world.clock.moveBy(span('2 days'));
      const { waitMs } = await eraseOnce(world, mrBianchi.userId);
      world.clock.moveBy(waitMs);
      await world.simulator.fault({ ...fault, status: 500 });
      expect(await eraseOnce(world, mrBianchi.userId)).toMatchObject({ outcome: 'left', left, removed });
      expect(await places()).toContain(`ext#${mrBianchi.userId} person`);
      expect((await world.api.post('/teleconsultation', bookingBody(world.clock.now()))).status).toBe(409);
      expect(await erase(world, mrBianchi.userId)).toMatchObject({
        outcome: 'finished',
        removed: { uploads: 3, recordings: 1, users: 1, names: 1, links: 1 },
        left: { rooms: 0, users: 0, records: 0 },
      });
      expect(await places()).toEqual([]);
    },
  );

  it('a recording that is still in the making is not taken for none: the erasure is not finished before it can be', async () => {
    const call = await aPlayedCall(world, { startsIn: '-3 hours', lasts: '2 hours' }, { durationSeconds: 600 });
    const notYet = { code: 'recording_not_found', message: 'invented' };
    await world.simulator.fault({ method: 'DELETE', path: '/v2/sessions', status: 404, body: notYet, times: 9 });
    const first = await erase(world, mrBianchi.userId);
    expect(first).toMatchObject({ outcome: 'left', left: { rooms: 1 }, removed: { recordings: 0, uploads: 3 } });
    const until = first.recordingsUntil ?? 0;
    expect(until - world.clock.now()).toBeGreaterThan(span('24 hours'));
    expect(until - world.clock.now()).toBeLessThan(span('26 hours'));
    expect((await world.api.post('/teleconsultation', bookingBody(world.clock.now()))).status).toBe(409);

    // It has been made since.
    await world.simulator.clearFaults();
    expect(await erase(world, mrBianchi.userId)).toMatchObject({
      outcome: 'finished',
      recordingsUntil: null,
      removed: { recordings: 1, uploads: 3, users: 1, names: 1 },
    });
    expect(await world.scope().kaleyra.locateRecording(call.sessionId)).toBeUndefined();
    expect(await places()).toEqual([]);
  });

  it('one that never comes is waited for no longer than it can take', async () => {
    await aPlayedCall(world, { startsIn: '-3 hours', lasts: '2 hours' });
    const notYet = { code: 'recording_not_found', message: 'invented' };
    await world.simulator.fault({ method: 'DELETE', path: '/v2/sessions', status: 404, body: notYet, times: 99 });
    expect(await erase(world, mrBianchi.userId)).toMatchObject({ outcome: 'left' });
    world.clock.moveBy(span('26 hours'));
    expect(await erase(world, mrBianchi.userId)).toMatchObject({ outcome: 'finished', removed: { recordings: 0 } });
    await world.simulator.clearFaults();
  });

  it('it does not say who is in a room: nothing is begun', async () => {
    await aPlayedCall(world, { startsIn: '-3 hours' });
    await world.simulator.fault({ method: 'GET', path: '/v2/rooms', status: 500 });
    expect(await eraseOnce(world, mrBianchi.userId)).toMatchObject({
      outcome: 'left',
      left: { rooms: 1 },
      removed: NOTHING,
    });
    expect((await erase(world, mrBianchi.userId)).outcome).toBe('finished');
  });

  it('it asks to slow down: the erasure waits for as long', async () => {
    await aPlayedCall(world, { startsIn: '-3 hours' });
    const { waitMs } = await eraseOnce(world, mrBianchi.userId);
    world.clock.moveBy(waitMs);
    await world.simulator.fault({ method: 'GET', path: '/v2/uploads', status: 429, retryAfter: 90 });
    const paused = await eraseOnce(world, mrBianchi.userId);
    expect(paused).toMatchObject({ outcome: 'waiting', waitsFor: 'pause' });
    expect(paused.waitMs).toBeGreaterThan(80_000);
    expect((await erase(world, mrBianchi.userId)).outcome).toBe('finished');
  });

  it('the room of a cancelled booking stays: it is left until it is gone', async () => {
    await aBooking(world);
    await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', status: 500 });
    const statement = await erase(world, mrBianchi.userId, { cancel: true });
    expect(statement).toMatchObject({ outcome: 'left', left: { rooms: 1 }, removed: { bookings: 1 } });
    world.clock.moveBy(2 * MINUTE);
    expect((await erase(world, mrBianchi.userId, { cancel: true })).outcome).toBe('finished');
    expect(await world.simulator.rooms()).toEqual([]);
  });
});
