import { describe, expect, it } from 'vitest';
import { deadlinePassed, KaleyraError, secretUnavailable, secretUnusable } from '../../../../lib/errors.ts';
import {
  addressRefused,
  failureOf,
  fileFailureOf,
  isMissing,
  isRefusedWith,
  isUnknownUser,
  kindOf,
  timedOut,
  unreachable,
  unreadable,
  withoutKey,
} from '../../../../lib/kaleyra/errors.ts';

/** What the outcomes of calls become, each by itself. */

describe('what was not done', () => {
  it.each<[string, KaleyraError, Partial<KaleyraError>]>([
    [
      'an answer that cannot be read',
      unreadable(),
      {
        code: 'kaleyra_unreadable',
        status: 502,
        message: 'the video service answered in a form that cannot be read',
        maybeDone: true,
        madeRoomId: undefined,
      },
    ],
    ['one that names a room', unreadable({ madeRoomId: 'room_1' }), { maybeDone: true, madeRoomId: 'room_1' }],
    [
      'a file at an address that is not followed',
      addressRefused(),
      {
        code: 'kaleyra_unreadable',
        status: 502,
        message: 'the video service keeps the file where this service does not follow',
        maybeDone: false,
        retryAfter: undefined,
      },
    ],
    [
      'no answer in time',
      timedOut(),
      {
        code: 'kaleyra_timeout',
        status: 504,
        message: 'the video service did not answer in time',
        maybeDone: true,
        retryAfter: 10,
      },
    ],
    [
      'no connection',
      unreachable(false),
      { status: 503, message: 'the video service cannot be reached', maybeDone: false, retryAfter: 10 },
    ],
    ['a cut connection', unreachable(true), { status: 503, maybeDone: true, retryAfter: 10 }],
  ])('is told of %s', (_, error, expected) => {
    expect(error).toBeInstanceOf(KaleyraError);
    expect(error).toMatchObject(expected);
  });
});

describe('a key that could not be read', () => {
  it('is told as the secrets tell it, with what they blame', () => {
    const known = secretUnusable('X_PARAMETER');
    expect(withoutKey(known)).toMatchObject({ name: 'KaleyraError', code: 'secret_unusable', cause: known.cause });
    expect(withoutKey(known).retryAfter).toBeUndefined();
    expect(withoutKey(secretUnavailable('X_PARAMETER')).retryAfter).toBe(5);
  });

  it('is a secret that cannot be had where nobody tells why, and names its variable', () => {
    expect(withoutKey(new Error('odd'))).toMatchObject({
      code: 'secret_unavailable',
      status: 503,
      retryAfter: 5,
      cause: { message: expect.stringContaining('BANDYER_API_SECRET_KEY_PARAMETER') },
    });
  });
});

describe('an answer without a success', () => {
  it.each([
    [399, 'kaleyra_unavailable', true],
    [400, 'kaleyra_refused', false],
    [499, 'kaleyra_refused', false],
    [500, 'kaleyra_unavailable', true],
    [304, 'kaleyra_unavailable', true],
  ])('of %i is %s', (status, code, maybeDone) => {
    expect(failureOf(status, 'some_code', 7)).toMatchObject({
      code,
      status: 502,
      maybeDone,
      vendorStatus: status,
      vendorCode: 'some_code',
      retryAfter: undefined,
    });
  });

  it.each([
    [429, 'kaleyra_throttled', 60, false, 'the video service asks to slow down'],
    [503, 'kaleyra_unavailable', 10, true, 'the video service is not available'],
  ])('of %i tells when to come again', (status, code, otherwise, maybeDone, message) => {
    const expected = { code, status: 503, maybeDone, message, vendorStatus: status, vendorCode: 'some_code' };
    expect(failureOf(status, 'some_code', 7)).toMatchObject({ ...expected, retryAfter: 7 });
    expect(failureOf(status, 'some_code', undefined)).toMatchObject({ ...expected, retryAfter: otherwise });
  });

  it.each([
    [400, 'refused the call'],
    [401, 'refused our key'],
    [402, 'refused the call'],
    [403, 'refused our key'],
  ])('of %i blames the right one', (status, why) => {
    expect(failureOf(status, 'unknown', undefined).message).toBe(`the video service ${why}`);
  });
});

