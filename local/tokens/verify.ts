/** Whether a token is good, by the rules of an HTTP API's JWT authorizer: signature, issuer, audience and times. */
import {
  compactVerify,
  createLocalJWKSet,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type ProtectedHeaderParameters,
} from 'jose';
import type { TokenAuthorizer } from '../package/authorizers.ts';
import { ALGORITHM } from './signing-key.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Its message is the description that the client is told. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/**
 * @param keys what the issuer publishes
 * @param now milliseconds since 1970
 * @throws TokenRefused
 */
export async function verifyToken(
  token: string,
  authorizer: TokenAuthorizer,
  keys: JSONWebKeySet,
  now: number,
): Promise<Claims> {
  if (token.split('.').length !== 3) throw new TokenRefused('token contains an invalid number of segments');
  const { alg = 'none', kid } = headerOf(token);
  if (alg !== ALGORITHM) throw new TokenRefused(`signing method ${/^\w{1,10}$/.test(alg) ? alg : ''} is invalid`);
  // A set of one key would serve a token that names none.
  if (!keys.keys.some(key => key.kid === kid)) throw new TokenRefused('the key of the token is unknown');
  const claims = await claimsOf(token, keys);
  const problem = problemOf(claims, authorizer, now / 1000);
  if (problem !== undefined) throw new TokenRefused(problem);
  return claims;
}

function headerOf(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new TokenRefused('the token cannot be decoded');
  }
}

async function claimsOf(token: string, keys: JSONWebKeySet): Promise<Claims> {
  const { payload } = await compactVerify(token, createLocalJWKSet(keys), { algorithms: [ALGORITHM] }).catch(() => {
    throw new TokenRefused('the signature is invalid');
  });
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return claims as Claims;
  } catch {
    // The same as a payload that is something else.
  }
  throw new TokenRefused('the token cannot be decoded');
}

/** @param now in seconds, as claims count them */
function problemOf(claims: Claims, { issuer, audience }: TokenAuthorizer, now: number): string | undefined {
  const { iss, exp, nbf, iat } = claims;
  // Access tokens of Cognito name the client instead of an audience.
  const meantFor: unknown[] = [claims.aud ?? claims.client_id].flat();
  if (iss !== issuer) return 'the token does not have a valid issuer';
  if (!meantFor.some(name => audience.includes(String(name)))) return 'the token does not have a valid audience';
  if (typeof exp !== 'number' || exp <= now) return 'the token has expired';
  for (const time of [nbf, iat]) {
    if (time !== undefined && !(typeof time === 'number' && time <= now)) return 'the token is not valid yet';
  }
  return undefined;
}
