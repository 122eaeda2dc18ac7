import { describe, expect, it } from 'vitest';
import {
  conflict,
  deadlinePassed,
  invalidInput,
  KaleyraError,
  recordNotFound,
  refusedByRule,
  roomNotFound,
  storeUnreadable,
  unauthorizedUser,
} from '../../../../lib/errors.ts';
import { answerTo } from '../../../../lib/http/failures.ts';
import { createLogger } from '../../../../lib/log.ts';

const SECRET = 'Mr Ugo Bianchi-Example';

const answering = (error: unknown) => {
  const lines: string[] = [];
  const log = createLogger('debug', line => lines.push(line), Date.now);
  const answer = answerTo(error, log, { route: 'GET /things' });
  return { answer, lines, log: lines.map(line => JSON.parse(line)) };
};

describe('an error of our own', () => {
  const kaleyra = new KaleyraError('kaleyra_throttled', 503, 'the video service asks to slow down', {
    retryAfter: 60,
    vendorStatus: 429,
    cause: new Error(SECRET),
  });
  const id = 'f'.repeat(24);
  const sentence = `Room with id ${id} not found on CRUD`;

  it.each([
    [unauthorizedUser(), { statusCode: 401, error: 'Unauthorized user', message: 'Unauthorized user' }, undefined],
    [roomNotFound(id), { statusCode: 404, error: sentence, message: sentence }, undefined],
    [recordNotFound(id), { statusCode: 404, error: 'not found', message: sentence }, undefined],
    [conflict('busy', 2), { statusCode: 409, error: 'Conflict', message: 'busy' }, { 'retry-after': '2' }],
    [
      refusedByRule('POST /teleconsultation', 'no plus user in room'),
      {
        statusCode: 400,
        error: 'Failed POST /teleconsultation: no plus user in room',
        message: 'Failed POST /teleconsultation: no plus user in room',
      },
      undefined,
    ],
    [
      invalidInput([{ path: 'body.a', message: 'is odd' }]),
      {
        statusCode: 400,
        error: 'Bad Request',
        message: 'body.a is odd',
        details: [{ path: 'body.a', message: 'is odd' }],
      },
      undefined,
    ],
    [
      kaleyra,
      { statusCode: 503, error: 'Service Unavailable', message: 'the video service asks to slow down' },
      { 'retry-after': '60' },
    ],
  ])('%s is answered with what it says', (error, body, headers) => {
    expect(answering(error).answer).toEqual({ status: body.statusCode, body, ...(headers && { headers }) });
  });

  it('is information when the caller is to blame, and an error when we or others are', () => {
    const fields = { route: 'GET /things' };
    const written = (error: unknown) => answering(error).log;
    expect(written(unauthorizedUser())).toMatchObject([
      { level: 'info', event: 'request.refused', ...fields, status: 401, code: 'unauthorized' },
    ]);
    expect(written(deadlinePassed())).toMatchObject([
      { level: 'error', event: 'request.failed', ...fields, status: 504, code: 'deadline' },
    ]);
  });

  it('takes nothing of its cause to the answer or the log', () => {
    for (const error of [kaleyra, storeUnreadable(new Error(SECRET))]) {
      const { answer, lines } = answering(error);
      expect(JSON.stringify([answer, lines])).not.toContain('Bianchi');
    }
  });
});

describe('an error that nobody expected', () => {
  const unexpected = {
    status: 500,
    body: { statusCode: 500, error: 'Internal Server Error', message: 'Something went wrong' },
  };

  it.each([
    ['an error', new TypeError(SECRET)],
    ['an error with a cause', new Error(SECRET, { cause: new Error(SECRET) })],
    ['a text', SECRET],
    ['an object', { message: SECRET }],
    ['nothing', undefined],
    ['null', null],
    ['one of somebody else, with a status of its own', Object.assign(new Error(SECRET), { statusCode: 404 })],
  ])('that is %s is a 500 which says nothing of it', (_, error) => {
    const { answer, lines, log } = answering(error);
    expect(answer).toEqual(unexpected);
    expect(log).toMatchObject([{ level: 'error', event: 'request.failed', status: 500, code: 'unexpected' }]);
    expect(lines.join()).not.toContain('Bianchi');
  });

  it('leaves its class and its places in the log', () => {
    const [line] = answering(new TypeError(SECRET)).log;
    expect(line).toMatchObject({ errorName: 'TypeError', route: 'GET /things' });
    expect(line?.frames[0]).toMatch(/^failures\.test\.ts:\d+$/);
  });
});

describe('what the JSON parser throws', () => {
  const parserError = (statusCode: number) =>
    Object.assign(new Error('Invalid or malformed JSON was provided'), {
      statusCode,
      cause: { package: '@middy/http-json-body-parser', data: `{"fullName":"${SECRET}"`, message: SECRET },
    });

  it('is a 400 for a body that is not JSON', () => {
    const { answer, lines } = answering(parserError(422));
    expect(answer).toEqual({
      status: 400,
      body: {
        statusCode: 400,
        error: 'Bad Request',
        message: 'body must be valid JSON',
        details: [{ path: 'body', message: 'must be valid JSON' }],
      },
    });
    expect(lines.join()).not.toContain('Bianchi');
  });

  it('is a 415 for another type of content', () => {
    expect(answering(parserError(415)).answer).toEqual({
      status: 415,
      body: { statusCode: 415, error: 'Unsupported Media Type', message: 'the body must be sent as application/json' },
    });
  });
});
