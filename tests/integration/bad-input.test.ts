import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aBooking, bookingBody, span } from '../support/bookings.ts';
import { drRossi, mrBianchi, patients } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

/** Each refused request names its field, and leaves store and simulator exactly as they were. */
describe.each(TRANSPORTS)('bad input, %s', transport => {
  let world: World;
  let id: string;
  beforeAll(async () => {
    world = await openWorld({ transport, env: { UNLIMITED_TELECONSULTATION: 'false' } });
    id = await aBooking(world);
  });
  afterAll(() => world.close());

  const valid = () => bookingBody(Date.now());
  const withBody = (changes: Record<string, unknown>) => ({ ...valid(), ...changes });
  const start = () => String(valid().start_date);
  const inMs = (text: string) => new Date(Date.parse(start()) + span(text)).toISOString();
  const list = (data: unknown, number: unknown = 2) => withBody({ participants: { number, data } });
  const doctor = { ...drRossi };

  /** What is sent, and the field (or the documented words) that the answer must name. */
  const bodies: [string, () => unknown, string][] = [
    ['a body that is not JSON', () => '{"start_date":', 'body must be valid JSON'],
    ['an empty body', () => '', 'body must be an object'],
    ['a JSON text', () => '"text"', 'body must be an object'],
    ['a JSON array', () => '[]', 'body must be an object'],
    ['null', () => 'null', 'body must be an object'],
    ['no participants', () => withBody({ participants: undefined }), 'body.participants is required'],
    ['participants as a text', () => withBody({ participants: 'dr-rossi' }), 'body.participants must be'],
    ['an array of bare ids', () => withBody({ participants: ['dr-rossi', 'mr-bianchi'] }), 'body.participants must be'],
    ['no data', () => withBody({ participants: { number: 2 } }), 'body.participants.data is required'],
    ['data as an object', () => list({}), 'body.participants.data must be an array'],
    ['no number', () => withBody({ participants: { data: [] } }), 'body.participants.number is required'],
    ['a number that is a word', () => list([], 'two'), 'body.participants.number must be an integer'],
    ['half a participant', () => list([], 2.5), 'body.participants.number must be an integer'],
    ['one participant', () => list([doctor], 1), 'body.participants.number must be at least 2'],
    ['26 participants', () => list([doctor], 26), 'body.participants.number must be at most 25'],
    ['more data than expected', () => list([doctor, ...patients(2)], 2), 'body.participants.data must not be longer'],
    ['the same person twice', () => list([doctor, doctor]), 'body.participants.data.1.userId names a person'],
    [
      'the same person in two spellings',
      () => list([doctor, { ...mrBianchi, userId: undefined, userExternalId: drRossi.userId }]),
      'body.participants.data.1.userId names a person',
    ],
    ['no id', () => list([{ ...doctor, userId: undefined }]), 'body.participants.data.0.userId is required'],
    ['an empty id', () => list([{ ...doctor, userId: '' }]), 'body.participants.data.0.userId must not be empty'],
    ['a blank id', () => list([{ ...doctor, userId: '  ' }]), 'body.participants.data.0.userId must not be empty'],
    ['an id of 10 kB', () => list([{ ...doctor, userId: 'x'.repeat(10_240) }]), 'data.0.userId must be at most 256'],
    [
      'an id full of control characters',
      () => list([{ ...doctor, userId: 'dr\u0000\u0007\u001b[31m' }]),
      'data.0.userId must not contain control characters',
    ],
    ['an id that is an object', () => list([{ ...doctor, userId: { $ne: null } }]), 'data.0.userId must be a string'],
    ['no groups', () => list([{ ...doctor, groups: undefined }]), 'body.participants.data.0.groups is required'],
    [
      'groups that are numbers in objects',
      () => list([{ ...doctor, groups: [{}] }]),
      'data.0.groups.0 must be a string',
    ],
    [
      'a group that no privilege knows',
      () => list([doctor, { ...mrBianchi, groups: ['visitor'] }]),
      'Failed POST /teleconsultation: body.participants.data.1.groups names no group',
    ],
    ['no name', () => list([{ ...doctor, fullName: undefined }]), 'body.participants.data.0.fullName is required'],
    ['a name of 10 kB', () => list([{ ...doctor, fullName: 'x'.repeat(10_240) }]), 'data.0.fullName must be at most'],
    ['no start', () => withBody({ start_date: undefined }), 'body.start_date is required'],
    ['a start that is a word', () => withBody({ start_date: 'tomorrow' }), 'body.start_date must be a date-time'],
    [
      'a day that does not exist',
      () => withBody({ start_date: '2027-02-30T09:00:00.000Z' }),
      'body.start_date must be',
    ],
    ['a start without a zone', () => withBody({ start_date: '2027-02-03T09:00:00' }), 'body.start_date must be'],
    ['an end that is a number', () => withBody({ end_date: 1 }), 'body.end_date must be a string'],
    [
      'an end before the start',
      () => withBody({ end_date: inMs('-1 hour') }),
      'body.end_date must be after start_date',
    ],
    ['an end at the start', () => withBody({ end_date: start() }), 'body.end_date must be after start_date'],
    ['both durations', () => withBody({ duration_in_seconds: 600 }), 'body.duration_in_seconds must not be sent'],
    ['neither duration', () => withBody({ end_date: undefined }), 'body.end_date or duration_in_seconds is required'],
    [
      'a duration that is a word',
      () => withBody({ end_date: undefined, duration_in_seconds: 'long' }),
      'body.duration_in_seconds must be an integer',
    ],
    [
      'a negative duration',
      () => withBody({ end_date: undefined, duration_in_seconds: -600 }),
      'body.duration_in_seconds must be at least 1',
    ],
    [
      'under 5 minutes',
      () => withBody({ end_date: undefined, duration_in_seconds: 299 }),
      'body.duration_in_seconds makes the call shorter',
    ],
    ['over 24 hours', () => withBody({ end_date: inMs('25 hours') }), 'body.end_date makes the call longer'],
  ];

  const unchanged = async (send: () => Promise<unknown>) => {
    const before = [await world.items(), await world.simulator.state()];
    await world.simulator.forgetRequests();
    await send();
    expect([await world.items(), await world.simulator.state()]).toEqual(before);
    expect(await world.simulator.requests()).toEqual([]);
  };

  it.each(bodies)('POST with %s: 400', async (_, body, words) => {
    await unchanged(async () => {
      const reply = await world.api.post('/teleconsultation', body());
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ statusCode: 400, message: expect.stringContaining(words) });
      expect(reply.headers['content-type']).toContain('application/json');
    });
  });

  // What is optional in a change cannot be missing from it.
  const changes = bodies.filter(([, , words]) => !/(participants|start_date|_in_seconds) is required$/.test(words));

  it.each(changes)('PATCH with %s: 400', async (_, body, words) => {
    await unchanged(async () => {
      const reply = await world.api.patch(`/teleconsultation/${id}`, body());
      expect(reply.status).toBe(400);
      const sentence = words.replace('POST /teleconsultation', 'PATCH /teleconsultation');
      expect(reply.body).toMatchObject({ statusCode: 400, message: expect.stringContaining(sentence) });
    });
  });

  it('PATCH with a start after the stored end: 400 that names the start', async () => {
    await unchanged(async () => {
      const reply = await world.api.patch(`/teleconsultation/${id}`, { start_date: inMs('2 hours') });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ message: 'body.start_date must be before the end' });
    });
  });

  it('PATCH that leaves no plus user: 400 in the documented words', async () => {
    await unchanged(async () => {
      const reply = await world.api.patch(`/teleconsultation/${id}`, list(patients(2)));
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ error: 'Failed PATCH /teleconsultation: no plus user in room' });
    });
  });

  it.each(['POST', 'PATCH'])('%s sent as another content type: 415', async method => {
    await unchanged(async () => {
      const url = method === 'POST' ? '/teleconsultation' : `/teleconsultation/${id}`;
      const headers = { 'content-type': 'text/plain' };
      const reply = await world.api.raw({ method, url, headers, body: JSON.stringify(valid()) });
      expect(reply.status).toBe(415);
      expect(reply.body).toMatchObject({ statusCode: 415, message: expect.stringContaining('application/json') });
    });
  });

  it('a body of 7 MB: 413 from the gateway', async () => {
    await unchanged(async () => {
      const reply = await world.api.post('/teleconsultation', JSON.stringify({ padding: 'x'.repeat(7_000_000) }));
      expect(reply.status).toBe(413);
      expect(reply.body).toEqual({ message: 'Request Entity Too Large' });
    });
  });

  it('useBackground that is neither true nor false: 400', async () => {
    const reply = await world.api.as(drRossi).get(`/teleconsultation/${id}?useBackground=maybe`);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ message: 'querystring.useBackground must be true or false' });
  });

  const NO_SUCH_ID: [string, string][] = [
    ['an id that does not exist', '0123456789abcdef01234567'],
    ['a word', 'not-an-id'],
    ['an upper-case id', '0123456789ABCDEF01234567'],
    ['the key of another item', encodeURIComponent('ext#dr-rossi')],
    ['an id with a line break', '0123456789abcdef01234567%0A'],
    ['an id of 1,000 characters', 'a'.repeat(1000)],
  ];

  it.each(NO_SUCH_ID)('%s: the documented 404 on each route', async (_, sent) => {
    await unchanged(async () => {
      const sentence = `Room with id ${decodeURIComponent(sent)} not found on CRUD`;
      const read = await world.api.as(drRossi).get(`/teleconsultation/${sent}`);
      expect([read.status, read.body]).toEqual([404, { statusCode: 404, error: sentence, message: sentence }]);
      const notFound = { statusCode: 404, error: 'not found', message: sentence };
      const changed = await world.api.patch(`/teleconsultation/${sent}`, { duration_in_seconds: 600 });
      expect([changed.status, changed.body]).toEqual([404, notFound]);
      const deleted = await world.api.delete(`/teleconsultation/${sent}`);
      expect([deleted.status, deleted.body]).toEqual([404, notFound]);
    });
  });

  it('says everything that is wrong at once', async () => {
    const reply = await world.api.post('/teleconsultation', list([{ userId: '' }], 1));
    expect((reply.body as { details: { path: string }[] }).details.map(problem => problem.path)).toEqual([
      'body.participants.number',
      'body.participants.data.0.userId',
    ]);
  });
});
