import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bookingBody, span } from '../support/bookings.ts';
import { emptied, reconcile } from '../support/jobs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** A booking that is asked for again under the same `Idempotency-Key` is made once. */
let world: World;
beforeAll(async () => {
  world = await openWorld({ oneClock: true });
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.reset();
  await emptied(world);
});
afterEach(async () => {
  await world.simulator.clearFaults();
  world.wrapDeps(deps => deps);
  world.configure({});
});

let serial = 0;
const aKey = (): string => {
  serial += 1;
  return `attempt-${serial}-of-an-invented-booking`;
};

/** One body for all attempts of a test: its dates must not move with the clock. */
const aBody = () => bookingBody(world.clock.now());

const book = (body: unknown, key: string, person = drRossi) =>
  world.api.as(person).withHeaders({ 'idempotency-key': key }).post('/teleconsultation', body);
const idOf = ({ body }: { body: unknown }) => (body as { roomId: string }).roomId;
const liveRooms = async () => (await world.simulator.state()).rooms.filter(room => room.deleted !== true);
const records = async () => (await world.items()).filter(({ sk }) => sk === 'record');
const recordsSince = async (before: number) => (await records()).length - before;

describe('the same booking again', () => {
  it('gets the same answer, makes nothing and asks Kaleyra nothing', async () => {
    const [key, body, before] = [aKey(), aBody(), (await records()).length];
    const first = await book(body, key);
    expect(first.status).toBe(201);
    await world.simulator.forgetRequests();
    const second = await book(body, key);
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(await world.simulator.requests()).toEqual([]);
    expect([await recordsSince(before), (await liveRooms()).length]).toEqual([1, 1]);
  });

  it('is recognised whatever the order of its fields, and the quotes around its key', async () => {
    const [key, body] = [aKey(), aBody()];
    const first = await book(body, key);
    const turned = Object.fromEntries(Object.entries(body).reverse());
    const again = await book(turned, `"${key}"`);
    expect([again.status, again.body]).toEqual([201, first.body]);
  });

  it('gets the same answer also when the teleconsultation was cancelled since: it is not booked anew', async () => {
    const [key, body] = [aKey(), aBody()];
    const first = await book(body, key);
    expect((await world.api.delete(`/teleconsultation/${idOf(first)}`)).status).toBe(204);
    const again = await book(body, key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await liveRooms()).toEqual([]);
    expect((await world.api.as(drRossi).get(`/teleconsultation/${idOf(first)}`)).status).toBe(404);
  });

  it('of twenty at once makes one; nobody gets anything but that one, or 409 with a time', async () => {
    const [key, body, before] = [aKey(), aBody(), (await records()).length];
    const replies = await Promise.all(Array.from({ length: 20 }, () => book(body, key)));
    const statuses = replies.map(reply => reply.status);
    expect(new Set(statuses)).toEqual(new Set([201, 409].filter(status => statuses.includes(status))));
    const booked = replies.filter(reply => reply.status === 201);
    expect(booked.length).toBeGreaterThan(0);
    expect(new Set(booked.map(idOf)).size).toBe(1);
    for (const busy of replies.filter(reply => reply.status === 409)) expect(busy.headers['retry-after']).toBe('2');
    expect([await recordsSince(before), (await liveRooms()).length]).toEqual([1, 1]);
  });
});

describe('what is not the same booking', () => {
  it('under the same key is 422, and changes nothing', async () => {
    const [key, body] = [aKey(), aBody()];
    const first = await book(body, key);
    const stored = await world.items();
    const other = await book({ ...body, participants: { number: 2, data: [drRossi, msNeri] } }, key);
    expect([other.status, other.body]).toEqual([
      422,
      {
        statusCode: 422,
        error: 'Unprocessable Content',
        message: 'this Idempotency-Key was used for a request with another content',
      },
    ]);
    const names = (items: Record<string, unknown>[]) => items.filter(({ sk }) => sk === 'record');
    expect(names(await world.items())).toEqual(names(stored));
    expect((await world.api.as(mrBianchi).get(`/teleconsultation/${idOf(first)}`)).status).toBe(200);
  });

  it('leaves nothing of the people it names', async () => {
    const [key, body] = [aKey(), aBody()];
    await book(body, key);
    const before = await world.items();
    expect((await book({ ...body, participants: { number: 2, data: [drRossi, msNeri] } }, key)).status).toBe(422);
    expect(await world.items()).toEqual(before);
  });

  it('is another caller’s under the same key, and one without a key', async () => {
    const [key, body] = [aKey(), aBody()];
    const mine = await book(body, key);
    const theirs = await book(body, key, drVerdi);
    const keyless = await world.api.as(drRossi).post('/teleconsultation', body);
    expect(new Set([mine, theirs, keyless].map(idOf)).size).toBe(3);
  });

  it.each(['', ' ', 'a key', 'ключ', 'k'.repeat(256)])(
    'a key such as "%s" is none: 400, and nothing is made',
    async key => {
      const before = (await records()).length;
      const reply = await book(aBody(), key);
      expect([reply.status, (reply.body as { message: string }).message]).toEqual([
        400,
        'headers.idempotency-key must be 1 to 255 visible ASCII characters',
      ]);
      expect(await recordsSince(before)).toBe(0);
    },
  );
});

