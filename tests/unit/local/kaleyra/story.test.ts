import { expect, it } from 'vitest';
import { aReceiver, aRoom, aSimulator, DOCTOR, PATIENT, register } from './support.ts';

type Happening = { what: string; roomId: string; event?: string; status?: number; at: string };

it('tells what happened in the rooms of one description, in order', async () => {
  const simulator = await aSimulator({ webhookDelaysMs: [] });
  const receiver = await aReceiver(() => 500);
  await register(simulator, receiver.url, ['on_session_started']);
  await aRoom(simulator, { description: 'another' });
  const first = await aRoom(simulator, { description: 'ours' });
  await simulator.put(`/v2/rooms/${first.id}/disable`);
  const room = await aRoom(simulator, { description: 'ours' });
  const { uploads } = await simulator.call({ roomId: room.id, uploads: 2, end: false });
  await receiver.until(1);
  await simulator.delete(`/v2/uploads/${encodeURIComponent(uploads[0] ?? '')}`);
  await simulator.delete('/v2/uploads/nobody-shared-this');

  const story = async () => (await simulator.control('POST', '/story', { description: 'ours' })).body;
  const kinds = async () => (await story()).happenings.map(({ what }: Happening) => what);
  await expect.poll(kinds, { timeout: 10_000 }).toContain('webhook');
  const { rooms, uploads: files, happenings } = await story();
  expect(rooms).toEqual([
    { id: first.id, alive: false, inCall: [] },
    { id: room.id, alive: true, inCall: [DOCTOR, PATIENT] },
  ]);
  expect(files).toMatchObject([
    { key: uploads[0], deleted: true, user_id: DOCTOR },
    { key: uploads[1], deleted: false },
  ]);
  const told = (happenings as Happening[]).map(
    ({ what, roomId }) => `${what} ${roomId === room.id ? 'second' : 'first'}`,
  );
  expect(told.toSorted()).toEqual([
    'file_deleted second',
    'file_shared second',
    'file_shared second',
    'room_disabled first',
    'room_made first',
    'room_made second',
    'webhook second',
  ]);
  expect((happenings as Happening[]).find(({ what }) => what === 'webhook')).toMatchObject({
    event: 'on_session_started',
    status: 500,
  });
  const times = (happenings as Happening[]).map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
});

it('says 0 of a delivery that nobody answered', async () => {
  const simulator = await aSimulator({ webhookDelaysMs: [] });
  await register(simulator, 'http://127.0.0.1:1', ['on_room_created']);
  await aRoom(simulator, { description: 'ours' });
  const webhooks = async () =>
    (await simulator.control('POST', '/story', { description: 'ours' })).body.happenings.filter(
      ({ what }: Happening) => what === 'webhook',
    );
  await expect.poll(webhooks, { timeout: 10_000 }).toMatchObject([{ event: 'on_room_created', status: 0 }]);
  await simulator.control('POST', '/reset');
  expect((await simulator.control('POST', '/story', { description: 'ours' })).body).toEqual({
    rooms: [],
    uploads: [],
    happenings: [],
  });
});

it('wants to know which description', async () => {
  const simulator = await aSimulator();
  expect((await simulator.control('POST', '/story', {})).status).toBe(400);
});
