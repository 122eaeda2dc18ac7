import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refreshActivity } from '../../../lib/domain/activity.ts';
import { cleanupUploads } from '../../../lib/domain/jobs/cleanup-uploads.ts';
import { aBooking, span } from '../../support/bookings.ts';
import {
  aPlayedCall,
  callsOf,
  cleanUp,
  DELETING,
  emptied,
  filesOf,
  loggedBy,
  reconcile,
  recordOf,
  roomIdOf,
} from '../../support/jobs.ts';
import { drRossi, mrBianchi, msNeri } from '../../support/people.ts';
import { withSteps } from '../../support/steps.ts';
import { openWorld, type World } from '../../support/world.ts';

/** The scheduled cleanup: what it takes away and when, what it leaves alone, what it does when Kaleyra fails. */
let world: World;
let opened: World | undefined;
beforeEach(async () => {
  // One world for all; every test begins with an empty vendor and an empty table.
  opened ??= await openWorld({ env: DELETING });
  world = opened;
  world.clock.reset();
  await emptied(world);
});
afterEach(async () => {
  world.wrapDeps(deps => deps);
  world.configure({});
});
afterAll(() => opened?.close());

/** A call from ten minutes before now that is planned to end in fifty: over in an hour and fifty minutes, with its grace. */
const untilOver = span('111 minutes');
const untilClosing = span('1 day') + span('51 minutes');
const allGone = { failed: 0, left: 0, dryRun: false };

