import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runErasure } from '../../lib/cli/erase-run.ts';
import { register } from '../../lib/cli/registration.ts';
import { refreshActivity } from '../../lib/domain/activity.ts';
import { aBooking, bookingBody, span } from '../support/bookings.ts';
import { erase, eraseOnce, placesOf } from '../support/erasures.ts';
import { aPlayedCall, emptied, filesOf, reconcile, recordOf, roomIdOf } from '../support/jobs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../support/people.ts';
import { importInto, retiredService } from '../support/retired-service.ts';
import { openWorld, type World } from '../support/world.ts';

/** A person asks to be forgotten: what goes, what stays, and that nothing comes back. */
let world: World;
beforeAll(async () => {
  const env = { KALEYRA_JOB_CALLS_PER_MINUTE: '100000', DEFAULT_RECORDING_TYPE: 'automatic' };
  world = await openWorld({ env, oneClock: true });
});
afterAll(() => world.close());
beforeEach(() => emptied(world));
afterEach(async () => {
  world.clock.reset();
  world.configure({});
  await world.simulator.clearFaults();
});

const NOTHING = { bookings: 0, uploads: 0, recordings: 0, users: 0, names: 0, links: 0 };
/** Of a call as the simulator plays it: three files and a recording. */
const ONE_CALL = { ...NOTHING, uploads: 3, recordings: 1, users: 1, names: 1, links: 1 };

const kaleyraIdOf = async (externalId: string): Promise<string> =>
  (await world.scope().people.find(externalId))?.kaleyraId ?? 'nobody';
const isUser = async (kaleyraId: string): Promise<boolean> =>
  (await world.simulator.state()).users.some(({ id, deleted }) => id === kaleyraId && deleted !== true);
const recordingOf = async (sessionId: string): Promise<boolean> =>
  (await world.scope().kaleyra.locateRecording(sessionId)) !== undefined;
/** Without the pause of the jobs, which says nothing of anybody. */
const items = async () => (await world.items()).filter(({ pk }) => pk !== 'pause');
const vendorChanges = async () => (await world.simulator.requests()).filter(({ method }) => method !== 'GET');

