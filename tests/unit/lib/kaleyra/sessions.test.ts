import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aClient, failureOf } from './support.ts';

const ID = 'session_0123456789ab';

describe('reading a session', () => {
  it.each<[string, unknown, string | null]>([
    ['flat', { id: ID, room_id: 'room_1', duration: null }, 'room_1'],
    ['in the older spelling', { session_id: ID, room_id: 'room_1' }, 'room_1'],
    ['wrapped', { session: { session_id: ID, room_id: 'room_1' } }, 'room_1'],
    ['without a room', { id: ID, room_id: null }, null],
    ['without a word of a room', { id: ID }, null],
    ['with a room that is no text', { id: ID, room_id: 7 }, null],
  ])('%s', async (_, body, roomId) => {
    const server = await aScriptedServer(answers(200, body));
    expect(await aClient(server.url).readSession(ID)).toEqual({ roomId });
    expect(server.asked).toMatchObject([{ method: 'GET', url: `/v2/sessions/${ID}` }]);
  });

  it.each<[string, number, unknown]>([
    ['404', 404, ''],
    ['the code of an unknown session', 400, { code: 'session_not_found' }],
    ['the code of one that cannot be had', 400, { error: { code: 'get_session_error' } }],
  ])('that is not there, told by %s', async (_, status, body) => {
    const server = await aScriptedServer(answers(status, body));
    expect(await aClient(server.url).readSession(ID)).toBeUndefined();
  });

  it.each<[string, number, unknown, string]>([
    ['another one', 200, { id: 'session_other', room_id: 'room_1' }, 'kaleyra_unreadable'],
    ['one without an id', 200, { room_id: 'room_1' }, 'kaleyra_unreadable'],
    ['another refusal', 400, { code: 'invalid_request' }, 'kaleyra_refused'],
    ['a refused key', 401, '', 'kaleyra_refused'],
  ])('is no answer when it is %s', async (_, status, body, code) => {
    const server = await aScriptedServer(answers(status, body));
    expect(await failureOf(aClient(server.url).readSession(ID))).toMatchObject({ code, status: 502 });
  });
});

describe('deleting a recording', () => {
  const deleting = async (status: number, body: unknown = '') => {
    const server = await aScriptedServer(answers(status, body));
    return { server, outcome: aClient(server.url).deleteRecording(ID) };
  };
  /** The same question, with nothing changed. */
  const finding = async (status: number, body: unknown) =>
    aClient((await aScriptedServer(answers(status, body))).url).findRecording(ID);

  it('is foretold without an address', async () => {
    const server = await aScriptedServer(answers(200, { url: 'https://elsewhere.example/x.mp4' }));
    expect(await aClient(server.url).findRecording(ID)).toBe('there');
    expect(server.asked).toMatchObject([{ method: 'GET', url: `/v2/sessions/${ID}/recording` }]);
  });

  it.each<[string, number, unknown]>([
    ['200 with a message', 200, { id: ID, message: 'recording deleted' }],
    ['200 without a body', 200, ''],
    ['204', 204, ''],
  ])('is done with %s', async (_, status, body) => {
    const { server, outcome } = await deleting(status, body);
    expect(await outcome).toBe('deleted');
    expect(server.asked).toMatchObject([{ method: 'DELETE', url: `/v2/sessions/${ID}/recording`, body: '' }]);
  });

  it.each<[string, number, unknown]>([
    ['404 without a word', 404, ''],
    ['no recording', 400, { code: 'recording_not_found' }],
    ['no recording, as a 404', 404, { code: 'recording_not_found' }],
    ['no recording, in the other envelope', 400, { error: { code: 'recording_not_found' } }],
  ])('finds none, which may still be in the making: %s', async (_, status, body) => {
    expect(await (await deleting(status, body)).outcome).toBe('absent');
    expect(await finding(status, body)).toBe('absent');
  });

  it.each<[string, number, unknown]>([
    ['no such session', 404, { code: 'session_not_found' }],
    ['a room that is not recorded', 400, { code: 'room_no_recordable' }],
    ['one past its time, as a 400', 400, { code: 'recording_expired' }],
    ['one past its time, as a 412', 412, { code: 'recording_expired' }],
  ])('knows that there will be none: %s', async (_, status, body) => {
    expect(await (await deleting(status, body)).outcome).toBe('never');
    expect(await finding(status, body)).toBe('never');
  });

  it.each<[string, number, unknown, string]>([
    ['another refusal', 400, { code: 'invalid_request' }, 'kaleyra_refused'],
    ['a session that cannot be had right now', 400, { code: 'get_session_error' }, 'kaleyra_refused'],
    ['a refusal without a word', 400, '', 'kaleyra_refused'],
    ['a precondition of unknown kind', 412, '', 'kaleyra_refused'],
    ['a refused key', 401, '', 'kaleyra_refused'],
    ['a feature that the company has not', 403, { code: 'not_allowed' }, 'kaleyra_refused'],
    ['a recording that is being written', 409, { code: 'recording_in_progress' }, 'kaleyra_refused'],
    ['a request to slow down', 429, '', 'kaleyra_throttled'],
    ['a failure', 500, { code: 'recording_not_found' }, 'kaleyra_unavailable'],
  ])('fails with %s: the recording may still be there', async (_, status, body, code) => {
    expect(await failureOf((await deleting(status, body)).outcome)).toMatchObject({ code });
    expect(await failureOf(finding(status, body))).toMatchObject({ code });
  });
});