describe('files of a call', () => {
  it('stay until an hour after its planned end: until then nobody is even asked', async () => {
    const { roomId } = await aPlayedCall(world);
    world.clock.moveBy(span('109 minutes'));
    await world.simulator.forgetRequests();
    expect(await cleanUp(world)).toEqual({ seen: 0, deleted: 0, ...allGone });
    expect(await world.simulator.requests()).toEqual([]);
    expect(await filesOf(world, roomId)).toHaveLength(3);
  });

  it('go then, after a look at the room; the room stays, and its link with it', async () => {
    const { id, roomId } = await aPlayedCall(world, {}, { uploads: 5 });
    const other = await aPlayedCall(world, { startsIn: '1 hour' });
    await refreshActivity(world.scope(), await recordOf(world, id));
    world.clock.moveBy(untilOver);
    await world.simulator.forgetRequests();
    expect(await cleanUp(world)).toEqual({ seen: 5, deleted: 5, ...allGone });
    expect(await filesOf(world, roomId)).toEqual([]);
    expect(await filesOf(world, other.roomId)).toHaveLength(3);
    expect(callsOf(await world.simulator.requests()).slice(0, 4)).toEqual([
      'GET /v2/rooms/{id}',
      'GET /v2/uploads',
      'DELETE /v2/uploads/{key}',
      'GET /v2/uploads',
    ]);
    const opened = await world.api.as(mrBianchi).get(`/teleconsultation/${id}`);
    expect(opened.body).toMatchObject({ accessLinkURL: expect.stringContaining('http') });
    expect(await cleanUp(world)).toEqual({ seen: 0, deleted: 0, ...allGone });
  });

  it('stay where they are not to go', async () => {
    world.configure({ TELECONSULTATION_DELETE_UPLOADS: 'false' });
    const { roomId } = await aPlayedCall(world);
    world.clock.moveBy(untilClosing);
    await world.simulator.forgetRequests();
    expect(await cleanUp(world)).toEqual({ seen: 0, deleted: 0, ...allGone });
    expect(await filesOf(world, roomId)).toHaveLength(3);
    const calls = callsOf(await world.simulator.requests());
    expect(calls).toContain('PUT /v2/rooms/{id}/disable');
    expect(calls.filter(call => call.includes('uploads'))).toEqual([]);
  });

  it('go an hour after people were last seen in the room, however late the planned end is', async () => {
    const { id, roomId } = await aPlayedCall(world, { lasts: '5 hours' });
    await refreshActivity(world.scope(), await recordOf(world, id));
    world.clock.moveBy(span('59 minutes'));
    expect(await cleanUp(world)).toMatchObject({ seen: 0 });
    world.clock.moveBy(span('2 minutes'));
    expect(await cleanUp(world)).toEqual({ seen: 3, deleted: 3, ...allGone });
    expect(await filesOf(world, roomId)).toEqual([]);
    // And once more after the planned end, for what was shared in between.
    await world.simulator.playCall({ roomId, uploads: 2, webhooks: false });
    world.clock.moveBy(span('5 hours'));
    expect(await cleanUp(world)).toEqual({ seen: 2, deleted: 2, ...allGone });
  });

  it('go at once when the room has used up its time', async () => {
    world.configure({ UNLIMITED_TELECONSULTATION: 'false' });
    const { id, roomId } = await aPlayedCall(world, { lasts: '10 minutes' }, { durationSeconds: 600 });
    await refreshActivity(world.scope(), await recordOf(world, id));
    expect(await cleanUp(world)).toEqual({ seen: 3, deleted: 3, ...allGone });
    expect(await filesOf(world, roomId)).toEqual([]);
  });

  it('go as early as the invocation says', async () => {
    const { roomId } = await aPlayedCall(world);
    expect(await cleanUp(world, { graceMs: 0 })).toMatchObject({ seen: 0 });
    world.clock.moveBy(span('51 minutes'));
    expect(await cleanUp(world, { graceMs: span('2 minutes') })).toMatchObject({ seen: 0 });
    expect(await cleanUp(world, { graceMs: 0 })).toEqual({ seen: 3, deleted: 3, ...allGone });
    expect(await filesOf(world, roomId)).toEqual([]);
  });

  it('are counted truthfully when one cannot be deleted, which is tried again later', async () => {
    const { id } = await aPlayedCall(world);
    world.clock.moveBy(untilOver);
    await world.simulator.fault({ method: 'DELETE', path: '/v2/uploads', times: 1, status: 400 });
    expect(await cleanUp(world)).toEqual({ seen: 3, deleted: 2, failed: 1, left: 0, dryRun: false });
    expect((await recordOf(world, id)).upkeep).toMatchObject({ attempts: 1, filesClearedAt: null });
    expect(await cleanUp(world)).toMatchObject({ seen: 0 });
    world.clock.moveBy(span('61 seconds'));
    expect(await cleanUp(world)).toEqual({ seen: 1, deleted: 1, ...allGone });
    expect((await recordOf(world, id)).upkeep).toMatchObject({ attempts: 0, filesClearedAt: expect.any(Number) });
  });
});

describe.each(['listed', 'gone'])('files of a deleted room that are %s', deletedRoomUploads => {
  beforeEach(() => world.simulator.dialect({ deletedRoomUploads }));

  it('go first when a cancelled room goes: it is disabled, its files go, then the room', async () => {
    const { id, roomId } = await aPlayedCall(world);
    await world.simulator.fault({ path: '/v2/', times: 10, status: 503 });
    expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
    await world.simulator.clearFaults();
    expect(await filesOf(world, roomId)).toHaveLength(3);
    world.clock.moveBy(span('2 minutes'));
    await world.simulator.forgetRequests();
    expect(await cleanUp(world)).toEqual({ seen: 3, deleted: 3, ...allGone });
    expect(callsOf(await world.simulator.requests())).toEqual([
      'PUT /v2/rooms/{id}/disable',
      'GET /v2/uploads',
      'DELETE /v2/uploads/{key}',
      'GET /v2/uploads',
      'DELETE /v2/rooms/{id}',
    ]);
    expect(await filesOf(world, roomId)).toEqual([]);
    expect(await recordOf(world, id)).toMatchObject({ state: 'TRASH', owed: [] });
  });

  it('go with a replaced room, also when somebody is still in it', async () => {
    const id = await aBooking(world);
    const roomId = await roomIdOf(world, id);
    await world.simulator.playCall({ roomId, end: false, webhooks: false });
    await world.simulator.fault({ method: 'PUT', path: '/v2/rooms', times: 2, status: 503 });
    const change = { participants: { number: 2, data: [drRossi, msNeri] } };
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(204);
    expect(await filesOf(world, roomId)).toHaveLength(3);
    world.clock.moveBy(span('2 minutes'));
    expect(await cleanUp(world)).toEqual({ seen: 3, deleted: 3, ...allGone });
    expect(await filesOf(world, roomId)).toEqual([]);
    expect((await world.simulator.rooms()).map(room => room.id)).toEqual([await roomIdOf(world, id)]);
  });
});

