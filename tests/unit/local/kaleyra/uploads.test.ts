import { expect, it } from 'vitest';
import { aRoom, aSimulator, DOCTOR, PATIENT } from './support.ts';

const NOON = Date.UTC(2030, 0, 1, 12);

it('lists what was shared, newest first', async () => {
  const simulator = await aSimulator({ clock: () => NOON });
  const room = await aRoom(simulator);
  const { sessionId, uploads } = await simulator.call({ roomId: room.id, uploads: 2 });
  expect(uploads[0]).toMatch(new RegExp(`^sandbox/[a-z-]+/${DOCTOR}/${NOON}-[0-9a-f]{20}$`));
  const common = { room_id: room.id, session_id: sessionId, creation_date: '2030-01-01T12:00:00.000Z' };
  expect((await simulator.get('/v2/uploads')).body).toEqual({
    offset: 0,
    limit: 20,
    has_more: false,
    count: 2,
    uploads: [
      { key: uploads[1], user_id: PATIENT, upload_type: 'snapshot', ...common },
      { key: uploads[0], user_id: DOCTOR, upload_type: 'file_upload', ...common },
    ],
  });
});

it('filters by every documented parameter', async () => {
  let now = NOON;
  const simulator = await aSimulator({ clock: () => now });
  const first = await simulator.call({ roomId: (await aRoom(simulator)).id, uploads: 3 });
  now += 86_400_000;
  const room = await aRoom(simulator);
  const second = await simulator.call({ roomId: room.id, uploads: 2 });
  const count = async (query: string) => (await simulator.get(`/v2/uploads?${query}`)).body.count;
  expect(await count('offset=0')).toBe(5);
  expect(await count('upload_type=file_upload')).toBe(3);
  expect(await count('upload_type=snapshot')).toBe(2);
  expect(await count(`user_id=${PATIENT}`)).toBe(2);
  expect(await count(`session_id=${first.sessionId}`)).toBe(3);
  expect(await count(`room_id=${room.id}`)).toBe(2);
  expect(await count('to=2030-01-01')).toBe(3);
  expect(await count('from=2030-01-02')).toBe(2);
  expect(await count(`session_id=${second.sessionId}&upload_type=snapshot&user_id=${DOCTOR}`)).toBe(0);
});

it.each([
  ['escaped as one segment', encodeURIComponent],
  ['with its slashes raw', (key: string) => key],
])('finds a key that is %s', async (_, spelled) => {
  const simulator = await aSimulator({ clock: () => NOON });
  const room = await aRoom(simulator);
  const { sessionId, uploads } = await simulator.call({ roomId: room.id, uploads: 1 });
  const [key = ''] = uploads;
  const path = `/v2/uploads/${spelled(key)}`;
  expect(await simulator.get(path)).toMatchObject({
    status: 200,
    body: {
      url: expect.stringContaining(simulator.url),
      user_id: DOCTOR,
      room_id: room.id,
      session_id: sessionId,
      upload_type: 'file_upload',
      creation_date: '2030-01-01T12:00:00.000Z',
    },
  });
  expect((await simulator.journal()).at(-1)).toMatchObject({ path });
  expect(await simulator.delete(path)).toMatchObject({
    status: 200,
    body: { upload_key: key, upload_type: 'file_upload' },
  });
  expect(await simulator.get(path)).toMatchObject({ status: 404, body: { code: 'upload_key_not_exists' } });
  expect(await simulator.delete(path)).toMatchObject({ status: 404, body: { code: 'upload_not_found' } });
  expect((await simulator.state()).uploads).toMatchObject([{ key, deleted: true }]);
});

it('does not know a key that was escaped twice', async () => {
  const simulator = await aSimulator();
  const { uploads } = await simulator.call({ roomId: (await aRoom(simulator)).id, uploads: 1 });
  const twice = encodeURIComponent(encodeURIComponent(uploads[0] ?? ''));
  expect((await simulator.get(`/v2/uploads/${twice}`)).status).toBe(404);
});

it('lends the file until it is deleted or an hour has gone', async () => {
  let now = NOON;
  const simulator = await aSimulator({ clock: () => now });
  const { uploads } = await simulator.call({ roomId: (await aRoom(simulator)).id, uploads: 2 });
  const [file = '', snapshot = ''] = uploads.map(key => `/v2/uploads/${encodeURIComponent(key)}`);
  const fileUrl = (await simulator.get(file)).body.url;
  const snapshotUrl = (await simulator.get(snapshot)).body.url;
  expect(await (await fetch(fileUrl)).text()).toContain(DOCTOR);
  expect((await fetch(snapshotUrl)).headers.get('content-type')).toBe('image/png');
  await simulator.delete(file);
  expect((await fetch(fileUrl)).status).toBe(404);
  now += 3_600_000;
  expect((await fetch(snapshotUrl)).status).toBe(403);
});
