import { describe, expect, it } from 'vitest';
import { aReceiver, aRoom, aSimulator, DOCTOR, formOf, jpegOf } from './support.ts';

const DEFAULTS = {
  linkField: 'access_link',
  roomIdKey: 'id',
  wrapped: false,
  deleteStatus: 200,
  errorEnvelope: 'flat',
  webhookVersion: null,
  deletedRoomUploads: 'listed',
  transcription: 'offered',
};

describe('the switches', () => {
  it('are merged and shown', async () => {
    const simulator = await aSimulator();
    expect((await simulator.control('GET', '/dialect')).body).toEqual(DEFAULTS);
    expect((await simulator.dialect({ linkField: 'url' })).body).toEqual({ ...DEFAULTS, linkField: 'url' });
    await simulator.dialect({ roomIdKey: 'room_id' });
    const both = { ...DEFAULTS, linkField: 'url', roomIdKey: 'room_id' };
    expect((await simulator.control('GET', '/dialect')).body).toEqual(both);
  });

  it.each([
    [{ linkFeild: 'url' }, 'linkFeild'],
    [{ linkField: 'href' }, 'linkField'],
    [{ roomIdKey: 'roomId' }, 'roomIdKey'],
    [{ wrapped: 'yes' }, 'wrapped'],
    [{ deleteStatus: 202 }, 'deleteStatus'],
    [{ errorEnvelope: 'deep' }, 'errorEnvelope'],
    [{ webhookVersion: '2' }, 'webhookVersion'],
    [{ deletedRoomUploads: 'hidden' }, 'deletedRoomUploads'],
    [{ transcription: 'maybe' }, 'transcription'],
  ])('refuse %j, and nothing of it is kept', async (change, name) => {
    const simulator = await aSimulator();
    const reply = await simulator.dialect({ wrapped: true, ...change });
    expect(reply.status).toBe(400);
    expect(reply.body.message).toContain(`"${name}"`);
    expect((await simulator.control('GET', '/dialect')).body).toEqual(DEFAULTS);
  });
});

it.each([['access_link'], ['url'], ['link']])('linkField %s names the link everywhere', async linkField => {
  const simulator = await aSimulator();
  await simulator.dialect({ linkField });
  const room = await aRoom(simulator);
  const link = expect.stringContaining('/direct-rest-call-handler/');
  const named = { user_id: DOCTOR, is_admin: true, tools: expect.anything(), [linkField]: link };
  expect(room.participants[0]).toEqual(named);
  expect((await simulator.get('/v2/rooms')).body.rooms[0].participants[0]).toEqual(named);
  expect((await simulator.get(`/v2/rooms/${room.id}/participants/${DOCTOR}`)).body).toEqual(named);
  expect((await simulator.state()).rooms[0].participants[0]).toHaveProperty('access_link');
});

it('roomIdKey renames the id of rooms, and only of rooms', async () => {
  const simulator = await aSimulator();
  await simulator.dialect({ roomIdKey: 'room_id' });
  const room = await aRoom(simulator);
  expect(room.room_id).toMatch(/^room_/);
  expect(room).not.toHaveProperty('id');
  expect((await simulator.get('/v2/rooms')).body.rooms).toEqual([room]);
  expect((await simulator.delete(`/v2/rooms/${room.room_id}`)).body).toMatchObject({ room_id: room.room_id });
  expect((await simulator.get(`/v2/users/${DOCTOR}`)).body.id).toBe(DOCTOR);
  expect((await simulator.state()).rooms[0].id).toBe(room.room_id);
});

it('wrapped puts single resources into an object of their name', async () => {
  const simulator = await aSimulator();
  const plain = await aRoom(simulator);
  await simulator.dialect({ wrapped: true });
  expect((await simulator.get(`/v2/rooms/${plain.id}`)).body).toEqual({ room: plain });
  const { room } = await aRoom(simulator);
  expect(room.id).toMatch(/^room_/);
  expect((await simulator.put(`/v2/rooms/${room.id}/disable`)).body.room).toMatchObject({ id: room.id });
  expect((await simulator.delete(`/v2/rooms/${room.id}`)).body.room).toMatchObject({ id: room.id });
  expect((await simulator.get(`/v2/users/${DOCTOR}`)).body).toMatchObject({ user: { id: DOCTOR }, id: DOCTOR });
  expect((await simulator.post('/v2/users', { role: 'basic' })).body).toMatchObject({ user: { role: 'basic' } });
  expect((await simulator.get('/v2/company')).body.company.name).toBe('Example Clinic');
  expect((await simulator.put('/v2/company', { name: 'Other' })).body.company.name).toBe('Other');
  const form = formOf('virtual_background', jpegOf(1280, 1280));
  const { body } = await simulator.post('/v2/company/virtual-background', form);
  const { background_alias } = body.virtual_background;
  const listed = (await simulator.get('/v2/company/virtual-backgrounds')).body.virtual_backgrounds;
  expect(listed).toMatchObject({ default_background: null, backgrounds: [{ background_alias }] });
  const removed = await simulator.delete('/v2/company/virtual-background', { background_alias });
  expect(removed.body.virtual_background).toMatchObject({ background_alias });
  const credentials = (await simulator.post('/v2/sdk/credentials', { user_id: DOCTOR })).body;
  expect(credentials).toMatchObject({ user_id: DOCTOR, access_token: expect.any(String) });
  expect((await simulator.get('/v2/rooms')).body).toMatchObject({ count: 1, rooms: [{ id: plain.id }] });
});

