import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { register } from '../../lib/cli/registration.ts';
import { EVENTS } from '../../lib/domain/hear-event.ts';
import { storeUnavailable } from '../../lib/errors.ts';
import { signRoomId } from '../../lib/kaleyra/signature.ts';
import { aBooking } from '../support/bookings.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../support/people.ts';
import { anEvent, aSignedRequest, sendSigned } from '../support/signed.ts';
import { openWorld, type World } from '../support/world.ts';

/** Calls as Kaleyra tells of them: over HTTP, signed, to the addresses that were registered. */
let world: World;
let apiKey: string;
beforeAll(async () => {
  world = await openWorld({ transport: 'over HTTP' });
  apiKey = String(world.env.BANDYER_API_SECRET_KEY);
});
afterAll(() => world.close());
afterEach(async () => {
  world.configure({});
  world.clock.reset();
  await world.simulator.reset();
});

const listen = () => register({ kaleyra: { baseUrl: world.simulator.url, apiKey }, publicBaseUrl: String(world.url) });

/** Deliveries arrive by themselves, on a machine that may be busy. */
const PATIENCE = { timeout: 8000, interval: 20 };

interface Opened {
  teleconsultationState: string;
  sessions: { sessionId: string; startedAt: string; durationInSeconds: number | null }[];
  details: Record<string, unknown>;
}

const open = async (id: string, person = mrBianchi): Promise<Opened> =>
  (await world.api.as(person).get(`/teleconsultation/${id}`)).body as Opened;
const stateOf = async (id: string) => (await open(id)).teleconsultationState;
const roomOf = async (id: string): Promise<string> =>
  ((await world.record(id)) as { room: { id: string } } | undefined)?.room.id ?? 'none';
const activity = async (id: string) =>
  (await world.items()).find(item => item.pk === id && item.sk === 'activity') as
    | (Record<string, unknown> & {
        seen?: {
          sessions: { id: string; durationInSeconds: number | null; kaleyraIds: string[]; overSince: string | null }[];
        };
      })
    | undefined;

/** What Kaleyra was asked about the room since the journal was cleared. */
const looks = async () =>
  (await world.simulator.requests()).map(({ method, path, query }) => `${method} ${path}${query ? `?${query}` : ''}`);

const hear = (event: string, roomId: string) =>
  sendSigned(world, '/webhooks/kaleyra', anEvent(event, { room_id: roomId }));

const now = { startsIn: '-1 minute', lasts: '1 hour' };

