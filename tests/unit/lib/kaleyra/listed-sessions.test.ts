import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aSimulator } from '../../local/kaleyra/support.ts';
import { aClient, aSpec, failureOf, GUEST, HOST, RECORD_ID } from './support.ts';

/** The calls of a room, as the client lists them. */

const aRoom = async () => {
  const simulator = await aSimulator();
  const client = aClient(simulator.url);
  await Promise.all([client.createUser(HOST, 'plus'), client.createUser(GUEST, 'basic')]);
  const { id: roomId } = await client.createRoom(aSpec(), RECORD_ID);
  return { simulator, client, roomId };
};

it('has when each began, how long it was, and who was in it', async () => {
  const { simulator, client, roomId } = await aRoom();
  const { sessionId } = await simulator.call({ roomId, uploads: 0, durationSeconds: 90, webhooks: false });
  const { sessions } = await client.listSessions(roomId, 0);
  const [vendors] = (await simulator.control('GET', '/state')).body.sessions;
  expect(sessions).toEqual([
    {
      id: sessionId,
      startedAt: Date.parse(vendors.creation_date),
      durationInSeconds: 90,
      kaleyraIds: [HOST, GUEST],
    },
  ]);
});

it('has no length for a call that runs', async () => {
  const { simulator, client, roomId } = await aRoom();
  await simulator.call({ roomId, uploads: 0, end: false, durationSeconds: 30, webhooks: false });
  expect(await client.listSessions(roomId, 0)).toMatchObject({
    sessions: [{ durationInSeconds: null }],
    hasMore: false,
  });
});

it('is asked for with a hundred others of the same room, and comes with whether that is all', async () => {
  const server = await aScriptedServer(answers(200, { sessions: [], has_more: true }));
  expect(await aClient(server.url).listSessions('room_1', 200)).toEqual({ sessions: [], hasMore: true });
  const url = '/v2/sessions?room_id=room_1&offset=200&limit=100';
  expect(server.asked).toMatchObject([{ method: 'GET', url, body: '' }]);
});

describe('an answer', () => {
  const listed = async (body: unknown) => {
    const server = await aScriptedServer(answers(200, body));
    return aClient(server.url).listSessions('room_1', 0);
  };
  const page = (...sessions: unknown[]) => ({ has_more: false, count: sessions.length, sessions });
  const mine = { id: 'session_1', room_id: 'room_1' };

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['the older name of the id', { id: undefined, session_id: 'session_2' }, { id: 'session_2' }],
    ['a date without a zone', { creation_date: '2026-05-04T09:00:00.000' }, { startedAt: Date.UTC(2026, 4, 4, 9) }],
    ['no date', { creation_date: null }, { startedAt: null }],
    ['no length yet', { duration: null }, { durationInSeconds: null }],
    ['nought for no length yet', { duration: 0 }, { durationInSeconds: null }],
    [
      'people as objects',
      { connected_participants: [{ user_id: 'usr_1' }, { user: 'usr_2' }] },
      { kaleyraIds: ['usr_1', 'usr_2'] },
    ],
    ['people that make no sense', { connected_participants: ['usr_1', 7, '', null, {}] }, { kaleyraIds: ['usr_1'] }],
    ['nobody', { connected_participants: undefined }, { kaleyraIds: [] }],
  ])('may have %s', async (_, parts, expected) => {
    const { sessions } = await listed(page({ ...mine, ...parts }));
    expect(sessions).toMatchObject([expected]);
  });

  it('about other rooms says so', async () => {
    const failure = await failureOf(listed(page({ ...mine, room_id: 'room_2' })));
    expect(failure).toMatchObject({ vendorCode: 'sessions_of_another_room' });
  });

  it.each<[string, unknown]>([
    ['a call in another room', page(mine, { id: 'session_2', room_id: 'room_2' })],
    ['a call in no room', page({ id: 'session_2', room_id: null })],
    ['a call that says nothing of its room', page({ id: 'session_2' })],
    ['a call without an id', page({ room_id: 'room_1' })],
    ['no word on whether there is more', { sessions: [mine] }],
    ['no list', { has_more: false }],
  ])('is not taken with %s', async (_, body) => {
    expect(await failureOf(listed(body))).toMatchObject({ code: 'kaleyra_unreadable', status: 502 });
  });
});
