import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aSimulator } from '../../local/kaleyra/support.ts';
import { aClient, aSpec, failureOf, GUEST, HOST, RECORD_ID } from './support.ts';

const HTTPS = 'https://eu.bandyer.example/eu/direct-rest-call-handler';

const aBoundClient = async () => {
  const simulator = await aSimulator();
  const client = aClient(simulator.url);
  await Promise.all([client.createUser(HOST, 'plus'), client.createUser(GUEST, 'basic')]);
  return { simulator, client };
};

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

  it('asks for a transcription where one is wanted', async () => {
    const server = await aScriptedServer(answers(201, { id: 'room_1' }));
    await failureOf(aClient(server.url).createRoom(aSpec({ offlineTranscription: true }), RECORD_ID));
    expect(JSON.parse(server.asked[0]?.body ?? '')).toMatchObject({ offline_transcription: true });
  });

  const link = (user_id: string, token: string) => ({ user_id, access_link: `${HTTPS}/${token}` });
  const both = [link(HOST, 'aaaa'), link(GUEST, 'bbbb')];

  it.each<[string, unknown[]]>([
    ['without a link for somebody', [link(HOST, 'aaaa')]],
    ['with somebody whose link is not there', [link(HOST, 'aaaa'), { user_id: GUEST }]],
    ['with an empty link', [link(HOST, 'aaaa'), { user_id: GUEST, access_link: '' }]],
    ['with a link that is no text', [link(HOST, 'aaaa'), { user_id: GUEST, access_link: { href: HTTPS } }]],
    ['with one link too many', [...both, link('usr_stranger', 'cccc')]],
    ['with a stranger who has the same link as somebody', [...both, link('usr_stranger', 'aaaa')]],
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