describe('a room with somebody in it', () => {
  it('is postponed, and cleaned once they have left', async () => {
    const { id, roomId, sessionId } = await aPlayedCall(world, {}, { end: false });
    world.clock.moveBy(untilOver);
    expect(await cleanUp(world)).toEqual({ seen: 1, deleted: 0, failed: 0, left: 1, dryRun: false });
    expect(await filesOf(world, roomId)).toHaveLength(3);
    expect((await recordOf(world, id)).upkeep).toMatchObject({ attempts: 0, closedAt: null });
    await world.simulator.playCall({ roomId, sessionId, webhooks: false });
    expect(await cleanUp(world)).toMatchObject({ seen: 0 });
    world.clock.moveBy(span('16 minutes'));
    expect(await cleanUp(world)).toEqual({ seen: 3, deleted: 3, ...allGone });
  });

  it('is not closed, and is reported when it still runs a day after its end', async () => {
    const { id, roomId } = await aPlayedCall(world, {}, { end: false });
    world.clock.moveBy(span('23 hours'));
    await cleanUp(world);
    expect(loggedBy(world, 'room.still_running')).toBeUndefined();
    world.clock.moveBy(span('2 hours'));
    expect(await cleanUp(world)).toMatchObject({ left: 1 });
    expect(loggedBy(world, 'room.still_running')).toMatchObject({ level: 'warn', teleconsultationId: id, roomId });
    expect((await world.simulator.rooms())[0]).not.toHaveProperty('disabled', true);
  });
});

describe('closing', () => {
  it('disables the room a day after its end, then deletes what was shared since; no link any more', async () => {
    const { id, roomId } = await aPlayedCall(world);
    world.clock.moveBy(untilOver);
    await cleanUp(world);
    await world.simulator.playCall({ roomId, uploads: 2, webhooks: false });
    world.clock.moveTo(Date.now() + untilClosing);
    await world.simulator.forgetRequests();
    expect(await cleanUp(world)).toEqual({ seen: 2, deleted: 2, ...allGone });
    const calls = callsOf(await world.simulator.requests());
    expect(calls.indexOf('PUT /v2/rooms/{id}/disable')).toBeLessThan(calls.indexOf('DELETE /v2/uploads/{key}'));
    const reply = await world.api.as(mrBianchi).get(`/teleconsultation/${id}`);
    expect(reply.body).toMatchObject({ accessLinkURL: null, details: { disabled: true } });
    const change = { participants: { number: 2, data: [drRossi, msNeri] } };
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(400);
    await world.simulator.forgetRequests();
    world.clock.moveBy(span('30 days'));
    expect(await cleanUp(world)).toMatchObject({ seen: 0 });
    expect(await world.simulator.requests()).toEqual([]);
  });

  it('is done although the files cannot be deleted: they stay due until they are', async () => {
    const { id, roomId } = await aPlayedCall(world);
    world.clock.moveBy(untilClosing);
    await world.simulator.fault({ method: 'GET', path: '/v2/uploads', times: 1, status: 500 });
    expect(await cleanUp(world)).toEqual({ seen: 1, deleted: 0, failed: 1, left: 0, dryRun: false });
    world.clock.moveBy(span('2 minutes'));
    await world.simulator.fault({ method: 'DELETE', path: '/v2/uploads', times: 1, status: 400 });
    expect(await cleanUp(world)).toEqual({ seen: 3, deleted: 2, failed: 1, left: 0, dryRun: false });
    expect((await recordOf(world, id)).upkeep).toMatchObject({ closedAt: expect.any(Number), filesClearedAt: null });
    world.clock.moveBy(span('3 minutes'));
    expect(await cleanUp(world)).toEqual({ seen: 1, deleted: 1, ...allGone });
    expect(await filesOf(world, roomId)).toEqual([]);
    expect(await cleanUp(world)).toMatchObject({ seen: 0 });
  });

  it('of a room that is gone already is only a note', async () => {
    const { id, roomId } = await aPlayedCall(world, {}, { uploads: 0 });
    await world.scope().kaleyra.deleteRoom(roomId);
    world.clock.moveBy(untilOver);
    expect(await cleanUp(world)).toEqual({ seen: 0, deleted: 0, ...allGone });
    expect((await recordOf(world, id)).upkeep).toMatchObject({ closedAt: expect.any(Number) });
  });
});

