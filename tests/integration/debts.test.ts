import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { settle } from '../../lib/domain/rooms/settle.ts';
import type { Owed, Teleconsultation } from '../../lib/domain/teleconsultation.ts';
import { aBooking, span } from '../support/bookings.ts';
import { drRossi, mrBianchi, msNeri, patients } from '../support/people.ts';
import { withSteps } from '../support/steps.ts';
import { openWorld, type World } from '../support/world.ts';

/** What a record owes is paid, kept or searched for again; nothing that is in use is ever deleted. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  world.clock.reset();
  world.configure({});
  world.wrapDeps(deps => deps);
  await world.simulator.clearFaults();
});

const roomsOf = async (id: string) => (await world.simulator.rooms()).filter(room => room.description === id);
const stored = async (id: string): Promise<Teleconsultation> => {
  const record = await world.scope().records.find(id);
  if (record === undefined) throw new Error('the record is not there');
  return record;
};
const debt = (parts: Partial<Owed> = {}): Owed => ({ roomId: null, files: false, dueAt: 0, attempts: 0, ...parts });
const owing = async (id: string, owed: Owed[], claimUntil?: number): Promise<Teleconsultation> => {
  const record = await stored(id);
  const claim = claimUntil === undefined ? null : { operation: 'somebody', until: claimUntil };
  const written = await world.scope().records.change(record, { ...record, owed, claim });
  if (written === 'lost') throw new Error('somebody else wrote');
  return written;
};
/** A room with the record's id that nothing points at. */
const aStray = async (id: string): Promise<string> => {
  const { kaleyra } = world.scope();
  const participants = (await stored(id)).participants.map(({ kaleyraId }, index) => ({
    kaleyraId,
    isAdmin: index === 0,
    tools: undefined,
  }));
  const spec = { participants, durationSeconds: undefined, recording: 'none', live: true } as const;
  return (await kaleyra.createRoom({ ...spec, offlineTranscription: false }, id)).id;
};
const change = { participants: { number: 2, data: [drRossi, msNeri] } };

describe('a debt', () => {
  it('for the room that the record points at is dropped, and the room stays', async () => {
    const id = await aBooking(world);
    const [room] = await roomsOf(id);
    const after = await settle(world.scope(), await owing(id, [debt({ roomId: room?.id ?? '' })]));
    expect(after.owed).toEqual([]);
    expect(await roomsOf(id)).toEqual([room]);
  });

  it('that is not due is left as it is when another is paid', async () => {
    const id = await aBooking(world);
    await aStray(id);
    const later = debt({ dueAt: world.clock.now() + span('5 minutes') });
    const after = await settle(world.scope(), await owing(id, [later, debt()]));
    expect(after.owed).toEqual([later]);
    expect(await roomsOf(id)).toHaveLength(1);
  });
});

describe('a search for a room that nobody told of', () => {
  it('deletes what nothing points at, and nothing else', async () => {
    const id = await aBooking(world);
    const [room] = await roomsOf(id);
    await aStray(id);
    await settle(world.scope(), await owing(id, [debt()]));
    expect(await roomsOf(id)).toEqual([room]);
  });

  it('touches nothing while somebody has a claim: the room may be theirs', async () => {
    const id = await aBooking(world);
    const stray = await aStray(id);
    const after = await settle(world.scope(), await owing(id, [debt()], world.clock.now() + span('1 minute')));
    expect((await roomsOf(id)).map(room => room.id)).toContain(stray);
    expect(after.owed).toMatchObject([{ roomId: null, attempts: 1 }]);
  });

  it('that finds nothing is repeated later, and not for ever', async () => {
    const id = await aBooking(world);
    let record = await owing(id, [debt()]);
    for (const attempts of [1, 2]) {
      record = await settle(world.scope(), record);
      expect(record.owed).toMatchObject([{ roomId: null, attempts }]);
      world.clock.moveBy(span('1 day'));
    }
    expect((await settle(world.scope(), record)).owed).toEqual([]);
  });
});

it('a cancellation during a change leaves a search for the room that the change may be making', async () => {
  const id = await aBooking(world);
  const until = world.clock.now() + span('1 minute');
  await owing(id, [], until);
  expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(204);
  expect((await stored(id)).owed).toMatchObject([{ roomId: null, attempts: 0, dueAt: until }]);
});

