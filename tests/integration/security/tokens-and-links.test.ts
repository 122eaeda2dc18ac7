import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../../support/api.ts';
import { aBooking, span } from '../../support/bookings.ts';
import { drRossi, drVerdi, mrBianchi, msNeri, type Person } from '../../support/people.ts';
import { openWorld, type World } from '../../support/world.ts';

/**
 * Mistakes that reference code for video consultations is known for, and that whoever starts from such code inherits: tokens
 * for anybody, tokens for ever, links that live too short or too long, a room too many.
 */
let world: World;
beforeAll(async () => {
  // The links live by Kaleyra's clock, so it jumps with ours.
  world = await openWorld({ oneClock: true });
});
afterAll(() => world.close());
afterEach(async () => {
  world.clock.reset();
  await world.simulator.clearFaults();
});

const as = (person: Person) => world.api.as(person).withHeaders({ miausergroups: person.groups.join(',') });
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
const linkIn = ({ body }: Reply) => (body as { accessLinkURL: string | null }).accessLinkURL;
const idAtKaleyra = async ({ userId }: Person) =>
  (await world.items()).find(({ pk }) => pk === `ext#${userId}`)?.kaleyraId;

describe('a token', () => {
  it('is for nobody without a login', async () => {
    await aBooking(world);
    await world.simulator.forgetRequests();
    for (const body of [undefined, { userId: drRossi.userId }, { user_id: await idAtKaleyra(drRossi) }]) {
      const reply = await world.api.post('/credentials', body);
      expect([reply.status, reply.text.includes('accessToken')]).toEqual([401, false]);
    }
    expect(await world.simulator.requests()).toEqual([]);
  });

  it('is the caller’s own, whomever and whatever room the body, the query or a header names', async () => {
    const id = await aBooking(world, { participants: [drRossi, mrBianchi] });
    const rossi = await idAtKaleyra(drRossi);
    const wishes = {
      userId: 'dr-rossi',
      user_id: rossi,
      bandyerUserId: rossi,
      kaleyraId: rossi,
      roomId: id,
      role: 'plus',
    };
    const query = new URLSearchParams(wishes as Record<string, string>);
    const headers = { 'x-user-id': 'dr-rossi', 'user-id': 'dr-rossi', authorization: 'Bearer dr-rossi' };
    const reply = await as(mrBianchi).withHeaders(headers).post(`/credentials?${query}`, wishes);
    const issued = reply.body as { accessToken: string; bandyerUserId: string };
    const own = await idAtKaleyra(mrBianchi);
    expect([reply.status, issued.bandyerUserId, claimsOf(issued.accessToken).user]).toEqual([201, own, own]);
    expect(own).not.toBe(rossi);
  });

  it.each<[unknown, number]>([
    [undefined, 3600],
    [{ expiresIn: 360 }, 360],
    [{ expiresIn: 86_400 }, 86_400],
  ])('always ends: asked with %j, after %i seconds', async (body, seconds) => {
    const reply = await as(drRossi).post('/credentials', body);
    const { accessToken, expiresAt } = reply.body as { accessToken: string; expiresAt: string };
    const { iat, exp } = claimsOf(accessToken);
    expect([reply.status, Number(exp) - Number(iat)]).toEqual([201, seconds]);
    expect(Date.parse(expiresAt)).toBe(Number(exp) * 1000);
  });

  it.each([0, -1, 359, 86_401, 1e9, null, 'never'])('cannot be asked for with an end of %j', async expiresIn => {
    const reply = await as(drRossi).post('/credentials', { expiresIn });
    expect([reply.status, reply.text.includes('accessToken')]).toEqual([400, false]);
  });

  it('without an end, if Kaleyra ever gave one, is not handed out', async () => {
    await as(drRossi).post('/credentials');
    const body = { access_token: 'invented.without.end', user_id: await idAtKaleyra(drRossi) };
    await world.simulator.fault({ method: 'POST', path: '/v2/sdk/credentials', status: 200, body });
    const reply = await as(drRossi).post('/credentials');
    expect([reply.status, reply.text.includes('invented')]).toEqual([502, false]);
  });

  it('for one consultation opens no other: a participant’s link is of the room that they are in, and of no other', async () => {
    const theirs = await aBooking(world, { startsIn: '-1 minute', participants: [drRossi, mrBianchi] });
    const foreign = await aBooking(world, { startsIn: '-1 minute', participants: [drVerdi, msNeri] });
    const own = linkIn(await as(mrBianchi).get(`/teleconsultation/${theirs}`));
    const rooms = await world.simulator.rooms();
    const room = rooms.find(({ description }) => description === theirs);
    expect(room?.participants.map(({ access_link }) => access_link)).toContain(own);
    const refused = await as(mrBianchi).get(`/teleconsultation/${foreign}`);
    expect([refused.status, refused.text.includes('http')]).toEqual([401, false]);
  });
});