describe('a dry run', () => {
  /** Everything that a run can meet: a call to clear, one to close, two rooms to pay for, one in use, one that fails. */
  const everyKind = async () => {
    await aPlayedCall(world, {}, { uploads: 2 });
    await aPlayedCall(world, { startsIn: '-2 days' }, { uploads: 3 });
    const cancelled = await aPlayedCall(world, {}, { uploads: 4 });
    const replaced = await aPlayedCall(world, { startsIn: '1 day' }, { uploads: 5 });
    await aPlayedCall(world, {}, { end: false });
    const broken = await aPlayedCall(world);
    await world.simulator.fault({ path: '/v2/uploads', times: 100, status: 503 });
    await world.api.delete(`/teleconsultation/${cancelled.id}`);
    const change = { participants: { number: 2, data: [drRossi, msNeri] } };
    await world.api.patch(`/teleconsultation/${replaced.id}`, change);
    await world.simulator.clearFaults();
    await world.simulator.fault({ path: `/v2/rooms/${broken.roomId}`, times: 100, status: 500 });
    world.clock.moveBy(untilOver);
  };

  it.each([
    ['by its variable', () => world.configure({ CLEANUP_DRY_RUN: 'true' }), {}],
    ['as the invocation says', () => undefined, { dryRun: true }],
  ])('%s, reports what a run would do, and changes nothing', async (_, configure, event) => {
    await everyKind();
    const before = { items: await world.items(), state: await world.simulator.state() };
    configure();
    const told = await cleanUp(world, event);
    expect(told).toEqual({ seen: 16, deleted: 14, failed: 1, left: 1, dryRun: true });
    expect(await world.items()).toEqual(before.items);
    expect(await world.simulator.state()).toEqual(before.state);
    world.configure({});
    expect(await cleanUp(world)).toEqual({ ...told, dryRun: false });
  });
});

