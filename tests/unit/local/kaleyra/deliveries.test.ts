import { describe, expect, it } from 'vitest';
import { EVENTS } from '../../../../local/kaleyra/webhooks/events.ts';
import {
  aMoment,
  aReceiver,
  aRoom,
  aSimulator,
  DOCTOR,
  hmac,
  isSigned,
  PATIENT,
  type Received,
  register,
} from './support.ts';

const NOON = Date.UTC(2030, 0, 1, 12);

const find = (received: readonly Received[], event: string) => received.find(({ body }) => body.event === event)?.body;

describe('a delivery of format 1', () => {
  it('is signed, with the time in the header', async () => {
    const receiver = await aReceiver();
    const simulator = await aSimulator({ clock: () => NOON });
    await register(simulator, `${receiver.url}/hook?stage=local`, ['on_room_created']);
    await aRoom(simulator);
    const [first] = await receiver.until(1);
    expect(first).toMatchObject({ path: '/hook?stage=local', headers: { 'content-type': 'application/json' } });
    expect(first?.headers['bandyer-signature']).toMatch(new RegExp(`^t=${NOON / 1000},`));
    expect(first !== undefined && isSigned(first)).toBe(true);
    expect(first?.headers).not.toHaveProperty('room-id-hmac');
  });

  it('tells of a room: created, disabled, deleted', async () => {
    const receiver = await aReceiver();
    const simulator = await aSimulator({ clock: () => NOON });
    await register(simulator, receiver.url, ['on_room_created', 'on_room_disabled', 'on_room_deleted']);
    const room = await aRoom(simulator, { recording: 'manual', duration: 600, description: 'd' });
    await simulator.put(`/v2/rooms/${room.id}/disable`);
    await simulator.put(`/v2/rooms/${room.id}/disable`);
    await simulator.delete(`/v2/rooms/${room.id}`);
    const second = await aRoom(simulator);
    await simulator.delete(`/v2/rooms/${second.id}`);
    const [created, disabled, deleted, , alive] = await receiver.until(5);
    expect(created?.body).toEqual({
      event: 'on_room_created',
      event_version: '1.0',
      namespace: 'room',
      timestamp: NOON,
      data: {
        room_id: room.id,
        recording: 1,
        recording_type: 'manual',
        duration: 600,
        call_type: 'audio_video',
        live: false,
        description: 'd',
        participants: room.participants.map((participant: Record<string, unknown>) => ({
          user: participant.user_id,
          url: participant.access_link,
          tools: participant.tools,
          is_admin: participant.is_admin,
        })),
      },
    });
    const links = room.participants.map((participant: Record<string, unknown>) => ({
      user_id: participant.user_id,
      link: participant.access_link,
    }));
    expect(disabled?.body).toMatchObject({
      event: 'on_room_disabled',
      data: { room_id: room.id, disabled_links: links },
    });
    expect(deleted?.body).toMatchObject({ event: 'on_room_deleted', data: { room_id: room.id, deleted_links: [] } });
    expect(alive?.body.data.deleted_links).toHaveLength(2);
  });

  it('tells the whole story of a call, in order', async () => {
    const receiver = await aReceiver();
    const simulator = await aSimulator({ clock: () => NOON });
    await register(simulator, receiver.url, EVENTS);
    const extra = { duration: 600, recording: 'automatic', offline_transcription: true };
    const room = await aRoom(simulator, extra);
    const { sessionId } = await simulator.call({ roomId: room.id, durationSeconds: 200 });
    const received = await receiver.until(9);
    await aMoment();
    expect(receiver.events()).toEqual([
      'on_room_created',
      'on_user_connected',
      'on_user_connected',
      'on_session_started',
      'on_session_ended',
      'on_user_disconnected',
      'on_user_disconnected',
      'on_recording_available',
      'on_transcription_available',
    ]);
    expect(received.every(isSigned)).toBe(true);
    expect(find(received, 'on_session_started')).toMatchObject({
      namespace: 'session',
      data: {
        timestamp: '2030-01-01T11:56:40.001Z',
        session_id: sessionId,
        room_id: room.id,
        connected_participants: [DOCTOR, PATIENT],
        duration: { total_duration: 600, elapsed_time: 0 },
      },
    });
    const ended = find(received, 'on_session_ended');
    expect(ended.data).toEqual({
      timestamp: '2030-01-01T12:00:00.000Z',
      session_id: sessionId,
      room_id: room.id,
      duration: { total_duration: 600, elapsed_time: 200 },
    });
    expect(received[2]?.body).toMatchObject({
      namespace: 'user',
      data: { room_id: room.id, session_id: sessionId, user_id: PATIENT, connected_users_count: 2 },
    });
    expect(received[6]?.body.data.connected_users_count).toBe(0);
    expect(find(received, 'on_recording_available').data).toEqual({ room_id: room.id, session_id: sessionId });
    expect(find(received, 'on_transcription_available').data).toEqual({ room_id: room.id, session_id: sessionId });
    // Receivers tell repetitions apart by event, room, session and time.
    const marks = received.map(({ body }) => `${body.event} ${body.timestamp}`);
    expect(new Set(marks).size).toBe(marks.length);
  });

  it('leaves out the time of a room that has no limit', async () => {
    const receiver = await aReceiver();
    const simulator = await aSimulator();
    await register(simulator, receiver.url, ['on_session_ended']);
    await simulator.call({ roomId: (await aRoom(simulator)).id });
    const [ended] = await receiver.until(1);
    expect(ended?.body.data).not.toHaveProperty('duration');
  });

  it('is format 2 by its number only', async () => {
    const receiver = await aReceiver();
    const simulator = await aSimulator();
    await register(simulator, receiver.url, ['on_room_created'], '2');
    await aRoom(simulator);
    expect((await receiver.until(1))[0]?.body.event_version).toBe('2.0');
  });
});

