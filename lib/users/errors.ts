import { invalidInput, type Problem, ServiceError } from '../errors.ts';

/** The translation of everything that a call to a user directory can come to, in one place. Its own texts go no further. */

/** Not a form in which anything can be learned about a person. */
export const unreadable = (): ServiceError =>
  new ServiceError('directory_unreadable', 502, 'the user directory answered in a form that cannot be read');

/** A directory that ignores the question answers with everybody, or with somebody: nobody of them is who was asked for. */
export const notWhoWasAsked = (): ServiceError =>
  new ServiceError('directory_unreadable', 502, 'the user directory answered with other users than the one asked for');

export const timedOut = (): ServiceError =>
  new ServiceError('directory_timeout', 504, 'the user directory did not answer in time', { retryAfter: 10 });

export const unreachable = (): ServiceError =>
  new ServiceError('directory_unavailable', 503, 'the user directory cannot be reached', { retryAfter: 10 });

/** The error for a status from which nothing can be learned. */
export const failureOf = (status: number, retryAfter: number | undefined): ServiceError => {
  if (status === 429) {
    return new ServiceError('directory_throttled', 503, 'the user directory asks to slow down', {
      retryAfter: retryAfter ?? 10,
    });
  }
  if (status === 503) {
    return new ServiceError('directory_unavailable', 503, 'the user directory is not available', {
      retryAfter: retryAfter ?? 10,
    });
  }
  if (status >= 500 || status < 400) {
    return new ServiceError('directory_unavailable', 502, 'the user directory failed');
  }
  return new ServiceError('directory_refused', 502, 'the user directory refused the request');
};

/** 400 for people whom the directory does not have; each message names the id, so that the caller can say who it is. */
export const unknownPeople = (people: readonly { path: string; id: string }[]): ServiceError =>
  invalidInput(
    people.map(({ path, id }): Problem => ({ path, message: `names "${id}", who is not in the user directory` })),
  );