describe.each(['recording', 'transcription'] as const)('the address of a %s', file => {
  const locate = (url: string, origins?: string[]) => {
    const client = aClient(url, origins && { origins });
    return file === 'recording' ? client.locateRecording(ID) : client.locateTranscription(ID);
  };

  it('is told as it is used', async () => {
    const url = 'https://recordings.bandyer.com/a b/x.mp4?Expires=1&Signature=a~b';
    const server = await aScriptedServer(answers(200, { url, more: 1 }));
    const told = await locate(server.url, ['https://*.bandyer.com']);
    expect(told).toBe('https://recordings.bandyer.com/a%20b/x.mp4?Expires=1&Signature=a~b');
    expect(server.asked).toMatchObject([{ method: 'GET', url: `/v2/sessions/${ID}/${file}` }]);
  });

  it.each<[number, unknown]>([
    [400, { code: 'recording_not_found' }],
    [400, ''],
    [404, ''],
    [412, { code: 'recording_expired' }],
    [422, { code: 'not_supported' }],
  ])('is none where Kaleyra says %i %j', async (status, body) => {
    const server = await aScriptedServer(answers(status, body));
    expect(await locate(server.url)).toBeUndefined();
  });

  it.each([401, 403, 409, 429, 500])('is unknown where Kaleyra says %i', async status => {
    const server = await aScriptedServer(answers(status, { code: 'recording_not_found' }));
    expect(await failureOf(locate(server.url))).toMatchObject({ vendorStatus: status });
  });

  it('is not told where it leads elsewhere, and the log says what would have to be listed', async () => {
    const server = await aScriptedServer(answers(200, { url: 'https://canary.example/x.mp4' }));
    const client = aClient(server.url, { origins: ['https://*.bandyer.com'] });
    const located = file === 'recording' ? client.locateRecording(ID) : client.locateTranscription(ID);
    expect(await failureOf(located)).toMatchObject({ code: 'kaleyra_unreadable', status: 502, maybeDone: false });
    expect(client.logs.map(line => JSON.parse(line))).toMatchObject([
      { event: 'kaleyra.address_refused', level: 'error', route: `/v2/sessions/{}/${file}`, keys: ['VENDOR_ORIGINS'] },
    ]);
    expect(client.logs.join()).not.toContain('canary');
  });

  it.each([[{}], [{ url: '' }], [{ url: null }], [{ url: ['https://x.bandyer.com'] }], ['']])(
    'in %j cannot be read',
    async body => {
      const server = await aScriptedServer(answers(200, body));
      expect(await failureOf(locate(server.url))).toMatchObject({ code: 'kaleyra_unreadable', status: 502 });
    },
  );
});