describe('the whole story', () => {
  it.each([
    ['patient', mrBianchi, drRossi],
    ['doctor', drRossi, mrBianchi],
  ])('of a %s: what leads to the person goes, the consultation stays for the other one', async (_, person, other) => {
    world.configure({ LOG_RETENTION_DAYS: '90' });
    const call = await aPlayedCall(world, { startsIn: '-3 hours' });
    const kaleyraId = await kaleyraIdOf(person.userId);
    const before = await recordOf(world, call.id);

    expect(await erase(world, person.userId)).toMatchObject({
      outcome: 'finished',
      removed: ONE_CALL,
      left: { rooms: 0, users: 0, records: 0 },
      bookings: [],
      copies: { backupDays: 35, logDays: 90 },
      notOffered: ['transcriptions', 'sessions', 'chats', 'statistics'],
    });

    expect(await placesOf(world, person.userId)).toEqual([]);
    expect(await placesOf(world, person.fullName)).toEqual([]);
    const left = await placesOf(world, kaleyraId);
    expect(left).toEqual([`${call.id} record`]);
    expect([await filesOf(world, call.roomId), await recordingOf(call.sessionId)]).toEqual([[], false]);
    expect([await isUser(kaleyraId), await isUser(await kaleyraIdOf(other.userId))]).toEqual([false, true]);

    const after = await recordOf(world, call.id);
    const placeholder = after.participants.find(one => one.kaleyraId === kaleyraId)?.externalId;
    expect(placeholder).toMatch(/^erased-[0-9a-f]{16}$/);
    expect(after.participants).toEqual(
      before.participants.map(one =>
        one.kaleyraId === kaleyraId ? { ...one, externalId: placeholder, fullName: null, language: null } : one,
      ),
    );
    expect(after.room?.links).toEqual(before.room?.links.filter(link => link.kaleyraId !== kaleyraId));
    const { startDate, endDate, state, createdAt, updatedAt } = before;
    expect(after).toMatchObject({ startDate, endDate, state, createdAt, updatedAt });

    const opened = await world.api.as(other).get(`/teleconsultation/${call.id}`);
    expect(opened.status).toBe(200);
    expect(opened.body).toMatchObject({ teleconsultationState: 'ended', accessLinkURL: null });
    expect((opened.body as { participantsBandyerCall: unknown[] }).participantsBandyerCall).toEqual(
      expect.arrayContaining([
        { bandyerUserId: kaleyraId, fullName: null },
        { bandyerUserId: await kaleyraIdOf(other.userId), fullName: other.fullName },
      ]),
    );
    expect((await world.api.as(person).get(`/teleconsultation/${call.id}`)).status).toBe(401);
  });

  it('the name is not shown on screen any more, the other one is', async () => {
    const overHttp = await openWorld({ transport: 'over HTTP', env: { KALEYRA_JOB_CALLS_PER_MINUTE: '100000' } });
    try {
      const apiKey = String(overHttp.env.BANDYER_API_SECRET_KEY);
      await register({ kaleyra: { baseUrl: overHttp.simulator.url, apiKey }, publicBaseUrl: String(overHttp.url) });
      const id = await aBooking(overHttp, { startsIn: '-3 hours' });
      const ids = (await recordOf(overHttp, id)).participants.map(({ kaleyraId }) => kaleyraId);
      await erase(overHttp, mrBianchi.userId);
      expect((await overHttp.simulator.askNames(ids)).body).toEqual({
        user_ids: [{ user_id: ids[0], display_name: drRossi.fullName }],
      });
    } finally {
      await overHttp.close();
    }
  });

  it('afterwards the id is free: a later booking makes a new person with another id at Kaleyra', async () => {
    await aBooking(world, { startsIn: '-3 hours' });
    const before = await kaleyraIdOf(mrBianchi.userId);
    await erase(world, mrBianchi.userId);
    const id = await aBooking(world);
    const after = await kaleyraIdOf(mrBianchi.userId);
    expect(after).toMatch(/^usr_[0-9a-f]{32}$/);
    expect(after).not.toBe(before);
    expect((await recordOf(world, id)).participants[1]).toMatchObject({
      externalId: mrBianchi.userId,
      kaleyraId: after,
    });
    expect([await isUser(before), await isUser(after)]).toEqual([false, true]);
  });

  it('takes rooms that the record had before, and those of cancelled bookings', async () => {
    const cancelled = await aPlayedCall(world, { startsIn: '-1 minute', participants: [drVerdi, mrBianchi] });
    await world.api.delete(`/teleconsultation/${cancelled.id}`);
    const partial = await aBooking(world, { startsIn: '-3 hours', participants: [drRossi, mrBianchi] });
    const former = await roomIdOf(world, partial);
    const { uploads } = await world.simulator.playCall({ roomId: former, webhooks: false });
    const record = await recordOf(world, partial);
    // As a change before the lock leaves it.
    await world.scope().records.change(record, { ...record, room: null });

    const { removed } = await erase(world, mrBianchi.userId);
    expect(removed).toEqual({ ...NOTHING, uploads: 6, recordings: 2, users: 1, names: 2 });
    expect(uploads).toHaveLength(3);
    expect([await filesOf(world, former), await filesOf(world, cancelled.roomId)]).toEqual([[], []]);
    expect(await placesOf(world, mrBianchi.userId)).toEqual([]);
  });

  it('takes what was kept of the calls of a room in which they were, also when they were taken out of the list since', async () => {
    const id = await aBooking(world, { startsIn: '1 hour', participants: [drRossi, mrBianchi] });
    const roomId = await roomIdOf(world, id);
    const { sessionId } = await world.simulator.playCall({ roomId, uploads: 2, webhooks: false });
    const list = { participants: { number: 2, data: [drRossi, msNeri] } };
    expect((await world.api.patch(`/teleconsultation/${id}`, list)).status).toBe(204);
    world.clock.moveBy(span('1 day'));
    expect(await erase(world, mrBianchi.userId)).toMatchObject({ outcome: 'finished', removed: { users: 1 } });
    expect(await filesOf(world, roomId)).toEqual([]);
    expect(await world.scope().kaleyra.locateRecording(sessionId)).toBeUndefined();
    // The others' room is theirs.
    expect(await recordOf(world, id)).toMatchObject({ state: 'PUBLIC', upkeep: null });
  });

  it('takes the recording of a call that was seen, although Kaleyra does not list it any more', async () => {
    const { id, sessionId } = await aPlayedCall(world, { startsIn: '-3 hours' });
    expect(await refreshActivity(world.scope(), await recordOf(world, id))).toBe('seen');
    world.wrapDeps(deps => ({
      ...deps,
      openKaleyra: (...parameters) => ({
        ...deps.openKaleyra(...parameters),
        listSessions: async () => ({ sessions: [], hasMore: false }),
      }),
    }));
    expect((await erase(world, mrBianchi.userId)).removed.recordings).toBe(1);
    world.wrapDeps(deps => deps);
    expect(await recordingOf(sessionId)).toBe(false);
  });

  it('leaves alone what the person has only booked for others, but for their id', async () => {
    const reply = await world.api.as(msNeri).post('/teleconsultation', bookingBody(world.clock.now()));
    const id = (reply.body as { roomId: string }).roomId;
    const roomId = await roomIdOf(world, id);
    const { uploads } = await world.simulator.playCall({ roomId, webhooks: false });
    const before = await world.record(id);
    expect(before).toMatchObject({ creatorId: msNeri.userId, updaterId: msNeri.userId });

    const statement = await erase(world, msNeri.userId);
    expect(statement).toMatchObject({ outcome: 'finished', removed: { ...NOTHING, names: 1 }, bookings: [] });
    const after = await world.record(id);
    expect(after?.creatorId).toMatch(/^erased-[0-9a-f]{16}$/);
    const written = { creatorId: after?.creatorId, updaterId: after?.creatorId, op: after?.op, version: 3 };
    expect(after).toEqual({ ...before, ...written });
    expect(await filesOf(world, roomId)).toEqual(expect.arrayContaining(uploads));
    expect((await world.api.as(mrBianchi).get(`/teleconsultation/${id}`)).status).toBe(200);
  });

  it('says of a stranger that nobody knows them, and writes nothing', async () => {
    await aBooking(world, { startsIn: '-3 hours' });
    const before = await world.items();
    await world.simulator.forgetRequests();
    expect(await eraseOnce(world, 'never-heard-of')).toMatchObject({ outcome: 'unknown', removed: NOTHING, waitMs: 0 });
    expect([await world.items(), await world.simulator.requests()]).toEqual([before, []]);
  });

  it('the person’s id stands in no log line', async () => {
    world.configure({ LOG_LEVEL: 'debug' });
    await aPlayedCall(world, { startsIn: '-3 hours' });
    await aBooking(world);
    await eraseOnce(world, mrBianchi.userId);
    await world.simulator.fault({ method: 'DELETE', path: '/v2/users', status: 500 });
    await erase(world, mrBianchi.userId, { cancel: true });
    await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
    expect(world.logs.filter(line => /bianchi/i.test(line))).toEqual([]);
  });
});