describe('a file that is not handed out', () => {
  const refused = { code: 'kaleyra_refused', message: 'the video service refused to hand out the file' };

  it.each([
    [400, refused],
    [401, refused],
    [403, refused],
    [499, refused],
    [399, { code: 'kaleyra_unavailable', message: 'the video service failed' }],
    [429, { code: 'kaleyra_throttled', retryAfter: 60 }],
    [500, { code: 'kaleyra_unavailable', message: 'the video service failed' }],
    [503, { code: 'kaleyra_unavailable', retryAfter: 10 }],
  ])('with %i says nothing of our key', (status, expected) => {
    expect(fileFailureOf(status)).toMatchObject({ ...expected, vendorStatus: status, vendorCode: 'unknown' });
  });
});

describe('a refusal', () => {
  const refusal = failureOf(400, 'invalid_user_id', undefined);

  it('is known by its status or by its code', () => {
    expect(isRefusedWith(refusal, 404, 'invalid_user_id')).toBe(true);
    expect(isRefusedWith(refusal, 400)).toBe(true);
    expect(isRefusedWith(refusal, 404, 'recording_not_found')).toBe(false);
    expect(isRefusedWith(refusal)).toBe(false);
  });

  it('is no other failure, whatever that says of itself', () => {
    const others = [
      failureOf(500, 'invalid_user_id', undefined),
      failureOf(429, 'invalid_user_id', undefined),
      unreadable({ vendorStatus: 404 }),
      { code: 'kaleyra_refused', vendorStatus: 404, vendorCode: 'invalid_user_id' },
      new Error('404'),
      null,
      undefined,
    ];
    expect(others.filter(isUnknownUser)).toEqual([]);
    expect(others.filter(isMissing)).toEqual([]);
    expect(isRefusedWith(others[0], 500)).toBe(false);
  });

  it('says that something is missing with 404 alone, and that a user is with the code as well', () => {
    const errors = [failureOf(404, 'unknown', undefined), refusal, failureOf(410, 'unknown', undefined)];
    expect(errors.map(isMissing)).toEqual([true, false, false]);
    expect(errors.map(isUnknownUser)).toEqual([true, true, false]);
  });
});

describe('what a failure counts as', () => {
  const refusal = (status: number, code = 'unknown') => failureOf(status, code, undefined);

  it.each<[string, KaleyraError, string | undefined]>([
    ['an answer that cannot be read', unreadable({ vendorStatus: 404 }), 'unreadable'],
    ['no answer in time', timedOut(), 'timeout'],
    ['no connection', unreachable(false), 'unavailable'],
    ['a failure', failureOf(500, 'session_not_found', undefined), 'unavailable'],
    ['a request to slow down', failureOf(429, 'unknown', undefined), 'throttled'],
    ['a refused call', refusal(400, 'invalid_request'), 'refused'],
    ['a refused file', fileFailureOf(412), 'refused'],
    ['a refusal without an answer', new KaleyraError('kaleyra_refused', 502, 'refused'), 'refused'],
    ['a refused key', refusal(401), 'key'],
    ['a key that may not', refusal(403, 'session_not_found'), 'key'],
    ['a key that cannot be had', withoutKey(secretUnavailable('X')), 'key'],
    ['a key that is none', withoutKey(secretUnusable('X')), 'key'],
    ['our own time', withoutKey(deadlinePassed()), undefined],
    ['nothing there', refusal(404), undefined],
    ['something there already', refusal(409), undefined],
    ...[
      'user_id_already_exists',
      'invalid_user_id',
      'session_not_found',
      'get_session_error',
      'recording_not_found',
      'room_no_recordable',
      'recording_expired',
    ].map((code): [string, KaleyraError, undefined] => [code, refusal(400, code), undefined]),
  ])('%s', (_, error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });
});
