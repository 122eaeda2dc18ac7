import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aBooking, span } from '../support/bookings.ts';
import { drRossi, drVerdi, mrBianchi } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  world.clock.reset();
  world.configure({});
  await world.simulator.clearFaults();
  await world.simulator.reset();
});

const get = (id: string, person: { userId: string } = mrBianchi, query = '') =>
  world.api.as(person).get(`/teleconsultation/${id}${query}`);
const linkOf = async (id: string, person = mrBianchi, query = '') =>
  ((await get(id, person, query)).body as { accessLinkURL: string | null }).accessLinkURL;

describe('who may see it', () => {
  it('is 401 in the documented words for somebody who takes no part, and for nobody', async () => {
    const id = await aBooking(world);
    const unauthorized = { statusCode: 401, error: 'Unauthorized user', message: 'Unauthorized user' };
    const stranger = await get(id, drVerdi);
    expect([stranger.status, stranger.body]).toEqual([401, unauthorized]);
    const nobody = await world.api.get(`/teleconsultation/${id}`);
    expect([nobody.status, nobody.body]).toEqual([401, unauthorized]);
  });

  it('decides 404 first', async () => {
    expect((await world.api.get('/teleconsultation/0123456789abcdef01234567')).status).toBe(404);
  });

  it('finds the caller where the configuration says', async () => {
    const file = new URL('../fixtures/configuration/caller-in-properties.json', import.meta.url).pathname;
    const id = await aBooking(world);
    world.configure({ TELECONSULTATION_SERVICE_CONFIG_PATH: file });
    const properties = { MiaUserProperties: JSON.stringify({ customUserId: 'mr-bianchi' }) };
    const reply = await world.api.withHeaders(properties).get(`/teleconsultation/${id}`);
    expect(reply.status).toBe(200);
    expect((await get(id)).status).toBe(401);
  });
});

describe('the moment of the link', () => {
  it.each([
    ['0', span('2 hours')],
    ['600000', span('2 hours') - 600_000],
  ])('with IMMUTABLE_PERIOD_MS=%s it appears exactly then, and stays after the end', async (period, wait) => {
    world.configure({ IMMUTABLE_PERIOD_MS: period });
    const start = world.clock.now();
    const id = await aBooking(world, { startsIn: '2 hours', lasts: '1 hour' });
    world.clock.moveTo(start + wait - 2000);
    expect(await linkOf(id)).toBeNull();
    world.clock.moveTo(start + wait + 2000);
    expect(await linkOf(id)).toMatch(/^http/);
    world.clock.moveTo(start + span('5 hours'));
    expect(await linkOf(id)).toMatch(/^http/);
  });

  it('never comes while somebody is unknown, whatever the time', async () => {
    const id = await aBooking(world, { startsIn: '-1 hour', participants: [drRossi, mrBianchi], expected: 3 });
    const { body } = await get(id);
    expect(body).toMatchObject({ accessLinkURL: null });
    expect(body).not.toHaveProperty('details');
  });
});

describe('the link', () => {
  it.each([
    ['', {}],
    ['?useBackground=true', { virtual_background: 'image' }],
    ['?useBackground=false', {}],
    ['?language=it', { language: 'it' }],
    ['?language=en&useBackground=true', { language: 'en', virtual_background: 'image' }],
    ['?language=fr', {}],
    ['?language=', {}],
  ])('carries what the query %s asks for', async (query, parameters) => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    const url = new URL(String(await linkOf(id, mrBianchi, query)));
    expect(Object.fromEntries(url.searchParams)).toEqual(parameters);
  });

  it('speaks the participant’s language unless the query says another', async () => {
    const participants = [drRossi, { ...mrBianchi, language: 'it' }];
    const id = await aBooking(world, { startsIn: '-1 minute', participants });
    expect(new URL(String(await linkOf(id))).searchParams.get('language')).toBe('it');
    expect(new URL(String(await linkOf(id, mrBianchi, '?language=en'))).searchParams.get('language')).toBe('en');
    expect(new URL(String(await linkOf(id, drRossi))).search).toBe('');
  });

  it('has a background for the groups of the configuration', async () => {
    const file = new URL('../fixtures/configuration/tools.json', import.meta.url).pathname;
    world.configure({ TELECONSULTATION_SERVICE_CONFIG_PATH: file });
    const surgeon = { ...drRossi, groups: ['surgeon'] };
    const id = await aBooking(world, { startsIn: '-1 minute', participants: [surgeon, mrBianchi] });
    expect(new URL(String(await linkOf(id, drRossi))).searchParams.get('virtual_background')).toBe('image');
    expect(new URL(String(await linkOf(id, mrBianchi))).search).toBe('');
  });
});

describe('details', () => {
  const TEN_KEYS = [
    'callType',
    'creationDate',
    'description',
    'disabled',
    'durationInSeconds',
    'durationUsedInSeconds',
    'live',
    'recording',
    'recordingStatus',
    'status',
  ];
  const detailsOf = async (id: string) => ((await get(id)).body as { details: Record<string, unknown> }).details;

  it('are exactly the ten documented keys, from our own table while the link is hidden', async () => {
    const id = await aBooking(world);
    await world.simulator.forgetRequests();
    expect(Object.keys(await detailsOf(id)).sort()).toEqual(TEN_KEYS);
    expect(await world.simulator.requests()).toEqual([]);
  });

  it('are fresh when the link is shown, asking Kaleyra once for a crowd of pollers', async () => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    const [room] = await world.simulator.rooms();
    await world.simulator.playCall({ roomId: room?.id, end: false, webhooks: false });
    await world.simulator.forgetRequests();
    expect(await detailsOf(id)).toMatchObject({ status: 'RUNNING' });
    await Promise.all(Array.from({ length: 10 }, () => get(id)));
    expect(await world.simulator.requests()).toHaveLength(1);
    world.clock.moveBy(span('10 seconds'));
    await get(id);
    expect(await world.simulator.requests()).toHaveLength(2);
  });

  it.each([
    ['fails', { status: 500 }],
    ['is gone', { status: 404 }],
    ['throttles', { status: 429 }],
    ['hangs', { delayMs: 20_000 }],
    ['drops the line', { drop: true }],
    ['answers nonsense', { status: 200, body: { nothing: true } }],
  ])('never take the link away: Kaleyra %s', async (_, fault) => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    await world.simulator.fault({ method: 'GET', path: '/v2/rooms/', times: 5, ...fault });
    const started = Date.now();
    const { status, body } = await get(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accessLinkURL: expect.stringMatching(/^http/), details: { status: 'NOT_RUNNING' } });
    expect(Date.now() - started).toBeLessThan(6000);
  });
});

it('lists everybody who is known, the caller included', async () => {
  const id = await aBooking(world, { participants: [drRossi, mrBianchi] });
  const { body } = await get(id);
  const { bandyerUserId, participantsBandyerCall } = body as Record<string, unknown>;
  expect(participantsBandyerCall).toEqual([
    { bandyerUserId: expect.stringMatching(/^usr_/), fullName: drRossi.fullName },
    { bandyerUserId, fullName: mrBianchi.fullName },
  ]);
});

it('changes nothing', async () => {
  const id = await aBooking(world, { startsIn: '-1 minute' });
  const before = [await world.items(), await world.simulator.state()];
  await get(id);
  expect([await world.items(), await world.simulator.state()]).toEqual(before);
});

it('may be kept by no cache', async () => {
  const { headers } = await get(await aBooking(world));
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': expect.stringMatching(/\S/) });
});
