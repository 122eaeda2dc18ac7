import { describe, expect, it } from 'vitest';
import { getRecording } from '../../../../lib/domain/get-recording.ts';
import { getTranscription } from '../../../../lib/domain/get-transcription.ts';
import type { Kaleyra, ReadFile } from '../../../../lib/domain/ports.ts';
import { checkSession } from '../../../../lib/domain/sessions.ts';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { aScope } from '../../../support/scopes.ts';
import { aRecord, withRoom } from '../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const RECORDED = { DEFAULT_RECORDING_TYPE: 'manual' };
const PATH = { roomId: ID, sessionId: 'session-1' };
const NO_SESSION = { status: 404, message: 'there is no such session in this teleconsultation' };

interface Situation {
  byId?: Teleconsultation | undefined;
  byRoom?: Teleconsultation | undefined;
  environment?: Record<string, string>;
  callerId?: string;
  /** Of which room the session is. */
  session?: { roomId: string | null } | undefined;
  kaleyra?: Partial<Kaleyra>;
}

const asking = (situation: Situation = {}) => {
  const { environment = RECORDED, callerId = 'mr-bianchi', session = { roomId: 'room-1' } } = situation;
  const asked: string[] = [];
  const byId = 'byId' in situation || 'byRoom' in situation ? situation.byId : withRoom();
  const scope = aScope({
    config: aConfig(environment),
    caller: { id: callerId, groups: [], scopes: [], fullName: null },
    records: {
      find: async id => {
        asked.push(`record ${id}`);
        return byId;
      },
      findByRoom: async id => {
        asked.push(`room ${id}`);
        return situation.byRoom;
      },
    },
    kaleyra: {
      readSession: async id => {
        asked.push(`session ${id}`);
        return 'session' in situation ? situation.session : session;
      },
      ...situation.kaleyra,
    },
  });
  return { scope, asked, callerId };
};

const checking = async (path: { roomId: string; sessionId: string }, situation: Situation = {}) => {
  const { scope, asked, callerId } = asking(situation);
  const failure = await checkSession(scope, path, callerId, 'GET /recording', 'read a recording').then(
    () => undefined,
    (error: unknown) => error,
  );
  return { failure, asked };
};

const unknown = (roomId: string) => ({ status: 404, sentence: `Room with id ${roomId} not found on CRUD` });

describe('a session', () => {
  it('is for those who take part, by the id of the teleconsultation or by that of its room', async () => {
    expect(await checking(PATH)).toEqual({
      failure: undefined,
      asked: [`record ${ID}`, `room ${ID}`, 'session session-1'],
    });
    const byRoom = await checking({ ...PATH, roomId: 'room-1' }, { byRoom: withRoom() });
    expect(byRoom).toEqual({ failure: undefined, asked: ['room room-1', 'session session-1'] });
  });

  it('of a room that was replaced leads nowhere', async () => {
    const { failure } = await checking({ ...PATH, roomId: 'room-0' }, { byRoom: withRoom() });
    expect(failure).toMatchObject(unknown('room-0'));
    expect((await checking({ ...PATH, roomId: 'room-0' }, { byRoom: aRecord() })).failure).toMatchObject(
      unknown('room-0'),
    );
  });

  it.each([
    ['nothing', undefined],
    ['a booking under way', withRoom(aRecord({ state: 'CREATING' }))],
    ['a cancelled one', withRoom(aRecord({ state: 'TRASH' }))],
  ])('of %s is unknown', async (_, byId) => {
    expect((await checking(PATH, { byId })).failure).toMatchObject(unknown(ID));
  });

  it('is refused to whoever takes no part; by the rules as if there were nothing', async () => {
    expect((await checking(PATH, { callerId: 'ms-neri' })).failure).toMatchObject({ status: 401 });
    const rules = { ...RECORDED, AUTHORIZATION: 'rules' };
    const { failure, asked } = await checking(PATH, { callerId: 'ms-neri', environment: rules });
    expect(failure).toMatchObject(unknown(ID));
    expect(asked).not.toContain('session session-1');
  });

  it('is not asked for where nothing is ever recorded', async () => {
    const { failure, asked } = await checking(PATH, { environment: {} });
    expect(failure).toMatchObject({
      status: 400,
      message: 'Failed GET /recording: calls are not recorded (DEFAULT_RECORDING_TYPE is none)',
    });
    expect(asked).not.toContain('session session-1');
  });

  it.each<[string, Situation]>([
    ['there is none', { session: undefined }],
    ['it is of another room', { session: { roomId: 'room-2' } }],
    ['it is of no room', { session: { roomId: null } }],
  ])('is not there where %s', async (_, situation) => {
    expect((await checking(PATH, situation)).failure).toMatchObject(NO_SESSION);
  });

  it('is not even asked for where there is no room', async () => {
    const { failure, asked } = await checking(PATH, { byId: aRecord() });
    expect(failure).toMatchObject(NO_SESSION);
    expect(asked).not.toContain('session session-1');
  });

  it('whose ids cannot be ids is asked of nobody', async () => {
    const badRoom = await checking({ ...PATH, roomId: '../users' });
    expect([badRoom.failure, badRoom.asked]).toMatchObject([unknown('../users'), []]);
    const badSession = await checking({ ...PATH, sessionId: '../users' });
    expect([badSession.failure, badSession.asked]).toMatchObject([NO_SESSION, []]);
  });
});

