import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { aBooking, bookingBody } from '../../support/bookings.ts';
import { type ControlledDirectory, controlDirectory } from '../../support/directory.ts';
import { drRossi, mrBianchi, type Person } from '../../support/people.ts';
import { sendSigned } from '../../support/signed.ts';
import { openWorld, TRANSPORTS, type World } from '../../support/world.ts';

/**
 * Habits of reference code that become holes in production: whole requests in the log, trust in what a client writes about
 * itself, a clock that was read once, ids that can be guessed, doors left open for development.
 */
let world: World;
let directory: ControlledDirectory;
beforeAll(async () => {
  world = await openWorld({ env: { LOG_LEVEL: 'debug' } });
  directory = controlDirectory(world.simulator.url);
});
afterAll(() => world.close());
afterEach(async () => {
  vi.restoreAllMocks();
  world.configure({});
  world.clock.reset();
  await world.simulator.clearFaults();
});

const as = (person: Person) => world.api.as(person).withHeaders({ miausergroups: person.groups.join(',') });

describe('the log', () => {
  const mailbox = (name: string, group: string): Person => ({
    userId: `${name}@clinic.example`,
    groups: [group],
    fullName: `${name}@mail.example`,
  });

  it('holds no e-mail address and nothing of a request, whether it went well or not', async () => {
    const printed: string[] = [];
    const note = (text: unknown): boolean => printed.push(String(text)) > 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(note);
    vi.spyOn(process.stderr, 'write').mockImplementation(note);
    world.logs.length = 0;
    const [doctor, patient] = [mailbox('doctor', 'doctor'), mailbox('patient', 'patient')];
    const headers = {
      'x-forwarded-for': '203.0.113.77',
      'user-agent': 'marked-agent',
      referer: 'https://marked.example',
    };
    const caller = as(doctor).withHeaders(headers);
    const body = {
      ...bookingBody(world.clock.now(), { startsIn: '-1 minute', participants: [doctor, patient] }),
      note: 'marked',
    };
    const booked = await caller.post('/teleconsultation?q=marked', body);
    const { roomId } = booked.body as { roomId: string };
    const statuses = [booked.status];
    await world.simulator.fault({
      method: 'DELETE',
      path: '/v2/rooms',
      status: 500,
      times: 2,
      body: { message: 'marked' },
    });
    for (const ask of [
      () => caller.get(`/teleconsultation/${roomId}?q=marked`),
      () => caller.post('/teleconsultation', { ...body, start_date: 'marked@mail.example' }),
      () => caller.post('/teleconsultation', '{"marked@mail.example'),
      () => caller.get('/teleconsultation/marked@mail.example'),
      () => caller.post('/credentials', { note: 'marked' }),
      () => caller.delete(`/teleconsultation/${roomId}`),
    ]) {
      statuses.push((await ask()).status);
    }
    expect(statuses).toEqual([201, 200, 400, 400, 404, 201, 204]);
    expect(world.logs.length).toBeGreaterThanOrEqual(statuses.length);
    const written = [...world.logs, ...printed].filter(line => /@|marked|203\.0\.113|clinic\.example/.test(line));
    expect(written).toEqual([]);
    for (const line of world.logs) {
      const values = Object.values(JSON.parse(line) as Record<string, unknown>);
      // A request or an error would come as an object.
      expect(values.filter(value => typeof value === 'object' && !Array.isArray(value) && value !== null)).toEqual([]);
    }
  });
});

describe('X-Forwarded-For', () => {
  const claimed = ['127.0.0.1', '10.0.0.1, 127.0.0.1', '::1', 'localhost', '169.254.169.254', "1'; drop table"];

  it.each(claimed)('of a client that claims to be %s opens nothing and changes no answer', async address => {
    const id = await aBooking(world);
    const stranger = { userId: 'stranger', groups: ['patient'], fullName: 'Invented Stranger' };
    const headers = {
      'x-forwarded-for': address,
      'x-real-ip': address,
      'true-client-ip': address,
      forwarded: `for=${address}`,
    };
    const statuses = async (more: Record<string, string>) => {
      const replies = [
        await as(stranger).withHeaders(more).get(`/teleconsultation/${id}`),
        await world.api.withHeaders(more).post('/credentials'),
        await world.api.withHeaders(more).post('/webhooks/kaleyra', { room_id: 'room_0123456789ab' }),
        await world.api.withHeaders(more).get('/_simulator/state'),
      ];
      return replies.map(({ status }) => status);
    };
    expect(await statuses(headers)).toEqual(await statuses({}));
    expect(await statuses(headers)).toEqual([401, 401, 401, 404]);
  });

  it('goes to the directory with the address that the gateway saw at its end, so that the first is never the one to trust', async () => {
    await directory.reset();
    world.configure(directory.authService);
    const newcomer = { userId: 'newcomer', groups: ['doctor'], fullName: 'Invented Newcomer' };
    await as(newcomer).withHeaders({ 'x-forwarded-for': '203.0.113.66' }).post('/credentials');
    const [asked] = await directory.requests();
    expect(asked?.headers['x-forwarded-for']).toBe('203.0.113.66, 127.0.0.1');
  });
});

