import { describe, expect, it } from 'vitest';
import { aRoom, aSimulator, DOCTOR, PATIENT, type Simulator, thePeople } from './support.ts';

const ALL_TOOLS = {
  chat: true,
  screen_sharing: true,
  file_upload: true,
  snapshot: true,
  live_edit: true,
  live_pointer: true,
  present_to_everyone: true,
  sign: true,
  whiteboard: { wb_add_file: true, wb_cursor: true, wb_text: true, wb_shape: true, wb_pen: true, wb_eraser: true },
};

const two = [{ user_id: DOCTOR }, { user_id: PATIENT }];

async function withPeople(): Promise<Simulator> {
  const simulator = await aSimulator();
  await thePeople(simulator);
  return simulator;
}

describe('creating a room', () => {
  it('answers the whole room with one link per participant', async () => {
    const simulator = await aSimulator({ clock: () => Date.UTC(2030, 0, 1) });
    const room = await aRoom(simulator);
    const link = new RegExp(`^${simulator.url}/eu/direct-rest-call-handler/[a-z0-9]{24}$`);
    expect(room).toEqual({
      id: expect.stringMatching(/^room_[0-9a-f]{12}$/),
      recording: 'none',
      duration: 0,
      call_type: 'audio_video',
      live: false,
      description: null,
      offline_transcription: false,
      status: 'NOT_RUNNING',
      duration_used: 0,
      creation_date: '2030-01-01T00:00:00.000Z',
      participants: [
        { user_id: DOCTOR, is_admin: true, tools: ALL_TOOLS, access_link: expect.stringMatching(link) },
        { user_id: PATIENT, is_admin: false, tools: ALL_TOOLS, access_link: expect.stringMatching(link) },
      ],
    });
    expect(room.participants[0].access_link).not.toBe(room.participants[1].access_link);
  });

  it('keeps what was chosen', async () => {
    const simulator = await aSimulator();
    const chosen = {
      recording: 'manual',
      duration: 86_400,
      call_type: 'audio_upgradable',
      live: true,
      description: 'a description',
      offline_transcription: true,
    };
    expect(await aRoom(simulator, chosen)).toMatchObject(chosen);
  });

  it('reads null as no recording', async () => {
    const simulator = await aSimulator();
    expect((await aRoom(simulator, { recording: null })).recording).toBe('none');
  });

  it('switches off the tools that a given object leaves out', async () => {
    const simulator = await withPeople();
    const participants = [
      { user_id: DOCTOR, tools: { chat: true, whiteboard: { wb_pen: true } } },
      { user_id: PATIENT, tools: {} },
    ];
    const { body } = await simulator.post('/v2/rooms', { participants });
    expect(body.participants[0].tools).toMatchObject({
      chat: true,
      snapshot: false,
      whiteboard: { wb_pen: true, wb_text: false },
    });
    expect(Object.values(body.participants[1].tools)).toEqual(Array(9).fill(false));
  });

  it.each([
    ['no participants', {}, 'participants'],
    ['one participant', { participants: two.slice(0, 1) }, 'participants'],
    ['26 participants', { participants: Array.from({ length: 26 }, (_, i) => ({ user_id: `u${i}` })) }, 'participants'],
    ['somebody twice', { participants: [...two, { user_id: DOCTOR }] }, 'participants'],
    ['a participant without id', { participants: [{ user_id: DOCTOR }, {}] }, 'participants[1].user_id'],
    [
      'an unknown tool',
      { participants: [{ user_id: DOCTOR, tools: { fax: true } }, two[1]] },
      'participants[0].tools.fax',
    ],
    [
      'an unknown pen',
      { participants: [{ user_id: DOCTOR, tools: { whiteboard: { wb_ink: true } } }, two[1]] },
      'participants[0].tools.whiteboard.wb_ink',
    ],
    [
      'a pen in words',
      { participants: [{ user_id: DOCTOR, tools: { whiteboard: { wb_pen: 'yes' } } }, two[1]] },
      'participants[0].tools.whiteboard.wb_pen',
    ],
    ['an admin in words', { participants: [{ user_id: DOCTOR, is_admin: 'yes' }, two[1]] }, 'participants[0].is_admin'],
    [
      'an unknown field of a participant',
      { participants: [{ user_id: DOCTOR, name: 'x' }, two[1]] },
      'participants[0].name',
    ],
    ['a recording of another kind', { participants: two, recording: 'always' }, 'recording'],
    ['a minute less a second', { participants: two, duration: 59 }, 'duration'],
    ['a day and a second', { participants: two, duration: 86_401 }, 'duration'],
    ['half seconds', { participants: two, duration: 60.5 }, 'duration'],
    ['a duration in text', { participants: two, duration: '3600' }, 'duration'],
    ['another call type', { participants: two, call_type: 'video' }, 'call_type'],
    ['live in text', { participants: two, live: 'true' }, 'live'],
    ['a number for a description', { participants: two, description: 5 }, 'description'],
    ['a transcription of nothing', { participants: two, offline_transcription: true }, 'offline_transcription'],
    ['what v1 knew', { participants: two, directCall: true }, 'directCall'],
  ])('refuses %s', async (_, room, field) => {
    const simulator = await withPeople();
    const reply = await simulator.post('/v2/rooms', room);
    expect(reply).toMatchObject({ status: 422, body: { name: 'validation_error', code: 'validation_error' } });
    expect(reply.body.message).toContain(`"${field}"`);
    expect((await simulator.get('/v2/rooms')).body.count).toBe(0);
  });

  it('takes 25 participants and 60 seconds', async () => {
    const simulator = await withPeople();
    const ids = Array.from({ length: 23 }, (_, index) => `guest-${index}`);
    await Promise.all(ids.map(id => simulator.post('/v2/users', { id, role: 'basic' })));
    const participants = [...two, ...ids.map(id => ({ user_id: id }))];
    expect((await simulator.post('/v2/rooms', { participants, duration: 60 })).status).toBe(201);
  });

  it('refuses a user that does not exist, or no longer', async () => {
    const simulator = await withPeople();
    const stranger = await simulator.post('/v2/rooms', { participants: [...two, { user_id: 'stranger' }] });
    expect(stranger).toMatchObject({ status: 400, body: { name: 'invalid_request_error', code: 'invalid_user_id' } });
    expect(stranger.body.message).toContain('stranger');
    await simulator.delete(`/v2/users/${PATIENT}`);
    expect(await simulator.post('/v2/rooms', { participants: two })).toMatchObject({
      status: 400,
      body: { code: 'invalid_user_id' },
    });
  });

  it('needs somebody with the role plus', async () => {
    const simulator = await withPeople();
    await simulator.put(`/v2/users/${DOCTOR}`, { role: 'basic' });
    expect(await simulator.post('/v2/rooms', { participants: two })).toMatchObject({
      status: 400,
      body: { name: 'invalid_request_error', code: 'no_plus_user' },
    });
  });
});