describe('a call', () => {
  it('takes a teleconsultation from scheduled through live to ended, with its sessions for whoever takes part', async () => {
    await listen();
    const id = await aBooking(world, now);
    const roomId = await roomOf(id);
    expect(await open(id)).toMatchObject({ teleconsultationState: 'scheduled', sessions: [] });

    const { sessionId } = await world.simulator.playCall({ roomId, end: false, durationSeconds: 30 });
    await expect.poll(() => stateOf(id), PATIENCE).toBe('live');
    const [running] = (await open(id)).sessions;
    expect(running).toEqual({ sessionId, startedAt: expect.stringMatching(/^\d{4}-.*Z$/), durationInSeconds: null });

    await world.simulator.playCall({ roomId, sessionId, durationSeconds: 90 });
    await expect.poll(() => stateOf(id), PATIENCE).toBe('ended');
    // The length of a call may be added up a moment later than its end is seen.
    for (const person of [drRossi, mrBianchi]) {
      await expect
        .poll(async () => (await open(id, person)).sessions, PATIENCE)
        .toEqual([{ ...running, durationInSeconds: 90 }]);
    }
    expect(Object.keys((await open(id)).details)).toHaveLength(10);
    expect((await world.api.as(drVerdi).get(`/teleconsultation/${id}`)).status).toBe(401);
  });

  it('leaves behind who attended and when it was seen to be over, and nothing due', async () => {
    await listen();
    const id = await aBooking(world, now);
    const began = world.clock.now();
    const { sessionId } = await world.simulator.playCall({ roomId: await roomOf(id), durationSeconds: 60 });
    await expect.poll(() => stateOf(id), PATIENCE).toBe('ended');
    const { participants } = (await world.record(id)) as { participants: { kaleyraId: string }[] };
    const [session] = (await activity(id))?.seen?.sessions ?? [];
    expect(session).toMatchObject({ id: sessionId, durationInSeconds: 60 });
    expect([...(session?.kaleyraIds ?? [])].sort()).toEqual(participants.map(one => one.kaleyraId).sort());
    expect(Date.parse(String(session?.overSince))).toBeGreaterThanOrEqual(began - 1000);
    await expect.poll(async () => (await activity(id))?.workDue, PATIENCE).toBeUndefined();
  });

  it('is told of again and again, out of order, and nothing is different', async () => {
    const id = await aBooking(world, now);
    const roomId = await roomOf(id);
    await world.simulator.playCall({ roomId, durationSeconds: 60, webhooks: false });
    await hear('on_session_ended', roomId);
    const known = (await activity(id))?.seen;
    for (const event of ['on_session_started', 'on_user_connected', 'on_session_ended', 'on_session_ended']) {
      expect((await hear(event, roomId)).status).toBe(200);
      expect((await activity(id))?.seen).toEqual({ ...known, lookedAt: expect.anything() });
      expect(await stateOf(id)).toBe('ended');
    }
  });

  it('is what Kaleyra says it is, whatever the event says', async () => {
    const id = await aBooking(world, now);
    const invented = {
      room_id: await roomOf(id),
      session_id: 'session_invented',
      connected_participants: ['usr_invented'],
    };
    await sendSigned(world, '/webhooks/kaleyra', anEvent('on_session_started', invented));
    expect(await open(id)).toMatchObject({ teleconsultationState: 'scheduled', sessions: [] });
  });

  it('may begin again: ended, live, ended, with both sessions in their order', async () => {
    await listen();
    const id = await aBooking(world, now);
    const roomId = await roomOf(id);
    const first = await world.simulator.playCall({ roomId, durationSeconds: 60 });
    await expect.poll(() => stateOf(id), PATIENCE).toBe('ended');
    const second = await world.simulator.playCall({ roomId, end: false });
    await expect.poll(() => stateOf(id), PATIENCE).toBe('live');
    await world.simulator.playCall({ roomId, sessionId: second.sessionId, durationSeconds: 30 });
    await expect.poll(() => stateOf(id), PATIENCE).toBe('ended');
    expect((await open(id)).sessions.map(({ sessionId }) => sessionId)).toEqual([first.sessionId, second.sessionId]);
  });

  it('gives the session that its transcription is asked for with', async () => {
    world.configure({ DEFAULT_RECORDING_TYPE: 'automatic' });
    await listen();
    const id = await aBooking(world, now);
    await world.simulator.playCall({ roomId: await roomOf(id), transcription: 'Invented words.' });
    await expect.poll(async () => (await open(id)).sessions.length, PATIENCE).toBe(1);
    const [session] = (await open(id)).sessions;
    const reply = await world.api.as(mrBianchi).get(`/transcription/${id}/${session?.sessionId}`);
    expect([reply.status, reply.text]).toEqual([200, 'Invented words.']);
  });
});

