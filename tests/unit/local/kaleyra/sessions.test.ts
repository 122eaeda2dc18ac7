import { describe, expect, it } from 'vitest';
import { aRoom, aSimulator, DOCTOR, PATIENT } from './support.ts';

const NOON = Date.UTC(2030, 0, 1, 12);

describe('a session', () => {
  it('tells who was connected for how long', async () => {
    const simulator = await aSimulator({ clock: () => NOON });
    const room = await aRoom(simulator);
    const { sessionId } = await simulator.call({ roomId: room.id, durationSeconds: 300 });
    expect(sessionId).toMatch(/^session_[a-z0-9]{12}$/);
    const session = {
      id: sessionId,
      creation_date: '2030-01-01T11:55:00.000Z',
      duration: 300,
      connected_participants: [DOCTOR, PATIENT],
      room_id: room.id,
    };
    expect((await simulator.get(`/v2/sessions/${sessionId}`)).body).toEqual(session);
    expect((await simulator.get('/v2/sessions')).body).toMatchObject({ count: 1, sessions: [session] });
  });

  it('is found by room, by person and by day', async () => {
    let now = NOON;
    const simulator = await aSimulator({ clock: () => now });
    const first = await aRoom(simulator);
    const one = (await simulator.call({ roomId: first.id })).sessionId;
    now += 86_400_000;
    await simulator.post('/v2/users', { id: 'guest', role: 'basic' });
    const participants = [{ user_id: DOCTOR }, { user_id: 'guest' }];
    const second = (await simulator.post('/v2/rooms', { participants })).body;
    const two = (await simulator.call({ roomId: second.id })).sessionId;
    const found = async (query: string) =>
      (await simulator.get(`/v2/sessions?${query}`)).body.sessions.map(({ id }: { id: string }) => id);
    expect(await found('limit=9')).toEqual([two, one]);
    expect(await found(`room_id=${first.id}`)).toEqual([one]);
    expect(await found('room_id=room_unknown')).toEqual([]);
    expect(await found(`user_id=${PATIENT}`)).toEqual([one]);
    expect(await found(`user_id=${DOCTOR}`)).toEqual([two, one]);
    expect(await found('to=2030-01-01')).toEqual([one]);
    expect(await found('from=2030-01-02')).toEqual([two]);
  });

  it('stands in the list where its beginning puts it', async () => {
    const simulator = await aSimulator();
    const running = await simulator.call({ roomId: (await aRoom(simulator)).id, end: false });
    const long = await simulator.call({ roomId: (await aRoom(simulator)).id, durationSeconds: 3600 });
    const short = await simulator.call({ roomId: (await aRoom(simulator)).id, durationSeconds: 60 });
    const { sessions } = (await simulator.get('/v2/sessions')).body;
    const order = [running, short, long].map(({ sessionId }) => sessionId);
    expect(sessions.map(({ id }: { id: string }) => id)).toEqual(order);
  });

  it.each([
    ['GET', ''],
    ['GET', '/recording'],
    ['DELETE', '/recording'],
    ['GET', '/transcription'],
  ])('that is unknown answers 404 to %s %s', async (method, rest) => {
    const simulator = await aSimulator();
    const reply = await simulator.send(method, `/v2/sessions/session_000000000000${rest}`);
    expect(reply).toMatchObject({ status: 404, body: { code: 'session_not_found' } });
  });
});

