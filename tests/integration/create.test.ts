import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aBooking, bookingBody, span } from '../support/bookings.ts';
import { drRossi, drVerdi, mrBianchi, patients } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(() => world.configure({}));

const book = (body: unknown) => world.api.post('/teleconsultation', body);
const calls = async () => (await world.simulator.requests()).map(({ method, path, status }) => [method, path, status]);

describe.each(TRANSPORTS)('POST /teleconsultation, %s', transport => {
  let here: World;
  beforeAll(async () => {
    here = await openWorld({ transport });
  });
  afterAll(() => here.close());

  it('takes both spellings of every field and numbers as text, with identical results', async () => {
    const start = new Date(here.clock.now() + span('1 hour')).toISOString();
    const bodies = [
      {
        start_date: start,
        duration_in_seconds: 1800,
        participants: {
          number: 2,
          data: [
            { userId: 'dr-rossi', groups: ['doctor'], fullName: 'Dr Ada Rossi-Example' },
            { userId: 'mr-bianchi', groups: ['patient'], fullName: 'Mr Ugo Bianchi-Example' },
          ],
        },
      },
      {
        start_date: start,
        duration_in_seconds: '1800',
        participants: {
          number: '2',
          data: [
            { userExternalId: 'dr-rossi', group: 'doctor', fullName: 'Dr Ada Rossi-Example', anything: 1 },
            { userExternalId: 'mr-bianchi', group: ['patient'], fullName: 'Mr Ugo Bianchi-Example' },
          ],
        },
        mode: 'window',
      },
    ];
    const records = [];
    for (const body of bodies) {
      const reply = await here.api.post('/teleconsultation', body);
      expect(reply.status).toBe(201);
      const { startDate, endDate, participants, expected, state } =
        (await here.record((reply.body as { roomId: string }).roomId)) ?? {};
      records.push({ startDate, endDate, participants, expected, state });
    }
    expect(records[1]).toEqual(records[0]);
    expect(records[0]).toMatchObject({
      state: 'PUBLIC',
      expected: 2,
      endDate: new Date(Date.parse(start) + span('30 minutes')).toISOString(),
    });
    expect((await here.simulator.state()).users).toHaveLength(2);
  });
});

describe('people at Kaleyra', () => {
  it('creates each person once, however often they are booked', async () => {
    await aBooking(world);
    await world.simulator.forgetRequests();
    await aBooking(world);
    expect(await calls()).toEqual([['POST', '/v2/rooms', 201]]);
  });

  it('sends nothing of a person but a minted id and a role', async () => {
    await world.simulator.forgetRequests();
    await aBooking(world, { participants: [drRossi, ...patients(1, 'secret')] });
    const sent = JSON.stringify((await world.simulator.requests()).map(({ path, query, body }) => [path, query, body]));
    for (const secret of ['secret-0', 'Invented Patient', 'dr-rossi', 'Rossi-Example', 'doctor']) {
      expect(sent).not.toContain(secret);
    }
  });

  it('raises a person to plus before the room when a later booking needs it', async () => {
    const person = { userId: 'resident', groups: ['patient'], fullName: 'Rae Resident-Example' };
    await aBooking(world, { participants: [drRossi, person] });
    await world.simulator.forgetRequests();
    await aBooking(world, { participants: [{ ...person, groups: ['patient', 'doctor'] }, mrBianchi] });
    expect((await calls()).map(([method, path]) => [method, String(path).replace(/usr_.*/, '{}')])).toEqual([
      ['PUT', '/v2/users/{}'],
      ['POST', '/v2/rooms'],
    ]);
    await world.simulator.forgetRequests();
    await aBooking(world, { participants: [drRossi, person] });
    expect(await calls()).toEqual([['POST', '/v2/rooms', 201]]);
  });

  it('creates people again whom Kaleyra has forgotten, and tries the room once more', async () => {
    const crowd = [drVerdi, ...patients(2, 'forgotten')];
    const earlier = await aBooking(world, { participants: crowd });
    const first = (await world.simulator.rooms()).find(room => room.description === earlier);
    for (const { user_id } of first?.participants ?? []) {
      const headers = { apikey: String(world.env.BANDYER_API_SECRET_KEY) };
      await fetch(`${world.simulator.url}/v2/users/${user_id}`, { method: 'DELETE', headers });
    }
    const id = await aBooking(world, { participants: crowd });
    expect((await world.simulator.rooms()).filter(room => room.description === id)).toHaveLength(1);
  });

  it('creates 24 new people side by side: the wait does not grow with their number', async () => {
    await world.simulator.fault({ method: 'POST', path: '/v2/users', times: 26, delayMs: 2000 });
    await world.simulator.forgetRequests();
    await aBooking(world, { participants: [drRossi, ...patients(24, 'crowd')] });
    const started = (await world.simulator.requests())
      .filter(({ path }) => path === '/v2/users')
      .map(({ startedAt }) => Date.parse(startedAt));
    expect(started).toHaveLength(24);
    // All were under way before the first was answered.
    expect(Math.max(...started) - Math.min(...started)).toBeLessThan(2000);
    await world.simulator.clearFaults();
  });

  it('creates everybody who is known even while the list is incomplete', async () => {
    await world.simulator.forgetRequests();
    await aBooking(world, { participants: patients(2, 'early'), expected: 3 });
    expect((await calls()).map(([method, path]) => [method, path])).toEqual([
      ['POST', '/v2/users'],
      ['POST', '/v2/users'],
    ]);
  });
});

