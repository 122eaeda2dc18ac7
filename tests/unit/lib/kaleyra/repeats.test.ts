import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer, breaksOff, resets } from '../../../support/scripted-server.ts';
import { aSimulator } from '../../local/kaleyra/support.ts';
import { aClient, aSpec, type Client, failureOf, GUEST, HOST, RECORD_ID } from './support.ts';

/** How often each call is really made when it fails: where doing it twice is doing it once, it is made once more. */

interface Call {
  method: string;
  /** Begins the path of the call. */
  path: string;
  /** Of an answer to the call. */
  success: number;
  /** Of the answer when the same call has had its effect already. */
  again: number;
  run(client: Client, ids: { roomId: string; key: string }): Promise<unknown>;
}

const call = (method: string, path: string, [success, again]: [number, number], run: Call['run']): Call => ({
  method,
  path,
  success,
  again,
  run,
});

const CALLS: Record<string, Call> = {
  'POST /users': call('POST', '/v2/users', [201, 400], client => client.createUser('usr_new', 'basic')),
  'PUT /users/{id}': call('PUT', '/v2/users/', [200, 200], client => client.setRole(GUEST, 'plus')),
  'GET /rooms/{id}': call('GET', '/v2/rooms/', [200, 200], (client, { roomId }) => client.readRoom(roomId)),
  'GET /rooms': call('GET', '/v2/rooms', [200, 200], client => client.listRooms(0)),
  'PUT /rooms/{id}/disable': call('PUT', '/v2/rooms/', [200, 200], (client, { roomId }) => client.disableRoom(roomId)),
  'DELETE /rooms/{id}': call('DELETE', '/v2/rooms/', [200, 404], (client, { roomId }) => client.deleteRoom(roomId)),
  'GET /uploads': call('GET', '/v2/uploads', [200, 200], (client, { roomId }) => client.listUploads(roomId, 0)),
  'DELETE /uploads/{key}': call('DELETE', '/v2/uploads/', [200, 404], (client, { key }) => client.deleteUpload(key)),
  'GET /company': call('GET', '/v2/company', [200, 200], client => client.ping(9000)),
};

const aBusyClinic = async () => {
  const simulator = await aSimulator();
  const client = aClient(simulator.url);
  await Promise.all([client.createUser(HOST, 'plus'), client.createUser(GUEST, 'basic')]);
  const { id: roomId } = await client.createRoom(aSpec(), RECORD_ID);
  const { uploads } = await simulator.call({ roomId, uploads: 1, webhooks: false });
  await simulator.control('DELETE', '/requests');
  return { simulator, client, ids: { roomId, key: uploads[0] ?? '' } };
};

/** Plays the same fault on every call, each in a clinic of its own, side by side. */
const play = async (fault: Record<string, unknown>) => {
  const played = Object.entries(CALLS).map(async ([name, { method, path, run }]) => {
    const { simulator, client, ids } = await aBusyClinic();
    await simulator.fault({ method, path, ...fault });
    const outcome = await run(client, ids).then(
      () => 'done' as const,
      (error: unknown) => error,
    );
    const journal = await simulator.journal();
    const sameBody = journal.every(({ body }) => JSON.stringify(body) === JSON.stringify(journal[0].body));
    return [name, { outcome, statuses: journal.map(({ status }) => status), sameBody }] as const;
  });
  return Object.fromEntries(await Promise.all(played));
};

/** The same expectation of every call. */
const each = (expected: (call: Call) => { outcome: unknown; statuses: number[] }) =>
  Object.fromEntries(Object.entries(CALLS).map(([name, call]) => [name, { ...expected(call), sameBody: true }]));