describe('several rooms', () => {
  it('are found by the index: no scan, and nothing is read of what is not due', async () => {
    const due = await aPlayedCall(world);
    const others = [await aBooking(world, { startsIn: '3 days' }), await aBooking(world, { startsIn: '4 days' })];
    world.clock.moveBy(untilOver);
    const [operations, keys] = [new Set<string>(), new Set<string>()];
    const stop = world.store.listen(({ operation, input: { Key } }) => {
      operations.add(operation);
      if (Key !== undefined) keys.add(String(Key.pk));
    });
    expect(await cleanUp(world)).toMatchObject({ deleted: 3 });
    expect(keys).toContain(due.id);
    for (const other of others) expect(keys).not.toContain(other);
    await reconcile(world);
    stop();
    expect(operations).toContain('Query');
    expect(operations).not.toContain('Scan');
  });

  it('two runs at once do no harm, and neither does a reconciler beside them', async () => {
    const calls = [await aPlayedCall(world), await aPlayedCall(world), await aPlayedCall(world)];
    const cancelled = await aPlayedCall(world);
    await world.simulator.fault({ path: '/v2/uploads', times: 10, status: 503 });
    await world.api.delete(`/teleconsultation/${cancelled.id}`);
    await world.simulator.clearFaults();
    world.clock.moveBy(untilClosing);
    const [reconciled, ...runs] = await Promise.all([reconcile(world), cleanUp(world), cleanUp(world)]);
    expect(reconciled).toMatchObject({ unpaid: 0, failed: 0, strays: 0, lost: 0 });
    expect(runs.map(({ failed, left }) => [failed, left])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    for (const { id, roomId } of calls) {
      expect(await filesOf(world, roomId)).toEqual([]);
      expect((await recordOf(world, id)).upkeep).toMatchObject({ closedAt: expect.any(Number), attempts: 0 });
    }
    expect(await recordOf(world, cancelled.id)).toMatchObject({ state: 'TRASH', owed: [] });
    expect((await world.simulator.rooms()).map(room => room.id).sort()).toEqual(calls.map(call => call.roomId).sort());
    expect(await cleanUp(world)).toMatchObject({ seen: 0 });
  });

  it('one that always fails does not hold back the others, and is tried again less and less often', async () => {
    const bad = await aPlayedCall(world);
    const good = [await aPlayedCall(world), await aPlayedCall(world), await aPlayedCall(world)];
    world.clock.moveBy(untilOver);
    await world.simulator.fault({ path: `/v2/rooms/${bad.roomId}`, times: 100, status: 500 });
    expect(await cleanUp(world)).toEqual({ seen: 10, deleted: 9, failed: 1, left: 0, dryRun: false });
    for (const { roomId } of good) expect(await filesOf(world, roomId)).toEqual([]);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const { upkeep } = await recordOf(world, bad.id);
      waits.push(Math.round(((upkeep?.notBefore ?? 0) - world.clock.now()) / 60_000));
      world.clock.moveTo((upkeep?.notBefore ?? 0) + 1000);
      expect(await cleanUp(world)).toMatchObject({ seen: 1, failed: 1 });
    }
    expect(waits).toEqual([1, 2, 4, 8]);
    expect(loggedBy(world, 'cleanup.done')).toMatchObject({ counts: { roomsFailed: 1, failed: 1 } });
  });

  it('are cleaned within the time there is, and the next run goes on where this one stopped', async () => {
    const calls = [await aPlayedCall(world, {}, { uploads: 40 }), await aPlayedCall(world, {}, { uploads: 40 })];
    world.clock.moveBy(untilOver);
    // Its time is over in the middle; the table stays open for what is under way.
    const scope = world.scope();
    const time = new AbortController();
    let deleted = 0;
    const deleteUpload = async (key: string): Promise<void> => {
      await scope.kaleyra.deleteUpload(key);
      deleted += 1;
      if (deleted === 20) time.abort(new Error('time is over'));
    };
    const ending = { ...scope, signal: time.signal, kaleyra: { ...scope.kaleyra, deleteUpload } };
    const short = await cleanupUploads(ending, {}, world.clock.now() + span('5 minutes'));
    expect(short.deleted).toBeGreaterThanOrEqual(20);
    expect(short.left).toBeGreaterThan(0);
    expect(short).toMatchObject({ failed: 0, seen: short.deleted + short.left });
    for (const { id } of calls) expect((await recordOf(world, id)).upkeep?.attempts ?? 0).toBe(0);
    const rest = await cleanUp(world);
    expect(rest).toEqual({ seen: 80 - short.deleted, deleted: 80 - short.deleted, ...allGone });
  });

  it('never have more calls in flight than are allowed', async () => {
    world.configure({ KALEYRA_MAX_CONCURRENCY: '2' });
    await aPlayedCall(world, {}, { uploads: 12 });
    await aPlayedCall(world, {}, { uploads: 12 });
    world.clock.moveBy(untilOver);
    await world.simulator.fault({ path: '/v2/', times: 60, delayMs: 20 });
    await world.simulator.forgetRequests();
    await cleanUp(world);
    const requests = await world.simulator.requests();
    const spans = requests.map(({ startedAt, durationMs }) => [Date.parse(startedAt), durationMs] as const);
    // A millisecond less: the journal rounds.
    const most = Math.max(
      ...spans.map(([at]) => spans.filter(([begun, lasted]) => begun <= at && at < begun + lasted - 1).length),
    );
    expect(most).toBe(2);
  });
});

