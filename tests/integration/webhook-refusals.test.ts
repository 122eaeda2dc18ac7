import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aBooking } from '../support/bookings.ts';
import { anEvent, aSignedRequest } from '../support/signed.ts';
import { openWorld, type World } from '../support/world.ts';

/** What is not signed as Kaleyra signs: refused before anything in it is read, and nothing is different afterwards. */
let world: World;
let id: string;
let event: Record<string, unknown>;
let before: unknown[];
beforeAll(async () => {
  world = await openWorld();
  id = await aBooking(world, { startsIn: '-1 minute' });
  const { room } = (await world.record(id)) as { room: { id: string } };
  await world.simulator.playCall({ roomId: room.id, webhooks: false });
  event = anEvent('on_session_ended', { room_id: room.id, note: 'canary-body é' });
});
afterAll(() => world.close());
beforeEach(async () => {
  before = await world.items();
  await world.simulator.forgetRequests();
  world.logs.length = 0;
});

type Sent = ReturnType<typeof aSignedRequest>;

const signed = (body: unknown = event): Sent => aSignedRequest(world, '/webhooks/kaleyra', body);
const withHeader = (request: Sent, value: string): Sent => ({
  ...request,
  headers: { ...request.headers, 'bandyer-signature': value },
});
const signatureOf = ({ headers }: Sent): string => headers['bandyer-signature'] ?? '';
const seconds = (offset: number): string => String(Math.floor(world.clock.now() / 1000) + offset);
const at = (timestamp: string): Sent => aSignedRequest(world, '/webhooks/kaleyra', event, { timestamp });

const REFUSED = {
  statusCode: 401,
  error: 'Unauthorized',
  message: 'the signature is missing, wrong, or not of this moment',
};

const CASES: [string, () => Omit<Sent, 'body'> & { body: string | Uint8Array }][] = [
  ['is not signed', () => ({ ...signed(), headers: { 'content-type': 'application/json' } as Sent['headers'] })],
  ['is signed with another key', () => aSignedRequest(world, '/webhooks/kaleyra', event, { key: 'ak_test_another' })],
  ['is too old', () => at(seconds(-302))],
  ['is of a time to come', () => at(seconds(302))],
  ['is too old in milliseconds', () => at(String(world.clock.now() - 301_000))],
  ['was given a newer time', () => withHeader(signed(), signatureOf(signed()).replace(/t=\d+/, `t=${seconds(-1)}`))],
  ['was changed', () => ({ ...signed(), body: signed().body.replace('ended', 'endet') })],
  ['was cut off', () => ({ ...signed(), body: signed().body.slice(0, -1) })],
  ['was emptied', () => ({ ...signed(), body: '' })],
  ['was written anew', () => ({ ...signed(), body: JSON.stringify(JSON.parse(signed().body), null, 1) })],
  ['came in another encoding', () => ({ ...signed(), body: Buffer.from(signed().body, 'latin1') })],
  ['is signed twice', () => withHeader(signed(), `${signatureOf(signed())},${signatureOf(signed())}`)],
  ['is signed in capitals', () => withHeader(signed(), signatureOf(signed()).toUpperCase())],
  ['has half a signature', () => withHeader(signed(), signatureOf(signed()).slice(0, -32))],
  ['has the proof of format 0.1 only', () => ({ ...signed(), headers: { 'room-id-hmac': 'a'.repeat(64) } as never })],
];

describe.each(['/webhooks/kaleyra', '/user-details'])('a request to %s', url => {
  it.each(CASES)('that %s is 401, and changes nothing', async (_, request) => {
    const reply = await world.api.raw({ ...request(), url });
    expect([reply.status, reply.body]).toEqual([401, REFUSED]);
    expect(await world.items()).toEqual(before);
    expect(await world.simulator.requests()).toEqual([]);
    expect(world.logs.join('\n')).not.toMatch(/canary|v0=/);
  });

  it('that is larger than 256 KB is 400 before its signature is looked at, and just as large it is heard', async () => {
    const padded = (bytes: number) => `{"data":{"user_ids":[]},"x":"${'x'.repeat(bytes - 31)}"}`;
    expect(padded(1000)).toHaveLength(1000);
    for (const request of [signed(padded(256 * 1024 + 1)), withHeader(signed(padded(256 * 1024 + 1)), 'x')]) {
      const reply = await world.api.raw({ ...request, url });
      expect([reply.status, reply.body]).toEqual([
        400,
        {
          statusCode: 400,
          error: 'Bad Request',
          message: 'body must not be larger than 262144 bytes',
          details: [{ path: 'body', message: 'must not be larger than 262144 bytes' }],
        },
      ]);
    }
    expect((await world.api.raw({ ...signed(padded(256 * 1024)), url })).status).toBe(200);
    expect(await world.items()).toEqual(before);
  });

  it.each(['', '[]', 'null', '"text"', '{"event"', '<xml/>'])(
    'that is signed and says %j is 400, and changes nothing',
    async body => {
      const reply = await world.api.raw({ ...signed(body), url });
      expect([reply.status, reply.body]).toMatchObject([400, { statusCode: 400, error: 'Bad Request' }]);
      expect(await world.items()).toEqual(before);
      expect(await world.simulator.requests()).toEqual([]);
    },
  );

  it('needs neither the gateway’s secret nor a user, and gets nothing by them', async () => {
    const bare = aSignedRequest(world, url, { data: { user_ids: [] } });
    expect((await world.api.raw({ ...bare, headers: { ...bare.headers, 'x-gateway-secret': 'wrong' } })).status).toBe(
      200,
    );
    const unsigned = await world.api.as({ userId: 'dr-rossi' }).post(url, { data: { user_ids: [] } });
    expect(unsigned.status).toBe(401);
  });
});

it('what was signed for one of the two says and does nothing at the other', async () => {
  const { participants, room } = (await world.record(id)) as {
    participants: { kaleyraId: string; fullName: string }[];
    room: { id: string };
  };
  const ids = participants.map(({ kaleyraId }) => kaleyraId);
  const people = participants.map(({ kaleyraId }) => ({ user: kaleyraId, user_id: kaleyraId }));
  const asked = aSignedRequest(world, '/user-details', { data: { user_ids: ids } });
  expect((await world.api.raw(asked)).text).toContain(participants[0]?.fullName);
  for (const told of [event, anEvent('on_room_created', { room_id: room.id, participants: people })]) {
    const reply = await world.api.raw(aSignedRequest(world, '/user-details', told));
    expect([reply.status, participants.filter(({ fullName }) => reply.text.includes(fullName))]).toEqual([400, []]);
  }
  // Whatever has no event in it would be one of format 0.1, if it named a room.
  const reply = await world.api.raw({ ...asked, url: '/webhooks/kaleyra' });
  expect([reply.status, reply.body]).toEqual([200, {}]);
  expect(world.logs.at(-2)).toContain('"event":"event.ignored"');
  expect(await world.items()).toEqual(before);
  expect(await world.simulator.requests()).toEqual([]);
});

it('the same request, as it was signed, is heard', async () => {
  expect((await world.api.raw(signed())).status).toBe(200);
  expect(await world.items()).not.toEqual(before);
});