describe('what an import brought', () => {
  const iso = (ms: number) => new Date(world.clock.now() + ms).toISOString();
  const HOUR = 3_600_000;

  it('goes under every id that the person ever had at Kaleyra, with what the old row said of them', async () => {
    const old = retiredService(world);
    const doctor = await old.createUser('plus');
    const first = await old.createUser('basic');
    const second = await old.createUser('basic');
    const line = async (_id: string, patient: string) => {
      const room = await old.createRoom([doctor, patient]);
      await world.simulator.playCall({ roomId: room.roomId, webhooks: false });
      return {
        _id,
        bandyerRoomId: room.roomId,
        participantsNumber: 2,
        participants: [
          { userBandyerId: doctor, accessLinkURL: room.links[0], groups: ['doctor'], fullName: 'Ada-Example' },
          { userBandyerId: patient, accessLinkURL: room.links[1], groups: ['patient'], fullName: 'Ugo-Example' },
        ],
        startDate: iso(-100 * HOUR),
        endDate: iso(-99 * HOUR),
        creatorId: 'ugo',
        createdAt: iso(-200 * HOUR),
        updaterId: 'public',
        updatedAt: iso(-200 * HOUR),
        __STATE__: 'PUBLIC',
      };
    };
    const third = await old.createUser('basic');
    const lines = [
      await line('1'.repeat(24), first),
      await line('2'.repeat(24), second),
      // Booked for somebody else.
      await line('3'.repeat(24), third),
    ];
    const row = (bandyerId: string, receivedUserId: string, more = {}) => ({
      bandyerId,
      receivedUserId,
      __STATE__: 'PUBLIC',
      ...more,
    });
    const users = [
      row(doctor, 'ada'),
      row(first, 'ugo', { _id: 'a'.repeat(24), fullName: 'Ugo-Example', groups: ['ward-of-ugo'] }),
      row(second, 'ugo'),
      row(third, 'eva'),
    ];
    await importInto(world, { teleconsultations: lines, users });
    expect(await placesOf(world, 'ugo')).toHaveLength(6);

    expect(await eraseOnce(world, 'ugo', { dryRun: true })).toMatchObject({
      outcome: 'finished',
      removed: { ...NOTHING, uploads: 6, users: 2, names: 3, links: 2 },
    });
    const { removed } = await erase(world, 'ugo');
    expect(removed).toEqual({ ...NOTHING, uploads: 6, users: 2, names: 3, links: 2 });
    for (const text of ['ugo', 'ward-of']) expect([text, await placesOf(world, text)]).toEqual([text, []]);
    // In the third one, somebody else is called so; and what ended long ago is left in peace by the jobs as before.
    expect(await placesOf(world, 'Ugo-Example')).toEqual([`${'3'.repeat(24)} record`, `kal#${third} person`]);
    expect((await world.items()).filter(({ workDue }) => workDue !== undefined)).toEqual([]);
    expect([await isUser(first), await isUser(second), await isUser(doctor)]).toEqual([false, false, true]);
    expect((await recordOf(world, '1'.repeat(24))).participants[0]).toMatchObject({ fullName: 'Ada-Example' });
    // An import that is repeated leaves the records as they are.
    const before = await world.record('1'.repeat(24));
    await importInto(world, { teleconsultations: lines, users: users.slice(0, 1) });
    expect(await world.record('1'.repeat(24))).toEqual(before);
  });

  it('a record whose note was lost is found all the same', async () => {
    const id = await aBooking(world, { startsIn: '-3 hours' });
    const kaleyraId = await kaleyraIdOf(mrBianchi.userId);
    await world.scope().records.unlinkPeople(id, [kaleyraId]);
    expect((await erase(world, mrBianchi.userId)).removed).toMatchObject({ names: 1, links: 1, users: 1 });
    expect(await placesOf(world, mrBianchi.userId)).toEqual([]);
  });
});