describe('reading rooms', () => {
  it('carries the links, in the room and in the list', async () => {
    const simulator = await aSimulator();
    const room = await aRoom(simulator);
    expect((await simulator.get(`/v2/rooms/${room.id}`)).body).toEqual(room);
    const later = await aRoom(simulator);
    const list = (await simulator.get('/v2/rooms?limit=5')).body;
    expect(list).toEqual({ offset: 0, limit: 5, has_more: false, count: 2, rooms: [later, room] });
  });

  it('filters by day, both ends included', async () => {
    let now = Date.UTC(2030, 0, 1, 23, 59);
    const simulator = await aSimulator({ clock: () => now });
    const first = await aRoom(simulator);
    now = Date.UTC(2030, 0, 2, 0, 1);
    const second = await aRoom(simulator);
    const ids = async (query: string) =>
      (await simulator.get(`/v2/rooms?${query}`)).body.rooms.map(({ id }: { id: string }) => id);
    expect(await ids('from=2030-01-01&to=2030-01-02')).toEqual([second.id, first.id]);
    expect(await ids('from=2030-01-02')).toEqual([second.id]);
    expect(await ids('to=2030-01-01')).toEqual([first.id]);
  });
});

describe('disabling a room', () => {
  it('ends its links and empties the list of them', async () => {
    const simulator = await aSimulator();
    const room = await aRoom(simulator);
    const reply = await simulator.put(`/v2/rooms/${room.id}/disable`);
    expect(reply).toMatchObject({ status: 200, body: { id: room.id, message: expect.stringContaining('disabled') } });
    expect((await simulator.put(`/v2/rooms/${room.id}/disable`)).status).toBe(200);
    const read = (await simulator.get(`/v2/rooms/${room.id}`)).body;
    expect(read).toMatchObject({ disabled: true, participants: [], status: 'NOT_RUNNING' });
    expect((await fetch(room.participants[0].access_link)).status).toBe(410);
    const [kept] = (await simulator.state()).rooms;
    expect(kept).toMatchObject({ disabled: true, participants: [{ user_id: DOCTOR }, { user_id: PATIENT }] });
    expect(JSON.stringify(kept)).not.toContain('direct-rest-call-handler');
  });
});

