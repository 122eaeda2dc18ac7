import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aBooking, span } from '../support/bookings.ts';
import { aHeldCall } from '../support/calls.ts';
import { reconcile, recordOf, retain } from '../support/jobs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

/** "Why can't I join?", as a participant asks it. */
const RULES = { AUTHORIZATION: 'rules', MANAGER_GROUPS: 'front-desk' };

let world: World;
beforeAll(async () => {
  world = await openWorld({ oneClock: true });
});
afterAll(() => world.close());
afterEach(async () => {
  world.clock.reset();
  world.configure({});
  await world.simulator.clearFaults();
});

const ask = (id: string, person: { userId: string } = mrBianchi) =>
  world.api.as(person).get(`/teleconsultation/${id}/status`);
const statusOf = async (id: string, person = mrBianchi): Promise<unknown> => {
  const { status, body } = await ask(id, person);
  return status === 200 ? body : status;
};
const linkOf = async (id: string): Promise<unknown> =>
  ((await world.api.as(mrBianchi).get(`/teleconsultation/${id}`)).body as { accessLinkURL: unknown }).accessLinkURL;
const iso = (instant: number): string => new Date(instant).toISOString();
const unknown = (id: string) => ({
  status: 404,
  body: {
    statusCode: 404,
    error: `Room with id ${id} not found on CRUD`,
    message: `Room with id ${id} not found on CRUD`,
  },
});

describe('a participant is told', () => {
  it('when it opens and how long that is, to the second', async () => {
    world.configure({ IMMUTABLE_PERIOD_MS: '600000' });
    const now = world.clock.now();
    world.clock.moveTo(now);
    const id = await aBooking(world, { startsIn: '2 hours' });
    const start = Date.parse(String((await world.record(id))?.startDate));
    world.clock.moveTo(start - span('30 minutes'));
    expect(await statusOf(id)).toMatchObject({ status: 'not_open_yet', opensAt: iso(start - 600_000) });
    const { secondsLeft } = (await ask(id)).body as { secondsLeft: number };
    expect([1199, 1200]).toContain(secondsLeft);
    world.clock.moveTo(start - 600_000 + 50);
    expect(await statusOf(id)).toEqual({ status: 'open' });
    expect(await linkOf(id)).toMatch(/^http/);
  });

  it('for how many it waits, whatever the time', async () => {
    const id = await aBooking(world, { startsIn: '-1 hour', participants: [drRossi, mrBianchi], expected: 4 });
    expect(await statusOf(id)).toEqual({ status: 'waiting_for_participants', known: 2, expected: 4 });
  });

  it('that it is open after its planned end, and over once its room is closed', async () => {
    const { id } = await aHeldCall(world, { startsIn: '-50 minutes', lasts: '30 minutes' });
    expect(await statusOf(id)).toEqual({ status: 'open' });
    world.clock.moveBy(span('2 days'));
    await world.invoke('cleanupUploads', {});
    expect(await statusOf(id)).toEqual({ status: 'ended' });
    expect(await linkOf(id)).toBeNull();
  });

  it('that it was cancelled, which the other route keeps from everybody', async () => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    await world.api.delete(`/teleconsultation/${id}`);
    expect(await statusOf(id)).toEqual({ status: 'cancelled' });
    expect(await statusOf(id, drRossi)).toEqual({ status: 'cancelled' });
    expect((await world.api.as(mrBianchi).get(`/teleconsultation/${id}`)).status).toBe(404);
  });

  it('that the door opens in a moment, while somebody’s change holds it', async () => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    const record = await recordOf(world, id);
    const until = world.clock.now() + 60_000;
    await world.scope().records.change(record, { ...record, claim: { operation: 'op-of-somebody', until } });
    expect(await linkOf(id)).toBeNull();
    expect(await statusOf(id)).toEqual({ status: 'not_open_yet', opensAt: iso(record.startDate), secondsLeft: 1 });
    world.clock.moveTo(until);
    expect([await statusOf(id), typeof (await linkOf(id))]).toEqual([{ status: 'open' }, 'string']);
  });
});

