import type { Caller } from '../domain/ports.ts';
import { unauthorizedUser } from '../errors.ts';
import type { TokenIdentity } from '../schemas/identity.ts';
import { BLANKS, isNothing, namesIn, structureIn } from './rendered.ts';
import { asId, asName, parseJson, property } from './values.ts';

/**
 * In jwt mode API Gateway's authorizer has verified the token of a request and hands over its claims. Of the request itself
 * nothing says who calls.
 */

/** A claim as it was, for a step into it. */
const opened = (value: unknown): unknown => (typeof value === 'string' ? structureIn(value) : value);

/** A claim that says nothing is not there: otherwise everybody without an id were one and the same person, called `<nil>`. */
const claimIn = (holder: unknown, name: string): unknown => {
  const value = property(holder, name);
  return isNothing(value) ? undefined : value;
};

/** A claim of that name, or the way into one: `realm_access.roles`. Names may hold dots themselves, as URLs do. */
const claimAt = (holder: unknown, name: string): unknown => {
  const whole = claimIn(holder, name);
  if (whole !== undefined) return whole;
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const outer = property(holder, name.slice(0, dot));
    if (outer !== undefined) return claimAt(opened(outer), name.slice(dot + 1));
  }
  return undefined;
};

/** Follows the path to the user id. Its first two steps name the claim. */
const valueAt = (claims: unknown, [, claim, ...inside]: TokenIdentity['userIdPath']): unknown =>
  inside.reduce<unknown>(
    (value, { from, extract }) => {
      if (from === 'json') return property(parseJson(value), extract);
      const holder = opened(value);
      if (from === 'array') return Array.isArray(holder) ? holder[Number(extract)] : undefined;
      return property(holder, extract);
    },
    claim && claimAt(claims, String(claim.extract)),
  );

/** Issuers sign more than access tokens with the same key; what is meant for a screen or for a renewal opens nothing here. */
const NOT_FOR_ACCESS = ['id', 'refresh', 'offline', 'logout'];

const isAccessToken = (claims: unknown): boolean => {
  const [use, kind] = [property(claims, 'token_use'), property(claims, 'typ')];
  if (use !== undefined && use !== 'access') return false;
  return typeof kind !== 'string' || !NOT_FOR_ACCESS.includes(kind.toLowerCase());
};

/** What the authorizer has checked, once more: a route that another one guards must not let its tokens in. */
const isForUs = (claims: unknown, { issuer, audience }: TokenIdentity): boolean => {
  if (issuer !== undefined && property(claims, 'iss') !== issuer) return false;
  if (audience === undefined) return true;
  // Cognito's access tokens name the client instead.
  const meantFor = namesIn(claimIn(claims, 'aud') ?? claimIn(claims, 'client_id'));
  return meantFor.some(name => audience.includes(name));
};

/** @throws ServiceError 401 where no token was verified, or not one that says who calls */
export const callerOfClaims = (claims: unknown, identity: TokenIdentity): Caller => {
  const id = asId(valueAt(claims, identity.userIdPath));
  if (id === undefined || !isAccessToken(claims) || !isForUs(claims, identity)) throw unauthorizedUser();
  const scopes = identity.scopesClaims.map(name => claimAt(claims, name)).find(value => value !== undefined);
  return {
    id,
    groups: namesIn(claimAt(claims, identity.groupsClaim)),
    scopes: namesIn(scopes, BLANKS),
    fullName: asName(claimIn(claims, 'name')) ?? null,
  };
};