describe('a recording', () => {
  const recordingAt = (address: string | undefined, callerId = 'mr-bianchi') => {
    const { scope } = asking({ callerId, kaleyra: { locateRecording: async () => address } });
    return getRecording(scope, PATH, callerId);
  };

  it('is where Kaleyra says', async () => {
    expect(await recordingAt('https://files.invalid/one')).toBe('https://files.invalid/one');
  });

  it('is refused in words of its own', async () => {
    const refusal = async (environment: Record<string, string>, groups: string[] = []) => {
      const { scope } = asking({ environment, callerId: 'mr-bianchi' });
      const caller = { id: groups.length > 0 ? 'ms-desk' : 'mr-bianchi', groups, scopes: [], fullName: null };
      const asked = { ...scope, caller };
      return [
        await getRecording(asked, PATH, caller.id).catch((error: Error) => error.message),
        await getTranscription(asked, PATH, caller.id).catch((error: Error) => error.message),
      ];
    };
    const off = 'calls are not recorded (DEFAULT_RECORDING_TYPE is none)';
    expect(await refusal({})).toEqual([`Failed GET /recording: ${off}`, `Failed GET /transcription: ${off}`]);
    const rules = { ...RECORDED, AUTHORIZATION: 'rules', MANAGER_GROUPS: 'front-desk' };
    expect(await refusal(rules, ['front-desk'])).toEqual([
      'a recording is only for those who take part in the teleconsultation',
      'a transcription is only for those who take part in the teleconsultation',
    ]);
  });

  it('is not there, or not yet', async () => {
    await expect(recordingAt(undefined)).rejects.toMatchObject({
      status: 404,
      message: 'there is no recording of this session (yet)',
    });
  });

  it('is for nobody else', async () => {
    await expect(recordingAt('https://files.invalid/one', 'ms-neri')).rejects.toMatchObject({ status: 401 });
  });
});

describe('a transcription', () => {
  const MEGABYTE = 1024 * 1024;
  const none = { status: 404, message: 'there is no transcription of this session (yet)' };
  const reading = async (read: ReadFile | undefined, addresses = ['first', 'second'], callerId = 'mr-bianchi') => {
    const asked: unknown[][] = [];
    const kaleyra: Partial<Kaleyra> = {
      locateTranscription: async () => addresses.shift(),
      readFile: async (...file) => {
        asked.push(file);
        return read;
      },
    };
    const { scope } = asking({ callerId, kaleyra });
    const outcome = await getTranscription(scope, PATH, callerId).catch((error: Error) => error);
    return { outcome, asked };
  };

  it('is passed through where it is small', async () => {
    const bytes = new Uint8Array([1, 2]);
    const { outcome, asked } = await reading({ extent: 'whole', bytes, contentType: 'text/vtt' });
    expect(outcome).toEqual({ form: 'file', bytes, contentType: 'text/vtt' });
    expect(asked).toEqual([['first', 4 * MEGABYTE, 50 * MEGABYTE]]);
  });

  it('is at a fresh address where it is large', async () => {
    expect((await reading({ extent: 'large' })).outcome).toEqual({ form: 'address', address: 'second' });
    expect((await reading({ extent: 'large' }, ['first'])).outcome).toMatchObject(none);
  });

  it('is refused where it is larger than what may be', async () => {
    expect((await reading({ extent: 'too large' })).outcome).toMatchObject({
      status: 413,
      message: expect.stringMatching(/^the transcription is larger than \d+ bytes \(TRANSCRIPTION_MAX_FILE_SIZE\)$/),
    });
  });

  it('is not there, or not any more', async () => {
    expect((await reading(undefined, [])).outcome).toMatchObject(none);
    expect((await reading(undefined)).outcome).toMatchObject(none);
  });

  it('is for nobody else', async () => {
    expect((await reading(undefined, [], 'ms-neri')).outcome).toMatchObject({ status: 401 });
  });
});
