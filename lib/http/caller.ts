import { timingSafeEqual } from 'node:crypto';
import type { Config } from '../config.ts';
import type { Caller } from '../domain/ports.ts';
import { unauthorizedUser } from '../errors.ts';

/**
 * In gateway mode a trusted gateway has authenticated the person and says so in headers; the request proves with the shared
 * secret that it came through that gateway.
 */

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

type Identity = Config['identity'];

const sameText = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);

/** Every secret is compared, so that the time taken does not tell which of them is close. */
const cameThroughGateway = (headers: Headers, identity: Identity): boolean => {
  const sent = Buffer.from(headers[identity.gatewaySecretHeader] ?? '');
  return identity.gatewaySecrets.map(secret => sameText(sent, Buffer.from(secret))).some(Boolean);
};

const parseJson = (text: unknown): unknown => {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const property = (value: unknown, name: string | number): unknown => {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
};

/** Follows `userIdPathInRequest`. The name that directly follows `headers` is a header's, so its case does not count. */
const valueAt = (headers: Headers, steps: Identity['userIdPath']): unknown =>
  steps.reduce<unknown>(
    (value, { from, extract }, index) => {
      if (from === 'json') return property(parseJson(value), extract);
      if (from === 'array') return Array.isArray(value) ? value[Number(extract)] : undefined;
      return property(value, index === 1 ? String(extract).toLowerCase() : extract);
    },
    { headers },
  );

/** What a gateway or a client writes when it has no user: as the old store read them, nobody. */
const NOBODYS_NAMES = ['', 'null', 'undefined'];

const asId = (value: unknown): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && !NOBODYS_NAMES.includes(text) ? text : undefined;
};

/** The caller's own name, in the spellings that user properties have. */
const fullNameOf = (headers: Headers, identity: Identity): string | null => {
  const properties = parseJson(headers[identity.userPropertiesHeader]);
  const names = ['fullName', 'name', 'nickname'].map(key => property(properties, key));
  return names.find((name): name is string => typeof name === 'string' && name.trim() !== '') ?? null;
};

/** @throws ServiceError 401 for a request that did not come through the gateway */
export const identifyCaller = (headers: Headers, identity: Identity): Caller => {
  if (!cameThroughGateway(headers, identity)) throw unauthorizedUser();
  const groups = (headers[identity.groupsHeader] ?? '').split(',').filter(group => group !== '');
  const id = asId(valueAt(headers, identity.userIdPath));
  return { id, groups, scopes: [], fullName: fullNameOf(headers, identity) };
};

/** What careless clients write for "nobody" is nobody. */
export const isPerson = (caller: Caller): caller is Caller & { id: string } =>
  caller.id !== undefined && caller.id !== 'null' && caller.id !== 'undefined';

/** Who is written down as the author of a change: as the old store did, `public` where nobody is named. */
export const auditId = (caller: Caller): string => (isPerson(caller) ? caller.id : 'public');