describe('deleting a room', () => {
  it('leaves a 404 and a trace in the state', async () => {
    const simulator = await aSimulator();
    const { id, participants } = await aRoom(simulator);
    expect(await simulator.delete(`/v2/rooms/${id}`)).toMatchObject({
      status: 200,
      body: { id, message: `Room ${id} and all user links associated deleted` },
    });
    expect((await simulator.get('/v2/rooms')).body.rooms).toEqual([]);
    expect((await fetch(participants[0].access_link)).status).toBe(410);
    expect((await simulator.state()).rooms).toMatchObject([{ id, deleted: true }]);
  });

  it('ends the call in it', async () => {
    let now = Date.UTC(2030, 0, 1);
    const simulator = await aSimulator({ clock: () => now });
    const { id } = await aRoom(simulator);
    const { sessionId } = await simulator.call({ roomId: id, end: false });
    now += 90_000;
    await simulator.delete(`/v2/rooms/${id}`);
    expect((await simulator.get(`/v2/sessions/${sessionId}`)).body.duration).toBe(90);
  });
});

it.each([
  ['GET', ''],
  ['DELETE', ''],
  ['PUT', '/disable'],
  ['POST', '/start-recording'],
  ['POST', '/stop-recording'],
  ['POST', '/call'],
  ['GET', '/participants'],
  ['GET', `/participants/${DOCTOR}`],
])('%s of an unknown room%s is a 404', async (method, rest) => {
  const simulator = await aSimulator();
  const reply = await simulator.send(method, `/v2/rooms/room_000000000000${rest}`);
  expect(reply).toMatchObject({ status: 404, body: { code: 'room_not_found' } });
});

describe('recording and ringing', () => {
  it('starts and stops where recording is manual', async () => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator, { recording: 'manual' });
    const act = (verb: string) => simulator.post(`/v2/rooms/${id}/${verb}`);
    expect(await act('stop-recording')).toMatchObject({ status: 400, body: { code: 'recording_not_found' } });
    expect((await act('start-recording')).status).toBe(200);
    expect((await act('stop-recording')).status).toBe(200);
  });

  it.each([['none'], ['automatic']])('has no button where recording is %s', async recording => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator, { recording });
    const reply = await simulator.post(`/v2/rooms/${id}/start-recording`);
    expect(reply).toMatchObject({ status: 400, body: { code: 'room_no_recordable' } });
  });

  it('calls the participants of a room that is open', async () => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator);
    expect(await simulator.post(`/v2/rooms/${id}/call`)).toMatchObject({ status: 200, body: { id } });
    await simulator.put(`/v2/rooms/${id}/disable`);
    expect(await simulator.post(`/v2/rooms/${id}/call`)).toMatchObject({
      status: 400,
      body: { code: 'room_not_active' },
    });
  });
});
