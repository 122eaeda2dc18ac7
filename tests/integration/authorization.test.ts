import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Api, Reply } from '../support/api.ts';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { aHeldCall, type HeldCall } from '../support/calls.ts';
import { BIANCHI, type ControlledDirectory, controlDirectory, ROSSI } from '../support/directory.ts';
import { aForm, aJpeg } from '../support/images.ts';
import { drRossi, drVerdi, mrBianchi, msNeri, type Person } from '../support/people.ts';
import { withSteps } from '../support/steps.ts';
import { openWorld, type World } from '../support/world.ts';

/** Who may do what behind a trusted gateway, with the rules switched on. */
const RULES = {
  IDENTITY_MODE: 'gateway',
  AUTHORIZATION: 'rules',
  MANAGER_GROUPS: 'front-desk',
  ADMIN_GROUPS: 'admins',
};
const drGialli: Person = { userId: 'dr-gialli', groups: ['doctor'], fullName: 'Dr Lia Gialli-Example' };

let world: World;
beforeAll(async () => {
  world = await openWorld({
    env: { ...RULES, DEFAULT_RECORDING_TYPE: 'automatic', TELECONSULTATION_DELETE_UPLOADS: 'true' },
  });
});
afterAll(() => world.close());
afterEach(async () => {
  world.wrapDeps(deps => deps);
  world.configure({});
  world.clock.reset();
  await world.simulator.clearFaults();
});

const identified = (id: string, groups: readonly string[] = []): Api =>
  world.api.withHeaders({ miauserid: id, miausergroups: groups.join(',') });
const as = ({ userId, groups }: Person): Api => identified(userId, groups);
const manager = (): Api => world.api.withHeaders({ miausergroups: 'front-desk' });

const everything = async () => [await world.items(), await world.simulator.state()];
const asked = async () => (await world.simulator.requests()).map(({ method, path }) => `${method} ${path}`);
const list = (...data: Person[]) => ({ participants: { number: data.length, data } });
const aBookingBy = (who: Api, participants: readonly Person[], startsIn = '2 hours') =>
  aBooking({ clock: world.clock, api: who }, { participants, startsIn });
const namesOf = async (id: string) =>
  ((await world.record(id)) as { participants: { externalId: string; groups: string[] }[] }).participants.map(
    ({ externalId, groups }) => `${externalId} ${groups.join('+')}`,
  );
const refusal = ({ status, body }: Reply) => [status, body];
const forbidden = (message: string) => [403, { statusCode: 403, error: 'Forbidden', message }];

