import { describe, expect, it } from 'vitest';
import {
  conflict,
  deadlinePassed,
  invalidInput,
  isKaleyraError,
  KaleyraError,
  reasonOf,
  recordNotFound,
  refusedByRule,
  roomNotFound,
  ServiceError,
  storeUnavailable,
  storeUnreadable,
  unauthorizedUser,
} from '../../../lib/errors.ts';

const ID = 'f'.repeat(24);

describe('the family of errors', () => {
  it.each([
    [
      'invalidInput',
      invalidInput([{ path: 'body.a', message: 'is odd' }]),
      'invalid_input',
      400,
      'Bad Request',
      'body.a is odd',
    ],
    ['unauthorizedUser', unauthorizedUser(), 'unauthorized', 401, 'Unauthorized user', 'Unauthorized user'],
    [
      'roomNotFound',
      roomNotFound(ID),
      'not_found',
      404,
      `Room with id ${ID} not found on CRUD`,
      `Room with id ${ID} not found on CRUD`,
    ],
    ['recordNotFound', recordNotFound(ID), 'not_found', 404, 'not found', `Room with id ${ID} not found on CRUD`],
    ['conflict', conflict('busy', 2), 'conflict', 409, 'Conflict', 'busy'],
    [
      'deadlinePassed',
      deadlinePassed(),
      'deadline',
      504,
      'Gateway Timeout',
      'the request could not be finished in time',
    ],
    [
      'storeUnavailable',
      storeUnavailable('x'),
      'store_unavailable',
      503,
      'Service Unavailable',
      'the data store did not answer',
    ],
    [
      'storeUnreadable',
      storeUnreadable('x'),
      'store_unreadable',
      500,
      'Internal Server Error',
      'a stored item could not be read',
    ],
  ])('%s says what callers may know', (_, error, code, status, sentence, message) => {
    expect(error).toBeInstanceOf(ServiceError);
    expect({ code: error.code, status: error.status, sentence: error.sentence, message: error.message }).toEqual({
      code,
      status,
      sentence,
      message,
    });
  });

  it('names the time to try again where that makes sense, and only there', () => {
    expect([conflict('busy', 2), deadlinePassed(), storeUnavailable(null)].map(error => error.retryAfter)).toEqual([
      2, 5, 2,
    ]);
    expect([unauthorizedUser(), roomNotFound(ID), storeUnreadable(null)].map(error => error.retryAfter)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keeps every problem of the input and makes the first one the message', () => {
    const problems = [
      { path: 'body.start_date', message: 'is required' },
      { path: 'body.participants', message: 'is required' },
    ];
    expect(invalidInput(problems)).toMatchObject({ message: 'body.start_date is required', details: problems });
    expect(invalidInput([])).toMatchObject({ message: 'the request is not valid', details: [] });
  });

  it('writes the sentence of a refused rule as callers of the retired service know it', () => {
    const error = refusedByRule('POST /teleconsultation', 'no plus user in room');
    const sentence = 'Failed POST /teleconsultation: no plus user in room';
    expect(error).toMatchObject({
      code: 'refused_by_rule',
      status: 400,
      sentence,
      message: sentence,
      details: undefined,
    });
    const details = [{ path: 'body.participants', message: 'x' }];
    expect(refusedByRule('PATCH /teleconsultation', 'x', details).details).toEqual(details);
  });

  it('keeps the cause for the program and out of every text', () => {
    const cause = new Error('Table of Mr Ugo Bianchi-Example is on fire');
    const error = storeUnavailable(cause);
    expect(error.cause).toBe(cause);
    expect(JSON.stringify([error.message, error.sentence, error.details])).not.toContain('Bianchi');
    expect('cause' in unauthorizedUser()).toBe(false);
  });
});

it.each([
  [400, 'Bad Request'],
  [404, 'Not Found'],
  [415, 'Unsupported Media Type'],
  [502, 'Bad Gateway'],
  [299, 'Error'],
])('the reason of %i is %s', (status, reason) => {
  expect(reasonOf(status)).toBe(reason);
});

it('an error of the vendor is one of the family and says what is known of the call', () => {
  const bare = new KaleyraError('kaleyra_refused', 502, 'the video service refused the call');
  expect(bare).toBeInstanceOf(ServiceError);
  expect(bare).toMatchObject({
    vendorStatus: undefined,
    vendorCode: 'unknown',
    maybeDone: false,
    madeRoomId: undefined,
  });
  const full = { vendorStatus: 422, vendorCode: 'bad_user', maybeDone: true, madeRoomId: 'room-1', retryAfter: 9 };
  expect(new KaleyraError('kaleyra_unreadable', 502, 'x', full)).toMatchObject(full);
  expect([bare, unauthorizedUser(), new Error('x'), null].map(isKaleyraError)).toEqual([true, false, false, false]);
});
