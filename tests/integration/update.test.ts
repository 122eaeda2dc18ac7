import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aBooking, span } from '../support/bookings.ts';
import { drRossi, drVerdi, mrBianchi, msNeri, patients } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

describe.each(TRANSPORTS)('PATCH /teleconsultation/{id}, %s', transport => {
  let world: World;
  let id: string;
  beforeAll(async () => {
    world = await openWorld({ transport });
  });
  afterAll(() => world.close());
  afterEach(() => {
    world.clock.reset();
    world.configure({});
  });

  const patch = (body: unknown) => world.api.patch(`/teleconsultation/${id}`, body);
  const calls = async () =>
    (await world.simulator.requests()).map(({ method, path }) => `${method} ${path.replace(/(usr|room)_\w+/, '{}')}`);
  const roomsOfIt = async () => (await world.simulator.rooms()).filter(room => room.description === id);
  const iso = (ms: number) => new Date(world.clock.now() + ms).toISOString();
  const list = (...data: unknown[]) => ({ participants: { number: data.length, data } });
  const REPLACED = ['POST /v2/rooms', 'DELETE /v2/rooms/{}'];

  beforeEach(async () => {
    id = await aBooking(world, { startsIn: '2 hours', lasts: '1 hour' });
    await world.simulator.forgetRequests();
  });

  const same = async () => {
    const record = await world.record(id);
    const { startDate, endDate } = record as { startDate: string; endDate: string };
    return { start_date: startDate, end_date: endDate, ...list(drRossi, mrBianchi) };
  };

  it('that says what is stored already is 204, writes nothing and calls nobody, even when locked', async () => {
    const before = await world.items();
    for (const body of [
      {},
      await same(),
      list(mrBianchi, drRossi),
      { ...(await same()), end_date: undefined, duration_in_seconds: 3600 },
    ]) {
      expect(await patch(body)).toMatchObject({ status: 204, text: '' });
      world.clock.moveBy(span('2 hours'));
      expect(await patch(body)).toMatchObject({ status: 204, text: '' });
      world.clock.reset();
    }
    expect(await world.items()).toEqual(before);
    expect(await calls()).toEqual([]);
  });

  it.each([
    ['a name', () => list({ ...drRossi, fullName: 'Dr Ada Rossi-Bianchi-Example' }, mrBianchi)],
    ['a language', () => list(drRossi, { ...mrBianchi, language: 'it' })],
    ['the order of the list', () => list(mrBianchi, drRossi)],
    ['a group of the same privilege', () => list(drRossi, { ...mrBianchi, groups: ['customer'] })],
    ['a start, without a duration', () => ({ start_date: iso(span('1 hour')) })],
    ['an end, without a duration', () => ({ end_date: iso(span('9 hours')) })],
  ])('of %s is nothing Kaleyra knows: the room stays and nobody is called', async (_, body) => {
    const [before] = await roomsOfIt();
    expect((await patch(body())).status).toBe(204);
    expect(await calls()).toEqual([]);
    expect(await roomsOfIt()).toEqual([before]);
  });

  it.each([
    ['another participant', () => list(drRossi, msNeri), ['POST /v2/users', ...REPLACED]],
    ['one more participant', () => list(drRossi, mrBianchi, drVerdi), ['POST /v2/users', ...REPLACED]],
  ])('of %s replaces the room; the old one goes after the new one is there', async (_, body, expected) => {
    const [before] = await roomsOfIt();
    expect((await patch(body())).status).toBe(204);
    // Whoever is known already is not created again.
    const known = (await calls())[0] === 'POST /v2/users' ? expected : REPLACED;
    expect(await calls()).toEqual(known);
    const after = await roomsOfIt();
    expect(after).toHaveLength(1);
    expect(after[0]?.id).not.toBe(before?.id);
    expect(await world.record(id)).toMatchObject({ room: { id: after[0]?.id }, owed: [], claim: null });
  });

  it('of the effective duration replaces the room; of times that keep the duration does not', async () => {
    world.configure({ UNLIMITED_TELECONSULTATION: 'false' });
    id = await aBooking(world, { startsIn: '2 hours', lasts: '1 hour' });
    await world.simulator.forgetRequests();
    expect((await patch({ start_date: iso(span('5 hours')), duration_in_seconds: 3600 })).status).toBe(204);
    expect(await calls()).toEqual([]);
    expect((await patch({ duration_in_seconds: 1800 })).status).toBe(204);
    expect(await calls()).toEqual(REPLACED);
    expect(await roomsOfIt()).toMatchObject([{ duration: 1800 }]);
  });

  it('with a lone start keeps the stored end', async () => {
    const before = await world.record(id);
    const start = iso(span('150 minutes'));
    expect((await patch({ start_date: start })).status).toBe(204);
    expect(await world.record(id)).toMatchObject({ startDate: start, endDate: before?.endDate });
  });

  it('that makes the list incomplete removes the room and the links, and a later one brings them back', async () => {
    const participants = { number: 3, data: [drRossi, mrBianchi] };
    expect((await patch({ participants })).status).toBe(204);
    expect(await roomsOfIt()).toEqual([]);
    expect(await world.record(id)).toMatchObject({ room: null, owed: [], expected: 3 });
    world.clock.moveBy(span('3 hours'));
    const opened = await world.api.as(mrBianchi).get(`/teleconsultation/${id}`);
    expect(opened.body).toMatchObject({ accessLinkURL: null });
    // Incomplete is never locked, whatever the time; complete and past its start, it is open at once.
    expect((await patch(list(drRossi, mrBianchi, msNeri))).status).toBe(204);
    expect(await roomsOfIt()).toHaveLength(1);
    const link = (await world.api.as(msNeri).get(`/teleconsultation/${id}`)).body;
    expect(link).toMatchObject({ accessLinkURL: expect.stringMatching(/^http/) });
  });

  it('is refused once it is locked, and changes nothing then', async () => {
    world.clock.moveBy(span('2 hours') + 1000);
    const before = [await world.items(), await world.simulator.state()];
    for (const body of [list(drRossi, msNeri), { duration_in_seconds: 600 }, { start_date: iso(span('1 minute')) }]) {
      const reply = await patch(body);
      expect(reply.status).toBe(400);
      const sentence = 'Failed PATCH /teleconsultation: the teleconsultation is open and can no longer be changed';
      expect(reply.body).toEqual({ statusCode: 400, error: sentence, message: sentence });
    }
    expect([await world.items(), await world.simulator.state()]).toEqual(before);
  });

  it('takes 25 participants at once', async () => {
    const crowd = [drRossi, ...patients(24, 'crowd')];
    expect((await patch(list(...crowd))).status).toBe(204);
    const [room] = await roomsOfIt();
    expect(room?.participants).toHaveLength(25);
  });

  it('writes down who changed it', async () => {
    await world.api.as(drVerdi).patch(`/teleconsultation/${id}`, { duration_in_seconds: 900 });
    expect(await world.record(id)).toMatchObject({ updaterId: 'dr-verdi', creatorId: 'public' });
  });
});