describe('calls that are not over', () => {
  it.each([
    ['a booking to come', {}],
    ['a call that goes on by the plan', { startsIn: '-10 minutes' }],
    ['a booking that is not complete', { participants: [mrBianchi], expected: 2 }],
  ])('%s: refused with its id, and nothing else is changed', async (_, wish) => {
    await aPlayedCall(world, { startsIn: '-3 hours' });
    const id = await aBooking(world, wish);
    const before = await items();
    await world.simulator.forgetRequests();
    expect(await eraseOnce(world, mrBianchi.userId)).toMatchObject({
      outcome: 'refused',
      bookings: [id],
      removed: NOTHING,
    });
    expect(await items()).toEqual(before);
    expect(await vendorChanges()).toEqual([]);
    // Jobs need not wait for it, and another run neither.
    expect(await world.scope().jobs.pausedUntil()).toBeLessThanOrEqual(world.clock.now());
    expect((await world.api.post('/teleconsultation', bookingBody(world.clock.now()))).status).toBe(201);
  });

  it('somebody is still in a room whose end has passed: refused; when they have left, not', async () => {
    const { id, roomId, sessionId } = await aPlayedCall(world, { startsIn: '-3 hours' }, { end: false });
    expect(await eraseOnce(world, mrBianchi.userId)).toMatchObject({ outcome: 'refused', bookings: [id] });
    await world.simulator.playCall({ roomId, sessionId, end: true, webhooks: false });
    expect((await erase(world, mrBianchi.userId)).outcome).toBe('finished');
  });

  it('an imported call without an end is given a day', async () => {
    const id = await aBooking(world, { startsIn: '-23 hours', lasts: '1 hour' });
    const record = await recordOf(world, id);
    await world.scope().records.change(record, { ...record, endDate: null });
    expect((await eraseOnce(world, mrBianchi.userId)).bookings).toEqual([id]);
    world.clock.moveBy(2 * 3_600_000);
    expect((await erase(world, mrBianchi.userId)).outcome).toBe('finished');
  });

  it('--cancel cancels them, with all that is in their rooms', async () => {
    const past = await aPlayedCall(world, { startsIn: '-3 hours' });
    const now = await aPlayedCall(world, { startsIn: '-10 minutes' });
    const future = await aBooking(world);
    const futureRoom = await roomIdOf(world, future);
    const statement = await erase(world, mrBianchi.userId, { cancel: true });
    expect(statement).toMatchObject({
      outcome: 'finished',
      removed: { bookings: 2, uploads: 6, recordings: 2, users: 1, names: 3, links: 3 },
    });
    expect((await recordOf(world, past.id)).state).toBe('PUBLIC');
    for (const id of [now.id, future]) {
      expect(await recordOf(world, id)).toMatchObject({ state: 'TRASH', room: null, owed: [], updaterId: 'public' });
      expect((await world.api.as(drRossi).get(`/teleconsultation/${id}`)).status).toBe(404);
    }
    const rooms = (await world.simulator.rooms()).map(room => room.id);
    expect(rooms).toEqual([past.roomId]);
    expect(rooms).not.toContain(futureRoom);
    expect(await placesOf(world, mrBianchi.userId)).toEqual([]);
  });

  it('--cancel also where the rules say who may do what: whoever may run it may cancel', async () => {
    world.configure({ AUTHORIZATION: 'rules' });
    const id = await aBookingOf(drRossi);
    expect((await erase(world, mrBianchi.userId, { cancel: true })).removed.bookings).toBe(1);
    expect((await recordOf(world, id)).state).toBe('TRASH');
  });

  const aBookingOf = async (caller: typeof drRossi): Promise<string> => {
    const api = world.api.as(caller).withHeaders({ miausergroups: caller.groups.join(',') });
    const reply = await api.post('/teleconsultation', bookingBody(world.clock.now()));
    expect(reply.status).toBe(201);
    return (reply.body as { roomId: string }).roomId;
  };
});

