import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refreshActivity } from '../../../lib/domain/activity.ts';
import { applyRetention, type Retention } from '../../../lib/domain/jobs/apply-retention.ts';
import { settle } from '../../../lib/domain/rooms/settle.ts';
import type { Teleconsultation } from '../../../lib/domain/teleconsultation.ts';
import { storeUnavailable } from '../../../lib/errors.ts';
import { aBooking, bookingBody, span } from '../../support/bookings.ts';
import {
  aPlayedCall,
  aStray,
  callsOf,
  cleanUp,
  emptied,
  filesOf,
  loggedBy,
  reconcile,
  recordOf,
  retain,
  roomIdOf,
} from '../../support/jobs.ts';
import { drVerdi, mrBianchi, msNeri } from '../../support/people.ts';
import { withSteps } from '../../support/steps.ts';
import { openWorld, type World } from '../../support/world.ts';

/** Retention: what goes, when, with what of Kaleyra's; what stays; what happens when it is disturbed. */
let world: World;
let opened: World | undefined;
const SETTINGS = {
  RETENTION_DAYS: '30',
  DEFAULT_RECORDING_TYPE: 'automatic',
  KALEYRA_JOB_CALLS_PER_MINUTE: '100000',
  // Files are to stay as long as the record does.
  TELECONSULTATION_DELETE_UPLOADS: 'false',
};
beforeEach(async () => {
  opened ??= await openWorld({ env: SETTINGS, oneClock: true });
  world = opened;
  world.clock.reset();
  world.logs.length = 0;
  await emptied(world);
});
afterEach(() => {
  world.wrapDeps(deps => deps);
  world.configure({});
});
afterAll(() => opened?.close());

/** Until a call of now lies more than thirty days back. */
const untilPast = span('31 days');
const aDay = span('1 day');

const none = { removed: 0, postponed: 0, owing: 0, failed: 0, left: 0, rooms: 0, uploads: 0, recordings: 0 };
const nothing: Retention = { days: 30, seen: 0, ...none, complete: true, dryRun: false };
const one = { ...nothing, seen: 1 };

const record = (id: string) => world.scope().records.find(id);
const hasRecording = async (sessionId: string) =>
  (await world.scope().kaleyra.locateRecording(sessionId)) !== undefined;
const roomIds = async () => (await world.simulator.rooms()).map(room => room.id);

/** Items that hold one of the ids anywhere. */
const traces = async (...ids: string[]) => {
  const found = (await world.items()).filter(item => ids.some(id => JSON.stringify(item).includes(id)));
  return found.map(({ pk, sk }) => `${pk} ${sk}`);
};

const write = async (id: string, parts: Partial<Teleconsultation>): Promise<void> => {
  const before = await recordOf(world, id);
  expect(await world.scope().records.change(before, { ...before, ...parts })).not.toBe('lost');
};

/** Does something once, at a step of the job. */
const at = (step: string, when: 'before' | 'after', what: () => Promise<unknown>): void => {
  let done = false;
  world.wrapDeps(
    withSteps(async (call, moment) => {
      if (call !== step || moment !== when || done) return;
      done = true;
      await what();
    }),
  );
};

describe('without RETENTION_DAYS', () => {
  it('nothing is looked at, and the result says so', async () => {
    await aPlayedCall(world);
    world.clock.moveBy(span('9000 days'));
    world.configure({ RETENTION_DAYS: '' });
    const before = await world.items();
    await world.simulator.forgetRequests();
    const steps: string[] = [];
    world.wrapDeps(withSteps(async call => void steps.push(call)));
    expect(await retain(world)).toEqual({ ...nothing, days: null });
    expect(steps).toEqual([]);
    expect(await world.simulator.requests()).toEqual([]);
    expect(await world.items()).toEqual(before);
    expect(loggedBy(world, 'retention.off')).toMatchObject({ level: 'info', keys: ['RETENTION_DAYS'] });
  });
});