describe('to whom it is nothing', () => {
  it('it answers as the teleconsultation itself does', async () => {
    const id = await aBooking(world);
    for (const api of [world.api.as(drVerdi), world.api]) {
      const [own, other] = [await api.get(`/teleconsultation/${id}/status`), await api.get(`/teleconsultation/${id}`)];
      expect([own.status, own.body]).toEqual([401, other.body]);
    }
    for (const never of ['0123456789abcdef01234567', 'no-id', 'record']) {
      expect(await ask(never)).toMatchObject(unknown(never));
    }
  });

  it('a cancelled one is unknown, in the very words, with and without rules', async () => {
    const id = await aBooking(world);
    await world.api.delete(`/teleconsultation/${id}`);
    for (const env of [{}, RULES]) {
      world.configure(env);
      expect(await ask(id, drVerdi)).toMatchObject(unknown(id));
      expect(await world.api.get(`/teleconsultation/${id}/status`)).toMatchObject(unknown(id));
      const manager = world.api.withHeaders({ miauserid: 'ms-desk', miausergroups: 'front-desk' });
      expect(await manager.get(`/teleconsultation/${id}/status`)).toMatchObject(unknown(id));
    }
  });

  it('a consultation is unknown to strangers and closed to managers, where the rules decide', async () => {
    const id = await aBooking(world);
    world.configure(RULES);
    expect(await ask(id, drVerdi)).toMatchObject(unknown(id));
    const manager = world.api.withHeaders({ miauserid: 'ms-desk', miausergroups: 'front-desk' });
    expect((await manager.get(`/teleconsultation/${id}/status`)).status).toBe(403);
    expect(await statusOf(id, drRossi)).toMatchObject({ status: 'not_open_yet' });
  });

  it('whoever was taken out of the list asks like anybody else', async () => {
    const id = await aBooking(world);
    const participants = { number: 2, data: [drRossi, msNeri] };
    expect((await world.api.patch(`/teleconsultation/${id}`, { participants })).status).toBe(204);
    expect([await statusOf(id, mrBianchi), await statusOf(id, msNeri)]).toEqual([
      401,
      expect.objectContaining({ status: 'not_open_yet' }),
    ]);
  });

  it('a booking that failed was never there, also after a job has cleared it away', async () => {
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', times: 9, status: 500 });
    const api = world.api.withHeaders({ 'idempotency-key': 'a-booking-that-fails' });
    await expect(aBooking({ clock: world.clock, api })).rejects.toThrow('booking answered 502');
    const [failed] = (await world.items()).filter(({ state }) => state === 'CREATING');
    const id = String(failed?.pk);
    expect(await ask(id)).toMatchObject(unknown(id));
    await world.simulator.clearFaults();
    for (let run = 0; run < 3; run += 1) {
      world.clock.moveBy(span('1 hour'));
      await reconcile(world);
    }
    expect(await world.record(id)).toMatchObject({ state: 'TRASH', participants: [] });
    expect(await ask(id, drRossi)).toMatchObject(unknown(id));
  });

  it('what retention is removing is gone, although Kaleyra still keeps it from being so', async () => {
    const id = await aBooking(world, { startsIn: '-3 days' });
    world.configure({ RETENTION_DAYS: '1' });
    await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', times: 50, status: 500 });
    await retain(world);
    expect(await world.record(id)).toMatchObject({ state: 'TRASH' });
    expect(await ask(id)).toMatchObject(unknown(id));
  });
});

describe('the question', () => {
  it('changes nothing and asks Kaleyra nothing', async () => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    const before = await world.items();
    await world.simulator.forgetRequests();
    await ask(id);
    await ask(id, drVerdi);
    expect(await world.items()).toEqual(before);
    expect((await world.simulator.requests()).filter(({ path }) => path.startsWith('/v2'))).toEqual([]);
  });

  it('is answered while the vendor is down', async () => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    await world.simulator.fault({ path: '/v2/', times: 50, drop: true });
    expect(await statusOf(id)).toEqual({ status: 'open' });
  });
});

it.each(TRANSPORTS)('is asked below either prefix, %s', async transport => {
  const other = await openWorld({ transport });
  try {
    const id = await aBooking(other, { startsIn: '-1 minute' });
    for (const prefix of ['', '/api/v1/telecons-be']) {
      const reply = await other.api.as(mrBianchi).get(`${prefix}/teleconsultation/${id}/status`);
      expect([reply.status, reply.text]).toEqual([200, '{"status":"open"}']);
    }
  } finally {
    await other.close();
  }
});
