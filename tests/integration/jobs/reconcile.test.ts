import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reconcileRooms } from '../../../lib/domain/jobs/reconcile-rooms.ts';
import type { Teleconsultation } from '../../../lib/domain/teleconsultation.ts';
import { storeUnavailable } from '../../../lib/errors.ts';
import { aBooking, span } from '../../support/bookings.ts';
import {
  aPlayedCall,
  aStray,
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

/** The reconciler: what it puts right, what it never touches, and when it stops. */
let world: World;
let opened: World | undefined;
beforeEach(async () => {
  opened ??= await openWorld({ env: DELETING, oneClock: true });
  world = opened;
  world.clock.reset();
  world.logs.length = 0;
  await emptied(world);
});
afterEach(async () => {
  world.wrapDeps(deps => deps);
  world.configure({});
});
afterAll(() => opened?.close());

const roomIds = async () => (await world.simulator.rooms()).map(room => room.id).sort();
const change = { participants: { number: 2, data: [drRossi, msNeri] } };

/** Writes to the record what a crash or a bug would have left on it. */
const tamper = async (id: string, parts: Partial<Teleconsultation>): Promise<void> => {
  const record = await recordOf(world, id);
  expect(await world.scope().records.change(record, { ...record, ...parts })).not.toBe('lost');
};

const nothing = {
  claims: 0,
  abandoned: 0,
  paid: 0,
  unpaid: 0,
  unknown: 0,
  strays: 0,
  removed: 0,
  lost: 0,
  repaired: 0,
  people: 0,
  madeUpFor: 0,
  failed: 0,
  left: 0,
  alarm: false,
};

describe('where nothing is wrong', () => {
  it('reads a list that is all news once, and has compared all of it', async () => {
    const ids = [await aBooking(world), await aBooking(world)];
    await world.simulator.forgetRequests();
    expect((await reconcile(world)).rooms).toBe(ids.length);
    const lists = (await world.simulator.requests()).filter(
      ({ method, path }) => `${method} ${path}` === 'GET /v2/rooms',
    );
    expect(lists).toHaveLength(1);
    const sweep = await world.scope().jobs.findSweep();
    expect([sweep?.full, sweep?.fullAt]).toEqual([null, expect.any(Number)]);
  });

  it('finds nothing and changes nothing, run after run', async () => {
    await aBooking(world);
    await aPlayedCall(world, {}, { uploads: 0 });
    await aBooking(world, { expected: 3 });
    const id = await aBooking(world);
    await world.api.patch(`/teleconsultation/${id}`, change);
    await world.api.delete(`/teleconsultation/${await aBooking(world)}`);
    // The call that no event had told of is made up for by the first run.
    await reconcile(world);
    const before = { items: (await world.items()).filter(({ pk }) => pk !== 'sweep'), rooms: await roomIds() };
    for (let run = 0; run < 2; run += 1) {
      expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject(nothing);
    }
    expect((await world.items()).filter(({ pk }) => pk !== 'sweep')).toEqual(before.items);
    expect(await roomIds()).toEqual(before.rooms);
  });
});

describe('what the index says is due', () => {
  it('a claim whose owner died is cleared, and the room it made is found and removed', async () => {
    const id = await aBooking(world);
    const roomId = await roomIdOf(world, id);
    await tamper(id, { claim: { operation: 'died', until: world.clock.now() + 60_000 } });
    await aStray(world, id, id);
    await world.simulator.forgetRequests();
    expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject({ ...nothing });
    expect(await roomIds()).toHaveLength(2);
    world.clock.moveBy(span('2 minutes'));
    expect(await reconcile(world)).toMatchObject({ claims: 1 });
    expect(await recordOf(world, id)).toMatchObject({ claim: null, owed: [{ roomId: null }] });
    world.clock.moveBy(span('5 minutes'));
    expect(await reconcile(world)).toMatchObject({ claims: 0, paid: 1 });
    expect(await roomIds()).toEqual([roomId]);
    expect(await reconcile(world)).toMatchObject(nothing);
  });

  it('a booking that was never finished is cancelled, once its room cannot turn up any more', async () => {
    const like = await aBooking(world);
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', drop: true, afterEffect: true });
    await world.simulator.fault({ method: 'GET', path: '/v2/rooms', times: 2, status: 500 });
    expect((await world.api.post('/teleconsultation', { ...(await bodyOf(like)) })).status).toBe(503);
    await world.simulator.clearFaults();
    const left = (await world.items()).find(item => item.state === 'CREATING');
    const id = String(left?.pk);
    expect(await roomIds()).toHaveLength(2);
    world.clock.moveBy(span('2 minutes'));
    expect(await reconcile(world)).toMatchObject({ paid: 1, abandoned: 0 });
    expect(await roomIds()).toEqual([await roomIdOf(world, like)]);
    world.clock.moveBy(span('15 minutes'));
    expect(await reconcile(world)).toMatchObject({ abandoned: 1 });
    expect(await recordOf(world, id)).toMatchObject({ state: 'TRASH', room: null, owed: [], claim: null });
    expect(await reconcile(world)).toMatchObject(nothing);
  });

  it('a room that is owed goes with its files as soon as Kaleyra lets it, and stays due until then', async () => {
    const { id, roomId } = await aPlayedCall(world);
    await world.simulator.fault({ path: '/v2/', times: 100, status: 503 });
    await world.api.delete(`/teleconsultation/${id}`);
    world.clock.moveBy(span('61 seconds'));
    expect(await reconcile(world)).toMatchObject({ paid: 0, unpaid: 1 });
    await world.simulator.clearFaults();
    expect(await reconcile(world)).toMatchObject({ paid: 0, unpaid: 0 });
    world.clock.moveBy(span('2 minutes'));
    expect(await reconcile(world)).toMatchObject({ paid: 1, unpaid: 0 });
    expect(await filesOf(world, roomId)).toEqual([]);
    expect(await roomIds()).toEqual([]);
    expect(await recordOf(world, id)).toMatchObject({ owed: [] });
  });

  it('one record that cannot be read holds back no other', async () => {
    const id = await aBooking(world);
    await tamper(id, { claim: { operation: 'died', until: world.clock.now() } });
    const broken = await aBooking(world);
    await tamper(broken, { claim: { operation: 'died', until: world.clock.now() } });
    const item = (await world.items()).find(one => one.pk === broken && one.sk === 'record');
    const TableName = world.deps.config.table;
    await world.client.send(new PutCommand({ TableName, Item: { ...item, state: 'UNHEARD-OF' } }));
    world.clock.moveBy(span('2 minutes'));
    expect(await reconcile(world)).toMatchObject({ claims: 1, failed: expect.any(Number) });
    expect(loggedBy(world, 'record.not_looked_after')).toMatchObject({ teleconsultationId: broken });
  });
});

/** The body with which a teleconsultation like that one is booked. */
const bodyOf = async (id: string): Promise<Record<string, unknown>> => {
  const { startDate, endDate } = await recordOf(world, id);
  return {
    start_date: new Date(startDate).toISOString(),
    end_date: new Date(endDate ?? 0).toISOString(),
    participants: { number: 2, data: [drRossi, mrBianchi] },
  };
};

describe('a stray', () => {
  it('goes once it is old enough, through the debts of its record; its files first', async () => {
    const id = await aBooking(world);
    const stray = await aStray(world, id, id);
    await world.simulator.playCall({ roomId: stray, webhooks: false });
    expect(await reconcile(world)).toMatchObject({ ...nothing, rooms: 2 });
    world.clock.moveBy(span('16 minutes'));
    await world.simulator.forgetRequests();
    expect(await reconcile(world)).toMatchObject({ ...nothing, strays: 1, removed: 1 });
    const calls = callsOf(await world.simulator.requests());
    expect(calls.slice(-5)).toEqual([
      'PUT /v2/rooms/{id}/disable',
      'GET /v2/uploads',
      'DELETE /v2/uploads/{key}',
      'GET /v2/uploads',
      'DELETE /v2/rooms/{id}',
    ]);
    expect(await roomIds()).toEqual([await roomIdOf(world, id)]);
    expect(await filesOf(world, stray)).toEqual([]);
    expect(await recordOf(world, id)).toMatchObject({ owed: [] });
    expect(await reconcile(world)).toMatchObject(nothing);
  });

  it('goes at any age when the invocation says so', async () => {
    const id = await aBooking(world);
    await aStray(world, id, id);
    expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject({ strays: 1, removed: 1 });
    expect(await roomIds()).toEqual([await roomIdOf(world, id)]);
  });

  it('of a cancelled teleconsultation goes as well', async () => {
    const [id, like] = [await aBooking(world), await aBooking(world)];
    await world.api.delete(`/teleconsultation/${id}`);
    await aStray(world, id, like);
    expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject({ strays: 1, removed: 1 });
  });

  it('stays while somebody changes its record', async () => {
    const id = await aBooking(world);
    const stray = await aStray(world, id, id);
    await tamper(id, { claim: { operation: 'busy', until: world.clock.now() + span('1 hour') } });
    world.clock.moveBy(span('30 minutes'));
    expect(await reconcile(world)).toMatchObject({ strays: 0 });
    expect(await roomIds()).toContain(stray);
    await tamper(id, { claim: null });
    // However long ago everything else of that time was compared.
    world.clock.moveBy(span('2 hours'));
    expect(await reconcile(world)).toMatchObject({ strays: 1, removed: 1 });
  });

  it('that cannot be deleted now is owed, and goes later', async () => {
    const id = await aBooking(world);
    await aStray(world, id, id);
    await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', status: 503 });
    expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject({ strays: 1, removed: 0 });
    expect(await recordOf(world, id)).toMatchObject({ owed: [{ attempts: 1 }] });
    world.clock.moveBy(span('2 minutes'));
    expect(await reconcile(world)).toMatchObject({ paid: 1, strays: 0 });
    expect(await roomIds()).toHaveLength(1);
  });

  it('whose record comes to point at it after it was found is kept', async () => {
    const id = await aBooking(world);
    const old = await roomIdOf(world, id);
    const stray = await aStray(world, id, id);
    const record = await recordOf(world, id);
    world.wrapDeps(
      withSteps(async (call, when) => {
        if (call !== 'jobs.findSweep' || when !== 'before') return;
        world.wrapDeps(deps => deps);
        await tamper(id, { room: record.room && { ...record.room, id: stray } });
      }),
    );
    expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject({ strays: 1, removed: 1 });
    expect(await roomIds()).toEqual([stray]);
    expect(old).not.toBe(stray);
  });

  it('is left alone when the table cannot be read', async () => {
    const id = await aBooking(world);
    await aStray(world, id, id);
    world.wrapDeps(
      withSteps(async (call, when) => {
        if (call.startsWith('records.') && when === 'before') throw storeUnavailable(new Error('as told'));
      }),
    );
    await reconcile(world, { minimumAgeMs: 0 }).catch(() => undefined);
    expect(await roomIds()).toHaveLength(2);
  });
});

describe('a room that is not ours', () => {
  it.each([
    ['an id that no record has', '0123456789abcdef01234567'],
    ['a text', 'Visita del 4 maggio'],
    ['nothing', ''],
  ])('with %s as its description is reported and never deleted', async (_, description) => {
    const foreign = await aStray(world, description, await aBooking(world));
    world.clock.moveBy(span('10 days'));
    expect(await reconcile(world, { minimumAgeMs: 0 })).toMatchObject({ unknown: 1, strays: 0, removed: 0 });
    expect(await roomIds()).toContain(foreign);
    expect(loggedBy(world, 'reconcile.unknown_room')).toMatchObject({ level: 'warn', roomId: foreign });
  });
});

describe('a room that its teleconsultation has lost', () => {
  const losing = async (id: string): Promise<string> => {
    const roomId = await roomIdOf(world, id);
    await world.scope().kaleyra.deleteRoom(roomId);
    return roomId;
  };
  const linkOf = async (id: string) =>
    ((await world.api.as(mrBianchi).get(`/teleconsultation/${id}`)).body as { accessLinkURL: string | null })
      .accessLinkURL;

  it('is made again, and what it had left behind goes', async () => {
    const id = await aBooking(world);
    const before = await recordOf(world, id);
    await world.simulator.playCall({ roomId: before.room?.id, webhooks: false });
    const lost = await losing(id);
    expect(await reconcile(world)).toMatchObject({ ...nothing, lost: 1, repaired: 1 });
    const after = await recordOf(world, id);
    expect(await roomIds()).toEqual([after.room?.id]);
    expect(after.room?.id).not.toBe(lost);
    expect(after.room?.specHash).toBe(before.room?.specHash);
    const { participants, startDate, endDate, expected, updatedAt, updaterId, state } = before;
    expect(after).toMatchObject({ participants, startDate, endDate, expected, updatedAt, updaterId, state });
    expect(after).toMatchObject({ claim: null, owed: [] });
    expect(await filesOf(world, lost)).toEqual([]);
    expect(loggedBy(world, 'room.made_again')).toMatchObject({ teleconsultationId: id, roomId: after.room?.id });
    expect(await reconcile(world)).toMatchObject(nothing);
  });

  it('is made again also when its links are shown already: they were dead, and live ones take their place', async () => {
    const id = await aBooking(world, { startsIn: '-10 minutes' });
    const dead = await linkOf(id);
    await losing(id);
    expect(await reconcile(world)).toMatchObject({ lost: 1, repaired: 1 });
    const live = await linkOf(id);
    expect(live).not.toBe(dead);
    expect((await fetch(String(live))).status).toBe(200);
    expect((await fetch(String(dead))).status).toBeGreaterThanOrEqual(400);
  });

  it('is made again although Kaleyra has forgotten its people as well', async () => {
    const id = await aBooking(world);
    await world.simulator.reset();
    expect(await reconcile(world)).toMatchObject({ lost: 1, repaired: 1 });
    expect(await roomIds()).toEqual([await roomIdOf(world, id)]);
  });

  it('is only lost on a 404 by its id', async () => {
    const id = await aBooking(world);
    const roomId = await losing(id);
    for (const fault of [{ status: 500 }, { status: 401 }, { status: 400 }, { drop: true }, { body: { odd: true } }]) {
      await world.simulator.fault({ method: 'GET', path: `/v2/rooms/${roomId}`, ...fault });
      expect(await reconcile(world)).toMatchObject({ lost: 0, repaired: 0, failed: 1 });
    }
    expect(await roomIds()).toEqual([]);
    expect(await reconcile(world)).toMatchObject({ lost: 1, repaired: 1 });
  });

  it('stays away when it cannot be made: the record keeps what it had, and the next run tries again', async () => {
    const id = await aBooking(world);
    const lost = await losing(id);
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', status: 503 });
    expect(await reconcile(world)).toMatchObject({ lost: 1, repaired: 0, failed: 1 });
    expect(await recordOf(world, id)).toMatchObject({ room: { id: lost }, claim: null });
    expect(await reconcile(world)).toMatchObject({ lost: 1, repaired: 1 });
    expect(await roomIds()).toHaveLength(1);
  });

  it('stays away when its call is over, closed or cancelled, or its list is not complete', async () => {
    const over = await aBooking(world, { startsIn: '-2 hours' });
    const closed = await aBooking(world, { startsIn: '-3 days' });
    await cleanUp(world);
    const cancelled = await aBooking(world);
    const incomplete = await aBooking(world, { expected: 3 });
    await losing(over);
    await losing(closed);
    await world.api.delete(`/teleconsultation/${cancelled}`);
    expect(await reconcile(world)).toMatchObject(nothing);
    expect(await roomIds()).toEqual([]);
    expect(await recordOf(world, incomplete)).toMatchObject({ room: null });
  });
});

describe('people who are written down and were never created', () => {
  it('are created, and noted as such', async () => {
    const id = await aBooking(world);
    const [{ externalId, kaleyraId } = { externalId: '', kaleyraId: '' }] = (await recordOf(world, id)).participants;
    const item = (await world.items()).find(({ pk }) => pk === `ext#${externalId}`);
    const { confirmedAt: _, role: __, ...unconfirmed } = item ?? {};
    await world.client.send(new PutCommand({ TableName: world.deps.config.table, Item: unconfirmed }));
    await world.simulator.forgetRequests();
    expect(await reconcile(world)).toMatchObject({ people: 1, failed: 0 });
    const created = (await world.simulator.requests()).filter(({ path }) => path.startsWith('/v2/users'));
    expect(created[0]).toMatchObject({ method: 'POST', body: { id: kaleyraId } });
    expect(await world.scope().people.find(externalId)).toMatchObject({ kaleyraId, confirmedRole: 'plus' });
    expect(await reconcile(world)).toMatchObject({ people: 0 });
  });
});

describe('a call of which no event told', () => {
  it('is made up for', async () => {
    const { id, sessionId } = await aPlayedCall(world, {}, { uploads: 0 });
    expect(await reconcile(world)).toMatchObject({ madeUpFor: 1 });
    const watch = await world.scope().activities.find(id);
    expect(watch?.seen).toMatchObject({ sessions: [{ id: sessionId, durationInSeconds: 60 }] });
    expect(await reconcile(world)).toMatchObject({ madeUpFor: 0 });
  });
});

describe('the comparison', () => {
  const offsets = async (): Promise<string[]> =>
    (await world.simulator.requests())
      .filter(({ method, path }) => method === 'GET' && path === '/v2/rooms')
      .map(({ query }) => new URLSearchParams(query).get('offset') ?? '');

  /** A run whose time for comparing is over as soon as it has the first page of all rooms, which follows the newest one. */
  const runOfOnePage = async () => {
    const scope = world.scope();
    let listed = 0;
    const listRooms: typeof scope.kaleyra.listRooms = async offset => {
      const page = await scope.kaleyra.listRooms(offset);
      listed += 1;
      // More than the share of a run that is for comparing, and less than all of it.
      if (listed === 2) world.clock.moveBy(span('8 minutes'));
      return page;
    };
    return reconcileRooms(
      { ...scope, kaleyra: { ...scope.kaleyra, listRooms } },
      {},
      world.clock.now() + span('10 minutes'),
    );
  };

  /** Rooms of somebody else, more than two pages of them; nothing of ours. */
  const aLongList = async (): Promise<void> => {
    const like = await aBooking(world);
    for (let made = 0; made < 23; made += 1) {
      await Promise.all(Array.from({ length: 10 }, () => aStray(world, 'of another service', like)));
    }
  };

  it('goes through all rooms once, then only back to where it had come; all again after a week', async () => {
    const id = await aBooking(world);
    const old = await roomIdOf(world, id);
    await aLongList();
    world.clock.moveBy(span('1 hour'));
    await world.simulator.forgetRequests();
    expect(await reconcile(world)).toMatchObject({ rooms: 232, unknown: 230, strays: 0 });
    expect((await offsets()).length).toBeGreaterThanOrEqual(3);

    // A room from before the mark loses its record's pointer: the newest page does not show it.
    await tamper(id, { room: null });
    await world.simulator.forgetRequests();
    expect(await reconcile(world)).toMatchObject({ rooms: 0, strays: 0 });
    expect(await offsets()).toEqual(['0']);
    world.clock.moveBy(span('7 days'));
    expect(await reconcile(world)).toMatchObject({ rooms: 232, strays: 1, removed: 1 });
    expect(await roomIds()).not.toContain(old);
    await world.simulator.forgetRequests();
    expect(await reconcile(world)).toMatchObject({ rooms: 0, strays: 0 });
  });

  it('of all rooms is continued by the next run where this one stopped', async () => {
    const id = await aBooking(world);
    await aLongList();
    world.clock.moveBy(span('1 hour'));
    await tamper(id, { room: null });
    await world.simulator.forgetRequests();
    expect(await runOfOnePage()).toMatchObject({ rooms: 100, strays: 0 });
    expect(await offsets()).toEqual(['0', '0']);
    await world.simulator.forgetRequests();
    expect(await reconcile(world)).toMatchObject({ strays: 1, removed: 1 });
    expect(await offsets()).toEqual(['0', '95', '190']);
    await world.simulator.forgetRequests();
    await reconcile(world);
    expect(await offsets()).toEqual(['0']);
  });

  it('goes back when rooms were deleted between two of its runs, so that it skips none', async () => {
    const id = await aBooking(world);
    await aLongList();
    world.clock.moveBy(span('1 hour'));
    await tamper(id, { room: null });
    expect(await runOfOnePage()).toMatchObject({ rooms: 100, strays: 0 });
    // The newest 150 go: what was on the third page is on the first now.
    const { rooms } = await world.simulator.state();
    const newest = rooms.filter(room => room.description === 'of another service').slice(-150);
    for (const room of newest) await world.scope().kaleyra.deleteRoom(room.id);
    expect(await reconcile(world)).toMatchObject({ strays: 1, removed: 1 });
  });
});

it('an invocation that cannot be understood does nothing', async () => {
  await world.simulator.forgetRequests();
  await expect(world.invoke('reconcileRooms', { minimumAgeMs: 'none' })).rejects.toThrow('body.minimumAgeMs');
  expect(await world.simulator.requests()).toEqual([]);
});

it('says at the end what it did, with no name and no link in it', async () => {
  const id = await aBooking(world);
  await aStray(world, id, id);
  const logged = world.logs.length;
  await reconcile(world, { minimumAgeMs: 0 });
  expect(loggedBy(world, 'reconcile.done')).toMatchObject({
    level: 'info',
    counts: { rooms: 2, strays: 1, removed: 1, lost: 0, repaired: 0, alarms: 0 },
  });
  expect(world.logs.slice(logged).join('\n')).not.toMatch(/https?:|rossi|bianchi/i);
});