it('deleteStatus 204 answers every delete with nothing', async () => {
  const simulator = await aSimulator();
  await simulator.dialect({ deleteStatus: 204 });
  const room = await aRoom(simulator, { recording: 'automatic' });
  const { sessionId, uploads } = await simulator.call({ roomId: room.id, uploads: 1 });
  const hook = await simulator.post('/v2/webhooks', { event: 'on_room_created', url: 'http://127.0.0.1:1/' });
  const background = formOf('virtual_background', jpegOf(1280, 1280));
  const { background_alias } = (await simulator.post('/v2/company/virtual-background', background)).body;
  await simulator.post('/v2/users', { id: 'guest', role: 'basic' });
  await simulator.post(`/v2/rooms/${room.id}/participants`, { user_id: 'guest' });
  const deletes: [path: string, body?: unknown][] = [
    [`/v2/uploads/${encodeURIComponent(uploads[0] ?? '')}`],
    [`/v2/sessions/${sessionId}/recording`],
    [`/v2/webhooks/${hook.body.id}`],
    ['/v2/company/virtual-background', { background_alias }],
    [`/v2/rooms/${room.id}/participants/guest`],
    [`/v2/users/${DOCTOR}/avatar`],
    [`/v2/rooms/${room.id}`],
    [`/v2/users/${DOCTOR}`],
  ];
  for (const [path, body] of deletes) {
    expect(await simulator.delete(path, body)).toMatchObject({ status: 204, body: '' });
  }
  expect((await simulator.delete(`/v2/rooms/${room.id}`)).status).toBe(404);
});

it('errorEnvelope nested puts failures into an object, faults included', async () => {
  const simulator = await aSimulator();
  await simulator.dialect({ errorEnvelope: 'nested' });
  const error = { status: 404, name: 'invalid_request_error', code: 'room_not_found', message: expect.any(String) };
  expect((await simulator.get('/v2/rooms/room_x')).body).toEqual({ error });
  await simulator.fault({ status: 429 });
  expect((await simulator.get('/v2/company')).body).toEqual({
    error: { status: 429, name: 'rate_limit_error', code: 'too_many_requests', message: expect.any(String) },
  });
});

it.each([
  ['0.1', '1', 'room_id'],
  ['1', '0.1', 'event_version'],
])('webhookVersion %s overrules what a webhook was registered with', async (webhookVersion, version, key) => {
  const receiver = await aReceiver();
  const simulator = await aSimulator();
  await simulator.post('/v2/webhooks', { event: 'on_room_created', url: receiver.url, version });
  await simulator.dialect({ webhookVersion });
  await aRoom(simulator);
  const [delivered] = await receiver.until(1);
  expect(delivered?.body).toHaveProperty(key);
  await simulator.dialect({ webhookVersion: null });
  await aRoom(simulator);
  expect((await receiver.until(2))[1]?.body).not.toHaveProperty(key);
});

it('deletedRoomUploads decides what becomes of the files of a deleted room', async () => {
  const simulator = await aSimulator();
  const room = await aRoom(simulator);
  const { uploads } = await simulator.call({ roomId: room.id, uploads: 2 });
  const path = `/v2/uploads/${encodeURIComponent(uploads[0] ?? '')}`;
  const { url } = (await simulator.get(path)).body;
  await simulator.delete(`/v2/rooms/${room.id}`);
  expect((await simulator.get(`/v2/uploads?room_id=${room.id}`)).body.count).toBe(2);
  expect((await simulator.get(path)).status).toBe(200);
  await simulator.dialect({ deletedRoomUploads: 'gone' });
  expect((await simulator.get('/v2/uploads')).body).toMatchObject({ count: 0, uploads: [] });
  expect(await simulator.get(path)).toMatchObject({ status: 404, body: { code: 'upload_key_not_exists' } });
  expect(await simulator.delete(path)).toMatchObject({ status: 404, body: { code: 'upload_not_found' } });
  expect((await fetch(url)).status).toBe(404);
  expect((await simulator.state()).uploads).toMatchObject([{ deleted: true }, { deleted: true }]);
});

it('a company to which transcription is refused gets no room that asks for it, and any other', async () => {
  const simulator = await aSimulator();
  const asking = { recording: 'automatic', offline_transcription: true };
  expect(await aRoom(simulator, asking)).toMatchObject({ offline_transcription: true });
  await simulator.dialect({ transcription: 'refused' });
  await expect(aRoom(simulator, asking)).rejects.toThrow('the company has no offline transcription');
  expect(await aRoom(simulator, { recording: 'automatic' })).toMatchObject({ offline_transcription: false });
});