describe('every call that may be repeated', () => {
  it.each([500, 502, 503, 504])('is made once more after a %i, as it was, and then succeeds', async status => {
    expect(await play({ status })).toEqual(each(({ success }) => ({ outcome: 'done', statuses: [status, success] })));
  });

  it('is made once more after a cut connection, as it was, and then succeeds', async () => {
    expect(await play({ drop: true })).toEqual(each(({ success }) => ({ outcome: 'done', statuses: [0, success] })));
  });

  it('succeeds when the first attempt had its effect and only its answer was lost', async () => {
    const outcomes = await play({ drop: true, afterEffect: true });
    expect(outcomes).toEqual(each(({ again }) => ({ outcome: 'done', statuses: [0, again] })));
  });

  it('is not made a third time when the vendor keeps failing', async () => {
    const outcome = expect.objectContaining({ code: 'kaleyra_unavailable', status: 502, vendorStatus: 502 });
    expect(await play({ status: 502, times: 5 })).toEqual(each(() => ({ outcome, statuses: [502, 502] })));
  });

  it('is not made a third time when connections keep being cut', async () => {
    const outcome = expect.objectContaining({ code: 'kaleyra_unavailable', status: 503, maybeDone: true });
    expect(await play({ drop: true, times: 5 })).toEqual(each(() => ({ outcome, statuses: [0, 0] })));
  });

  it.each([400, 401, 403, 412, 422])('is not repeated after a %i', async status => {
    const outcome = expect.objectContaining({ code: 'kaleyra_refused', vendorStatus: status, maybeDone: false });
    expect(await play({ status, times: 5 })).toEqual(each(() => ({ outcome, statuses: [status] })));
  });

  it('is not repeated when Kaleyra asks to slow down, however soon it would do', async () => {
    const outcome = expect.objectContaining({ code: 'kaleyra_throttled', status: 503, retryAfter: 1 });
    const outcomes = await play({ status: 429, retryAfter: 1, times: 5 });
    expect(outcomes).toEqual(each(() => ({ outcome, statuses: [429] })));
  });
});

describe('POST /rooms', () => {
  it.each([500, 502, 503, 504, 429, 400, 409])('is never made twice, not after a %i either', async status => {
    const { simulator, client } = await aBusyClinic();
    await simulator.fault({ method: 'POST', path: '/v2/rooms', status, times: 5 });
    expect(await failureOf(client.createRoom(aSpec(), RECORD_ID))).toMatchObject({ vendorStatus: status });
    expect((await simulator.journal()).map(entry => entry.status)).toEqual([status]);
  });

  it.each([false, true])('is never made twice after a cut connection (effect: %s)', async afterEffect => {
    const { simulator, client } = await aBusyClinic();
    await simulator.fault({ method: 'POST', path: '/v2/rooms', drop: true, afterEffect, times: 5 });
    const failure = await failureOf(client.createRoom(aSpec(), RECORD_ID));
    expect(failure).toMatchObject({ code: 'kaleyra_unavailable', status: 503, maybeDone: true });
    expect((await simulator.journal()).map(entry => entry.status)).toEqual([0]);
    expect((await simulator.state()).rooms).toHaveLength(afterEffect ? 2 : 1);
  });

  it('is never made twice when its answer breaks off', async () => {
    const server = await aScriptedServer(breaksOff('{"id":'));
    expect(await failureOf(aClient(server.url).createRoom(aSpec(), RECORD_ID))).toMatchObject({ maybeDone: true });
    expect(server.asked).toHaveLength(1);
  });
});

describe('a call whose answer breaks off in the middle', () => {
  const BROKEN = breaksOff('{"uploads":[');

  it('is made once more where that is safe', async () => {
    const server = await aScriptedServer(BROKEN, answers(200, { uploads: [], has_more: false }));
    expect(await aClient(server.url).listUploads('room_1', 0)).toEqual({ keys: [], hasMore: false });
    expect(server.asked).toHaveLength(2);
  });

  it('is never made a third time', async () => {
    const server = await aScriptedServer(BROKEN);
    expect(await failureOf(aClient(server.url).listUploads('room_1', 0))).toMatchObject({ maybeDone: true });
    expect(server.asked).toHaveLength(2);
  });
});

describe('the pause before a second attempt', () => {
  it('is long enough to help and too short to be felt', async () => {
    const times: number[] = [];
    const server = await aScriptedServer(
      (response, asked) => {
        times.push(performance.now());
        return resets(response, asked);
      },
      (response, asked) => {
        times.push(performance.now());
        return answers(200, { name: 'Invented Clinic' })(response, asked);
      },
    );
    await aClient(server.url).ping(9000);
    const [first = 0, second = 0] = times;
    expect(second - first).toBeGreaterThan(100);
    expect(second - first).toBeLessThan(1500);
  });
});
