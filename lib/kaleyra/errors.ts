import {
  type ErrorCode,
  isKaleyraError,
  KaleyraError,
  type KaleyraFailure,
  ServiceError,
  secretUnavailable,
} from '../errors.ts';
import type { VendorErrorKind } from '../metrics.ts';

/** The translation of everything that a call to Kaleyra can come to, in one place. */

/** "Answered in a shape I cannot read" is not "did not answer": the call probably had its effect. */
export const unreadable = (failure: KaleyraFailure = {}): KaleyraError =>
  new KaleyraError('kaleyra_unreadable', 502, 'the video service answered in a form that cannot be read', {
    maybeDone: true,
    ...failure,
  });

/** The address itself is a secret, and stays where it came from. */
export const addressRefused = (): KaleyraError =>
  new KaleyraError('kaleyra_unreadable', 502, 'the video service keeps the file where this service does not follow');

export const timedOut = (): KaleyraError =>
  new KaleyraError('kaleyra_timeout', 504, 'the video service did not answer in time', {
    maybeDone: true,
    retryAfter: 10,
  });

/** @param maybeDone false only when the connection was never made */
export const unreachable = (maybeDone: boolean): KaleyraError =>
  new KaleyraError('kaleyra_unavailable', 503, 'the video service cannot be reached', { maybeDone, retryAfter: 10 });

/** No call was made, because our key could not be read (in time). */
export const withoutKey = (error: unknown): KaleyraError => {
  const { code, status, message, retryAfter, cause } =
    error instanceof ServiceError ? error : secretUnavailable('BANDYER_API_SECRET_KEY_PARAMETER');
  return new KaleyraError(code, status, message, { retryAfter, cause });
};

/** Kaleyra's two sample clients wait this long after a 429; it names no time of its own. */
const PAUSE_AFTER_429_SECONDS = 60;

/** The error for an answer that is not a success. */
export const failureOf = (vendorStatus: number, vendorCode: string, retryAfter: number | undefined): KaleyraError => {
  const known = { vendorStatus, vendorCode };
  if (vendorStatus === 429) {
    return new KaleyraError('kaleyra_throttled', 503, 'the video service asks to slow down', {
      ...known,
      retryAfter: retryAfter ?? PAUSE_AFTER_429_SECONDS,
    });
  }
  if (vendorStatus === 503) {
    return new KaleyraError('kaleyra_unavailable', 503, 'the video service is not available', {
      ...known,
      retryAfter: retryAfter ?? 10,
      maybeDone: true,
    });
  }
  if (vendorStatus >= 500 || vendorStatus < 400) {
    return new KaleyraError('kaleyra_unavailable', 502, 'the video service failed', { ...known, maybeDone: true });
  }
  const why = vendorStatus === 401 || vendorStatus === 403 ? 'refused our key' : 'refused the call';
  return new KaleyraError('kaleyra_refused', 502, `the video service ${why}`, known);
};

/** The same for a file behind a temporary address: no key travels there, so a refusal says nothing of ours. */
export const fileFailureOf = (vendorStatus: number): KaleyraError => {
  const refused = vendorStatus >= 400 && vendorStatus < 500 && vendorStatus !== 429;
  if (!refused) return failureOf(vendorStatus, 'unknown', undefined);
  return new KaleyraError('kaleyra_refused', 502, 'the video service refused to hand out the file', { vendorStatus });
};

/** Whether Kaleyra refused the call with one of these statuses (numbers) or codes (texts). */
export const isRefusedWith = (error: unknown, ...answers: readonly (number | string)[]): boolean =>
  isKaleyraError(error) &&
  error.code === 'kaleyra_refused' &&
  answers.some(answer => answer === error.vendorStatus || answer === error.vendorCode);

/** Whether Kaleyra says that the thing asked for does not exist. */
export const isMissing = (error: unknown): boolean => isRefusedWith(error, 404);

/** The reference lists the code with 400 as well as with 404. */
export const isUnknownUser = (error: unknown): boolean => isRefusedWith(error, 404, 'invalid_user_id');

/** Answers that tell how things are: there is no such thing, or there is one already. */
const TOLD: readonly (number | undefined)[] = [404, 409];
const TOLD_CODES = [
  'user_id_already_exists',
  'invalid_user_id',
  'session_not_found',
  'get_session_error',
  'recording_not_found',
  'room_no_recordable',
  'recording_expired',
];
const KEY_REFUSED: readonly (number | undefined)[] = [401, 403];

const KINDS: Partial<Record<ErrorCode, VendorErrorKind>> = {
  kaleyra_refused: 'refused',
  kaleyra_throttled: 'throttled',
  kaleyra_timeout: 'timeout',
  kaleyra_unavailable: 'unavailable',
  kaleyra_unreadable: 'unreadable',
  secret_unavailable: 'key',
  secret_unusable: 'key',
};

/** What a failure counts as; undefined: as none. */
export const kindOf = ({ code, vendorStatus, vendorCode }: KaleyraError): VendorErrorKind | undefined => {
  const kind = KINDS[code];
  if (kind !== 'refused') return kind;
  if (KEY_REFUSED.includes(vendorStatus)) return 'key';
  return TOLD.includes(vendorStatus) || TOLD_CODES.includes(vendorCode) ? undefined : kind;
};