describe('what the room is asked to be', () => {
  it.each([
    [{}, { duration: 0, live: true, recording: 'none' }],
    [{ UNLIMITED_TELECONSULTATION: 'false' }, { duration: 3600, live: true, recording: 'none' }],
    [{ LIVE_TELECONSULTATION: 'false' }, { duration: 0, live: false, recording: 'none' }],
    [{ DEFAULT_RECORDING_TYPE: 'automatic' }, { duration: 0, live: true, recording: 'automatic' }],
  ])('follows the environment %j', async (env, expected) => {
    world.configure(env);
    const id = await aBooking(world, { lasts: '1 hour' });
    const room = (await world.simulator.rooms()).find(one => one.description === id);
    expect(room).toMatchObject(expected);
  });

  it('gives each participant the tools of their privilege, and the plus user the room', async () => {
    const file = new URL('../fixtures/configuration/tools.json', import.meta.url).pathname;
    world.configure({ TELECONSULTATION_SERVICE_CONFIG_PATH: file });
    const id = await aBooking(world, { participants: [{ ...drRossi, groups: ['surgeon'] }, mrBianchi] });
    const room = (await world.simulator.rooms()).find(one => one.description === id);
    const [first, second] = room?.participants ?? [];
    expect(first).toMatchObject({ is_admin: true, tools: { chat: true, screen_sharing: true, file_upload: true } });
    expect(second).toMatchObject({ is_admin: false, tools: { chat: true, screen_sharing: false } });
  });
});

it('takes a booking in the past, which is open at once', async () => {
  const id = await aBooking(world, { startsIn: '-2 hours' });
  const reply = await world.api.as(mrBianchi).get(`/teleconsultation/${id}`);
  expect(reply.body).toMatchObject({ accessLinkURL: expect.stringContaining('http') });
});

it('refuses a complete list without a plus user in the documented words, before anything is written', async () => {
  const [items, state] = [await world.items(), await world.simulator.state()];
  const reply = await book(bookingBody(world.clock.now(), { participants: patients(2, 'nobody') }));
  expect(reply.status).toBe(400);
  expect(reply.body).toMatchObject({ error: 'Failed POST /teleconsultation: no plus user in room' });
  expect(await world.items()).toEqual(items);
  expect(await world.simulator.state()).toEqual(state);
});

it('takes a list without a plus user while somebody is still unknown', async () => {
  const reply = await book(bookingBody(world.clock.now(), { participants: patients(1, 'waiting'), expected: 2 }));
  expect(reply.status).toBe(201);
});

it('works for a caller that names nobody, as services do, and writes down who books otherwise', async () => {
  const anonymous = await aBooking(world);
  expect(await world.record(anonymous)).toMatchObject({ creatorId: 'public', updaterId: 'public' });
  const named = await aBooking({ ...world, api: world.api.as(drRossi) });
  expect(await world.record(named)).toMatchObject({ creatorId: 'dr-rossi', updaterId: 'dr-rossi' });
});

it('writes what finds the way from person and room to the record, and when a job has to look', async () => {
  const id = await aBooking(world, { participants: [drVerdi, mrBianchi], startsIn: '1 hour', lasts: '1 hour' });
  const record = await world.record(id);
  const room = record?.room as { id: string };
  const items = await world.items();
  const participants = record?.participants as { kaleyraId: string; externalId: string }[];
  for (const { kaleyraId, externalId } of participants) {
    expect(items).toContainEqual({ pk: `person#${kaleyraId}`, sk: id });
    expect(items).toContainEqual(expect.objectContaining({ pk: `kal#${kaleyraId}`, sk: 'person', externalId }));
    const person = expect.objectContaining({ pk: `ext#${externalId}`, kaleyraId, confirmedAt: expect.any(String) });
    expect(items).toContainEqual(person);
  }
  expect(items).toContainEqual({ pk: `room#${room.id}`, sk: 'room', recordId: id });
  const closes = Date.parse(String(record?.endDate)) + span('24 hours');
  expect(record).toMatchObject({ workShard: id.slice(0, 1), workDue: closes });
});

it('keeps the first name of a person for the screen, whoever books them later', async () => {
  const person = patients(1, 'renamed')[0] ?? mrBianchi;
  await aBooking(world, { participants: [drRossi, person] });
  await aBooking(world, { participants: [drRossi, { ...person, fullName: 'Somebody Else-Example' }] });
  const kept = (await world.items()).find(
    item => item.externalId === person.userId && String(item.pk).startsWith('kal#'),
  );
  expect(kept).toMatchObject({ fullName: person.fullName });
});