describe('time', () => {
  it('is read by every request anew: the same loaded function shows the link when the hour has come', async () => {
    const id = await aBooking(world, { startsIn: '2 hours' });
    const link = async () =>
      (await as(mrBianchi).get(`/teleconsultation/${id}`)).body as { accessLinkURL: string | null };
    expect((await link()).accessLinkURL).toBeNull();
    world.clock.moveBy(7_200_000);
    expect((await link()).accessLinkURL).toMatch(/^http/);
  });

  it('of two bookings by the same loaded function is not the same', async () => {
    const first = await aBooking(world);
    world.clock.moveBy(3_600_000);
    const second = await aBooking(world);
    const [early, late] = await Promise.all([first, second].map(id => world.record(id)));
    const passed = Date.parse(String(late?.createdAt)) - Date.parse(String(early?.createdAt));
    expect(passed).toBeGreaterThanOrEqual(3_600_000);
  });

  it('of a signature is judged by the moment it arrives, not by when the function was loaded', async () => {
    const body = { data: { user_ids: ['usr_invented'] } };
    const timestamp = String(Math.floor(world.clock.now() / 1000));
    expect((await sendSigned(world, '/user-details', body, { timestamp })).status).toBe(200);
    world.clock.moveBy(3_600_000);
    expect((await sendSigned(world, '/user-details', body, { timestamp })).status).toBe(401);
    expect((await sendSigned(world, '/user-details', body)).status).toBe(200);
  });
});

describe('ids', () => {
  it('come from a source that nobody can foresee: with Math.random broken they are as different as ever', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const crowd = (index: number): Person[] => [
      { ...drRossi, userId: `dr-${index}` },
      { ...mrBianchi, userId: `mr-${index}` },
    ];
    const ids = await Promise.all([0, 1, 2, 3].map(index => aBooking(world, { participants: crowd(index) })));
    const records = await Promise.all(ids.map(id => world.record(id)));
    const people = records.flatMap(record => record?.participants as { kaleyraId: string }[]).map(one => one.kaleyraId);
    const operations = records.map(record => record?.op);
    expect(ids.filter(id => !/^[0-9a-f]{24}$/.test(id))).toEqual([]);
    expect(people.filter(id => !/^usr_[0-9a-f]{32}$/.test(id))).toEqual([]);
    expect([new Set(ids).size, new Set(people).size, new Set(operations).size]).toEqual([4, 8, 4]);
  });
});

describe.each(TRANSPORTS)('doors for development, %s', transport => {
  it('are not among the routes: what is deployed answers them as it answers any other address', async () => {
    const other = await openWorld({ transport });
    try {
      const doors = [
        'GET /_simulator/state',
        'DELETE /_simulator/requests',
        'POST /_simulator/faults',
        'GET /_local',
        'GET /_local/invoke/cleanupUploads',
        'POST /_local/store-faults',
        'GET /_directory/users',
        'GET /_s3/x',
        'GET /debug',
        'GET /metrics',
        'GET /admin',
        'GET /.env',
        'GET /serverless.yml',
        'TRACE /teleconsultation',
        'OPTIONS /teleconsultation',
        'PUT /teleconsultation/0123456789abcdef01234567',
      ].filter(door => transport === 'in process' || !door.startsWith('TRACE'));
      for (const door of doors) {
        const [method = '', url = ''] = door.split(' ');
        for (const prefix of ['', '/api/v1/telecons-be']) {
          const reply = await other.api.as(drRossi).raw({ method, url: prefix + url });
          expect([door, reply.status, reply.body]).toEqual([door, 404, { message: 'Not Found' }]);
        }
      }
      expect(other.logs).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