describe('an event', () => {
  it('never touches the record, and a change that was under way does not fail', async () => {
    const id = await aBooking(world, { startsIn: '2 hours' });
    const roomId = await roomOf(id);
    const before = await world.record(id);
    const read = await world.scope().records.find(id);
    await world.simulator.playCall({ roomId, webhooks: false });
    expect((await hear('on_session_ended', roomId)).status).toBe(200);
    expect(await world.record(id)).toEqual(before);
    expect(await world.scope().records.change(read as never, read as never)).toMatchObject({ id });
    const times = { start_date: new Date(world.clock.now() + 3 * 3_600_000).toISOString(), duration_in_seconds: 1800 };
    expect((await world.api.patch(`/teleconsultation/${id}`, times)).status).toBe(204);
    expect(await stateOf(id)).toBe('ended');
  });

  it('of a replaced room never touches the teleconsultation, and Kaleyra is asked nothing', async () => {
    const id = await aBooking(world, { startsIn: '2 hours' });
    const replaced = await roomOf(id);
    await world.api.patch(`/teleconsultation/${id}`, { participants: { number: 2, data: [drRossi, msNeri] } });
    expect(await roomOf(id)).not.toBe(replaced);
    const before = await world.items();
    await world.simulator.forgetRequests();
    for (const event of EVENTS) expect((await hear(event, replaced)).status).toBe(200);
    expect(await world.items()).toEqual(before);
    expect(await looks()).toEqual([]);
  });

  it('of a room that was replaced after it was seen says nothing of the new one', async () => {
    const id = await aBooking(world, { startsIn: '2 hours', participants: [drRossi, mrBianchi] });
    const roomId = await roomOf(id);
    await world.simulator.playCall({ roomId, webhooks: false });
    await hear('on_session_ended', roomId);
    expect(await stateOf(id)).toBe('ended');
    await world.api.patch(`/teleconsultation/${id}`, { participants: { number: 2, data: [drVerdi, mrBianchi] } });
    expect(await open(id)).toMatchObject({ teleconsultationState: 'scheduled', sessions: [] });
  });

  it('of a cancelled teleconsultation is acknowledged and changes nothing', async () => {
    const id = await aBooking(world, now);
    const roomId = await roomOf(id);
    await world.api.delete(`/teleconsultation/${id}`);
    const before = await world.items();
    expect((await hear('on_room_deleted', roomId)).status).toBe(200);
    expect(await world.items()).toEqual(before);
  });

  it.each([
    ['an unknown room', anEvent('on_session_ended', { room_id: 'room_000000000000' })],
    ['no room', anEvent('on_message_sent', { body: 'x' })],
    ['a room that is no id', anEvent('on_session_ended', { room_id: '../rooms' })],
    ['nothing but a name', { event: 'on_anything' }],
    ['nothing', {}],
  ])('that names %s is acknowledged and changes nothing', async (_, event) => {
    const before = await world.items();
    const reply = await sendSigned(world, '/webhooks/kaleyra', event);
    expect([reply.status, reply.body]).toEqual([200, {}]);
    expect(await world.items()).toEqual(before);
  });

  it('with an unknown name is acknowledged, and its room is not looked at', async () => {
    const id = await aBooking(world, now);
    const roomId = await roomOf(id);
    await world.simulator.forgetRequests();
    for (const event of ['on_everything', 'on_room_created', 'on_message_sent']) {
      expect((await hear(event, roomId)).status).toBe(200);
    }
    expect(await activity(id)).toBeUndefined();
    expect(await looks()).toEqual([]);
  });

  it('finds its teleconsultation by the room’s description where the note of the room was lost', async () => {
    const id = await aBooking(world, now);
    const roomId = await roomOf(id);
    const Key = { pk: `room#${roomId}`, sk: 'room' };
    await world.client.send(new DeleteCommand({ TableName: world.deps.config.table, Key }));
    await world.simulator.playCall({ roomId, webhooks: false });
    await hear('on_session_ended', roomId);
    expect(await stateOf(id)).toBe('ended');
  });

  it('arrives under both prefixes and as base64, in format 1 and as a whole signed', async () => {
    const id = await aBooking(world, now);
    const event = anEvent('on_session_ended', { room_id: await roomOf(id) });
    expect((await sendSigned(world, '/api/v1/telecons-be/webhooks/kaleyra', event)).status).toBe(200);
    const first = (await activity(id))?.look;
    // Without a text's content type the gateway hands the body over as base64.
    const request = aSignedRequest(world, '/webhooks/kaleyra', event);
    const headers = { ...request.headers, 'content-type': 'application/octet-stream' };
    expect((await world.api.raw({ ...request, headers })).status).toBe(200);
    expect((await activity(id))?.look).not.toBe(first);
  });

  it('that is signed with an older key is heard while that key still counts', async () => {
    const event = anEvent('on_session_ended', { room_id: 'room_000000000000' });
    world.configure({ WEBHOOK_KEYS: 'ak_live_the-newer-key, ak_live_the-older-key' });
    for (const [key, status] of [
      ['ak_live_the-newer-key', 200],
      ['ak_live_the-older-key', 200],
      [apiKey, 401],
    ] as const) {
      expect((await sendSigned(world, '/webhooks/kaleyra', event, { key })).status).toBe(status);
    }
  });
});

describe('while Kaleyra cannot be asked', () => {
  it('an event is acknowledged at once and its look stays due, until it succeeds', async () => {
    const id = await aBooking(world, now);
    const roomId = await roomOf(id);
    await world.simulator.playCall({ roomId, webhooks: false });
    await world.simulator.fault({ path: '/v2/sessions', status: 503, times: 50 });
    expect((await hear('on_session_ended', roomId)).status).toBe(200);
    expect(await activity(id)).toMatchObject({ workShard: id.slice(0, 1), attempts: 1 });
    expect(await stateOf(id)).toBe('scheduled');
    const { records } = world.scope();
    expect(JSON.stringify(await records.findDue(id.slice(0, 1), world.clock.now() + 61_000, 50))).toContain(id);
    await world.simulator.clearFaults();
    await hear('on_session_ended', roomId);
    expect(await stateOf(id)).toBe('ended');
    expect(await activity(id)).toMatchObject({ attempts: 0 });
  });

  it('an event is acknowledged within the time that Kaleyra waits', async () => {
    const id = await aBooking(world, now);
    const roomId = await roomOf(id);
    await world.simulator.fault({ path: '/v2/', delayMs: 20_000, times: 50 });
    const begun = performance.now();
    expect((await hear('on_session_ended', roomId)).status).toBe(200);
    expect(performance.now() - begun).toBeLessThan(4000);
    expect((await activity(id))?.workDue).toEqual(expect.any(Number));
  });

  it('an answer with other rooms’ sessions in it is not believed', async () => {
    const id = await aBooking(world, now);
    const foreign = { id: 'session_1', room_id: 'room_other', creation_date: '2026-05-04T09:00:00Z', duration: 5 };
    await world.simulator.fault({ path: '/v2/sessions', body: { has_more: false, sessions: [foreign] }, times: 9 });
    await hear('on_session_ended', await roomOf(id));
    expect((await activity(id))?.seen).toBeUndefined();
    expect(await open(id)).toMatchObject({ teleconsultationState: 'scheduled', sessions: [] });
  });

  it('an event is refused when it cannot even be written down, so that Kaleyra repeats it', async () => {
    const roomId = await roomOf(await aBooking(world, now));
    world.wrapDeps(deps => ({
      ...deps,
      openStore: signal => {
        const store = deps.openStore(signal);
        const begin = () => Promise.reject(storeUnavailable(undefined));
        return { ...store, activities: { ...store.activities, begin } };
      },
    }));
    expect((await hear('on_session_ended', roomId)).status).toBe(503);
    world.wrapDeps(deps => deps);
  });
});