it('paying for one change does not undo the next: six changes on a slow vendor make seven rooms', async () => {
  const id = await aBooking(world);
  await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', times: 20, delayMs: 120 });
  await world.simulator.fault({ method: 'POST', path: '/v2/rooms', times: 20, delayMs: 90 });
  const replies = await Promise.all(
    patients(6, 'guest').map(guest =>
      world.api.patch(`/teleconsultation/${id}`, {
        participants: { number: 3, data: [drRossi, mrBianchi, guest] },
      }),
    ),
  );
  expect(replies.map(reply => reply.status)).toEqual(Array.from({ length: 6 }, () => 204));
  const made = (await world.simulator.state()).rooms.filter(room => room.description === id);
  expect(made).toHaveLength(7);
  expect(await roomsOf(id)).toHaveLength(1);
  expect((await stored(id)).owed).toEqual([]);
});

it('a change that keeps the room takes a claim when the lock is near, so that it cannot land behind it', async () => {
  const calls: string[] = [];
  const claimsOf = async (startsIn: string): Promise<number> => {
    const id = await aBooking(world, { startsIn });
    calls.length = 0;
    world.wrapDeps(
      withSteps(async (call, when) => {
        if (when === 'before') calls.push(call);
      }),
    );
    const end = new Date(world.clock.now() + span('3 hours')).toISOString();
    expect((await world.api.patch(`/teleconsultation/${id}`, { end_date: end })).status).toBe(204);
    world.wrapDeps(deps => deps);
    return calls.filter(call => call === 'records.change').length;
  };
  expect(await claimsOf('30 seconds')).toBe(2);
  expect(await claimsOf('2 hours')).toBe(1);
});

it('a reader takes the time before it reads: a lock that passes while it reads shows nothing', async () => {
  const id = await aBooking(world, { startsIn: '1 hour' });
  world.wrapDeps(
    withSteps(async (call, when) => {
      if (call.startsWith('records.find') && when === 'before') world.clock.moveBy(span('2 hours'));
    }),
  );
  const { body } = await world.api.as(mrBianchi).get(`/teleconsultation/${id}`);
  expect(body).toMatchObject({ accessLinkURL: null });
});

it('somebody whom Kaleyra has lost is created with the higher role when a booking needs it', async () => {
  const person = patients(1, 'vanished')[0] ?? mrBianchi;
  const id = await aBooking(world, { participants: [drRossi, person] });
  const kaleyraId = (await stored(id)).participants[1]?.kaleyraId;
  const headers = { apikey: String(world.env.BANDYER_API_SECRET_KEY) };
  await fetch(`${world.simulator.url}/v2/users/${kaleyraId}`, { method: 'DELETE', headers });
  await aBooking(world, { participants: [{ ...person, groups: ['doctor'] }, mrBianchi] });
  const users = (await world.simulator.state()).users.filter(user => user.id === kaleyraId && user.deleted !== true);
  expect(users).toMatchObject([{ role: 'plus' }]);
});

describe('what today’s settings do not allow any more', () => {
  it('is refused when a change would make a room of it, and left alone otherwise', async () => {
    const id = await aBooking(world, { lasts: '1 minute' });
    world.configure({ UNLIMITED_TELECONSULTATION: 'false' });
    const refused = await world.api.patch(`/teleconsultation/${id}`, change);
    expect([refused.status, refused.body]).toMatchObject([400, { message: expect.stringContaining('5 minutes') }]);
    expect(await roomsOf(id)).toHaveLength(1);
    expect((await world.api.patch(`/teleconsultation/${id}`, {})).status).toBe(204);
  });
});

it('a record that was written before jobs noted their upkeep can be read', async () => {
  const id = await aBooking(world);
  const { UpdateCommand } = await import('@aws-sdk/lib-dynamodb');
  await world.client.send(
    new UpdateCommand({
      TableName: world.deps.config.table,
      Key: { pk: id, sk: 'record' },
      UpdateExpression: 'REMOVE upkeep',
    }),
  );
  expect((await world.api.as(mrBianchi).get(`/teleconsultation/${id}`)).status).toBe(200);
  expect((await stored(id)).upkeep).toBeNull();
});
