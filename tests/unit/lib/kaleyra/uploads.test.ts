import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aSimulator } from '../../local/kaleyra/support.ts';
import { aClient, aSpec, failureOf, GUEST, HOST, RECORD_ID } from './support.ts';

/** A room in which that many files were shared. */
const aRoomWithFiles = async (uploads: number) => {
  const simulator = await aSimulator();
  const client = aClient(simulator.url);
  await Promise.all([client.createUser(HOST, 'plus'), client.createUser(GUEST, 'basic')]);
  const { id: roomId } = await client.createRoom(aSpec(), RECORD_ID);
  const played = await simulator.call({ roomId, uploads, webhooks: false });
  return { simulator, client, roomId, keys: played.uploads };
};

const keysIn = (uploads: { key: string; deleted?: boolean }[]) =>
  uploads.filter(({ deleted }) => deleted !== true).map(({ key }) => key);

describe('listing the files of a room', () => {
  it('asks for a hundred of them', async () => {
    const server = await aScriptedServer(answers(200, { uploads: [], has_more: true }));
    expect(await aClient(server.url).listUploads('room_1', 200)).toEqual({ keys: [], hasMore: true });
    const url = '/v2/uploads?room_id=room_1&offset=200&limit=100';
    expect(server.asked).toMatchObject([{ method: 'GET', url, body: '' }]);
  });

  it('says so where the files are of another room', async () => {
    const body = { uploads: [{ key: 'a/2', room_id: 'room_2' }], has_more: false };
    const failure = await failureOf(aClient((await aScriptedServer(answers(200, body))).url).listUploads('room_1', 0));
    expect(failure).toMatchObject({ vendorCode: 'files_of_another_room' });
  });

  it('finds nothing in a room that nobody shared anything in', async () => {
    const { client, roomId } = await aRoomWithFiles(0);
    expect(await client.listUploads(roomId, 0)).toEqual({ keys: [], hasMore: false });
  });

  const mine = { key: 'a/1', room_id: 'room_1' };

  it.each<[string, unknown]>([
    ['a file of another room', { uploads: [mine, { key: 'a/2', room_id: 'room_2' }], has_more: false }],
    ['a file of no room', { uploads: [mine, { key: 'a/2', room_id: null }], has_more: false }],
    ['a file that says nothing of its room', { uploads: [mine, { key: 'a/2' }], has_more: false }],
    ['a file without a key', { uploads: [mine, { room_id: 'room_1' }], has_more: false }],
    ['an empty key', { uploads: [mine, { key: '', room_id: 'room_1' }], has_more: false }],
    ['no word on whether there is more', { uploads: [mine] }],
    ['no list', { has_more: false }],
    ['an HTML page', '<!doctype html>'],
    ['nothing', ''],
  ])('does not take a page with %s', async (_, body) => {
    const server = await aScriptedServer(answers(200, body));
    const failure = await failureOf(aClient(server.url).listUploads('room_1', 0));
    expect(failure).toMatchObject({ code: 'kaleyra_unreadable', status: 502 });
  });

  it('takes the same page without the strange file', async () => {
    const server = await aScriptedServer(answers(200, { uploads: [mine], has_more: true }));
    expect(await aClient(server.url).listUploads('room_1', 0)).toEqual({ keys: ['a/1'], hasMore: true });
  });
});

describe('deleting a file', () => {
  it.each([200, 204])('sends its key as one segment, slashes and all, and is done with a %i', async deleteStatus => {
    const { simulator, client, keys } = await aRoomWithFiles(3);
    await simulator.dialect({ deleteStatus });
    const [key = '', ...others] = keys;
    expect(key.split('/').length).toBeGreaterThan(2);
    await client.deleteUpload(key);
    expect(keysIn((await simulator.state()).uploads).sort()).toEqual([...others].sort());
    expect((await simulator.journal()).at(-1)).toMatchObject({
      method: 'DELETE',
      path: `/v2/uploads/${key.replaceAll('/', '%2F')}`,
      status: deleteStatus,
    });
  });

  it.each(['flat', 'nested'])('is done when the file has gone already, told in a %s envelope', async errorEnvelope => {
    const { simulator, client, keys } = await aRoomWithFiles(1);
    await simulator.dialect({ errorEnvelope });
    const [key = ''] = keys;
    await client.deleteUpload(key);
    await expect(client.deleteUpload(key)).resolves.toBeUndefined();
    expect((await simulator.journal()).slice(-2).map(({ status }) => status)).toEqual([200, 404]);
  });

  it('is not done when Kaleyra refuses it for another reason', async () => {
    const server = await aScriptedServer(answers(400, { code: 'upload_error' }));
    const failure = await failureOf(aClient(server.url).deleteUpload('a/1'));
    expect(failure).toMatchObject({ code: 'kaleyra_refused', vendorStatus: 400, vendorCode: 'upload_error' });
  });

  it('does not climb out with a key that names a folder above, and sends nothing', async () => {
    const server = await aScriptedServer(answers(200));
    const client = aClient(server.url);
    for (const key of ['', '.', '..']) expect(await failureOf(client.deleteUpload(key))).toBeInstanceOf(TypeError);
    expect(server.asked).toEqual([]);
    await client.deleteUpload('../rooms/room_1');
    expect(server.asked.map(({ method, url }) => [method, url])).toEqual([
      ['DELETE', '/v2/uploads/..%2Frooms%2Froom_1'],
    ]);
  });
});
