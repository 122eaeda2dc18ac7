import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { aPlayedCall, aStray, cleanUp, DELETING, emptied, reconcile, roomIdOf } from '../support/jobs.ts';
import { countedBy, countedIn } from '../support/metrics.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** What an operator sees of the service in numbers: each is counted where the thing itself happens, once. */
let world: World;
const ENV = { ...DELETING, METRICS_NAMESPACE: 'clinic/test', RECONCILE_MINIMUM_AGE_MS: '0' };
beforeAll(async () => {
  world = await openWorld({ env: ENV, oneClock: true });
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.reset();
  world.configure({});
  await emptied(world);
  await world.simulator.clearFaults();
});

const HOUR = 3_600_000;
const book = () => world.api.post('/teleconsultation', bookingBody(world.clock.now()));
const list = { participants: { number: 2, data: [drVerdi, msNeri] } };

describe('bookings and rooms', () => {
  it('a booking is one booking and one room', async () => {
    expect(await countedBy(world, () => aBooking(world))).toEqual({ Bookings: [1], RoomsMade: [1] });
  });

  it('a list that is not complete is booked without a room; the last person brings one', async () => {
    const wish = { participants: [drRossi], expected: 2 };
    let id = '';
    expect(
      await countedBy(world, async () => {
        id = await aBooking(world, wish);
      }),
    ).toEqual({ Bookings: [1] });
    expect(
      await countedBy(world, () => world.api.post(`/teleconsultation/${id}/participants/data`, mrBianchi)),
    ).toEqual({ RoomsMade: [1] });
  });

  it('a change of the participants replaces the room; one of its time does not', async () => {
    const id = await aBooking(world);
    expect(await countedBy(world, () => world.api.patch(`/teleconsultation/${id}`, list))).toEqual({
      RoomsMade: [1],
      RoomsReplaced: [1],
    });
    const later = { end_date: new Date(world.clock.now() + 5 * HOUR).toISOString() };
    expect(await countedBy(world, () => world.api.patch(`/teleconsultation/${id}`, later))).toEqual({});
  });

  it('a booking under the same key is one, and one that is refused is none', async () => {
    const keyed = world.api.withHeaders({ 'idempotency-key': 'key-of-a-booking-1' });
    const body = bookingBody(world.clock.now());
    expect(
      await countedBy(world, async () => {
        await keyed.post('/teleconsultation', body);
        await keyed.post('/teleconsultation', body);
        await world.api.post('/teleconsultation', {});
      }),
    ).toEqual({ Bookings: [1], RoomsMade: [1] });
  });
});

describe('links', () => {
  const open = (id: string, who = mrBianchi) => world.api.as(who).get(`/teleconsultation/${id}`);

  it('are counted when they are given, and when they are not by the reason', async () => {
    const now = await aBooking(world, { startsIn: '-5 minutes' });
    const later = await aBooking(world, { startsIn: '2 hours' });
    const partial = await aBooking(world, { participants: [mrBianchi], expected: 2 });
    expect(await countedBy(world, () => open(now))).toEqual({ LinksGiven: [1] });
    expect(await countedBy(world, () => open(later))).toEqual({ 'LinksRefused not_open_yet': [1] });
    expect(await countedBy(world, () => open(partial))).toEqual({ 'LinksRefused waiting_for_participants': [1] });
    expect(await countedBy(world, () => open(now, msNeri))).toEqual({ 'LinksRefused takes_no_part': [1] });
    // Nobody's link: there is no such teleconsultation.
    expect(await countedBy(world, () => open('0123456789abcdef01234567'))).toEqual({});
  });

  it('are refused while the room is being replaced', async () => {
    const id = await aBooking(world, { startsIn: '-5 minutes' });
    const { records, ids, clock } = world.scope();
    const record = await records.find(id);
    if (record === undefined) throw new Error('the booking is not there');
    await records.change(record, { ...record, claim: { operation: ids.operation(), until: clock.now() + 60_000 } });
    expect(await countedBy(world, () => open(id))).toEqual({ 'LinksRefused being_changed': [1] });
  });

  it('are refused once the room is closed', async () => {
    const id = await aBooking(world, { startsIn: '-3 days' });
    await cleanUp(world);
    expect(await countedBy(world, () => open(id))).toEqual({ 'LinksRefused ended': [1] });
  });

  it('of a stranger with a token are refused as well', async () => {
    const strict = await openWorld({ env: ENV, identity: 'jwt' });
    try {
      const body = bookingBody(strict.clock.now());
      const reply = await strict.api.asToken(drRossi).post('/teleconsultation', body);
      const { roomId } = reply.body as { roomId: string };
      const stranger = strict.api.asToken(drVerdi);
      expect(await countedBy(strict, () => stranger.get(`/teleconsultation/${roomId}`))).toEqual({
        'LinksRefused takes_no_part': [1],
      });
    } finally {
      await strict.close();
    }
  });
});

describe('files', () => {
  it('are counted as they are deleted, by a job as on order', async () => {
    const { id } = await aPlayedCall(world, {}, { uploads: 3 });
    expect(await countedBy(world, () => world.api.delete(`/teleconsultation/${id}/uploads`))).toEqual({
      UploadsDeleted: [3],
    });
    await aPlayedCall(world, { startsIn: '-3 hours' }, { uploads: 2 });
    expect(await countedBy(world, () => cleanUp(world))).toMatchObject({ UploadsDeleted: [2] });
    expect(await countedBy(world, () => cleanUp(world))).toEqual({});
  });

  it('are not counted by a dry run', async () => {
    await aPlayedCall(world, { startsIn: '-3 hours' }, { uploads: 2 });
    expect(await countedBy(world, () => cleanUp(world, { dryRun: true }))).toEqual({});
  });
});