describe('a booking that broke off', () => {
  it('is continued under the same id when it is repeated, and leaves one room', async () => {
    const [key, body, before] = [aKey(), aBody(), (await records()).length];
    // The room is made, and nobody hears of it.
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', status: 500, afterEffect: true });
    // The search for it fails as well, so that it stays owed.
    await world.simulator.fault({ method: 'GET', path: '/v2/rooms', status: 500, times: 9 });
    expect((await book(body, key)).status).toBe(502);
    await world.simulator.clearFaults();
    const again = await book(body, key);
    expect(again.status).toBe(201);
    expect((await world.api.as(drRossi).get(`/teleconsultation/${idOf(again)}`)).status).toBe(200);
    world.clock.moveBy(span('1 hour'));
    await reconcile(world);
    expect(await recordsSince(before)).toBe(1);
    expect((await liveRooms()).map(room => room.description)).toEqual([idOf(again)]);
  });

  it('is continued although its function died with a claim on it, once nobody can be alive under it', async () => {
    const [key, body] = [aKey(), aBody()];
    const dying = new AbortController();
    world.wrapDeps(deps => ({
      ...deps,
      openKaleyra: (...given) => ({
        ...deps.openKaleyra(...given),
        createRoom: () => {
          dying.abort(new Error('died'));
          return Promise.reject(dying.signal.reason);
        },
      }),
      // What would put things in order dies as well.
      openStore: signal => {
        const store = deps.openStore(signal);
        return { ...store, records: { ...store.records, change: async () => Promise.reject(new Error('died')) } };
      },
    }));
    const dead = world.scope(dying.signal);
    const { createTeleconsultation } = await import('../../lib/domain/create-teleconsultation.ts');
    const { repeatableBooking } = await import('../../lib/domain/repeated-booking.ts');
    const { CreateRequest } = await import('../../lib/schemas/requests.ts');
    const scope = { ...dead, caller: { id: drRossi.userId, groups: [], scopes: [], fullName: null } };
    const parsed = CreateRequest.parse(body);
    const repeatable = repeatableBooking(scope, key, 'POST /teleconsultation', parsed);
    await expect(createTeleconsultation(scope, parsed, drRossi.userId, repeatable)).rejects.toThrow();
    world.wrapDeps(deps => deps);

    const busy = await book(body, key);
    expect([busy.status, busy.headers['retry-after']]).toEqual([409, '2']);
    world.clock.moveBy(61_000);
    const again = await book(body, key);
    expect([again.status, idOf(again)]).toEqual([201, repeatable.id]);
    expect((await liveRooms()).length).toBe(1);
  });

  it('is booked after all, although a job had cleared it away', async () => {
    const [key, body] = [aKey(), aBody()];
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', status: 503, times: 9 });
    expect((await book(body, key)).status).toBe(503);
    await world.simulator.clearFaults();
    for (let round = 0; round < 4; round += 1) {
      world.clock.moveBy(span('30 minutes'));
      await reconcile(world);
    }
    expect((await records()).at(-1)).toBeDefined();
    const again = await book(body, key);
    expect(again.status).toBe(201);
    expect(await world.record(idOf(again))).toMatchObject({ state: 'PUBLIC', claim: null });
    expect((await liveRooms()).map(room => room.description)).toEqual([idOf(again)]);
  });
});

describe('the request’s own id', () => {
  const bookAs = (body: unknown, requestId: string) =>
    world.api.as(drRossi).withHeaders({ 'x-request-id': requestId }).post('/teleconsultation', body);

  it('is not a key, unless the deployment says so', async () => {
    const body = aBody();
    expect(idOf(await bookAs(body, 'one-id'))).not.toBe(idOf(await bookAs(body, 'one-id')));
    world.configure({ IDEMPOTENCY_BY_REQUEST_ID: 'true' });
    expect(idOf(await bookAs(body, 'one-id'))).toBe(idOf(await bookAs(body, 'one-id')));
  });

  it('is another key than an Idempotency-Key of the same text', async () => {
    world.configure({ IDEMPOTENCY_BY_REQUEST_ID: 'true' });
    const body = aBody();
    expect(idOf(await bookAs(body, 'same-text'))).not.toBe(idOf(await book(body, 'same-text')));
  });
});

it('nothing of the request is kept but a digest', async () => {
  const key = aKey();
  const id = idOf(await book(aBody(), key));
  const record = await world.record(id);
  expect(record).toMatchObject({ booking: { digest: expect.stringMatching(/^[0-9a-f]{64}$/), done: true } });
  expect(JSON.stringify(await world.items())).not.toContain(key);
  expect(world.logs.join('\n')).not.toContain(key);
});