describe('a 429', () => {
  it('ends the run and pauses every job of the deployment, and nobody who books', async () => {
    const { id, roomId } = await aPlayedCall(world);
    world.clock.moveBy(untilOver);
    await world.simulator.fault({ path: '/v2/rooms', times: 1, status: 429, retryAfter: 300 });
    expect(await cleanUp(world)).toEqual({ seen: 1, deleted: 0, failed: 0, left: 1, dryRun: false });
    expect((await recordOf(world, id)).upkeep).toBeNull();
    await world.simulator.forgetRequests();
    world.clock.moveBy(span('4 minutes'));
    expect(await cleanUp(world)).toEqual({ seen: 1, deleted: 0, failed: 0, left: 1, dryRun: false });
    await world.invoke('reconcileRooms', {});
    expect(await world.simulator.requests()).toEqual([]);
    await aBooking(world);
    world.clock.moveBy(span('2 minutes'));
    expect(await cleanUp(world)).toEqual({ seen: 3, deleted: 3, ...allGone });
    expect(await filesOf(world, roomId)).toEqual([]);
  });

  it('without a time means a minute', async () => {
    await aPlayedCall(world);
    world.clock.moveBy(untilOver);
    await world.simulator.fault({ path: '/v2/rooms', times: 1, status: 429 });
    await cleanUp(world);
    world.clock.moveBy(span('50 seconds'));
    expect(await cleanUp(world)).toMatchObject({ left: 1 });
    world.clock.moveBy(span('11 seconds'));
    expect(await cleanUp(world)).toMatchObject({ deleted: 3 });
  });
});

it('a change that comes while its room is being cleaned succeeds, and its new room is not taken for the old one', async () => {
  const { id, roomId } = await aPlayedCall(world, { startsIn: '3 hours' });
  await refreshActivity(world.scope(), await recordOf(world, id));
  world.clock.moveBy(span('61 minutes'));
  const change = { participants: { number: 2, data: [drRossi, msNeri] } };
  let status: number | undefined;
  world.wrapDeps(
    withSteps(async (call, when) => {
      if (call !== 'kaleyra.deleteUpload' || when !== 'before' || status !== undefined) return;
      status = 0;
      status = (await world.api.patch(`/teleconsultation/${id}`, change)).status;
    }),
  );
  await cleanUp(world);
  expect(status).toBe(204);
  const record = await recordOf(world, id);
  expect(record.room?.id).not.toBe(roomId);
  expect(record).toMatchObject({ claim: null, owed: [], upkeep: null });
  expect(await filesOf(world, roomId)).toEqual([]);
});

it('an invocation that cannot be understood does nothing', async () => {
  await aPlayedCall(world);
  world.clock.moveBy(untilOver);
  await world.simulator.forgetRequests();
  await expect(world.invoke('cleanupUploads', { dryRun: 'yes' })).rejects.toThrow('body.dryRun');
  await expect(world.invoke('cleanupUploads', { graceMs: -1 })).rejects.toThrow('body.graceMs');
  expect(await world.simulator.requests()).toEqual([]);
});

it('says at the end what it did, with no name and no link in it', async () => {
  await aPlayedCall(world);
  world.clock.moveBy(untilOver);
  const logged = world.logs.length;
  await cleanUp(world);
  expect(loggedBy(world, 'cleanup.done')).toMatchObject({
    level: 'info',
    counts: { seen: 3, deleted: 3, failed: 0, left: 0, cleared: 1, closed: 0, postponed: 0, dryRun: 0 },
  });
  expect(world.logs.slice(logged).join('\n')).not.toMatch(/https?:|rossi|bianchi/i);
});
