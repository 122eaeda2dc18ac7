import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aSimulator, type Simulator } from '../../local/kaleyra/support.ts';
import { aClient, aSpec, failureOf, GUEST, HOST, RECORD_ID } from './support.ts';

const HTTPS = 'https://eu.bandyer.example/eu/direct-rest-call-handler';

const aBoundClient = async () => {
  const simulator = await aSimulator();
  const client = aClient(simulator.url);
  await Promise.all([client.createUser(HOST, 'plus'), client.createUser(GUEST, 'basic')]);
  return { simulator, client };
};

const asked = async (simulator: Simulator) =>
  (await simulator.journal()).map(({ method, path, query, status }) => ({ method, path, query, status }));

describe('making a room', () => {
  it('asks for what the spec says, described by the record alone, and gives back one link each', async () => {
    const { simulator, client } = await aBoundClient();
    const tools = { chat: true, screen_sharing: false, file_upload: false, whiteboard: false };
    const spec = aSpec({
      participants: [
        {
          kaleyraId: HOST,
          isAdmin: true,
          tools: { ...tools, snapshot: false, live_edit: false, live_pointer: false, present_to_everyone: false },
        },
        { kaleyraId: GUEST, isAdmin: false, tools: undefined },
      ],
      durationSeconds: 1800,
      recording: 'manual',
      live: true,
    });
    const room = await client.createRoom(spec, RECORD_ID);
    const [made] = (await simulator.state()).rooms;
    expect(made).toMatchObject({ description: RECORD_ID, duration: 1800, recording: 'manual', live: true });
    expect(made.participants).toMatchObject([
      { user_id: HOST, is_admin: true, tools: { chat: true, file_upload: false, whiteboard: false } },
      // Tools that nobody spoke of are all on.
      { user_id: GUEST, is_admin: false, tools: { chat: true, file_upload: true } },
    ]);
    expect(room).toEqual({
      id: made.id,
      links: [
        { kaleyraId: HOST, url: made.participants[0].access_link },
        { kaleyraId: GUEST, url: made.participants[1].access_link },
      ],
      details: {
        recording: 'manual',
        recordingStatus: 'stopped',
        callType: 'audio_video',
        description: RECORD_ID,
        status: 'NOT_RUNNING',
        disabled: false,
        creationDate: made.creation_date,
        durationInSeconds: 1800,
        durationUsedInSeconds: 0,
        live: true,
      },
    });
  });

  it('says nothing of a duration where there is none', async () => {
    const { simulator, client } = await aBoundClient();
    await client.createRoom(aSpec(), RECORD_ID);
    expect((await simulator.journal()).at(-1).body).toEqual({
      participants: [
        { user_id: HOST, is_admin: true },
        { user_id: GUEST, is_admin: false },
      ],
      recording: 'none',
      live: false,
      description: RECORD_ID,
    });
  });

  const link = (user_id: string, token: string) => ({ user_id, access_link: `${HTTPS}/${token}` });
  const both = [link(HOST, 'aaaa'), link(GUEST, 'bbbb')];

  it.each<[string, unknown[]]>([
    ['without a link for somebody', [link(HOST, 'aaaa')]],
    ['with somebody whose link is not there', [link(HOST, 'aaaa'), { user_id: GUEST }]],
    ['with an empty link', [link(HOST, 'aaaa'), { user_id: GUEST, access_link: '' }]],
    ['with a link that is no text', [link(HOST, 'aaaa'), { user_id: GUEST, access_link: { href: HTTPS } }]],
    ['with one link too many', [...both, link('usr_stranger', 'cccc')]],
    ['with two links for one person', [...both, link(GUEST, 'cccc')]],
    ['with two links for one person and none for the other', [link(HOST, 'aaaa'), link(HOST, 'bbbb')]],
    ['with the same link twice', [link(HOST, 'aaaa'), link(GUEST, 'aaaa')]],
    ['with a link for somebody else', [link(HOST, 'aaaa'), link('usr_stranger', 'bbbb')]],
    [
      'with a plain http link elsewhere',
      [link(HOST, 'aaaa'), { user_id: GUEST, access_link: 'http://elsewhere.example/x' }],
    ],
    ['with a name in a link', [link(HOST, 'aaaa'), { user_id: GUEST, access_link: 'https://me@elsewhere.example/x' }]],
    [
      'with a password in a link',
      [link(HOST, 'aaaa'), { user_id: GUEST, access_link: 'https://me:word@elsewhere.example/x' }],
    ],
    ['with a script for a link', [link(HOST, 'aaaa'), { user_id: GUEST, access_link: 'javascript:alert(1)' }]],
    ['with a link that is no address', [link(HOST, 'aaaa'), { user_id: GUEST, access_link: 'call handler' }]],
    ['with nobody in it', []],
  ])('does not take a room %s, and names the room that has to go', async (_, participants) => {
    const server = await aScriptedServer(answers(201, { id: 'room_unusable', participants }));
    const failure = await failureOf(aClient(server.url).createRoom(aSpec(), RECORD_ID));
    expect(failure).toMatchObject({
      code: 'kaleyra_unreadable',
      status: 502,
      maybeDone: true,
      madeRoomId: 'room_unusable',
    });
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ['no room id', { participants: both }],
    ['an empty room id', { id: '', participants: both }],
    ['a room id that is a number', { id: 12, participants: both }],
    ['a list', [{ id: 'room_1', participants: both }]],
    ['null', null],
    ['text', '"room_1"'],
    ['an HTML page', '<!doctype html><title>Welcome</title>'],
    ['half a JSON text', '{"id":"room_1","participants":['],
    ['nothing', ''],
  ])('does not take an answer of %s: a room may be there, unknown which', async (_, body) => {
    const server = await aScriptedServer(answers(201, body === null ? 'null' : body));
    const failure = await failureOf(aClient(server.url).createRoom(aSpec(), RECORD_ID));
    expect(failure).toMatchObject({ code: 'kaleyra_unreadable', status: 502, vendorStatus: 201, maybeDone: true });
    expect(failure).toHaveProperty('madeRoomId', undefined);
    expect(server.asked).toHaveLength(1);
  });

  it('takes links of its own origins over plain http', async () => {
    const local = (user_id: string, token: string) => ({ user_id, access_link: `http://127.0.0.1:1/${token}` });
    const body = { id: 'room_1', participants: [local(HOST, 'a'), local(GUEST, 'b')] };
    const server = await aScriptedServer(answers(201, body));
    const create = (origins: string[]) => aClient(server.url, { origins }).createRoom(aSpec(), RECORD_ID);
    expect((await create(['http://127.0.0.1:1'])).links.map(({ url }) => url)).toEqual([
      'http://127.0.0.1:1/a',
      'http://127.0.0.1:1/b',
    ]);
    expect(await failureOf(create(['https://*.bandyer.com']))).toMatchObject({ madeRoomId: 'room_1' });
  });
});

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
    const rooms = [{ id: 'room_1', description: RECORD_ID, creation_date: '2031-01-01T12:00:00Z', access_link: HTTPS }];
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
