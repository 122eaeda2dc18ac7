import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createClient, isTeleconsultationError, type TeleconsultationError } from '../../../../lib/client/index.ts';
import { aFetch } from './support.ts';

const LINK = 'https://invented.bandyer.com/direct-rest-call-handler/0123456789';
const ID = '0123456789abcdef01234567';

type Answer = Parameters<typeof aFetch>[0];
const opening = (answer: Answer, options = {}) =>
  createClient({ baseUrl: 'https://one.example', fetch: aFetch(answer).fetch }).getTeleconsultation(ID, {}, options);
const failureOf = async (call: Promise<unknown>): Promise<TeleconsultationError> => {
  const thrown: unknown = await call.then(
    () => 'it succeeded',
    error => error,
  );
  if (!isTeleconsultationError(thrown)) throw new Error(`no TeleconsultationError: ${thrown}`);
  return thrown;
};
/** Waits until it is aborted. */
const never: Answer = signal =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });

describe('a refusal', () => {
  it('has everything that the service said', async () => {
    const details = [{ path: 'querystring.useBackground', message: 'must be true or false' }];
    const body = { statusCode: 400, error: 'Bad Request', message: 'querystring.useBackground must be…', details };
    const headers = { 'x-request-id': 'req-1', 'retry-after': '7' };
    const failure = await failureOf(opening(() => Response.json(body, { status: 400, headers })));
    expect({ ...failure, message: failure.message }).toEqual({
      name: 'TeleconsultationError',
      kind: 'refused',
      route: 'GET /teleconsultation/{id}',
      status: 400,
      error: 'Bad Request',
      message: 'GET /teleconsultation/{id}: querystring.useBackground must be…',
      details,
      requestId: 'req-1',
      retryAfterSeconds: 7,
    });
  });

  it('of API Gateway is one as well, with its id', async () => {
    const headers = { 'apigw-requestid': 'abc=' };
    const failure = await failureOf(
      opening(() => Response.json({ message: 'Unauthorized' }, { status: 401, headers })),
    );
    expect(failure).toMatchObject({ status: 401, error: undefined, details: [], requestId: 'abc=' });
    expect(failure.message).toBe('GET /teleconsultation/{id}: Unauthorized');
  });

  it.each(['', '<html>', 'null', '[]', '{"error":{},"message":7,"details":[null,{"path":1}]}'])(
    'says %j',
    async text => {
      const failure = await failureOf(opening(() => new Response(text, { status: 500 })));
      expect(failure).toMatchObject({ status: 500, error: undefined, details: [], retryAfterSeconds: undefined });
      expect(failure.message).toBe('GET /teleconsultation/{id}: answered 500');
    },
  );

  it('is a redirect where none is documented, such as that of a login page', async () => {
    const login = () => new Response(null, { status: 302, headers: { location: LINK } });
    const client = createClient({ baseUrl: '', fetch: aFetch(login).fetch });
    expect(await failureOf(client.updateTeleconsultation(ID, {}))).toMatchObject({ kind: 'refused', status: 302 });
  });

  it.each(['Wed, 21 Oct 2026 07:28:00 GMT', '-1', '1.5', 'soon'])(
    'with Retry-After: %s says no seconds',
    async after => {
      const headers = { 'retry-after': after };
      expect(await failureOf(opening(() => Response.json({}, { status: 503, headers })))).toMatchObject({
        retryAfterSeconds: undefined,
      });
    },
  );
});

describe('no answer', () => {
  it('within the time that the call has', async () => {
    const failure = await failureOf(opening(never, { timeoutMs: 20 }));
    expect(failure).toMatchObject({ kind: 'timeout', status: undefined });
    expect(failure.message).toBe('GET /teleconsultation/{id}: no answer within 20 ms');
  });

  it('nor an end of one that has begun', async () => {
    const body = new ReadableStream({ pull: () => new Promise(() => undefined) });
    const stalled: Answer = signal => {
      const response = new Response(body);
      const text = new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return Object.assign(response, { text: () => text });
    };
    expect(await failureOf(opening(stalled, { timeoutMs: 20 }))).toMatchObject({ kind: 'timeout' });
  });

  it('for those who do not want it any more: their own reason is thrown', async () => {
    const reason = new Error('the page was closed');
    const controller = new AbortController();
    const call = opening(never, { signal: controller.signal });
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it('because nobody is there, with the code alone', async () => {
    const gone = () =>
      Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED', address: LINK } }));
    const failure = await failureOf(opening(gone));
    expect(failure).toMatchObject({ kind: 'no_answer', status: undefined });
    expect(failure.message).toBe('GET /teleconsultation/{id}: no answer (ECONNREFUSED)');
  });

  it('from a port where nothing listens', async () => {
    const call = createClient({ baseUrl: 'http://127.0.0.1:9' }).getHealth();
    expect(await failureOf(call)).toMatchObject({ kind: 'no_answer' });
  });
});

describe('a link', () => {
  const opaque = () =>
    Object.defineProperties(new Response(), { type: { value: 'opaqueredirect' }, status: { value: 0 } });
  const client = (answer: Answer) => createClient({ baseUrl: 'https://one.example', fetch: aFetch(answer).fetch });
  const problems = [{ path: LINK, message: LINK }];
  const SITUATIONS: [string, () => Promise<unknown>][] = [
    ['an answer that is no JSON', () => opening(() => new Response(`x${LINK}`))],
    ['a refusal that names it', () => opening(() => Response.json({ error: LINK, message: LINK }, { status: 400 }))],
    ['details that name it', () => opening(() => Response.json({ details: problems }, { status: 400 }))],
    ['a refusal of somebody else', () => opening(() => new Response(LINK, { status: 502 }))],
    [
      'a fetch that fails with it',
      () => opening(() => Promise.reject(new TypeError(LINK, { cause: new Error(LINK) }))),
    ],
    [
      'a file that is cut off',
      () =>
        client(() =>
          Object.assign(new Response(), {
            blob: async () => {
              throw new Error(LINK);
            },
          }),
        ).getTranscription(ID, 's'),
    ],
    ['a redirect that a page may not see', () => client(opaque).getRecording(ID, 's')],
    ['a redirect that leads nowhere', () => client(() => new Response(LINK, { status: 302 })).getRecording(ID, 's')],
  ];

  it.each(SITUATIONS)('is in no error: %s', async (_, call) => {
    const failure = await failureOf(call());
    expect(inspect(failure, { depth: null, showHidden: true })).not.toContain(LINK);
    expect(JSON.stringify({ ...failure, message: failure.message, stack: failure.stack })).not.toContain(LINK);
  });
});