describe('Kaleyra', () => {
  it('has a latency for each call, failed ones included', async () => {
    const before = world.logs.length;
    await world.simulator.forgetRequests();
    await aBooking(world);
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', status: 400 });
    await book();
    const calls = (await world.simulator.requests()).length;
    const { VendorLatency = [] } = countedIn(world.logs.slice(before));
    expect(VendorLatency).toHaveLength(calls);
    expect(VendorLatency.every(value => value >= 0 && value < 8000)).toBe(true);
  });

  it.each([
    [{ status: 500 }, 'unavailable'],
    [{ drop: true }, 'unavailable'],
    [{ status: 429, retryAfter: 3 }, 'throttled'],
    [{ status: 401 }, 'key'],
    [{ status: 403 }, 'key'],
    [{ status: 200, body: 'nonsense' }, 'unreadable'],
  ])('that answers %j is an error of the kind %s', async (fault, kind) => {
    await aBooking(world);
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', times: 1, ...fault });
    expect(await countedBy(world, book)).toEqual({ [`VendorErrors ${kind}`]: [1] });
  });

  it('that refuses a room is an error, and one more when it refuses again', async () => {
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', times: 2, status: 400 });
    expect(await countedBy(world, book)).toMatchObject({ 'VendorErrors refused': [1, 1] });
  });

  it('that says there is no such room, or already such a user, has not failed', async () => {
    const id = await aBooking(world, { startsIn: '-5 minutes' });
    const { kaleyra } = world.scope();
    await kaleyra.deleteRoom(await roomIdOf(world, id));
    expect(await countedBy(world, () => kaleyra.readRoom('room_0123456789ab'))).toEqual({});
    const [user] = (await world.simulator.state()).users;
    expect(await countedBy(world, () => kaleyra.createUser(user?.id ?? '', 'basic'))).toEqual({});
  });

  it('that is taken to be down is not asked, and that is counted', async () => {
    await world.simulator.fault({ path: '/v2/', times: 1000, drop: true });
    for (let attempt = 0; attempt < 5; attempt += 1) await book();
    expect(await countedBy(world, book)).toEqual({ CircuitOpen: [1] });
  });
});

describe('the reconciler', () => {
  const NOTHING = {
    'DriftFound strays': [0],
    'DriftFound lost': [0],
    'DriftFound unknown': [0],
    ReconcileAlarms: [0],
    OldestOwed: [0],
  };

  it('says of every run what it found, also when that is nothing', async () => {
    await aBooking(world);
    expect(await countedBy(world, () => reconcile(world))).toEqual(NOTHING);
  });

  it('tells strays, lost rooms and rooms that are not ours apart', async () => {
    const [id, other] = [await aBooking(world), await aBooking(world)];
    await aStray(world, id, id);
    await aStray(world, 'a room of somebody else', id);
    await world.scope().kaleyra.deleteRoom(await roomIdOf(world, other));
    world.clock.moveBy(HOUR / 2);
    expect(await countedBy(world, () => reconcile(world))).toMatchObject({
      'DriftFound strays': [1],
      'DriftFound lost': [1],
      'DriftFound unknown': [1],
      ReconcileAlarms: [0],
      RoomsMade: [1],
    });
  });

  it('raises its alarm once for the run that changed nothing', async () => {
    const [id, other] = [await aBooking(world), await aBooking(world)];
    for (const record of [id, id, other]) await aStray(world, record, id);
    world.clock.moveBy(HOUR / 2);
    expect(await countedBy(world, () => reconcile(world, { mostChanges: 2 }))).toMatchObject({
      'DriftFound strays': [3],
      ReconcileAlarms: [1],
    });
  });

  it('says how long a room has been owed, over all that was tried before', async () => {
    const id = await aBooking(world);
    await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', times: 100, status: 400 });
    await world.api.delete(`/teleconsultation/${id}`);
    const ages: number[] = [];
    for (const minutes of [2, 3, 5]) {
      world.clock.moveBy(minutes * 60_000);
      const { OldestOwed = [] } = await countedBy(world, () => reconcile(world));
      ages.push(...OldestOwed);
    }
    // Due a minute after the first failure, then two, then four later: at least this long it has been owed.
    const [first = 0, second = 0, third = 0] = ages;
    expect([first, second, third].map(age => Math.round(age / 60))).toEqual([2, 4, 8]);
    await world.simulator.clearFaults();
    world.clock.moveBy(HOUR);
    await reconcile(world);
    expect(await countedBy(world, () => reconcile(world))).toMatchObject({ OldestOwed: [0] });
  });
});

describe('where no namespace is set', () => {
  it('the log holds no number', async () => {
    world.configure({ METRICS_NAMESPACE: '' });
    const before = world.logs.length;
    await aBooking(world);
    await reconcile(world);
    expect(world.logs.slice(before).filter(line => line.includes('_aws'))).toEqual([]);
    expect(world.logs.length).toBeGreaterThan(before);
  });
});

it('no line of a number holds anything of a request, a record or a person', () => {
  const lines = world.logs.filter(line => line.includes('_aws')).map(line => JSON.parse(line));
  expect(lines.length).toBeGreaterThan(50);
  const members = new Set(lines.flatMap(line => Object.keys(line)));
  const texts = new Set(
    lines.flatMap(({ _aws, ...rest }) => Object.values(rest).filter(one => typeof one === 'string')),
  );
  expect([...members].filter(name => !/^(_aws|Service|Reason|Kind|[A-Z][A-Za-z]+)$/.test(name))).toEqual([]);
  expect([...texts].filter(text => !/^[a-z_]{3,25}$/.test(String(text)))).toEqual([]);
});
