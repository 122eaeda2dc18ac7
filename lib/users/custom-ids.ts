import type { Config } from '../config.ts';
import { ExternalId } from '../schemas/fields.ts';
import { failureOf, notWhoWasAsked, unreadable } from './errors.ts';
import type { Ask } from './transport.ts';
import { idText, isFields } from './user-shape.ts';

/**
 * From the ids that a platform gives its users to the ids that the auth service knows. The users API offers no lookup but the
 * filter of its list, so what it answers is held against the question: one user, and the one that was asked for.
 */

const fieldOf = (user: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(user, name) ? user[name] : undefined;

/** @returns a lookup: undefined when nobody has this id, or has it without an auth id; ServiceError when the directory fails */
export const createCustomIdLookup = (
  ask: Ask,
  endpoint: string,
  { source, target }: Config['directory']['customUserId'],
): ((id: string) => Promise<string | undefined>) => {
  return async id => {
    const url = new URL(endpoint);
    url.searchParams.set(source, id);
    const { status, body } = await ask(url, 'CUSTOM_ID_USERS_API_ENDPOINT');
    if (status === 405) throw failureOf(405, undefined);
    if (body === undefined) return undefined;
    if (!Array.isArray(body)) throw unreadable();
    if (body.length === 0) return undefined;
    const [user, ...others]: unknown[] = body;
    if (!isFields(user)) throw unreadable();
    if (others.length > 0 || idText(fieldOf(user, source)) !== id) throw notWhoWasAsked();
    const authId = fieldOf(user, target) ?? '';
    // Somebody who was never given an account.
    if (authId === '') return undefined;
    if (typeof authId !== 'string' || !ExternalId.safeParse(authId).success) throw unreadable();
    return authId;
  };
};
