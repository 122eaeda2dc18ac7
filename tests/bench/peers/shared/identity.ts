/** Who calls, from the claims that API Gateway's JWT authorizer hands over. */
import { HttpError } from './errors.ts';

export interface Caller {
  id: string;
  groups: string[];
  scopes: string[];
  fullName: string | null;
}

type Claims = Readonly<Record<string, unknown>>;

/** An HTTP API writes a list as `[doctor admin]`. */
const listIn = (claim: unknown): string[] =>
  typeof claim === 'string'
    ? claim
        .replace(/^\[|\]$/g, '')
        .split(/[\s,]+/)
        .filter(Boolean)
    : [];

const asText = (claim: unknown): string | undefined => (typeof claim === 'string' && claim !== '' ? claim : undefined);

export interface TokenSettings {
  issuer: string;
  audience: string;
}

/** @throws HttpError 401 */
export const callerOf = (claims: Claims | undefined, { issuer, audience }: TokenSettings): Caller => {
  const id = asText(claims?.sub);
  const isAccess = claims?.token_use === undefined || claims.token_use === 'access';
  const isForUs = claims?.iss === issuer && listIn(claims?.aud ?? claims?.client_id).includes(audience);
  if (claims === undefined || id === undefined || !isAccess || !isForUs) {
    throw new HttpError(401, 'the caller is not known');
  }
  return {
    id,
    groups: listIn(claims.groups),
    scopes: listIn(claims.scope),
    fullName: asText(claims.name) ?? null,
  };
};

/** Where the claims stand in an event of payload 2.0. */
export const claimsIn = (event: { requestContext?: unknown }): Claims | undefined =>
  (event.requestContext as { authorizer?: { jwt?: { claims?: Claims } } } | undefined)?.authorizer?.jwt?.claims;
