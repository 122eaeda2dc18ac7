import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../support/api.ts';
import { aFutureOne, bookingOf, doctor, hashOf, patient, RUNS, stranger } from '../support/canary-runs.ts';
import { type CanaryStack, startCanaryStack } from '../support/canary-stack.ts';
import { manifestRoutes } from '../support/routes.ts';

/**
 * The same where tokens say who calls: what they say of their bearer, and they themselves, are in no answer, no header and
 * nothing that the process writes; and neither is what somebody writes beside them. What does not differ between the two modes
 * is in canary.test.ts. Here every function runs in `npm run test:long` alone, and some of them always.
 */
const ALWAYS = ['createTeleconsultation', 'getTeleconsultation', 'createCredentials', 'uploadBackgroundImage'];
const PLAYED = Object.entries(RUNS).filter(([key]) => process.env.TESTS === 'all' || ALWAYS.includes(key));
const ROUTES = await manifestRoutes();
const OPEN = /^(GET \/-\/|GET \/documentation|POST \/webhooks|POST \/user-details)/;

let stack: CanaryStack;
beforeAll(async () => {
  // Some runs book for others, as behind a gateway anybody may.
  stack = await startCanaryStack({ ADMIN_GROUPS: 'doctor', MANAGER_GROUPS: 'doctor' }, 'jwt');
}, 90_000);
afterAll(() => stack.close());

const leaks: string[] = [];
const examine = (asked: string, reply: Reply, mayHold: readonly string[] = []): void => {
  for (const leak of stack.leaksOf(reply, mayHold)) leaks.push(`${asked} -> ${reply.status}: ${leak}`);
};

const everythingIsKept = async (): Promise<void> => {
  await stack.noteLinks();
  expect(leaks.splice(0)).toEqual([]);
  expect(stack.printedLeaks()).toEqual([]);
};

it.each(PLAYED)('%s tells nothing of a token', async (key, run) => {
  const prepared = await run.prepare(stack);
  const reply = await run.ask(stack, prepared);
  expect([reply.status, reply.text.slice(0, 200)]).toEqual([run.status, expect.any(String)]);
  examine(key, reply, (await run.mayHold?.(reply, stack)) ?? []);
  await everythingIsKept();
});

describe('every route', () => {
  const seconds = Math.floor(Date.now() / 1000);
  /** Somebody's signature under something else. */
  const forged = async (): Promise<Record<string, string>> => {
    const headers = await stack.identified(doctor);
    const [start, payload = '', signature] = (headers.authorization ?? '').split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const other = Buffer.from(JSON.stringify({ ...claims, sub: 'canary-other' })).toString('base64url');
    stack.guard(other);
    return { ...headers, authorization: [start, other, signature].join('.') };
  };

  const BEARERS: [string, () => Promise<Record<string, string>>, number[]][] = [
    ['no token, but headers', async () => ({ miauserid: doctor.userId, miausergroups: 'doctor' }), [401]],
    ['a forged token', forged, [401]],
    ['a token that ended', () => stack.identified(doctor, { iat: seconds - 7200, exp: seconds - 3600 }), [401]],
    ['an id token', () => stack.identified(doctor, { token_use: 'id' }), [401]],
    ['a token that is nobody’s', () => stack.identified(doctor, { sub: null }), [401]],
    ['a token of a stranger', () => stack.identified(stranger), [201, 400, 403, 404, 415]],
  ];

  it.each(BEARERS)('refuses %s without a word of it', async (name, headersOf, statuses) => {
    const { id } = await aFutureOne(stack);
    const headers = await headersOf();
    const replies = await Promise.all(
      ROUTES.filter(route => !OPEN.test(route)).map(async route => {
        const [method = '', path = ''] = route.split(' ');
        const url = path.replace(/\{(?:id|roomId)\}/, id).replace('{sessionId}', 'session_0123456789ab');
        const reply = await stack.ask(undefined, method, url, method === 'GET' ? undefined : bookingOf(), headers);
        // Whoever has a token may have one of Kaleyra's, for themselves.
        const { accessToken } = (reply.body ?? {}) as { accessToken?: string };
        stack.guard(accessToken);
        examine(`${route} with ${name}`, reply, accessToken === undefined ? [] : [accessToken]);
        return reply.status;
      }),
    );
    expect(replies.length).toBeGreaterThan(10);
    expect(replies.filter(status => !statuses.includes(status))).toEqual([]);
    await everythingIsKept();
  });
});

describe('what is written down', () => {
  it('holds nothing of all that is known by now', async () => {
    await stack.noteLinks();
    expect(stack.printed().length).toBeGreaterThan(10_000);
    expect(stack.printedLeaks('whole')).toEqual([]);
  });

  it('follows the bearer of a token by their hash alone', () => {
    const lines = stack
      .printed()
      .split('\n')
      .filter(line => line.startsWith('{"time"'))
      .map(line => JSON.parse(line) as Record<string, unknown>);
    const requests = lines.filter(({ event }) => ['request.done', 'request.refused'].includes(String(event)));
    const hashes = (event: string) =>
      new Set(requests.filter(one => one.event === event).map(({ userHash }) => userHash ?? 'nobody'));
    expect([...hashes('request.done')]).toContain(hashOf(doctor));
    expect([...hashes('request.refused')]).toContain(hashOf(stranger));
    const known = new Set([...[doctor, patient, stranger].map(hashOf), 'nobody']);
    expect(requests.filter(({ userHash }) => !known.has(String(userHash ?? 'nobody')))).toEqual([]);
  });

  it('would show a token, or a part of one', async () => {
    const { authorization = '' } = await stack.identified(patient);
    const [, payload = '', signature = ''] = authorization.split('.');
    const plain = { status: 200, headers: {}, text: '{}', bytes: Buffer.alloc(0), body: {} };
    for (const part of [authorization, payload, signature]) {
      expect(stack.leaksOf({ ...plain, text: `{"message":"${part}"}` })).not.toEqual([]);
      expect(stack.leaksOf({ ...plain, headers: { 'x-user': part } })).not.toEqual([]);
    }
  });
});
