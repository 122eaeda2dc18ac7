import type { Personal } from '../personal.ts';
import { FullName } from '../schemas/fields.ts';
import { unreadable } from './errors.ts';

/**
 * A user as a directory writes it: Auth0's shape, the one of `/userinfo`, the one of a users collection. What decides about
 * rights (id, groups) is read strictly, what is only shown (the name) is passed over where it makes no sense.
 */

export interface DirectoryUser {
  id: Personal;
  /** undefined: the directory names no group. */
  groups: readonly string[] | undefined;
  /** undefined: the directory has no name that can be shown. */
  fullName: Personal | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Ids are texts; some collections count instead. undefined: no id at all. */
export const idText = (value: unknown): string | undefined => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const ID_FIELDS = ['user_id', 'sub', '_id', 'id'];

/** The first of the fields that is there; another one may be the id of something else. */
const idOf = (user: Fields): string => {
  const field = ID_FIELDS.find(name => user[name] !== undefined && user[name] !== null);
  const id = field === undefined ? undefined : idText(user[field]);
  if (id === undefined) throw unreadable();
  return id;
};

/** A list, or a text with commas in it, as the gateway's header has it. */
const groupsOf = (user: Fields): string[] | undefined => {
  const metadata = isFields(user.app_metadata) ? user.app_metadata : {};
  const value = user.groups ?? metadata.groups ?? [];
  const list: unknown = typeof value === 'string' ? value.split(',').map(group => group.trim()) : value;
  if (!Array.isArray(list) || !list.every(group => typeof group === 'string')) throw unreadable();
  const groups = [...new Set(list.filter(group => group !== ''))];
  return groups.length > 0 ? groups : undefined;
};

const joined = (...parts: unknown[]): string =>
  parts
    .filter(part => typeof part === 'string')
    .map(part => part.trim())
    .filter(part => part !== '')
    .join(' ');

/** The first that is fit to be shown, from what is meant as a full name to what at least says something. */
const fullNameOf = (user: Fields): string | undefined => {
  const metadata = isFields(user.user_metadata) ? user.user_metadata : {};
  const ofMetadata = joined(metadata.name, metadata.surname);
  const candidates = [
    joined(user.fullName),
    joined(user.name),
    joined(user.given_name, user.family_name),
    // A first name alone is less than the whole name beside it.
    joined(metadata.surname) === '' ? joined(metadata.fullName) || ofMetadata : ofMetadata,
    joined(metadata.fullName),
    joined(user.nickname),
    joined(user.email),
  ];
  return candidates.find(name => FullName.safeParse(name).success);
};

/** @throws ServiceError 502 for what is not a user */
export const readUser = (value: unknown): DirectoryUser => {
  if (!isFields(value)) throw unreadable();
  return { id: idOf(value), groups: groupsOf(value), fullName: fullNameOf(value) };
};
