import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aSimulator } from '../../local/kaleyra/support.ts';
import { aClient, aSpec, failureOf, GUEST, HOST, RECORD_ID } from './support.ts';

/** Whatever spelling Kaleyra turns out to use, the client says the same. */

describe.each([
  { linkField: 'access_link' },
  { linkField: 'url' },
  { linkField: 'link' },
  { roomIdKey: 'id' },
  { roomIdKey: 'room_id' },
  { wrapped: false },
  { wrapped: true },
  { wrapped: true, roomIdKey: 'room_id', linkField: 'url' },
])('a vendor that speaks %o', dialect => {
  it('is understood when it makes users and rooms, and when it reads and lists them', async () => {
    const simulator = await aSimulator();
    await simulator.dialect(dialect);
    const client = aClient(simulator.url);
    expect(await client.createUser(HOST, 'plus')).toBe('created');
    expect(await client.createUser(GUEST, 'basic')).toBe('created');
    const room = await client.createRoom(aSpec({ durationSeconds: 900 }), RECORD_ID);
    const [made] = (await simulator.state()).rooms;
    expect(room.id).toBe(made.id);
    expect(room.links).toEqual(
      made.participants.map(({ user_id, access_link }: { user_id: string; access_link: string }) => ({
        kaleyraId: user_id,
        url: access_link,
      })),
    );
    expect(room.details).toMatchObject({ description: RECORD_ID, durationInSeconds: 900 });
    expect(await client.readRoom(room.id)).toEqual(room.details);
    expect(await client.listRooms(0)).toEqual({
      rooms: [{ id: room.id, description: RECORD_ID, createdAt: Date.parse(made.creation_date) }],
      hasMore: false,
    });
  });
});

const HTTPS = 'https://eu.bandyer.example/eu/direct-rest-call-handler';
const LINKS = [
  { kaleyraId: HOST, url: `${HTTPS}/aaaa` },
  { kaleyraId: GUEST, url: `${HTTPS}/bbbb` },
];
const entries = (user: string, link: string) => LINKS.map(({ kaleyraId, url }) => ({ [user]: kaleyraId, [link]: url }));

describe('a created room', () => {
  it.each<[string, unknown]>([
    ['participants, user_id and access_link', { id: 'room_1', participants: entries('user_id', 'access_link') }],
    ['participants, user_id and url', { id: 'room_1', participants: entries('user_id', 'url') }],
    ['participants, user_id and link', { id: 'room_1', participants: entries('user_id', 'link') }],
    ['participants, user and url', { id: 'room_1', participants: entries('user', 'url') }],
    ['user_urls, user and url', { room_id: 'room_1', user_urls: entries('user', 'url') }],
    [
      'user_urls beside participants that are null',
      { id: 'room_1', participants: null, user_urls: entries('user', 'url') },
    ],
    ['the wrapped form', { room: { id: 'room_1', participants: entries('user_id', 'access_link') } }],
    ['the wrapped form of v1', { room: { room_id: 'room_1', user_urls: entries('user', 'url') } }],
    ['a wrapper with the id beside it', { room: { participants: entries('user_id', 'link') }, id: 'room_1' }],
    ['fields that nobody knows', { id: 'room_1', participants: entries('user_id', 'url'), room_url: 'x', pin: 1 }],
    ['the id under both names', { id: 'room_1', room_id: 'other', participants: entries('user_id', 'url') }],
  ])('is read from %s', async (_, body) => {
    const server = await aScriptedServer(answers(201, body));
    const room = await aClient(server.url).createRoom(aSpec(), RECORD_ID);
    expect(room).toMatchObject({ id: 'room_1', links: LINKS });
    expect(room.links).toHaveLength(2);
  });

  it('is read for links first by their own name, then as a url, then as a link', async () => {
    const participants = [
      { user_id: HOST, user: 'x', access_link: LINKS[0]?.url, url: 'https://a.example', link: 'https://b.example' },
      { user: GUEST, access_link: null, url: LINKS[1]?.url, link: 'https://b.example' },
    ];
    const server = await aScriptedServer(answers(201, { id: 'room_1', participants }));
    expect((await aClient(server.url).createRoom(aSpec(), RECORD_ID)).links).toEqual(LINKS);
  });
});

describe('the links of a created room', () => {
  const create = async (participants: unknown) => {
    const server = await aScriptedServer(answers(201, { id: 'room_1', participants }));
    return aClient(server.url).createRoom(aSpec(), RECORD_ID);
  };

  it('are told apart from what is none', async () => {
    const others = [{ user_id: 'usr_robot' }, { access_link: `${HTTPS}/cccc` }, null, 'usr_robot', [], 7];
    expect((await create([...others, ...entries('user_id', 'access_link')])).links).toEqual(LINKS);
  });

  it.each([[{}], ['usr_host'], [undefined], [7]])('cannot be had from %j, and the room has to go', async list => {
    const failure = await failureOf(create(list));
    expect(failure).toMatchObject({ code: 'kaleyra_unreadable', maybeDone: true, madeRoomId: 'room_1' });
  });
});

describe('the details of a room', () => {
  const read = async (body: unknown) => aClient((await aScriptedServer(answers(200, body))).url).readRoom('room_1');

  it('come in the old spellings too', async () => {
    expect(
      await read({
        room: {
          room_id: 'room_1',
          recording: 'automatic',
          recording_status: 'started',
          call_type: 'audio_only',
          description: null,
          status: 'RUNNING',
          creationDate: '2024-06-12T09:30:00',
          duration: 60,
          durationUsed: 12,
          live: true,
          disabled: true,
        },
      }),
    ).toEqual({
      recording: 'automatic',
      recordingStatus: 'started',
      callType: 'audio_only',
      description: null,
      status: 'RUNNING',
      disabled: true,
      creationDate: '2024-06-12T09:30:00',
      durationInSeconds: 60,
      durationUsedInSeconds: 12,
      live: true,
    });
  });

  it('are those of a new room where Kaleyra says nothing, or nothing that makes sense', async () => {
    const fresh = {
      recording: 'none',
      recordingStatus: 'stopped',
      callType: 'audio_video',
      description: null,
      status: 'NOT_RUNNING',
      disabled: false,
      creationDate: null,
      durationInSeconds: 0,
      durationUsedInSeconds: 0,
      live: false,
    };
    expect(await read({ id: 'room_1' })).toEqual(fresh);
    const nonsense = { recording: null, call_type: 3, status: '', duration: '60', duration_used: null, live: 'yes' };
    expect(await read({ id: 'room_1', disabled: 'no', creation_date: 5, ...nonsense })).toEqual(fresh);
  });

  it('never carry a link, wherever Kaleyra puts one', async () => {
    const url = `${HTTPS}/aaaa`;
    const details = await read({
      id: 'room_1',
      access_link: url,
      url,
      link: url,
      participants: entries('user_id', 'access_link'),
      user_urls: entries('user', 'url'),
      details: { url },
    });
    expect(JSON.stringify(details)).not.toContain('http');
  });
});

describe('a created user', () => {
  it.each<[string, unknown]>([
    ['flat', { id: HOST, role: 'plus' }],
    ['flat, with the longer name of the id', { user_id: HOST }],
    ['wrapped', { user: { id: HOST, role: 'plus' } }],
    ['wrapped, with the id beside it', { user: { role: 'plus' }, id: HOST }],
  ])('is read from an answer that is %s', async (_, body) => {
    const server = await aScriptedServer(answers(201, body));
    expect(await aClient(server.url).createUser(HOST, 'plus')).toBe('created');
  });
});