describe('to a stranger', () => {
  const UNKNOWN = '0123456789abcdef01234567';
  /** As a booking is that nobody has been told of yet. */
  const anUnfinished = async (id: string): Promise<string> => {
    const record = await world.scope().records.find(id);
    if (record === undefined) throw new Error('nothing was booked');
    await world.scope().records.change(record, { ...record, state: 'CREATING', room: null });
    return id;
  };
  let situations: Record<string, string>;
  let call: HeldCall;
  beforeAll(async () => {
    call = await aHeldCall({ ...world, api: as(drRossi) } as World);
    const claimed = await aBookingBy(as(drRossi), [drRossi, mrBianchi]);
    const record = await world.scope().records.find(claimed);
    if (record === undefined) throw new Error('nothing was booked');
    await world.scope().records.change(record, {
      ...record,
      claim: { operation: 'op-of-somebody', until: world.clock.now() + 3_600_000 },
    });
    const incomplete = await aBooking(
      { clock: world.clock, api: as(drRossi) },
      { participants: [drRossi], expected: 3 },
    );
    const booked = await aBookingBy(as(drRossi), [drRossi, mrBianchi]);
    const cancelled = await aBookingBy(as(drRossi), [drRossi, mrBianchi]);
    expect((await as(drRossi).delete(`/teleconsultation/${cancelled}`)).status).toBe(204);
    situations = {
      'not open yet': await aBookingBy(as(drRossi), [drRossi, mrBianchi]),
      open: await aBookingBy(as(drRossi), [drRossi, mrBianchi], '-1 minute'),
      claimed,
      incomplete,
      held: call.id,
      cancelled,
      'being booked': await anUnfinished(booked),
    };
  });

  const STRANGERS: [string, () => Api][] = [
    ['a patient of another consultation', () => as(msNeri)],
    ['a doctor of another consultation', () => as(drVerdi)],
    ['an administrator', () => identified('mr-admin', ['admins'])],
    ['nobody', () => world.api],
    ['whoever calls themselves as the store does where nobody is named', () => identified('public', ['doctor'])],
  ];
  const booking = () => bookingBody(world.clock.now());
  const REQUESTS: [string, (api: Api, id: string) => Promise<Reply>][] = [
    ['opening', (api, id) => api.get(`/teleconsultation/${id}?language=it`)],
    ['opening with a query that is not valid', (api, id) => api.get(`/teleconsultation/${id}?useBackground=7`)],
    ['the status', (api, id) => api.get(`/teleconsultation/${id}/status`)],
    ['the calendar', (api, id) => api.get(`/teleconsultation/${id}/calendar`)],
    ['a change', (api, id) => api.patch(`/teleconsultation/${id}`, list(drVerdi, msNeri))],
    ['joining', (api, id) => api.patch(`/teleconsultation/${id}`, list(drRossi, drVerdi, mrBianchi))],
    ['a change to what is stored', (api, id) => api.patch(`/teleconsultation/${id}`, list(drRossi, mrBianchi))],
    ['an empty change', (api, id) => api.patch(`/teleconsultation/${id}`, {})],
    ['a change without a plus user', (api, id) => api.patch(`/teleconsultation/${id}`, list(mrBianchi, msNeri))],
    [
      'a change to an unknown group',
      (api, id) => api.patch(`/teleconsultation/${id}`, list(drRossi, { ...msNeri, groups: ['nurses'] })),
    ],
    [
      'an end before the start',
      (api, id) => api.patch(`/teleconsultation/${id}`, { end_date: '2000-01-01T00:00:00Z' }),
    ],
    ['ids alone', (api, id) => api.patch(`/teleconsultation/${id}`, { participants: ['dr-rossi', 'mr-bianchi'] })],
    ['a change that is not valid', (api, id) => api.patch(`/teleconsultation/${id}`, { participants: 7 })],
    ['a change that is no JSON', (api, id) => api.patch(`/teleconsultation/${id}`, '{"participants":')],
    ['adding oneself', (api, id) => api.post(`/teleconsultation/${id}/participants/data`, drVerdi)],
    ['adding what is there', (api, id) => api.post(`/teleconsultation/${id}/participants/data`, drRossi)],
    ['adding without groups', (api, id) => api.post(`/teleconsultation/${id}/participants/data`, { userId: 'x' })],
    ['adding what is not valid', (api, id) => api.post(`/teleconsultation/${id}/participants/data`, [])],
    ['deleting uploads', (api, id) => api.delete(`/teleconsultation/${id}/uploads`)],
    ['cancelling', (api, id) => api.delete(`/teleconsultation/${id}`)],
    ['a change of a booking', (api, id) => api.patch(`/teleconsultation/${id}`, booking())],
    ['a transcription', (api, id) => api.get(`/transcription/${id}/${call.sessionId}`)],
    ['a transcription of no session', (api, id) => api.get(`/transcription/${id}/session_0123456789ab`)],
    ['a transcription of what is no id', (api, id) => api.get(`/transcription/${id}/..%2f`)],
    ['a recording', (api, id) => api.get(`/recording/${id}/${call.sessionId}`)],
  ];

  const withoutIds = ({ status, headers, text }: Reply, id: string) => {
    const { 'x-request-id': _, 'apigw-requestid': __, date: ___, ...others } = headers;
    return JSON.parse(JSON.stringify({ status, headers: others, text }).replaceAll(id, '{id}')) as {
      status: number;
      headers: Record<string, string>;
      text: string;
    };
  };

  /** What a request asks of the table: how long an answer takes follows from that, and from nothing else a stranger could see. */
  const callsOf = async (send: () => Promise<unknown>): Promise<string[]> => {
    const calls: string[] = [];
    const stop = world.store.listen(({ operation }) => calls.push(operation));
    await send().finally(stop);
    return calls.sort();
  };

  it.each(REQUESTS)('%s asks the table the same, whatever there is', async (_, send) => {
    const unknown = await callsOf(() => send(as(drVerdi), UNKNOWN));
    for (const [situation, id] of Object.entries(situations)) {
      expect(await callsOf(() => send(as(drVerdi), id)), situation).toEqual(unknown);
    }
  });

  it('what is kept of a call is looked for alike, whether Kaleyra’s room is one of ours or not', async () => {
    for (const kind of ['transcription', 'recording']) {
      const ask = (roomId: string) => callsOf(() => as(drVerdi).get(`/${kind}/${roomId}/${call.sessionId}`));
      const unknown = await ask('room_0123456789ab');
      expect(unknown.length).toBeGreaterThan(0);
      expect(await ask(call.roomId)).toEqual(unknown);
    }
  });

  it.each(STRANGERS)('that is %s, every consultation looks like one that never was', async (_, stranger) => {
    const before = await everything();
    await world.simulator.forgetRequests();
    for (const [request, send] of REQUESTS) {
      const unknown = withoutIds(await send(stranger(), UNKNOWN), UNKNOWN);
      expect([400, 404], request).toContain(unknown.status);
      for (const [situation, id] of Object.entries(situations)) {
        expect(withoutIds(await send(stranger(), id), id), `${request}, ${situation}`).toEqual(unknown);
      }
    }
    expect(await asked()).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  it('what is kept of a call is not there by the id of Kaleyra’s room either', async () => {
    for (const kind of ['transcription', 'recording']) {
      const unknown = 'room_0123456789ab';
      const expected = withoutIds(await as(drVerdi).get(`/${kind}/${unknown}/${call.sessionId}`), unknown);
      expect(expected.status).toBe(404);
      const reply = await as(drVerdi).get(`/${kind}/${call.roomId}/${call.sessionId}`);
      expect(withoutIds(reply, call.roomId)).toEqual(expected);
    }
  });

  it('is answered at once while somebody else changes it: nobody waits for a turn that is not theirs', async () => {
    const change = () => as(drVerdi).patch(`/teleconsultation/${situations.claimed}`, list(drVerdi, msNeri));
    expect((await change()).status).toBe(404);
    expect(await callsOf(change)).toEqual(['GetItem']);
  });

  it('a cancelled one is unknown to those who took part as well', async () => {
    const id = await aBookingBy(as(drRossi), [drRossi, mrBianchi]);
    expect((await as(drRossi).delete(`/teleconsultation/${id}`)).status).toBe(204);
    const gone = withoutIds(await as(drRossi).get(`/teleconsultation/${id}`), id);
    expect(gone).toEqual(withoutIds(await as(drVerdi).get(`/teleconsultation/${UNKNOWN}`), UNKNOWN));
  });
});

describe('booking', () => {
  const book = (who: Api, ...people: Person[]) =>
    who.post('/teleconsultation', bookingBody(world.clock.now(), { participants: people }));

  it('is for doctors who take part, and for managers', async () => {
    expect((await book(as(drRossi), drRossi, mrBianchi)).status).toBe(201);
    expect((await book(manager(), drRossi, mrBianchi)).status).toBe(201);
  });

  it.each<[string, () => Api, Person[], string]>([
    [
      'a patient, whatever the body says',
      () => as(mrBianchi),
      [{ ...mrBianchi, groups: ['doctor'] }, msNeri],
      'only somebody in a plus group or a manager may book a teleconsultation',
    ],
    [
      'nobody',
      () => world.api,
      [drRossi, mrBianchi],
      'only somebody in a plus group or a manager may book a teleconsultation',
    ],
    [
      'a doctor for others',
      () => as(drVerdi),
      [drRossi, mrBianchi],
      'whoever books a teleconsultation takes part in it: the list must name the caller',
    ],
    [
      'a manager who calls herself a doctor',
      () => identified('ms-neri', ['patient', 'front-desk']),
      [{ ...msNeri, groups: ['doctor'] }, mrBianchi],
      'nobody gives themselves a plus group: the caller’s identity names none',
    ],
  ])('is refused, and nothing happens: %s', async (_, who, people, message) => {
    const before = await everything();
    expect(refusal(await book(who(), ...people))).toEqual(forbidden(message));
    expect(await everything()).toEqual(before);
  });

  it('of one’s own name as a patient is a patient’s right and no more', async () => {
    const id = await aBookingBy(identified('ms-neri', ['front-desk']), [drRossi, msNeri]);
    expect(await namesOf(id)).toEqual(['dr-rossi doctor', 'ms-neri patient']);
  });
});

describe('a teleconsultation of two doctors and a patient', () => {
  let id: string;
  const path = () => `/teleconsultation/${id}`;
  const open = async (startsIn = '2 hours') => {
    id = await aBookingBy(as(drRossi), [drRossi, drVerdi, mrBianchi], startsIn);
  };

  it('is changed by either doctor, by whoever booked it, by managers; not by the patient', async () => {
    await open();
    const before = await everything();
    expect(refusal(await as(mrBianchi).patch(path(), list(drRossi, drVerdi, mrBianchi, msNeri)))).toEqual(
      forbidden('only a plus participant, the creator or a manager may change a teleconsultation'),
    );
    expect(refusal(await as(mrBianchi).post(`${path()}/participants/data`, msNeri))).toEqual(
      forbidden('only a plus participant, the creator or a manager may add a participant'),
    );
    expect(refusal(await as(mrBianchi).delete(path()))).toEqual(
      forbidden('only a plus participant, the creator or a manager may cancel a teleconsultation'),
    );
    expect(await everything()).toEqual(before);
    for (const [who, people] of [
      [as(drVerdi), [drRossi, drVerdi, msNeri]],
      [as(drRossi), [drRossi, drVerdi, mrBianchi]],
      [manager(), [drRossi, drVerdi, msNeri]],
    ] as const) {
      expect((await who.patch(path(), list(...people))).status).toBe(204);
      expect(await namesOf(id)).toEqual(people.map(({ userId, groups }) => `${userId} ${groups.join('+')}`));
    }
  });

  it('tells the patient the same after it was locked, and whatever else is wrong', async () => {
    await open('-1 minute');
    const message = 'only a plus participant, the creator or a manager may change a teleconsultation';
    for (const body of [list(mrBianchi, msNeri), {}, { end_date: '2000-01-01T00:00:00Z' }]) {
      expect(refusal(await as(mrBianchi).patch(path(), body))).toEqual(forbidden(message));
    }
  });

  it('is left in the hands of its creator, who opens it no more', async () => {
    await open('-1 minute');
    expect((await as(drRossi).get(path())).status).toBe(200);
    await open();
    expect((await as(drRossi).patch(path(), list(drVerdi, mrBianchi))).status).toBe(204);
    expect(refusal(await as(drRossi).get(path()))).toEqual(
      forbidden('a teleconsultation opens only for those who take part in it'),
    );
    expect((await as(drRossi).delete(path())).status).toBe(204);
  });

  it('gives managers no link', async () => {
    await open('-1 minute');
    const reply = await identified('ms-desk', ['front-desk']).get(path());
    expect(refusal(reply)).toEqual(forbidden('a teleconsultation opens only for those who take part in it'));
    expect((await as(mrBianchi).get(path())).body).toMatchObject({ accessLinkURL: expect.stringMatching(/^https?:/) });
  });

  it.each<[string, Person[]]>([
    ['out of the list', [drRossi, mrBianchi]],
    ['out for another doctor', [drRossi, drGialli, mrBianchi]],
    ['down to a patient', [drRossi, { ...drVerdi, groups: ['patient'] }, mrBianchi]],
  ])('the other doctor is put %s by a manager alone', async (_, people) => {
    await open();
    const before = await everything();
    const refused = forbidden('only a manager may remove the last other plus participant');
    expect(refusal(await as(drRossi).patch(path(), list(...people)))).toEqual(refused);
    expect(await everything()).toEqual(before);
    expect((await manager().patch(path(), list(...people))).status).toBe(204);
    expect(await namesOf(id)).toEqual(people.map(({ userId, groups }) => `${userId} ${groups.join('+')}`));
  });

  it('the other doctor is not put down to a patient one by one either', async () => {
    await open();
    const patient = { ...drVerdi, groups: ['patient'] };
    expect(refusal(await as(drRossi).post(`${path()}/participants/data`, patient))).toEqual(
      forbidden('only a manager may remove the last other plus participant'),
    );
  });

  it('the other doctor is not exchanged in two steps either, by whoever leads or by whom they add', async () => {
    await open();
    const everybody = [drRossi, drVerdi, drGialli, mrBianchi];
    expect((await as(drRossi).patch(path(), list(...everybody))).status).toBe(204);
    const before = await everything();
    const refused = forbidden('only a manager may remove the plus participants who were there before others');
    const withoutVerdi = list(drRossi, drGialli, mrBianchi);
    for (const who of [drRossi, drGialli]) {
      expect(refusal(await as(who).patch(path(), withoutVerdi))).toEqual(refused);
      const patient = { ...drVerdi, groups: ['patient'] };
      expect(refusal(await as(who).post(`${path()}/participants/data`, patient))).toEqual(refused);
    }
    expect(await everything()).toEqual(before);
    // Whoever was added goes as they came; whoever was there leaves by themselves, or by a manager.
    expect((await as(drRossi).patch(path(), list(drRossi, drVerdi, mrBianchi))).status).toBe(204);
    expect((await as(drRossi).patch(path(), list(...everybody))).status).toBe(204);
    expect((await as(drVerdi).patch(path(), withoutVerdi)).status).toBe(204);
    await open();
    expect((await manager().patch(path(), list(...everybody))).status).toBe(204);
    expect((await as(drRossi).patch(path(), withoutVerdi)).status).toBe(204);
  });

  it('lets a patient rise by a doctor’s word, and by no word of their own', async () => {
    id = await aBooking(
      { clock: world.clock, api: identified('ms-neri', ['front-desk']) },
      { participants: [drRossi, msNeri], expected: 3 },
    );
    const asDoctor = { ...msNeri, groups: ['doctor'] };
    // She booked it, so the list is hers to change; she is no manager any more.
    const raised = forbidden('nobody gives themselves a plus group: the caller’s identity names none');
    expect(refusal(await as(msNeri).post(`${path()}/participants/data`, asDoctor))).toEqual(raised);
    expect(refusal(await as(msNeri).patch(path(), list(drRossi, asDoctor)))).toEqual(raised);
    expect((await as(drRossi).post(`${path()}/participants/data`, asDoctor)).status).toBe(201);
    expect(await namesOf(id)).toEqual(['dr-rossi doctor', 'ms-neri doctor']);
    expect((await as(msNeri).patch(path(), list(drRossi, asDoctor, mrBianchi))).status).toBe(204);
  });

  it.each<[string, (who: Api) => Promise<Reply>]>([
    ['a change', who => who.patch(path(), list(drRossi, drVerdi, msNeri))],
    ['a cancellation', who => who.delete(path())],
  ])('%s that lost its turn is judged by what is stored then', async (_, send) => {
    await open();
    let reads = 0;
    world.wrapDeps(
      withSteps(async (call, when) => {
        if (call !== 'records.find' || when !== 'after') return;
        reads += 1;
        if (reads !== 1) return;
        world.wrapDeps(deps => deps);
        const put = await manager().patch(path(), list(drRossi, mrBianchi));
        expect(put.status).toBe(204);
      }),
    );
    const reply = await send(as(drVerdi));
    expect(refusal(reply)).toEqual([
      404,
      { statusCode: 404, error: 'not found', message: `Room with id ${id} not found on CRUD` },
    ]);
    expect(await world.record(id)).toMatchObject({ state: 'PUBLIC', claim: null });
    expect(await namesOf(id)).toEqual(['dr-rossi doctor', 'mr-bianchi patient']);
  });
});

describe('what is kept of a call', () => {
  let call: HeldCall;
  beforeAll(async () => {
    call = await aHeldCall(
      { ...world, api: manager() } as World,
      { participants: [drRossi, mrBianchi] },
      { uploads: 2 },
    );
  });

  it.each(['transcription', 'recording'])('its %s is for those who take part, not for who manages', async kind => {
    const get = (who: Api) => who.get(`/${kind}/${call.id}/${call.sessionId}`);
    for (const who of [as(drRossi), as(mrBianchi)]) expect([200, 302]).toContain((await get(who)).status);
    expect(refusal(await get(manager()))).toEqual(
      forbidden(`a ${kind} is only for those who take part in the teleconsultation`),
    );
  });

  it.each<[string, () => Api]>([
    ['a participant', () => as(mrBianchi)],
    ['a manager', () => manager()],
  ])('its files are deleted by %s', async (_, who) => {
    const held = await aHeldCall({ ...world, api: manager() } as World, {}, { uploads: 2 });
    const reply = await who().delete(`/teleconsultation/${held.id}/uploads`);
    expect(refusal(reply)).toEqual([200, { total: 2, deleted: 2 }]);
  });
});

describe('the company’s settings', () => {
  const REQUESTS: [string, (who: Api) => Promise<Reply>, number][] = [
    ['an image', who => who.raw(aForm(aJpeg())), 200],
    ['the list of images', who => who.get('/settings/background-image'), 200],
    ['a form for a large image', who => who.post('/settings/background-image/uploads'), 201],
    ['another default', who => who.patch('/settings/update', { background_alias: 'invented' }), 400],
  ];
  const MESSAGE = 'only an administrator may see or change the settings of the company';

  it.each(REQUESTS)('%s takes an administrator', async (_, send, status) => {
    await world.simulator.forgetRequests();
    for (const who of [as(drRossi), as(mrBianchi), identified('ms-desk', ['front-desk'])]) {
      expect(refusal(await send(who))).toEqual(forbidden(MESSAGE));
    }
    expect((await send(world.api.withHeaders({ miausergroups: 'admins' }))).status).toBe(401);
    expect(await asked()).toEqual([]);
    expect((await send(identified('mr-admin', ['admins']))).status).toBe(status);
  });
});

describe('credentials', () => {
  it('take a group that a privilege knows, also of somebody whom Kaleyra has already', async () => {
    await aBookingBy(as(drRossi), [drRossi, mrBianchi]);
    for (const who of [as(drRossi), as(mrBianchi)]) expect((await who.post('/credentials')).status).toBe(201);
    await world.simulator.forgetRequests();
    const refused = forbidden('the caller is in no group that the privileges know');
    for (const who of [identified('mr-bianchi'), identified('ms-desk', ['front-desk']), identified('new', ['x'])]) {
      expect(refusal(await who.post('/credentials'))).toEqual(refused);
    }
    expect((await world.api.post('/credentials')).status).toBe(401);
    expect(await asked()).toEqual([]);
  });
});

describe('with a directory', () => {
  let directory: ControlledDirectory;
  beforeAll(() => {
    directory = controlDirectory(world.simulator.url);
  });
  const body = (participants: unknown) => ({ ...bookingBody(world.clock.now()), participants });

  it('a doctor books whom only the directory calls one, and nobody learns who is in it without', async () => {
    world.configure(directory.authService);
    await directory.reset();
    const before = await everything();
    for (const people of [
      [ROSSI, BIANCHI],
      ['auth0|nobody-at-all', BIANCHI],
    ]) {
      expect(refusal(await identified(BIANCHI).post('/teleconsultation', body(people)))).toEqual(
        forbidden('only somebody in a plus group or a manager may book a teleconsultation'),
      );
    }
    const paths = (await directory.requests()).map(({ path }) => decodeURIComponent(path));
    expect(new Set(paths)).toEqual(new Set([`/users/${BIANCHI}`]));
    expect(await everything()).toEqual(before);

    const reply = await identified(ROSSI).post('/teleconsultation', body([ROSSI, BIANCHI]));
    expect(reply.status).toBe(201);
    const { roomId } = reply.body as { roomId: string };
    expect((await identified(BIANCHI).delete(`/teleconsultation/${roomId}`)).status).toBe(403);
    expect((await identified(ROSSI).delete(`/teleconsultation/${roomId}`)).status).toBe(204);
  });
});

it('without the rules, whoever the gateway lets through changes and cancels as before', async () => {
  const id = await aBookingBy(as(drRossi), [drRossi, mrBianchi]);
  world.configure({ AUTHORIZATION: 'gateway', MANAGER_GROUPS: '', ADMIN_GROUPS: '' });
  expect((await as(drVerdi).get(`/teleconsultation/${id}`)).status).toBe(401);
  expect((await world.api.patch(`/teleconsultation/${id}`, list(drVerdi, msNeri))).status).toBe(204);
  expect((await as(mrBianchi).delete(`/teleconsultation/${id}`)).status).toBe(204);
});