describe('a delivery of format 0.1', () => {
  it('carries its data as text and signs the room only', async () => {
    const receiver = await aReceiver();
    const simulator = await aSimulator({ clock: () => NOON });
    await register(simulator, receiver.url, EVENTS, '0.1');
    const room = await aRoom(simulator, {
      live: true,
      recording: 'automatic',
      offline_transcription: true,
      duration: 600,
    });
    const { sessionId } = await simulator.call({ roomId: room.id, durationSeconds: 60 });
    await simulator.delete(`/v2/rooms/${room.id}`);
    const received = await receiver.until(11);
    await aMoment();
    expect(receiver.events()).toEqual([
      'on_room_created',
      'on_call_incoming',
      'on_user_connected',
      'on_user_connected',
      'on_session_started',
      'on_session_ended',
      'on_user_disconnected',
      'on_user_disconnected',
      'on_call_ended',
      'on_recording_available',
      'on_room_deleted',
    ]);
    for (const { headers, body } of received) {
      expect(headers['room-id-hmac']).toBe(hmac(room.id));
      expect(headers).not.toHaveProperty('bandyer-signature');
      expect(Object.keys(body)).toEqual(['event', 'room_id', 'data']);
      expect(typeof body.data).toBe(body.event.startsWith('on_call_') ? 'object' : 'string');
    }
    const dataOf = (event: string) => JSON.parse(find(received, event).data);
    expect(dataOf('on_room_created')).toMatchObject({ record: 1, directCall: true, user_urls: [{ user: DOCTOR }, {}] });
    expect(dataOf('on_room_deleted')).toEqual({ message: `Room ${room.id} deleted` });
    expect(dataOf('on_session_ended')).toMatchObject({ duration: { total_duration: 600, duration_remained: 540 } });
    expect(dataOf('on_user_connected')).toMatchObject({
      user_id: DOCTOR,
      room: { room_id: room.id, connected_users: 1 },
    });
    expect(dataOf('on_recording_available')).toEqual({
      room_id: room.id,
      session_id: sessionId,
      creationDate: '2030-01-01T12:00:00.000Z',
    });
    expect(find(received, 'on_call_incoming').data).toMatchObject({
      initiator: DOCTOR,
      users: [
        { user: { userAlias: DOCTOR }, status: 'invited' },
        { user: { userAlias: PATIENT }, status: 'invited' },
      ],
      roomAlias: room.id,
      options: { duration: 600, record: true, callType: 'audio_video', live: true },
    });
    expect(find(received, 'on_call_ended').data).toEqual({ room_id: room.id });
  });

  it('tells of an incoming call only where the room is live', async () => {
    const receiver = await aReceiver();
    const simulator = await aSimulator();
    await register(simulator, receiver.url, ['on_call_incoming', 'on_call_ended'], '0.1');
    await simulator.call({ roomId: (await aRoom(simulator)).id });
    await receiver.until(1);
    await aMoment();
    expect(receiver.events()).toEqual(['on_call_ended']);
  });

  it('tells of a call that was asked for', async () => {
    const receiver = await aReceiver();
    const simulator = await aSimulator();
    await register(simulator, receiver.url, ['on_call_incoming'], '0.1');
    const { id } = await aRoom(simulator);
    await simulator.post(`/v2/rooms/${id}/call`);
    expect((await receiver.until(1))[0]?.body).toMatchObject({ event: 'on_call_incoming', room_id: id });
  });
});

describe('who receives', () => {
  it('is everybody registered for the event, and nobody else', async () => {
    const [one, two, other] = await Promise.all([aReceiver(), aReceiver(), aReceiver()]);
    const simulator = await aSimulator();
    await register(simulator, one.url, ['on_room_created']);
    await register(simulator, two.url, ['on_room_created']);
    await register(simulator, other.url, ['on_room_deleted']);
    await aRoom(simulator);
    await Promise.all([one.until(1), two.until(1)]);
    await aMoment();
    expect(other.received).toEqual([]);
  });

  it('is nobody when a call is played without webhooks', async () => {
    const receiver = await aReceiver();
    const simulator = await aSimulator();
    await register(simulator, receiver.url, ['on_session_started', 'on_session_ended']);
    const { id } = await aRoom(simulator);
    await simulator.call({ roomId: id, webhooks: false });
    await aMoment();
    expect(receiver.received).toEqual([]);
  });
});