describe('a dry run', () => {
  it('gives the same counts, and changes nothing here or at Kaleyra', async () => {
    await aPlayedCall(world, { startsIn: '-3 hours' });
    await aPlayedCall(world, { startsIn: '-10 minutes' });
    await aBooking(world);
    await world.api
      .as(mrBianchi)
      .post('/teleconsultation', bookingBody(world.clock.now(), { participants: [drVerdi, msNeri] }));
    const before = await world.items();
    const vendorBefore = await world.simulator.state();
    await world.simulator.forgetRequests();
    const dry = await eraseOnce(world, mrBianchi.userId, { dryRun: true, cancel: true });
    expect(await vendorChanges()).toEqual([]);
    expect([await world.items(), await world.simulator.state()]).toEqual([before, vendorBefore]);
    expect(dry).toMatchObject({
      outcome: 'finished',
      dryRun: true,
      removed: { bookings: 2, uploads: 6, recordings: 2, users: 1, names: 4, links: 3 },
    });
    const { removed } = await erase(world, mrBianchi.userId, { cancel: true });
    expect(removed).toEqual(dry.removed);
  });

  it('without --cancel it is refused as the real one', async () => {
    const id = await aBooking(world);
    expect(await eraseOnce(world, mrBianchi.userId, { dryRun: true })).toMatchObject({
      outcome: 'refused',
      bookings: [id],
      removed: NOTHING,
    });
  });
});

it('the command waits where it is told to, and states what the function says', async () => {
  await aPlayedCall(world, { startsIn: '-3 hours' });
  const lines: string[] = [];
  const waited: string[] = [];
  const code = await runErasure({
    target: { label: 'this world', invoke: event => world.invoke('eraseUser', event) },
    event: { externalId: mrBianchi.userId, cancel: false, dryRun: false },
    terminal: { print: line => void lines.push(line), progress: line => void waited.push(line) },
    clock: { now: world.clock.now, sleep: async ms => world.clock.moveBy(ms) },
    signal: new AbortController().signal,
  });
  expect([code, waited]).toEqual([0, ['waiting 35 s for requests that were under way']]);
  expect(lines.slice(0, 8)).toEqual([
    'erased: nothing here leads to the person any more',
    'removed:',
    '  3 uploaded files',
    '  1 recording',
    '  1 user at Kaleyra',
    '  the person’s id and name in 1 record',
    '  1 personal link',
    '  0 bookings that were not over',
  ]);
  expect(await placesOf(world, mrBianchi.userId)).toEqual([]);
});

