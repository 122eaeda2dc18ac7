import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Scope } from '../../../../lib/domain/ports.ts';
import { unauthorizedUser } from '../../../../lib/errors.ts';
import { type Answer, type HttpResponse, noContent, ok, SECURITY_HEADERS } from '../../../../lib/http/answers.ts';
import { endpoint } from '../../../../lib/http/endpoint.ts';
import { aContext, anEvent, fromGateway, REQUEST_ID } from '../../../support/invocations.ts';
import { someDeps } from '../../../support/scopes.ts';

const SECRET = 'Mr Ugo Bianchi-Example';

const calling = async (useCase: (scope: Scope) => Promise<Answer>, headers = fromGateway, context = aContext()) => {
  const lines: string[] = [];
  const response = await endpoint({}, useCase).with(someDeps(lines))(anEvent({ headers }), context);
  return { response, lines, log: lines.map(line => JSON.parse(line)) };
};

const throwing = (thrown: unknown) => async (): Promise<Answer> => {
  throw thrown;
};

describe('an error that nobody expected', () => {
  it.each([
    ['an error', new TypeError(SECRET)],
    ['an error with a status', Object.assign(new Error(SECRET), { statusCode: 418, expose: true })],
    ['a text', SECRET],
    ['nothing', undefined],
    ['null', null],
  ])('that is %s is a 500 with nothing of it in the body, the headers or the log', async (_, thrown) => {
    const printed = vi.spyOn(console, 'error');
    const { response, lines, log } = await calling(throwing(thrown));
    expect(response.statusCode).toBe(500);
    expect(JSON.parse(response.body ?? '')).toEqual({
      statusCode: 500,
      error: 'Internal Server Error',
      message: 'Something went wrong',
    });
    expect(log).toMatchObject([{ level: 'error', event: 'request.failed', code: 'unexpected', requestId: REQUEST_ID }]);
    expect(JSON.stringify([response, lines])).not.toContain('Bianchi');
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it('is one also when the answer itself cannot be written', async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const { response } = await calling(async () => ok(circular));
    expect(response.statusCode).toBe(500);
  });
});

describe('the headers of an answer', () => {
  const lowerCase = ({ headers }: HttpResponse) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

  it.each([
    ['a success', async () => ok({}), 200],
    ['a refusal', throwing(unauthorizedUser()), 401],
    ['a failure', throwing(new Error(SECRET)), 500],
  ])('are the same on %s: secure, JSON, with the request id', async (_, useCase, status) => {
    const { response } = await calling(useCase);
    expect(response.statusCode).toBe(status);
    const names = Object.keys(response.headers).map(name => name.toLowerCase());
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    expect(lowerCase(response)).toEqual({
      ...SECURITY_HEADERS,
      'content-type': 'application/json',
      'x-request-id': REQUEST_ID,
    });
  });

  it('hold those of the route as well, on a failure too', async () => {
    const handler = endpoint({ headers: ({ rawPath }) => ({ deprecation: '@1', 'x-path': rawPath }) }, async () =>
      ok({}),
    );
    const answered = async (headers: Record<string, string>) =>
      (await handler.with(someDeps())(anEvent({ headers }), aContext())).headers;
    expect(await answered(fromGateway)).toMatchObject({
      deprecation: '@1',
      'x-path': '/things/1',
      ...SECURITY_HEADERS,
    });
    expect(await answered({})).toMatchObject({ deprecation: '@1', 'x-path': '/things/1', ...SECURITY_HEADERS });
  });

  it.each(['client-7', 'A.b_C-9', 'x'.repeat(64)])('carry on the request id %j, in the log as well', async sent => {
    for (const useCase of [async () => noContent(), throwing(unauthorizedUser())]) {
      const { response, log } = await calling(useCase, { ...fromGateway, 'x-request-id': sent });
      expect(lowerCase(response)['x-request-id']).toBe(sent);
      expect(log).toMatchObject([{ requestId: sent }]);
    }
  });

  it.each(['', 'a b', 'x'.repeat(65), 'a\nb', '<script>', 'Niccolò'])('replace the request id %j', async sent => {
    for (const useCase of [async () => noContent(), throwing(unauthorizedUser())]) {
      const { response, log } = await calling(useCase, { ...fromGateway, 'x-request-id': sent });
      expect(lowerCase(response)['x-request-id']).toBe(REQUEST_ID);
      expect(log).toMatchObject([{ requestId: REQUEST_ID }]);
    }
  });
});

describe('a use case that waits too long', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const waits = async ({ clock, signal }: Scope): Promise<Answer> => {
    await clock.sleep(600_000, signal);
    return noContent();
  };

  /** When the answer is there, in milliseconds from the beginning. */
  const answeredAfter = async (context: Context) => {
    const startedAt = Date.now();
    const pending = calling(waits, fromGateway, context).then(reply => ({ ...reply, after: Date.now() - startedAt }));
    await vi.advanceTimersByTimeAsync(60_000);
    return pending;
  };

  it.each([
    ['10 s', 10_000, 7000],
    ['3.5 s', 3500, 500],
    ['no more time than answering takes', 2000, 1],
    ['the whole 28 s of a function', 28_000, 25_000],
    ['a quarter of an hour', 900_000, 25_000],
  ])('is ended with 504 when Lambda leaves it %s', async (_, remaining, expected) => {
    const { response, log, after } = await answeredAfter(aContext(remaining));
    expect(after).toBe(expected);
    expect(response).toMatchObject({ statusCode: 504, headers: { 'retry-after': '5', ...SECURITY_HEADERS } });
    expect(JSON.parse(response.body ?? '')).toEqual({
      statusCode: 504,
      error: 'Gateway Timeout',
      message: 'the request could not be finished in time',
    });
    expect(log).toMatchObject([{ level: 'error', event: 'request.failed', status: 504, code: 'deadline' }]);
  });

  it('is ended after our own limit where nobody counts', async () => {
    expect((await answeredAfter(aContext(0))).after).toBe(25_000);
    const { getRemainingTimeInMillis: _, ...clockless } = aContext();
    expect((await answeredAfter(clockless as Context)).after).toBe(25_000);
  });

  it('leaves no timer behind, and neither does one that is done in time', async () => {
    await answeredAfter(aContext(5000));
    await calling(async () => noContent());
    await calling(throwing(unauthorizedUser()));
    expect(vi.getTimerCount()).toBe(0);
  });
});
