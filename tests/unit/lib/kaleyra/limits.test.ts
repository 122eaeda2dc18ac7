import { expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aClient, aSpec, type Client, GUEST, notedLimits, RECORD_ID } from './support.ts';

/** Of each call: how long it may take, and whether it is made once more when Kaleyra fails. */

const ONE_CALL_MS = 8000;
const FOR_DETAILS_MS = 1234;

const CALLS: Record<string, [limitMs: number, attempts: 1 | 2, run: (client: Client) => Promise<unknown>]> = {
  createUser: [ONE_CALL_MS, 2, client => client.createUser(GUEST, 'basic')],
  setRole: [ONE_CALL_MS, 2, client => client.setRole(GUEST, 'plus')],
  hasUser: [ONE_CALL_MS, 2, client => client.hasUser(GUEST)],
  deleteUser: [ONE_CALL_MS, 2, client => client.deleteUser(GUEST)],
  createRoom: [ONE_CALL_MS, 1, client => client.createRoom(aSpec(), RECORD_ID)],
  readRoom: [ONE_CALL_MS, 2, client => client.readRoom('room_1')],
  'readRoom in so much time': [FOR_DETAILS_MS, 2, client => client.readRoom('room_1', FOR_DETAILS_MS)],
  deleteRoom: [ONE_CALL_MS, 2, client => client.deleteRoom('room_1')],
  disableRoom: [ONE_CALL_MS, 2, client => client.disableRoom('room_1')],
  listRooms: [ONE_CALL_MS, 2, client => client.listRooms(0)],
  listUploads: [ONE_CALL_MS, 2, client => client.listUploads('room_1', 0)],
  deleteUpload: [ONE_CALL_MS, 2, client => client.deleteUpload('a/1')],
  createCredentials: [ONE_CALL_MS, 2, client => client.createCredentials(GUEST, 60)],
  readSession: [ONE_CALL_MS, 2, client => client.readSession('session_1')],
  listSessions: [ONE_CALL_MS, 2, client => client.listSessions('room_1', 0)],
  'listSessions in so much time': [FOR_DETAILS_MS, 2, client => client.listSessions('room_1', 0, FOR_DETAILS_MS)],
  findRecording: [ONE_CALL_MS, 2, client => client.findRecording('session_1')],
  deleteRecording: [ONE_CALL_MS, 2, client => client.deleteRecording('session_1')],
  locateRecording: [ONE_CALL_MS, 2, client => client.locateRecording('session_1')],
  locateTranscription: [ONE_CALL_MS, 2, client => client.locateTranscription('session_1')],
  uploadBackground: [18_000, 1, client => client.uploadBackground(new Uint8Array([0xff]))],
  listBackgrounds: [3000, 2, client => client.listBackgrounds()],
  setDefaultBackground: [ONE_CALL_MS, 2, client => client.setDefaultBackground('bhh6')],
  ping: [FOR_DETAILS_MS, 2, client => client.ping(FOR_DETAILS_MS)],
};

it('every call is listed here, but for the one that asks Kaleyra for nothing', () => {
  const { logs, numbers, readFile, ...calls } = aClient('http://127.0.0.1:9');
  const listed = Object.keys(CALLS).map(name => name.split(' ')[0]);
  expect(new Set(listed)).toEqual(new Set(Object.keys(calls)));
});

it.each(Object.entries(CALLS))('%s ends in its own time', async (_, [limitMs, , run]) => {
  const limits = notedLimits();
  const server = await aScriptedServer(answers(403));
  await expect(run(aClient(server.url))).rejects.toMatchObject({ vendorStatus: 403 });
  expect(limits.sort((one, other) => other - one)).toEqual([20_000, limitMs]);
});

it('a call that Kaleyra fails is made once more only where that changes nothing', async () => {
  notedLimits();
  const made = Object.entries(CALLS).map(async ([name, [, , run]]) => {
    const server = await aScriptedServer(answers(502));
    await expect(run(aClient(server.url))).rejects.toMatchObject({ vendorStatus: 502 });
    return [name, server.asked.length];
  });
  expect(await Promise.all(made)).toEqual(Object.entries(CALLS).map(([name, [, attempts]]) => [name, attempts]));
});