describe('a recording', () => {
  it('is lent for as long as asked, 30 seconds otherwise', async () => {
    let now = NOON;
    const simulator = await aSimulator({ clock: () => now });
    const room = await aRoom(simulator, { recording: 'automatic' });
    const { sessionId } = await simulator.call({ roomId: room.id });
    const path = `/v2/sessions/${sessionId}/recording`;
    const short = (await simulator.get(path)).body.url;
    const long = (await simulator.get(`${path}?expire_time=3600`)).body.url;
    expect(short).toContain(simulator.url);
    const opened = await fetch(short);
    expect(opened.headers.get('content-type')).toBe('video/mp4');
    expect(
      Buffer.from(await opened.arrayBuffer())
        .subarray(4, 8)
        .toString(),
    ).toBe('ftyp');
    now += 29_999;
    expect((await fetch(short)).status).toBe(200);
    now += 1;
    expect((await fetch(short)).status).toBe(403);
    expect((await fetch(long)).status).toBe(200);
    now += 3_570_000;
    expect((await fetch(long)).status).toBe(403);
    expect((await fetch(`${simulator.url}/files/guessed/x.mp4`)).status).toBe(403);
  });

  it.each([['29'], ['3601'], ['1e2'], ['']])('is not lent for %j seconds', async seconds => {
    const simulator = await aSimulator();
    const room = await aRoom(simulator, { recording: 'automatic' });
    const { sessionId } = await simulator.call({ roomId: room.id });
    const reply = await simulator.get(`/v2/sessions/${sessionId}/recording?expire_time=${seconds}`);
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation_error' } });
    expect(reply.body.message).toContain('"expire_time"');
  });

  it('can be deleted, its address with it', async () => {
    const simulator = await aSimulator();
    const room = await aRoom(simulator, { recording: 'automatic' });
    const { sessionId } = await simulator.call({ roomId: room.id });
    const path = `/v2/sessions/${sessionId}/recording`;
    const { url } = (await simulator.get(path)).body;
    expect(await simulator.delete(path)).toMatchObject({ status: 200, body: { id: sessionId } });
    expect((await fetch(url)).status).toBe(404);
    expect(await simulator.get(path)).toMatchObject({ status: 400, body: { code: 'recording_not_found' } });
    expect((await simulator.delete(path)).status).toBe(400);
  });

  it('outlives its room', async () => {
    const simulator = await aSimulator();
    const room = await aRoom(simulator, { recording: 'automatic' });
    const { sessionId } = await simulator.call({ roomId: room.id });
    await simulator.delete(`/v2/rooms/${room.id}`);
    expect((await simulator.get(`/v2/sessions/${sessionId}/recording`)).status).toBe(200);
  });

  it('never exists in a room without one, nor before the end', async () => {
    const simulator = await aSimulator();
    const without = await simulator.call({ roomId: (await aRoom(simulator)).id });
    expect(await simulator.get(`/v2/sessions/${without.sessionId}/recording`)).toMatchObject({
      status: 400,
      body: { code: 'room_no_recordable' },
    });
    const room = await aRoom(simulator, { recording: 'automatic' });
    const running = await simulator.call({ roomId: room.id, end: false });
    expect(await simulator.get(`/v2/sessions/${running.sessionId}/recording`)).toMatchObject({
      status: 400,
      body: { code: 'recording_not_found' },
    });
  });

  it('exists of a manual room only if somebody started it, before or during the call', async () => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator, { recording: 'manual' });
    const recorded = async (sessionId: string) =>
      (await simulator.get(`/v2/sessions/${sessionId}/recording`)).status === 200;
    expect(await recorded((await simulator.call({ roomId: id })).sessionId)).toBe(false);
    await simulator.post(`/v2/rooms/${id}/start-recording`);
    expect(await recorded((await simulator.call({ roomId: id })).sessionId)).toBe(true);
    const { sessionId } = await simulator.call({ roomId: id, end: false });
    await simulator.post(`/v2/rooms/${id}/start-recording`);
    await simulator.call({ roomId: id, sessionId, end: true });
    expect(await recorded(sessionId)).toBe(true);
    expect(await recorded((await simulator.call({ roomId: id })).sessionId)).toBe(false);
  });
});

describe('a transcription', () => {
  it('is a file with what was said', async () => {
    let now = NOON;
    const simulator = await aSimulator({ clock: () => now });
    const room = await aRoom(simulator, { recording: 'automatic', offline_transcription: true });
    const { sessionId } = await simulator.call({ roomId: room.id, transcription: 'How are you? – Così così.' });
    const { url } = (await simulator.get(`/v2/sessions/${sessionId}/transcription`)).body;
    const opened = await fetch(url);
    expect(opened.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await opened.text()).toBe('How are you? – Così così.');
    now += 30_000;
    expect((await fetch(url)).status).toBe(403);
  });

  it('has some text when none was given', async () => {
    const simulator = await aSimulator();
    const room = await aRoom(simulator, { recording: 'automatic', offline_transcription: true });
    const { sessionId } = await simulator.call({ roomId: room.id });
    const { url } = (await simulator.get(`/v2/sessions/${sessionId}/transcription`)).body;
    expect(await (await fetch(url)).text()).toContain(sessionId);
  });

  it.each([
    ['the room asks for none', { recording: 'automatic' }],
    ['nobody pressed record', { recording: 'manual', offline_transcription: true }],
  ])('does not exist when %s', async (_, extra) => {
    const simulator = await aSimulator();
    const room = await aRoom(simulator, extra);
    const { sessionId } = await simulator.call({ roomId: room.id, transcription: 'text' });
    const reply = await simulator.get(`/v2/sessions/${sessionId}/transcription`);
    expect(reply).toMatchObject({ status: 404, body: { code: 'transcription_not_found' } });
  });
});