describe('format 0.1, which signs nothing but the room', () => {
  const send = (roomId: unknown, proof: string, event = 'on_call_ended') =>
    world.api.withHeaders({ 'room-id-hmac': proof }).post('/webhooks/kaleyra', { event, room_id: roomId, data: {} });

  it('is refused unless it is allowed', async () => {
    const id = await aBooking(world, now);
    const roomId = await roomOf(id);
    expect((await send(roomId, signRoomId(apiKey, roomId))).status).toBe(401);
    expect(await activity(id)).toBeUndefined();
  });

  it('is a hint where it is allowed: the room is looked at, and what it says is not believed', async () => {
    world.configure({ WEBHOOK_ALLOW_V01: 'true' });
    const id = await aBooking(world, now);
    const roomId = await roomOf(id);
    expect((await send(roomId, signRoomId(apiKey, roomId), 'on_call_incoming')).status).toBe(200);
    expect(await stateOf(id)).toBe('scheduled');
    await world.simulator.playCall({ roomId, webhooks: false });
    expect((await send(roomId, signRoomId(apiKey, roomId))).status).toBe(200);
    expect(await stateOf(id)).toBe('ended');
  });

  it('proves one room only, and nothing where it is another’s, missing, or a broken body', async () => {
    world.configure({ WEBHOOK_ALLOW_V01: 'true' });
    const [one, other] = [await aBooking(world, now), await aBooking(world, now)];
    const before = await world.items();
    expect((await send(await roomOf(other), signRoomId(apiKey, await roomOf(one)))).status).toBe(401);
    expect((await send(await roomOf(one), signRoomId('another key', await roomOf(one)))).status).toBe(401);
    expect((await send(7, signRoomId(apiKey, '7'))).status).toBe(401);
    expect((await send(undefined, signRoomId(apiKey, ''))).status).toBe(401);
    const broken = world.api.withHeaders({ 'room-id-hmac': signRoomId(apiKey, await roomOf(one)) });
    expect((await broken.post('/webhooks/kaleyra', '{"room_id":"')).status).toBe(401);
    expect(await world.items()).toEqual(before);
  });

  it('does not let a wrong signature of the whole body pass', async () => {
    world.configure({ WEBHOOK_ALLOW_V01: 'true' });
    const roomId = await roomOf(await aBooking(world, now));
    const both = { 'room-id-hmac': signRoomId(apiKey, roomId), 'bandyer-signature': `t=1,v0=${'0'.repeat(64)}` };
    expect((await world.api.withHeaders(both).post('/webhooks/kaleyra', { room_id: roomId })).status).toBe(401);
  });

  it('is heard from the simulator as well', async () => {
    world.configure({ WEBHOOK_ALLOW_V01: 'true' });
    await listen();
    await world.simulator.dialect({ webhookVersion: '0.1' });
    const id = await aBooking(world, now);
    await world.simulator.playCall({ roomId: await roomOf(id) });
    await expect.poll(() => stateOf(id), PATIENCE).toBe('ended');
  });
});

it('the log of a call holds no name, no link and no key', async () => {
  world.configure({ LOG_LEVEL: 'debug' });
  await listen();
  world.logs.length = 0;
  const id = await aBooking(world, now);
  const roomId = await roomOf(id);
  await world.simulator.playCall({ roomId });
  await expect.poll(() => stateOf(id), PATIENCE).toBe('ended');
  await sendSigned(world, '/webhooks/kaleyra', anEvent('Mr Ugo Bianchi-Example', { room_id: roomId }));
  const heard = world.logs.map(line => JSON.parse(line)).filter(({ event }) => event === 'event.heard');
  expect(heard.length).toBeGreaterThan(0);
  expect(heard[0]).toMatchObject({ code: 'on_user_connected', roomId, teleconsultationId: id });
  const text = world.logs.join('\n');
  for (const secret of ['Rossi-Example', 'Bianchi-Example', 'dr-rossi', 'rest-call-handler', apiKey]) {
    expect(text).not.toContain(secret);
  }
});