describe('a link', () => {
  const opens = async (link: string | null) => (await fetch(link ?? 'invalid:')).status;
  const shown = async (id: string) => linkIn(await as(mrBianchi).get(`/teleconsultation/${id}`));

  it('lives on the day, however long ago the appointment was made', async () => {
    const id = await aBooking(world, { startsIn: '120 days', lasts: '30 minutes' });
    expect(await shown(id)).toBeNull();
    world.clock.moveBy(span('120 days') - span('1 hour'));
    await world.invoke('reconcileRooms', {});
    await world.invoke('cleanupUploads', {});
    expect(await shown(id)).toBeNull();
    world.clock.moveBy(span('1 hour'));
    expect(await opens(await shown(id))).toBe(200);
    world.clock.moveBy(span('29 minutes'));
    expect(await opens(await shown(id))).toBe(200);
  });

  it('does not outlive the appointment: a day after its end it is neither shown nor of use to who kept it', async () => {
    const id = await aBooking(world, { startsIn: '-1 minute', lasts: '30 minutes' });
    const kept = await shown(id);
    expect(await opens(kept)).toBe(200);
    world.clock.moveBy(span('25 hours'));
    await world.invoke('cleanupUploads', {});
    expect(await shown(id)).toBeNull();
    expect(await opens(kept)).toBe(410);
  });

  it('dies with what it was for: at once when the appointment is cancelled, or its owner no longer takes part', async () => {
    const cancelled = await aBooking(world, { startsIn: '-1 minute' });
    const first = await shown(cancelled);
    await as(drRossi).delete(`/teleconsultation/${cancelled}`);
    expect(await opens(first)).toBe(410);

    const changed = await aBooking(world, { startsIn: '2 hours' });
    const links =
      (await world.simulator.rooms()).find(({ description }) => description === changed)?.participants ?? [];
    const people = { participants: { number: 2, data: [drRossi, msNeri] } };
    expect((await as(drRossi).patch(`/teleconsultation/${changed}`, people)).status).toBe(204);
    for (const { access_link } of links) expect(await opens(String(access_link))).toBe(410);
  });
});

describe('two first requests at once', () => {
  const alive = async (id: string) => (await world.simulator.rooms()).filter(({ description }) => description === id);

  it('to open a consultation find the one room that was made when it was booked', async () => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    const crowd = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? drRossi : mrBianchi));
    const links = await Promise.all(crowd.map(async one => linkIn(await as(one).get(`/teleconsultation/${id}`))));
    expect(new Set(links).size).toBe(2);
    const [room, ...more] = await alive(id);
    expect(more).toEqual([]);
    expect(room?.participants.map(({ access_link }) => access_link).sort()).toEqual([...new Set(links)].sort());
  });

  it('that each bring the last missing person leave one room', async () => {
    const id = await aBooking(world, { startsIn: '2 hours', participants: [drRossi], expected: 2 });
    expect(await alive(id)).toEqual([]);
    const body = { participants: { number: 2, data: [drRossi, mrBianchi] } };
    const replies = await Promise.all([
      as(drRossi).post(`/teleconsultation/${id}/participants/data`, mrBianchi),
      as(drRossi).patch(`/teleconsultation/${id}`, body),
      as(drRossi).post(`/teleconsultation/${id}/participants/data`, mrBianchi),
      as(drRossi).patch(`/teleconsultation/${id}`, body),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([201, 204, 201, 204]);
    const rooms = await alive(id);
    expect(rooms).toHaveLength(1);
    expect(await world.record(id)).toMatchObject({ room: { id: rooms[0]?.id }, claim: null, owed: [] });
  });
});