describe.each(['listed', 'gone'])('a past teleconsultation, where files of a deleted room are %s', dialect => {
  beforeEach(() => world.simulator.dialect({ deletedRoomUploads: dialect }));

  it('goes with its recordings, its files and its room; who is who stays', async () => {
    const { id, roomId, sessionId } = await aPlayedCall(world);
    await refreshActivity(world.scope(), await recordOf(world, id));
    expect(await hasRecording(sessionId)).toBe(true);
    const people = (await recordOf(world, id)).participants;
    world.clock.moveBy(untilPast);
    await world.simulator.forgetRequests();
    expect(await retain(world)).toEqual({ ...one, removed: 1, rooms: 1, uploads: 3, recordings: 1 });

    expect(callsOf(await world.simulator.requests())).toEqual([
      'GET /v2/rooms/{id}',
      'PUT /v2/rooms/{id}/disable',
      'GET /v2/uploads',
      'DELETE /v2/uploads/{key}',
      'GET /v2/uploads',
      'GET /v2/sessions',
      `DELETE /v2/sessions/${sessionId}/recording`,
      'DELETE /v2/rooms/{id}',
    ]);
    expect(await hasRecording(sessionId)).toBe(false);
    expect(await filesOf(world, roomId)).toEqual([]);
    expect(await roomIds()).toEqual([]);
    expect(await traces(id, roomId, sessionId)).toEqual([]);
    const left = (await world.items()).map(item => item.pk).sort();
    expect(left).toEqual(
      people.flatMap(({ externalId, kaleyraId }) => [`ext#${externalId}`, `kal#${kaleyraId}`]).sort(),
    );
    expect((await world.api.as(mrBianchi).get(`/teleconsultation/${id}`)).status).toBe(404);
    expect(await retain(world)).toEqual(nothing);
  });

  it('goes after it was cancelled, with the recordings that had outlived its room', async () => {
    const { id, roomId, sessionId } = await aPlayedCall(world);
    await refreshActivity(world.scope(), await recordOf(world, id));
    expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
    expect(await roomIds()).toEqual([]);
    expect(await hasRecording(sessionId)).toBe(true);
    world.clock.moveBy(untilPast);
    const uploads = dialect === 'listed' ? 3 : 0;
    expect(await retain(world)).toEqual({ ...one, removed: 1, uploads, recordings: 1 });
    expect(await hasRecording(sessionId)).toBe(false);
    expect(await filesOf(world, roomId)).toEqual([]);
    expect(await traces(id, roomId, sessionId)).toEqual([]);
  });

  it('goes with every room that it had, and the notes of everybody whom it named', async () => {
    const id = await aBooking(world, { startsIn: '1 hour' });
    const first = await roomIdOf(world, id);
    const early = await world.simulator.playCall({ roomId: first, uploads: 2, webhooks: false });
    const change = { participants: { number: 2, data: [drVerdi, msNeri] } };
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(204);
    const second = await roomIdOf(world, id);
    const { sessionId } = await world.simulator.playCall({ roomId: second, uploads: 1, webhooks: false });
    expect(second).not.toBe(first);
    world.clock.moveBy(untilPast);
    expect(await retain(world)).toMatchObject({ seen: 1, removed: 1, rooms: 1, recordings: 2 });
    expect([await hasRecording(early.sessionId), await hasRecording(sessionId)]).toEqual([false, false]);
    expect([await filesOf(world, first), await filesOf(world, second)]).toEqual([[], []]);
    expect(await traces(id, first, second)).toEqual([]);
    expect((await world.items()).filter(({ pk }) => String(pk).startsWith('person#'))).toEqual([]);
  });
});

