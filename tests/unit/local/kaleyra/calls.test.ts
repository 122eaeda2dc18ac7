import { describe, expect, it } from 'vitest';
import { aRoom, aSimulator, DOCTOR } from './support.ts';

describe('a call', () => {
  it('makes three uploads and a minute unless told otherwise', async () => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator);
    const { sessionId, uploads } = await simulator.call({ roomId: id });
    expect(uploads).toHaveLength(3);
    expect((await simulator.get(`/v2/sessions/${sessionId}`)).body.duration).toBe(60);
    expect((await simulator.get(`/v2/rooms/${id}`)).body).toMatchObject({ status: 'NOT_RUNNING', duration_used: 60 });
    expect((await simulator.call({ roomId: id, uploads: 0 })).uploads).toEqual([]);
  });

  it('is played by the description of its room as well, where that means one', async () => {
    const simulator = await aSimulator();
    const description = '0123456789abcdef01234567';
    const gone = await aRoom(simulator, { description });
    await simulator.send('DELETE', `/v2/rooms/${gone.id}`);
    expect(await simulator.control('POST', '/calls', { roomId: description })).toMatchObject({ status: 404 });
    const { id } = await aRoom(simulator, { description });
    const { sessionId } = await simulator.call({ roomId: description });
    expect((await simulator.get(`/v2/sessions/${sessionId}`)).body.room_id).toBe(id);
    const other = await aRoom(simulator, { description });
    const { status, body } = await simulator.control('POST', '/calls', { roomId: description });
    expect([status, body.message]).toEqual([409, expect.stringContaining(`"${id}", "${other.id}"`)]);
  });

  it('uses up the time of the room, and then closes it', async () => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator, { duration: 100 });
    await simulator.call({ roomId: id, durationSeconds: 70 });
    expect((await simulator.get(`/v2/rooms/${id}`)).body).toMatchObject({ status: 'NOT_RUNNING', duration_used: 70 });
    const { sessionId } = await simulator.call({ roomId: id, durationSeconds: 70 });
    expect((await simulator.get(`/v2/sessions/${sessionId}`)).body.duration).toBe(30);
    const room = (await simulator.get(`/v2/rooms/${id}`)).body;
    expect(room).toMatchObject({ status: 'CLOSED', duration_used: 100, participants: [{ user_id: DOCTOR }, {}] });
    expect(room.participants[0]).not.toHaveProperty('access_link');
    expect((await simulator.control('POST', '/calls', { roomId: id })).status).toBe(409);
  });

  it('can be left running and ended later', async () => {
    let now = Date.UTC(2030, 0, 1);
    const simulator = await aSimulator({ clock: () => now });
    const { id } = await aRoom(simulator, { recording: 'automatic', offline_transcription: true });
    const begun = await simulator.call({ roomId: id, end: false, transcription: 'hello' });
    expect((await simulator.get(`/v2/rooms/${id}`)).body.status).toBe('RUNNING');
    expect((await simulator.get(`/v2/sessions/${begun.sessionId}`)).body.duration).toBeNull();
    expect((await simulator.control('POST', '/calls', { roomId: id })).status).toBe(409);
    now += 120_000;
    const ended = await simulator.call({ roomId: id, sessionId: begun.sessionId, end: true });
    expect(ended).toEqual(begun);
    expect((await simulator.get(`/v2/sessions/${begun.sessionId}`)).body.duration).toBe(120);
    expect((await simulator.get(`/v2/rooms/${id}`)).body).toMatchObject({ status: 'NOT_RUNNING', duration_used: 120 });
    const { url } = (await simulator.get(`/v2/sessions/${begun.sessionId}/transcription`)).body;
    expect(await (await fetch(url)).text()).toBe('hello');
    const again = { roomId: id, sessionId: begun.sessionId };
    expect((await simulator.control('POST', '/calls', again)).status).toBe(404);
  });

  it('lasts as long as its end says, and shares more files then', async () => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator);
    const { sessionId, uploads } = await simulator.call({ roomId: id, end: false, durationSeconds: 100, uploads: 1 });
    expect((await simulator.get(`/v2/rooms/${id}`)).body.duration_used).toBe(100);
    const ended = await simulator.call({ roomId: id, sessionId, durationSeconds: 250, uploads: 1 });
    expect(ended.uploads).toEqual([...uploads, expect.any(String)]);
    expect((await simulator.get(`/v2/rooms/${id}`)).body.duration_used).toBe(250);
  });

  it('is never longer than the time that was left', async () => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator, { duration: 100 });
    const { sessionId } = await simulator.call({ roomId: id, end: false, durationSeconds: 30 });
    await simulator.call({ roomId: id, sessionId, durationSeconds: 250 });
    expect((await simulator.get(`/v2/sessions/${sessionId}`)).body.duration).toBe(100);
    expect((await simulator.get(`/v2/rooms/${id}`)).body).toMatchObject({ status: 'CLOSED', duration_used: 100 });
  });

  it('ends by itself when the time is up, even if it was to be left running', async () => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator, { duration: 60 });
    await simulator.call({ roomId: id, end: false, durationSeconds: 60 });
    expect((await simulator.get(`/v2/rooms/${id}`)).body.status).toBe('CLOSED');
  });

  it.each([
    [{}, 400, 'roomId'],
    [{ roomId: 'room_unknown' }, 404, 'roomId'],
    [{ roomId: 'ROOM', sessionId: 'session_unknown' }, 404, 'sessionId'],
    [{ roomId: 'ROOM', uploads: -1 }, 400, 'uploads'],
    [{ roomId: 'ROOM', durationSeconds: 0 }, 400, 'durationSeconds'],
    [{ roomId: 'ROOM', transcription: true }, 400, 'transcription'],
    [{ roomId: 'ROOM', end: 'later' }, 400, 'end'],
    [{ roomId: 'ROOM', webhooks: 0 }, 400, 'webhooks'],
    [{ roomId: 'ROOM', recording: true }, 400, 'recording'],
  ])('%j is refused', async (order, status, field) => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator);
    const reply = await simulator.control(
      'POST',
      '/calls',
      'roomId' in order && order.roomId === 'ROOM' ? { ...order, roomId: id } : order,
    );
    expect(reply.status).toBe(status);
    expect(reply.body.message).toContain(`"${field}"`);
    expect((await simulator.state()).sessions).toEqual([]);
  });

  it('cannot be kept running twice, nor be played in a disabled room', async () => {
    const simulator = await aSimulator();
    const { id } = await aRoom(simulator);
    const { sessionId } = await simulator.call({ roomId: id, end: false });
    expect((await simulator.control('POST', '/calls', { roomId: id, sessionId, end: false })).status).toBe(400);
    await simulator.put(`/v2/rooms/${id}/disable`);
    expect((await simulator.control('POST', '/calls', { roomId: id })).status).toBe(409);
  });
});
