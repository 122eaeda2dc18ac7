import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aSimulator, type Simulator } from '../../local/kaleyra/support.ts';
import { aClient, aSpec, failureOf, GUEST, HOST, RECORD_ID } from './support.ts';

/** Rooms that are there: what is asked of them, and how they go. */

const aBoundClient = async () => {
  const simulator = await aSimulator();
  const client = aClient(simulator.url);
  await Promise.all([client.createUser(HOST, 'plus'), client.createUser(GUEST, 'basic')]);
  return { simulator, client };
};

const asked = async (simulator: Simulator) =>
  (await simulator.journal()).map(({ method, path, query, status }) => ({ method, path, query, status }));

describe('reading a room', () => {
  it('tells what Kaleyra says of it, and has no place for a link', async () => {
    const { client } = await aBoundClient();
    const { id } = await client.createRoom(aSpec({ durationSeconds: 600 }), RECORD_ID);
    await client.disableRoom(id);
    const details = await client.readRoom(id);
    expect(details).toEqual({
      recording: 'none',
      recordingStatus: 'stopped',
      callType: 'audio_video',
      description: RECORD_ID,
      status: 'NOT_RUNNING',
      disabled: true,
      creationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      durationInSeconds: 600,
      durationUsedInSeconds: 0,
      live: false,
    });
  });

  it('finds nothing where there is none', async () => {
    const { client } = await aBoundClient();
    expect(await client.readRoom('room_000000000000')).toBeUndefined();
  });

  it('does not take another room for the one asked for', async () => {
    const server = await aScriptedServer(answers(200, { id: 'room_other' }));
    const failure = await failureOf(aClient(server.url).readRoom('room_1'));
    expect(failure).toMatchObject({ code: 'kaleyra_unreadable', status: 502 });
  });

  it('refuses ids that would ask for something else, without a call', async () => {
    const server = await aScriptedServer(answers(200, { id: 'room_1' }));
    const client = aClient(server.url);
    for (const id of ['', '.', '..']) expect(await failureOf(client.readRoom(id))).toBeInstanceOf(TypeError);
    expect(server.asked).toEqual([]);
  });
});

describe('deleting and closing a room', () => {
  it.each([200, 204])('is done when the answer is %i', async deleteStatus => {
    const { simulator, client } = await aBoundClient();
    await simulator.dialect({ deleteStatus });
    const { id } = await client.createRoom(aSpec(), RECORD_ID);
    await expect(client.deleteRoom(id)).resolves.toBeUndefined();
    expect((await simulator.state()).rooms).toMatchObject([{ id, deleted: true }]);
    expect((await asked(simulator)).at(-1)).toMatchObject({ path: `/v2/rooms/${id}`, status: deleteStatus });
  });

  it.each(['flat', 'nested'])('is done when the room has gone already, told in a %s envelope', async errorEnvelope => {
    const { simulator, client } = await aBoundClient();
    await simulator.dialect({ errorEnvelope });
    await expect(client.deleteRoom('room_000000000000')).resolves.toBeUndefined();
    await expect(client.disableRoom('room_000000000000')).resolves.toBeUndefined();
    expect((await asked(simulator)).slice(-2)).toMatchObject([
      { method: 'DELETE', path: '/v2/rooms/room_000000000000', status: 404 },
      { method: 'PUT', path: '/v2/rooms/room_000000000000/disable', status: 404 },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['something that nobody expects', { room: { message: 'deleted' } }],
  ])('is done with a success that says %s', async (_, body) => {
    const server = await aScriptedServer(answers(200, body));
    await expect(aClient(server.url).deleteRoom('room_1')).resolves.toBeUndefined();
    expect(server.asked).toMatchObject([{ method: 'DELETE', url: '/v2/rooms/room_1', body: '' }]);
  });

  it('is not done with a success that is a page of HTML: that was somebody else', async () => {
    const server = await aScriptedServer(answers(200, '<!doctype html><title>Welcome</title>'));
    const failure = await failureOf(aClient(server.url).deleteRoom('room_1'));
    expect(failure).toMatchObject({ code: 'kaleyra_unreadable', status: 502, maybeDone: true });
  });

  it('closes a room: its links die and the room stays', async () => {
    const { simulator, client } = await aBoundClient();
    const { id, links } = await client.createRoom(aSpec(), RECORD_ID);
    await client.disableRoom(id);
    expect((await simulator.state()).rooms).toMatchObject([{ id, disabled: true }]);
    expect(await Promise.all(links.map(async ({ url }) => (await fetch(url)).status))).toEqual([410, 410]);
  });
});

describe('listing rooms', () => {
  it('asks for a hundred, and tells which there are and whether that is all', async () => {
    const rooms = [
      {
        id: 'room_1',
        description: RECORD_ID,
        creation_date: '2031-01-01T12:00:00Z',
        access_link: 'https://eu.bandyer.example/a',
      },
    ];
    const server = await aScriptedServer(answers(200, { rooms, has_more: true }));
    expect(await aClient(server.url).listRooms(200)).toEqual({
      rooms: [{ id: 'room_1', description: RECORD_ID, createdAt: Date.UTC(2031, 0, 1, 12) }],
      hasMore: true,
    });
    expect(server.asked).toMatchObject([{ method: 'GET', url: '/v2/rooms?offset=200&limit=100', body: '' }]);
  });

  it.each([
    ['no word on whether there is more', { rooms: [] }],
    ['no list', { has_more: false }],
    ['a room without an id', { rooms: [{ description: null }], has_more: false }],
    ['nothing', ''],
  ])('does not take a page with %s for the end', async (_, body) => {
    const server = await aScriptedServer(answers(200, body));
    expect(await failureOf(aClient(server.url).listRooms(0))).toMatchObject({ code: 'kaleyra_unreadable' });
  });
});