describe('what is due', () => {
  it('is what ended more than so many days ago, to the millisecond', async () => {
    const id = await aBooking(world, { startsIn: '-2 hours' });
    const end = (await recordOf(world, id)).endDate ?? 0;
    const { now } = world.clock;
    world.clock.now = () => end + span('30 days');
    expect(await retain(world)).toEqual(nothing);
    world.clock.now = () => end + span('30 days') + 1;
    expect(await retain(world)).toMatchObject({ seen: 1, removed: 1 });
    world.clock.now = now;
  });

  it('is counted from the beginning where there never was an end', async () => {
    const [gone, stays] = [await aBooking(world), await aBooking(world)];
    const start = world.clock.now() - span('40 days');
    await write(gone, { startDate: start, endDate: null });
    await write(stays, { startDate: start, endDate: world.clock.now() });
    expect(await retain(world)).toEqual({ ...one, removed: 1, rooms: 1 });
    expect([await record(gone), (await record(stays))?.id]).toEqual([undefined, stays]);
  });

  it('is never what is being booked or changed right now', async () => {
    const [creating, claimed] = [await aBooking(world), await aBooking(world)];
    await write(creating, { state: 'CREATING' });
    await write(claimed, { claim: { operation: 'somebody', until: 0 } });
    world.clock.moveBy(untilPast);
    await world.simulator.forgetRequests();
    const before = await world.items();
    expect(await retain(world)).toEqual({ ...nothing, seen: 2, owing: 2 });
    expect(await world.items()).toEqual(before);
    expect(await world.simulator.requests()).toEqual([]);
  });

  it('pays what it owes first, and goes only when nothing is owed any more', async () => {
    const { id, roomId } = await aPlayedCall(world);
    await world.simulator.fault({ path: '/v2/rooms', times: 2, status: 503 });
    expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
    await world.simulator.clearFaults();
    world.clock.moveBy(untilPast);
    const [debt] = (await recordOf(world, id)).owed;
    if (debt === undefined) throw new Error('nothing is owed');
    await write(id, { owed: [{ ...debt, dueAt: world.clock.now() + aDay }] });
    expect(await retain(world)).toEqual({ ...one, owing: 1 });
    expect(await roomIds()).toEqual([roomId]);
    world.clock.moveBy(aDay + 1000);
    expect(await retain(world)).toMatchObject({ seen: 1, removed: 1, uploads: 3, recordings: 1 });
    expect(await traces(id, roomId)).toEqual([]);
  });

  it('waits while somebody is in the room', async () => {
    const { id, roomId, sessionId } = await aPlayedCall(world, {}, { end: false });
    world.clock.moveBy(untilPast);
    const before = await world.items();
    expect(await retain(world)).toEqual({ ...one, postponed: 1 });
    expect(await world.items()).toEqual(before);
    expect(await filesOf(world, roomId)).toHaveLength(3);
    await world.simulator.playCall({ roomId, sessionId, webhooks: false });
    expect(await retain(world)).toEqual({ ...one, removed: 1, rooms: 1, uploads: 3, recordings: 1 });
    expect(await traces(id, roomId)).toEqual([]);
  });

  it('may come from the retired service, cancelled, without an end, its room still at Kaleyra', async () => {
    const like = await aBooking(world);
    const roomId = await aStray(world, 'a description of the retired service', like);
    const { sessionId } = await world.simulator.playCall({ roomId, uploads: 2, webhooks: false });
    const id = 'c'.repeat(24);
    const imported = {
      ...(await recordOf(world, like)),
      id,
      state: 'TRASH',
      room: null,
      formerRooms: [roomId],
    } as const;
    const start = world.clock.now() - span('400 days');
    await world.scope().records.create({ ...imported, version: 0, startDate: start, endDate: null });
    expect(await retain(world)).toEqual({ ...one, removed: 1, rooms: 1, uploads: 2, recordings: 1 });
    expect(await hasRecording(sessionId)).toBe(false);
    expect(await roomIds()).toEqual([await roomIdOf(world, like)]);
    expect(await traces(id, roomId, sessionId)).toEqual([]);
  });

  it('goes with the room that was looked at last, should the record have forgotten it', async () => {
    const { id, roomId, sessionId } = await aPlayedCall(world);
    await refreshActivity(world.scope(), await recordOf(world, id));
    await world.api.delete(`/teleconsultation/${id}`);
    const item = await world.record(id);
    await world.client.send(
      new PutCommand({ TableName: world.deps.config.table, Item: { ...item, formerRooms: undefined } }),
    );
    world.clock.moveBy(untilPast);
    expect(await retain(world)).toMatchObject({ removed: 1, recordings: 1 });
    expect(await hasRecording(sessionId)).toBe(false);
    expect(await traces(id, roomId, sessionId)).toEqual([]);
  });

  it('is what the record says now: the walk may be behind', async () => {
    const { id } = await aPlayedCall(world);
    const before = await world.items();
    world.wrapDeps(deps => ({
      ...deps,
      openStore: signal => {
        const store = deps.openStore(signal);
        return { ...store, records: { ...store.records, findPast: async () => ({ ids: [id], next: undefined }) } };
      },
    }));
    expect(await retain(world)).toEqual(nothing);
    expect(await world.items()).toEqual(before);
  });

  it('may never have had a room', async () => {
    const id = await aBooking(world, { startsIn: '-1 hour', expected: 3 });
    world.clock.moveBy(untilPast);
    await world.simulator.forgetRequests();
    expect(await retain(world)).toEqual({ ...one, removed: 1 });
    expect(await world.simulator.requests()).toEqual([]);
    expect(await traces(id)).toEqual([]);
  });
});

