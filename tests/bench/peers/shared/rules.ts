/** The rules of the two endpoints: who may, when the link shows, what the state of a consultation is. */

import { HttpError } from './errors.ts';
import type { Caller } from './identity.ts';
import type { Activity, Participant, RecordItem } from './items.ts';

export type Role = 'plus' | 'basic';

const GROUPS: Readonly<Record<Role, readonly string[]>> = { plus: ['doctor'], basic: ['patient', 'customer'] };

export const roleOf = (groups: readonly string[]): Role | undefined => {
  if (groups.some(group => GROUPS.plus.includes(group))) return 'plus';
  return groups.some(group => GROUPS.basic.includes(group)) ? 'basic' : undefined;
};

/** What may be used in a call, by everybody who takes part. */
const TOOL_NAMES = [
  'chat',
  'screen_sharing',
  'file_upload',
  'whiteboard',
  'snapshot',
  'live_edit',
  'live_pointer',
  'present_to_everyone',
] as const;

export const TOOLS: Readonly<Record<string, boolean>> = Object.fromEntries(TOOL_NAMES.map(name => [name, true]));

const isManager = (caller: Caller): boolean => caller.scopes.includes('teleconsultation:manage');

export const unknownId = (id: string): HttpError => new HttpError(404, `there is no teleconsultation ${id}`);

/** @returns the caller's own place in it @throws HttpError 404 for a stranger, 403 for who may only manage it */
export const placeOf = (record: RecordItem, caller: Caller): Participant => {
  const own = record.participants.find(({ externalId }) => externalId === caller.id);
  if (own !== undefined) return own;
  if (record.creatorId === caller.id || isManager(caller)) {
    throw new HttpError(403, 'a teleconsultation opens only for those who take part in it');
  }
  throw unknownId(record.id);
};

/** @throws HttpError 403 */
export const assertMayBook = (caller: Caller): void => {
  if (!isManager(caller) && roleOf(caller.groups) !== 'plus') {
    throw new HttpError(403, 'only somebody in a plus group or a manager may book a teleconsultation');
  }
};

interface Invited {
  userId: string;
  groups: readonly string[];
}

/** @throws HttpError 403 for a list that this caller may not book, 400 for one that nobody may */
export const assertBookable = (caller: Caller, people: readonly Invited[], expected: number): void => {
  const strangers = people.flatMap((person, index) => (roleOf(person.groups) === undefined ? [index] : []));
  if (strangers.length > 0) {
    const message = 'names no group that the privileges know';
    const details = strangers.map(index => ({ path: `participants.data.${index}.groups`, message }));
    throw new HttpError(400, message, details);
  }
  if (people.length === expected && !people.some(person => roleOf(person.groups) === 'plus')) {
    throw new HttpError(400, 'no plus user in room');
  }
  if (isManager(caller)) return;
  const own = people.find(({ userId }) => userId === caller.id);
  if (own === undefined) throw new HttpError(403, 'whoever books a teleconsultation takes part in it');
  if (roleOf(own.groups) === 'plus' && roleOf(caller.groups) !== 'plus') {
    throw new HttpError(403, 'nobody gives themselves a plus group');
  }
};

/** Nobody is shown a link before the start, while the room is being changed, or after it was closed. */
export const linkFor = (record: RecordItem, own: Participant, now: number): string | null => {
  const isComplete = record.participants.length === record.expected;
  const isOpen = isComplete && now >= Date.parse(record.startDate);
  const isClaimed = record.claim !== null && now < Date.parse(record.claim.until);
  if (!isOpen || isClaimed || record.upkeep?.closedAt) return null;
  return record.room?.links.find(({ kaleyraId }) => kaleyraId === own.kaleyraId)?.url ?? null;
};

export interface LinkOptions {
  useBackground?: boolean | undefined;
  language?: 'it' | 'en' | undefined;
}

export const withOptions = (link: string, own: Participant, options: LinkOptions): string => {
  const language = options.language ?? own.language;
  if (options.useBackground !== true && language === null) return link;
  const url = new URL(link);
  if (options.useBackground === true) url.searchParams.set('virtual_background', 'image');
  if (language !== null) url.searchParams.set('language', language);
  return url.href;
};

export const stateOf = (record: RecordItem, activity: Activity | undefined, now: number): string => {
  if (record.upkeep?.closedAt) return 'ended';
  if (activity?.details?.status === 'RUNNING') return 'live';
  if (activity && (activity.details?.disabled || activity.sessions.length > 0)) return 'ended';
  return record.endDate !== null && now >= Date.parse(record.endDate) ? 'ended' : 'scheduled';
};
