import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aBooking, span } from '../support/bookings.ts';
import { drRossi, mrBianchi, msNeri, type Person, patients } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

describe.each(TRANSPORTS)('POST /teleconsultation/{id}/participants/data, %s', transport => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ transport });
  });
  afterAll(() => world.close());
  afterEach(() => world.clock.reset());

  const add = (id: string, person: unknown) => world.api.post(`/teleconsultation/${id}/participants/data`, person);
  const roomsOf = async (id: string) => (await world.simulator.rooms()).filter(room => room.description === id);
  const named = async (id: string) =>
    ((await world.record(id)) as { participants: { externalId: string }[] }).participants.map(one => one.externalId);

  it('the last missing person completes the list: 201 without a body, and the room is made once', async () => {
    const id = await aBooking(world, { participants: [drRossi], expected: 2 });
    const reply = await add(id, mrBianchi);
    expect([reply.status, reply.text]).toEqual([201, '']);
    const [room, ...others] = await roomsOf(id);
    expect(others).toEqual([]);
    expect(room?.participants).toHaveLength(2);
    world.clock.moveBy(span('3 hours'));
    for (const person of [drRossi, mrBianchi]) {
      const { body } = await world.api.as(person).get(`/teleconsultation/${id}`);
      expect(body).toMatchObject({ accessLinkURL: expect.stringMatching(/^http/) });
    }
  });

  it('somebody who is not the last is known at Kaleyra at once, without a room', async () => {
    const id = await aBooking(world, { participants: [drRossi], expected: 3 });
    const person = { userExternalId: 'third-of-three', group: 'patient', fullName: 'Third Of-Three-Example' };
    expect((await add(id, person)).status).toBe(201);
    expect(await roomsOf(id)).toEqual([]);
    expect(await named(id)).toEqual(['dr-rossi', 'third-of-three']);
    expect((await world.items()).some(item => item.pk === 'ext#third-of-three' && item.confirmedAt)).toBe(true);
  });

  it('says on every answer that it is deprecated, and what takes its place', async () => {
    const id = await aBooking(world, { participants: [drRossi], expected: 3 });
    for (const reply of [await add(id, mrBianchi), await add(id, {})]) {
      expect(reply.headers.deprecation).toMatch(/^@\d+$/);
      expect(reply.headers.link).toContain(`</teleconsultation/${id}>; rel="successor-version"`);
    }
    const prefixed = await world.api.post(`/api/v1/telecons-be/teleconsultation/${id}/participants/data`, msNeri);
    expect(prefixed.headers.link).toContain(`</api/v1/telecons-be/teleconsultation/${id}>`);
  });

  it('two callers who add two people at once both succeed', async () => {
    const id = await aBooking(world, { participants: [drRossi], expected: 3 });
    const replies = await Promise.all([add(id, mrBianchi), add(id, msNeri)]);
    expect(replies.map(reply => reply.status)).toEqual([201, 201]);
    expect((await named(id)).sort()).toEqual(['dr-rossi', 'mr-bianchi', 'ms-neri']);
    expect(await roomsOf(id)).toHaveLength(1);
  });

  it('the same person again replaces what was known, or changes nothing', async () => {
    const id = await aBooking(world, { participants: [drRossi, mrBianchi], expected: 3 });
    const before = await world.items();
    expect((await add(id, mrBianchi)).status).toBe(201);
    expect(await world.items()).toEqual(before);
    expect((await add(id, { ...mrBianchi, fullName: 'Mr Ugo Bianchi-Neri-Example' })).status).toBe(201);
    expect(await named(id)).toEqual(['dr-rossi', 'mr-bianchi']);
    expect((await world.record(id))?.participants).toMatchObject([{}, { fullName: 'Mr Ugo Bianchi-Neri-Example' }]);
  });

  it('the last person without a plus user in the list: 400 in the documented words, and nothing changes', async () => {
    const id = await aBooking(world, { participants: patients(1, 'alone'), expected: 2 });
    const before = [await world.items(), await world.simulator.state()];
    const reply = await add(id, mrBianchi);
    expect(reply.status).toBe(400);
    const sentence = `Failed POST /teleconsultation/${id}/participants/data: no plus user in room`;
    expect(reply.body).toEqual({ statusCode: 400, error: sentence, message: sentence });
    expect([await world.items(), await world.simulator.state()]).toEqual(before);
  });

  it('is refused when the list was complete and locked; the same data again is not a change', async () => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    const before = [await world.items(), await world.simulator.state()];
    const reply = await add(id, { ...mrBianchi, groups: ['doctor'] });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ error: expect.stringContaining(`/teleconsultation/${id}/participants/data: `) });
    expect((await add(id, mrBianchi)).status).toBe(201);
    expect([await world.items(), await world.simulator.state()]).toEqual(before);
  });

  const BAD: [string, (valid: Person) => unknown, string][] = [
    ['one more than expected', () => msNeri, 'all 2 expected participants are known already'],
    ['a body that is not JSON', () => '{', 'body must be valid JSON'],
    ['no id', valid => ({ ...valid, userId: undefined }), 'body.userId is required'],
    ['an empty id', valid => ({ ...valid, userId: '' }), 'body.userId must not be empty'],
    ['no groups', valid => ({ ...valid, groups: undefined }), 'body.groups is required'],
    ['no name', valid => ({ ...valid, fullName: undefined }), 'body.fullName is required'],
    ['a group no privilege knows', valid => ({ ...valid, groups: ['visitor'] }), 'body.groups names no group'],
    ['a list', valid => [valid], 'body must be an object'],
  ];

  it.each(BAD)('%s: 400 that says so, and nothing changes', async (_, body, words) => {
    const id = await aBooking(world);
    const before = [await world.items(), await world.simulator.state()];
    const reply = await add(id, body(mrBianchi));
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ statusCode: 400, message: expect.stringContaining(words) });
    expect([await world.items(), await world.simulator.state()]).toEqual(before);
  });

  it.each(['0123456789abcdef01234567', 'no-id', '..%2F', '%0d%0aset-cookie:x'])('unknown id %s: 404', async id => {
    const reply = await add(id, mrBianchi);
    expect(reply.status).toBe(404);
    expect(reply.body).toMatchObject({ statusCode: 404, error: 'not found' });
    expect(Object.hasOwn(reply.headers, 'link')).toBe(/^[0-9a-f]{24}$/.test(id));
    expect(reply.headers).not.toHaveProperty('set-cookie');
  });
});