describe('when Kaleyra', () => {
  const broken: [string, Record<string, unknown>, string][] = [
    ['does not say who is in the room', { method: 'GET', path: '/v2/rooms/' }, 'PUBLIC'],
    ['does not disable it', { method: 'PUT', path: '/v2/rooms/' }, 'TRASH'],
    ['does not list its files', { method: 'GET', path: '/v2/uploads' }, 'TRASH'],
    ['does not delete one of its files', { method: 'DELETE', path: '/v2/uploads/' }, 'TRASH'],
    ['does not list its calls', { method: 'GET', path: '/v2/sessions' }, 'TRASH'],
    ['does not delete its recording', { method: 'DELETE', path: '/v2/sessions/' }, 'TRASH'],
    ['does not delete it', { method: 'DELETE', path: '/v2/rooms/' }, 'TRASH'],
  ];
  const ways: [string, Record<string, unknown>][] = [
    ['fails', { status: 500 }],
    ['refuses', { status: 403 }],
    ['breaks off', { drop: true }],
    ['does it and does not say so', { drop: true, afterEffect: true }],
  ];

  describe.each(ways)('%s and', (_, how) => {
    it.each(broken)('%s, the record stays, and goes with the rest in a later run', async (_what, call, state) => {
      const { id, roomId, sessionId } = await aPlayedCall(world);
      world.clock.moveBy(untilPast);
      await world.simulator.fault({ ...call, ...how, times: 1 });
      expect(await retain(world)).toMatchObject({ seen: 1, removed: 0, failed: 1, left: 0, complete: true });
      expect(loggedBy(world, 'retention.record_failed')).toMatchObject({ teleconsultationId: id });
      expect(await recordOf(world, id)).toMatchObject({ state });
      const notes = (await traces(id)).filter(trace => !trace.startsWith(id));
      expect(notes.map(trace => trace.replace(/#.*/, '')).sort()).toEqual(['person', 'person', 'room']);

      world.clock.moveBy(aDay);
      expect(await retain(world)).toMatchObject({ seen: 1, removed: 1, failed: 0 });
      expect(await traces(id, roomId, sessionId)).toEqual([]);
      expect(await filesOf(world, roomId)).toEqual([]);
      expect(await hasRecording(sessionId)).toBe(false);
      expect(await roomIds()).toEqual([]);
    });
  });

  it('fails for a day, the other jobs pay what is owed, recordings first, and the next run only has to confirm', async () => {
    const { id, roomId, sessionId } = await aPlayedCall(world);
    world.clock.moveBy(untilPast);
    await world.simulator.fault({ method: 'DELETE', path: '/v2/sessions/', times: 2, status: 500 });
    expect(await retain(world)).toMatchObject({ failed: 1 });
    expect(await roomIds()).toEqual([roomId]);
    world.clock.moveBy(span('61 seconds'));
    expect(await reconcile(world)).toMatchObject({ unpaid: 1, strays: 0 });
    expect([await roomIds(), await hasRecording(sessionId)]).toEqual([[roomId], true]);
    world.clock.moveBy(span('121 seconds'));
    await world.simulator.forgetRequests();
    expect(await reconcile(world)).toMatchObject({ paid: 1, strays: 0 });
    const calls = callsOf(await world.simulator.requests());
    const recording = calls.indexOf(`DELETE /v2/sessions/${sessionId}/recording`);
    expect(recording).toBeGreaterThan(-1);
    expect(calls.indexOf('DELETE /v2/rooms/{id}')).toBeGreaterThan(recording);
    expect(await hasRecording(sessionId)).toBe(false);
    world.clock.moveBy(aDay);
    expect(await retain(world)).toEqual({ ...one, removed: 1 });
    expect(await traces(id, roomId, sessionId)).toEqual([]);
  });

  it('no longer lists the calls of a room that is gone, what was seen of them is enough', async () => {
    const { id, roomId, sessionId } = await aPlayedCall(world);
    await refreshActivity(world.scope(), await recordOf(world, id));
    await world.api.delete(`/teleconsultation/${id}`);
    world.clock.moveBy(untilPast);
    const empty = { has_more: false, count: 0, sessions: [] };
    await world.simulator.fault({ method: 'GET', path: '/v2/sessions', status: 200, body: empty });
    expect(await retain(world)).toMatchObject({ removed: 1, recordings: 1 });
    expect(await hasRecording(sessionId)).toBe(false);
    expect(await traces(id, roomId, sessionId)).toEqual([]);
  });

  it('fails for one record, the others go', async () => {
    const calls = [await aPlayedCall(world), await aPlayedCall(world), await aPlayedCall(world)];
    world.clock.moveBy(untilPast);
    await world.simulator.fault({ path: `/v2/rooms/${calls[1]?.roomId}`, times: 100, status: 500 });
    expect(await retain(world)).toMatchObject({ seen: 3, removed: 2, failed: 1, complete: true });
    expect(await roomIds()).toEqual([calls[1]?.roomId]);
  });

  it('asks to slow down, the run ends, and every job waits', async () => {
    const { id } = await aPlayedCall(world);
    world.clock.moveBy(untilPast);
    await world.simulator.fault({ method: 'PUT', path: '/v2/rooms', status: 429, retryAfter: 300 });
    expect(await retain(world)).toEqual({ ...one, left: 1, complete: false });
    // Cut off, not failed: it is due as it was.
    expect((await recordOf(world, id)).owed).toMatchObject([{ attempts: 0, files: true, recordings: true }]);
    await world.simulator.forgetRequests();
    world.clock.moveBy(span('4 minutes'));
    expect(await retain(world)).toMatchObject({ removed: 0, complete: false });
    expect(await reconcile(world)).toMatchObject({ paid: 0 });
    expect(await world.simulator.requests()).toEqual([]);
    world.clock.moveBy(span('2 minutes'));
    expect(await retain(world)).toMatchObject({ removed: 1 });
    expect(await traces(id)).toEqual([]);
  });
});

describe('when the table fails', () => {
  it.each(['records.change', 'records.unlinkPeople', 'records.unlinkRoom', 'records.erase', 'activities.find'])(
    'at %s, the record stays, and goes in the next run',
    async step => {
      const { id, roomId, sessionId } = await aPlayedCall(world);
      world.clock.moveBy(untilPast);
      at(step, 'before', async () => {
        throw storeUnavailable(new Error('as told'));
      });
      expect(await retain(world)).toMatchObject({ seen: 1, removed: 0, failed: 1 });
      expect(await record(id)).toBeDefined();
      world.wrapDeps(deps => deps);
      world.clock.moveBy(aDay);
      expect(await retain(world)).toMatchObject({ seen: 1, removed: 1 });
      expect(await traces(id, roomId, sessionId)).toEqual([]);
      expect([await roomIds(), await hasRecording(sessionId)]).toEqual([[], false]);
    },
  );
});

describe('at the same time', () => {
  const tomorrow = () => {
    const { start_date, end_date } = bookingBody(world.clock.now(), { startsIn: '1 day' });
    return { start_date, end_date };
  };

  it('a change that comes before the record is cancelled wins: nothing of Kaleyra’s is touched', async () => {
    const id = await aBooking(world, { startsIn: '-1 hour', expected: 3 });
    world.clock.moveBy(untilPast);
    let status = 0;
    at('records.change', 'before', async () => {
      status = (await world.api.patch(`/teleconsultation/${id}`, tomorrow())).status;
    });
    expect(await retain(world)).toEqual({ ...one, left: 1 });
    expect(status).toBe(204);
    const changed = await recordOf(world, id);
    expect(changed.state).toBe('PUBLIC');
    expect(changed.startDate).toBeGreaterThan(world.clock.now());
    expect(await traces(id)).toHaveLength(3);
    expect(await retain(world)).toEqual(nothing);
  });

  it('a change that comes later finds the teleconsultation cancelled', async () => {
    const { id } = await aPlayedCall(world);
    world.clock.moveBy(untilPast);
    const statuses: number[] = [];
    at('kaleyra.disableRoom', 'before', async () => {
      statuses.push((await world.api.patch(`/teleconsultation/${id}`, tomorrow())).status);
      statuses.push((await world.api.delete(`/teleconsultation/${id}`)).status);
      statuses.push((await world.api.as(mrBianchi).get(`/teleconsultation/${id}`)).status);
    });
    expect(await retain(world)).toMatchObject({ removed: 1 });
    expect(statuses).toEqual([404, 404, 404]);
    expect(await traces(id)).toEqual([]);
  });

  it('a change that comes while a debt is paid wins as well', async () => {
    const id = await aBooking(world, { startsIn: '1 hour' });
    const roomId = await roomIdOf(world, id);
    await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', times: 2, status: 503 });
    const fewer = { participants: { number: 3, data: [drVerdi, msNeri] } };
    expect((await world.api.patch(`/teleconsultation/${id}`, fewer)).status).toBe(204);
    expect(await recordOf(world, id)).toMatchObject({ room: null, owed: [{ roomId }] });
    world.clock.moveBy(untilPast);
    let status = 0;
    at('kaleyra.deleteRoom', 'after', async () => {
      status = (await world.api.patch(`/teleconsultation/${id}`, tomorrow())).status;
    });
    expect(await retain(world)).toMatchObject({ seen: 1, removed: 0, left: 1 });
    expect(status).toBe(204);
    expect(await recordOf(world, id)).toMatchObject({ state: 'PUBLIC', owed: [], formerRooms: [roomId] });
    expect(await roomIds()).toEqual([]);
  });

  it('a cancellation is finished by its own, and the record goes in a later run', async () => {
    const { id, roomId, sessionId } = await aPlayedCall(world);
    world.clock.moveBy(untilPast);
    let status = 0;
    at('records.change', 'before', async () => {
      status = (await world.api.delete(`/teleconsultation/${id}`)).status;
    });
    expect(await retain(world)).toMatchObject({ removed: 0, left: 1 });
    expect(status).toBe(204);
    expect(await recordOf(world, id)).toMatchObject({ state: 'TRASH', owed: [], formerRooms: [roomId] });
    world.wrapDeps(deps => deps);
    expect(await retain(world)).toMatchObject({ removed: 1, recordings: 1 });
    expect(await hasRecording(sessionId)).toBe(false);
    expect(await traces(id, roomId, sessionId)).toEqual([]);
  });

  it('two runs, the reconciler and the cleanup do each other no harm', async () => {
    const calls = [await aPlayedCall(world), await aPlayedCall(world), await aPlayedCall(world)];
    const young = await aPlayedCall(world, { startsIn: '30 days' });
    await world.api.delete(`/teleconsultation/${calls[0]?.id}`);
    world.clock.moveBy(untilPast - span('2 hours'));
    const [first, second, reconciled, cleaned] = await Promise.all([
      retain(world),
      retain(world),
      reconcile(world),
      cleanUp(world),
    ]);
    expect([first.failed, second.failed, reconciled.failed, cleaned.failed]).toEqual([0, 0, 0, 0]);
    for (let run = 0; run < 2; run += 1) {
      world.clock.moveBy(span('2 minutes'));
      await reconcile(world);
      await retain(world);
    }
    for (const { id, roomId, sessionId } of calls) {
      expect(await traces(id, roomId, sessionId)).toEqual([]);
      expect(await hasRecording(sessionId)).toBe(false);
    }
    expect(await roomIds()).toEqual([young.roomId]);
    expect(await hasRecording(young.sessionId)).toBe(true);
  });

  it('a debt that somebody else has paid, and whose record is gone, is nobody’s any more', async () => {
    const { id } = await aPlayedCall(world);
    await world.simulator.fault({ path: '/v2/rooms', times: 2, status: 503 });
    await world.api.delete(`/teleconsultation/${id}`);
    world.clock.moveBy(untilPast);
    const read = await recordOf(world, id);
    expect(read.owed).toHaveLength(1);
    expect(await retain(world)).toMatchObject({ removed: 1 });
    expect((await settle(world.scope(), read)).owed).toEqual([]);
    expect(await traces(id)).toEqual([]);
  });

  it.each([
    ['the reconciler', reconcile],
    ['the cleanup', cleanUp],
  ])('an event that was on its way leaves a look behind that is due for ever: %s takes it out', async (_, job) => {
    const { id } = await aPlayedCall(world);
    world.clock.moveBy(untilPast);
    // Whoever hears of an event has read the record a moment before.
    const read = await recordOf(world, id);
    expect(await retain(world)).toMatchObject({ removed: 1 });
    await refreshActivity(world.scope(), read);
    expect(await traces(id)).toEqual([`${id} activity`]);
    world.clock.moveBy(aDay);
    await cleanUp(world, { dryRun: true });
    expect(await traces(id)).toEqual([`${id} activity`]);
    await job(world);
    expect(await traces(id)).toEqual([]);
    expect(loggedBy(world, 'record.forgotten')).toMatchObject({ level: 'info', teleconsultationId: id });
  });
});

describe('a walk that is cut off', () => {
  it('goes on where it stopped, and comes around', async () => {
    const calls = await Promise.all(Array.from({ length: 6 }, () => aPlayedCall(world, {}, { uploads: 5 })));
    world.clock.moveBy(untilPast);
    world.configure({ KALEYRA_MAX_CONCURRENCY: '1' });
    // Its time is over with the third room; the table stays open for what is under way.
    const scope = world.scope();
    const time = new AbortController();
    let rooms = 0;
    const deleteRoom = async (roomId: string): Promise<void> => {
      await scope.kaleyra.deleteRoom(roomId);
      rooms += 1;
      if (rooms === 3) time.abort(new Error('time is over'));
    };
    const ending = { ...scope, signal: time.signal, kaleyra: { ...scope.kaleyra, deleteRoom } };
    const short = await applyRetention(ending, {}, world.clock.now() + span('5 minutes'));
    expect(short).toMatchObject({ seen: 6, failed: 0, complete: false });
    expect(short.removed).toBeGreaterThan(0);
    expect(short.left).toBe(6 - short.removed);
    expect(await retain(world)).toMatchObject({ seen: short.left, removed: short.left, complete: true });
    for (const { id, roomId, sessionId } of calls) expect(await traces(id, roomId, sessionId)).toEqual([]);
    expect(await roomIds()).toEqual([]);
  });

  it('begins behind the record that was stored, and still misses nothing', async () => {
    const calls = await Promise.all(Array.from({ length: 4 }, () => aPlayedCall(world, {}, { uploads: 0 })));
    world.clock.moveBy(untilPast);
    const { ids } = await world.scope().records.findPast(world.clock.now());
    await world.scope().jobs.saveWalk(ids[2]);
    const looked: string[] = [];
    world.wrapDeps(deps => ({
      ...deps,
      openStore: signal => {
        const store = deps.openStore(signal);
        const findWithWatch = (id: string) => {
          looked.push(id);
          return store.records.findWithWatch(id);
        };
        return { ...store, records: { ...store.records, findWithWatch } };
      },
    }));
    expect(await retain(world)).toMatchObject({ seen: 4, removed: 4, complete: true });
    expect(looked[0]).toBe(ids[3]);
    expect([...looked].sort()).toEqual([...ids].sort());
    expect(await world.scope().jobs.findWalk()).toBeUndefined();
    expect(await roomIds()).toEqual([]);
    expect(calls).toHaveLength(4);
  });
});

describe('a dry run', () => {
  it.each([
    ['by its variable', { CLEANUP_DRY_RUN: 'true' }, {}],
    ['as the invocation says', {}, { dryRun: true }],
  ])('%s, reports what a run would do, and changes nothing', async (_, env, event) => {
    await aPlayedCall(world);
    const cancelled = await aPlayedCall(world, {}, { uploads: 2 });
    await aPlayedCall(world, {}, { end: false });
    await aBooking(world, { startsIn: '-1 hour', expected: 3 });
    await world.api.delete(`/teleconsultation/${cancelled.id}`);
    world.clock.moveBy(untilPast);
    const before = { items: await world.items(), state: await world.simulator.state() };
    world.configure(env);
    const told = await retain(world, event);
    expect(told).toEqual({
      ...nothing,
      ...{ seen: 4, removed: 3, postponed: 1, rooms: 1, uploads: 5, recordings: 2, dryRun: true },
    });
    expect(await world.items()).toEqual(before.items);
    expect(await world.simulator.state()).toEqual(before.state);
    world.configure({});
    expect(await retain(world)).toEqual({ ...told, dryRun: false });
  });
});

it('a dry run knows of a recording that may still be in the making, as the run does', async () => {
  world.configure({ DEFAULT_RECORDING_TYPE: 'manual' });
  // A booking of the past, in whose room people have met just now; nobody has pressed the button, as far as Kaleyra says yet.
  await aPlayedCall(world, { startsIn: '-40 days' }, { uploads: 2 });
  const told = await retain(world, { dryRun: true });
  expect(told).toMatchObject({ seen: 1, removed: 0, failed: 1, uploads: 2, recordings: 0, dryRun: true });
  expect(await retain(world)).toEqual({ ...told, dryRun: false });
});

it('an invocation that cannot be understood does nothing', async () => {
  await aPlayedCall(world);
  world.clock.moveBy(untilPast);
  await world.simulator.forgetRequests();
  await expect(world.invoke('applyRetention', { dryRun: 'yes' })).rejects.toThrow('body.dryRun');
  expect(await world.simulator.requests()).toEqual([]);
});

it('says at the end what it did, with no name and no link in it', async () => {
  const { id } = await aPlayedCall(world);
  const broken = await aPlayedCall(world);
  world.clock.moveBy(untilPast);
  await world.simulator.fault({ path: `/v2/rooms/${broken.roomId}`, status: 500 });
  const logged = world.logs.length;
  await retain(world);
  expect(await record(id)).toBeUndefined();
  expect(loggedBy(world, 'retention.done')).toMatchObject({
    level: 'info',
    counts: { days: 30, seen: 2, removed: 1, failed: 1, rooms: 1, uploads: 3, recordings: 1, complete: 1, dryRun: 0 },
  });
  expect(world.logs.slice(logged).join('\n')).not.toMatch(/https?:|rossi|bianchi|example/i);
});