describe('a wish that is not understood', () => {
  it.each([
    ['nobody', {}],
    ['an empty id', { externalId: ' ' }],
    ['what stands for nobody', { externalId: 'public' }],
    ['an option misspelt', { externalId: mrBianchi.userId, dryrun: true }],
  ])('%s is refused, and nothing is changed', async (_, event) => {
    await aBooking(world, { startsIn: '-3 hours' });
    const before = await world.items();
    await expect(world.invoke('eraseUser', event)).rejects.toMatchObject({ name: 'JobFailed' });
    expect(await world.items()).toEqual(before);
  });
});

describe('nothing brings the person back', () => {
  it('the reconciler makes neither room nor user again', async () => {
    const { id, roomId } = await aPlayedCall(world, { startsIn: '-3 hours' });
    const record = await recordOf(world, id);
    await world.scope().records.change(record, { ...record, endDate: null });
    world.clock.moveBy(48 * 3_600_000);
    const kaleyraId = await kaleyraIdOf(mrBianchi.userId);
    await erase(world, mrBianchi.userId);
    await world.scope().kaleyra.deleteRoom(roomId);
    const before = await items();
    await reconcile(world, { minimumAgeMs: 0 });
    const kept = (item: Record<string, unknown>) => item.pk !== 'sweep' && item.sk !== 'activity';
    expect((await items()).filter(kept)).toEqual(before.filter(kept));
    expect(await isUser(kaleyraId)).toBe(false);
    expect(await world.simulator.rooms()).toEqual([]);
  });

  it('the reconciler does not create who was written down and never created, while they are being erased', async () => {
    const id = await aBooking(world);
    const { externalId, kaleyraId } = (await recordOf(world, id)).participants[1] ?? { externalId: '', kaleyraId: '' };
    const { erasures, people } = world.scope();
    await erasures.begin(externalId, {
      begunAt: world.clock.now(),
      operation: '0'.repeat(16),
      stage: 'checking',
      kaleyraIds: [kaleyraId],
      position: null,
      checkedSince: null,
      removed: NOTHING,
      mark: '',
    });
    await world.scope().kaleyra.deleteUser(kaleyraId);
    expect(await reconcile(world)).toMatchObject({ people: 0, failed: 0 });
    expect(await isUser(kaleyraId)).toBe(false);
    await expect(people.find(externalId)).rejects.toMatchObject({ status: 409 });
  });

  it('what was confirmed too late is not written down', async () => {
    await aBooking(world, { startsIn: '-3 hours' });
    await erase(world, mrBianchi.userId);
    const before = await world.items();
    await world.scope().people.confirm(mrBianchi.userId, 'basic', world.clock.now());
    expect(await world.items()).toEqual(before);
  });

  it('a booking that was never completed makes no room for who was erased, until it is listed anew', async () => {
    const id = await aBooking(world, { startsIn: '-3 hours', participants: [mrBianchi], expected: 2 });
    const kaleyraId = await kaleyraIdOf(mrBianchi.userId);
    await erase(world, mrBianchi.userId);
    const added = await world.api.post(`/teleconsultation/${id}/participants/data`, drRossi);
    expect([added.status, added.body]).toMatchObject([400, { message: expect.stringContaining('was erased: list') }]);
    expect([await isUser(kaleyraId), await world.simulator.rooms()]).toEqual([false, []]);

    const anew = { ...bookingBody(world.clock.now(), { participants: [drRossi, msNeri] }) };
    expect((await world.api.patch(`/teleconsultation/${id}`, anew)).status).toBe(204);
    expect((await recordOf(world, id)).participants.map(({ externalId }) => externalId)).toEqual([
      drRossi.userId,
      msNeri.userId,
    ]);
    expect(await isUser(kaleyraId)).toBe(false);
  });
});
