import * as z from 'zod/mini';
import { isKaleyraId } from './fields.ts';

/** What Kaleyra sends of its own accord, in every format that it publishes. Only what is used is read. */

const NOT_AN_OBJECT = 'must be an object';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Format 0.1 writes the data of most events as JSON inside of JSON. */
const dataOf = (value: unknown): Fields => {
  if (isFields(value)) return value;
  try {
    const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : undefined;
    return isFields(parsed) ? parsed : {};
  } catch {
    return {};
  }
};

const Sent = z.record(z.string(), z.unknown(), NOT_AN_OBJECT);

/** What is not a name is one that nobody knows; as text, an object could say anything, or not be one at all. */
const nameOf = (event: unknown): string | undefined =>
  event === undefined || typeof event === 'string' ? event : 'unreadable';

/** `event` is undefined where the sender proved nothing but the room; what cannot be a room's id is none. */
export const KaleyraEvent = z.pipe(
  Sent,
  z.transform(body => {
    const roomId = dataOf(body.data).room_id ?? body.room_id;
    return {
      event: nameOf(body.event),
      roomId: typeof roomId === 'string' && isKaleyraId(roomId) ? roomId : undefined,
    };
  }),
);
export type KaleyraEvent = z.output<typeof KaleyraEvent>;

/** As many as the table gives in one call; a call has 25 people at most. */
const MOST_NAMES = 100;

/** The vendor's table, its sample, and an older sample each have another name for the list. */
const SPELLINGS = ['user_ids', 'users_id', 'usersAlias'] as const;

const Ids = z
  .array(z.string('must be a string'), 'must be an array of ids')
  .check(z.maxLength(MOST_NAMES, `must name at most ${MOST_NAMES} users`));

/** Also those that a company chose itself. */
const isUserId = (id: string): boolean => /^[A-Za-z0-9._-]{1,128}$/.test(id);

/** Ids without repetition; what cannot be an id is left out, as ids are that nobody has. */
export const UserDetailsRequest = z.pipe(
  Sent,
  z.transform((body, context) => {
    const data = isFields(body.data) ? body.data : body;
    const spelling = SPELLINGS.find(name => data[name] !== undefined) ?? 'user_ids';
    const ids = Ids.safeParse(data[spelling]);
    if (ids.success) return { kaleyraIds: [...new Set(ids.data)].filter(isUserId) };
    const at = isFields(body.data) ? ['data', spelling] : [spelling];
    for (const { path, message } of ids.error.issues) {
      context.issues.push({ code: 'custom', input: context.value, path: [...at, ...path], message });
    }
    return z.NEVER;
  }),
);
