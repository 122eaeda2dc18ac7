import { expect, it } from 'vitest';
import { aSimulator } from '../../local/kaleyra/support.ts';
import { aClient, aSpec, GUEST, HOST, RECORD_ID } from './support.ts';

/** Pages of a hundred, with a few more behind them. */

const aSimulatedClinic = async () => {
  const simulator = await aSimulator();
  const client = aClient(simulator.url);
  await Promise.all([client.createUser(HOST, 'plus'), client.createUser(GUEST, 'basic')]);
  return { simulator, client };
};

it('of rooms are walked through, newest first, with no place for a link', async () => {
  const { simulator, client } = await aSimulatedClinic();
  const ids: string[] = [];
  for (let index = 0; index < 103; index += 1) {
    ids.unshift((await client.createRoom(aSpec(), `${index}`.padStart(24, '0'))).id);
  }
  const first = await client.listRooms(0);
  const second = await client.listRooms(first.rooms.length);
  expect([first.rooms.length, first.hasMore, second.rooms.length, second.hasMore]).toEqual([100, true, 3, false]);
  const all = [...first.rooms, ...second.rooms];
  expect(new Set(all.map(({ id }) => id))).toEqual(new Set(ids));
  const [made] = (await simulator.state()).rooms;
  expect(all.find(({ id }) => id === made.id)).toEqual({
    id: made.id,
    description: '0'.repeat(24),
    createdAt: Date.parse(made.creation_date),
  });
  expect((await simulator.journal()).slice(-2).map(({ query }) => query)).toEqual([
    'offset=0&limit=100',
    'offset=100&limit=100',
  ]);
});

it('of the calls of a room are walked through, newest first, and have nothing of another room', async () => {
  const { simulator, client } = await aSimulatedClinic();
  const { id: roomId } = await client.createRoom(aSpec(), RECORD_ID);
  const other = await client.createRoom(aSpec(), RECORD_ID);
  await simulator.call({ roomId: other.id, uploads: 0, webhooks: false });
  const played: string[] = [];
  for (let index = 0; index < 101; index += 1) {
    const order = { roomId, uploads: 0, durationSeconds: 1 + 200 - index, webhooks: false };
    played.push((await simulator.call(order)).sessionId);
  }
  const first = await client.listSessions(roomId, 0);
  const second = await client.listSessions(roomId, 100);
  expect([first.sessions.length, first.hasMore, second.sessions.length, second.hasMore]).toEqual([100, true, 1, false]);
  expect([...first.sessions, ...second.sessions].map(({ id }) => id)).toEqual(played.toReversed());
  expect((await simulator.journal()).at(-1)?.query).toBe(`room_id=${roomId}&offset=100&limit=100`);
});

it('of the files of a room have each of them once, and none of another room', async () => {
  const { simulator, client } = await aSimulatedClinic();
  const { id: roomId } = await client.createRoom(aSpec(), RECORD_ID);
  const { uploads: keys } = await simulator.call({ roomId, uploads: 101, webhooks: false });
  const other = await client.createRoom(aSpec(), RECORD_ID);
  await simulator.call({ roomId: other.id, uploads: 2, webhooks: false });
  const first = await client.listUploads(roomId, 0);
  const second = await client.listUploads(roomId, first.keys.length);
  expect([first.keys.length, first.hasMore, second.keys.length, second.hasMore]).toEqual([100, true, 1, false]);
  expect([...first.keys, ...second.keys].sort()).toEqual([...keys].sort());
  expect((await simulator.journal()).slice(-2).map(({ query }) => query)).toEqual([
    `room_id=${roomId}&offset=0&limit=100`,
    `room_id=${roomId}&offset=100&limit=100`,
  ]);
});
