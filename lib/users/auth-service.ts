import { isSegment, urlBelow } from '../outbound/url.ts';
import { failureOf, notWhoWasAsked } from './errors.ts';
import type { Ask, Reply } from './transport.ts';
import { type DirectoryUser, readUser } from './user-shape.ts';

/**
 * Users by their id, from the service that `AUTH_SERVICE` names. An answer counts only if it is exactly one user whose id is the
 * one that was asked for: a directory that ignores a filter answers with everybody, and must not make a stranger a doctor.
 */

const SERVICE = 'the user directory';

/** The ways in which a service says that it cannot be asked like this; the second is also what it says of nobody. */
const NO_SUCH_WAY = [405, 404];

const exactlyOne = ({ body }: Reply, id: string): DirectoryUser | undefined => {
  const items: unknown[] = body === undefined ? [] : [body].flat();
  if (items.length === 0) return undefined;
  if (items.length > 1) throw notWhoWasAsked();
  const user = readUser(items[0]);
  if (user.id !== id) throw notWhoWasAsked();
  return user;
};

/** @returns a lookup: undefined when there is no such user; ServiceError 502, 503 or 504 when the directory fails */
export const createUserLookup = (
  ask: Ask,
  authService: string,
): ((id: string) => Promise<DirectoryUser | undefined>) => {
  const base = new URL(`${authService}/`);

  return async id => {
    if (!id.isWellFormed()) return undefined;
    // An id that would be another path is only ever asked for in the query.
    const single = isSegment(id) ? await ask(urlBelow(base, ['users', id], {}, SERVICE), '/users/{}') : undefined;
    if (single !== undefined && !NO_SUCH_WAY.includes(single.status)) return exactlyOne(single, id);

    const listed = await ask(urlBelow(base, ['users'], { user_id: id }, SERVICE), '/users');
    if (listed.status === 405 && single?.status !== 404) throw failureOf(405, undefined);
    return exactlyOne(listed, id);
  };
};
