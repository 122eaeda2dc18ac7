/**
 * The embedded stack's own issuer, and the authorizer that an HTTP API would have in front of the routes: it verifies every
 * token for real, against the keys that the issuer publishes.
 */
import type { JSONWebKeySet } from 'jose';
import type * as z from 'zod';
import type { HeaderList } from '../gateway/types.ts';
import type { TokenAuthorizer } from '../package/authorizers.ts';
import { renderClaims } from './render.ts';
import { createSigningKey } from './signing-key.ts';
import { TokenRefused, verifyToken } from './verify.ts';
import { type ClaimNames, claimsFor, TokenWish } from './wish.ts';

export interface TokensOptions {
  /** Asked for when the first token comes: addresses are known only when everything runs. */
  settings(): Promise<TokenSettings>;
  /** Milliseconds since 1970. */
  now?(): number;
}

export interface TokenSettings {
  /** By their names in the manifest. */
  readonly authorizers: Readonly<Record<string, TokenAuthorizer>>;
  readonly names: ClaimNames;
}

/** Who a token is for, or what the client is told of why it is nobody's. */
export type Verdict = { readonly claims: Readonly<Record<string, string>> } | { readonly challenge: string };

export interface Tokens {
  readonly published: JSONWebKeySet;
  issuer(): Promise<string>;
  /** @throws WishRefused for a wish that is none */
  mint(wish: unknown): Promise<string>;
  /** @param authorizer its name in the manifest */
  authorize(authorizer: string, headers: HeaderList): Promise<Verdict>;
}

export class WishRefused extends Error {
  override readonly name = 'WishRefused';
}

export async function createTokens({ settings, now = Date.now }: TokensOptions): Promise<Tokens> {
  const key = await createSigningKey();
  const own = async (): Promise<TokenAuthorizer> => {
    const [first] = Object.values((await settings()).authorizers);
    if (first === undefined) throw new Error('no route takes tokens');
    return first;
  };
  return {
    published: key.published,
    issuer: async () => (await own()).issuer,
    mint: async wish => {
      const parsed = TokenWish.safeParse(wish);
      if (!parsed.success) throw new WishRefused(describe(parsed.error));
      const { issuer, audience } = await own();
      const seconds = Math.floor(now() / 1000);
      return key.sign(claimsFor(parsed.data, (await settings()).names, { issuer, audience: audience[0] }, seconds));
    },
    authorize: async (name, headers) => {
      const authorizer = (await settings()).authorizers[name];
      if (authorizer === undefined) throw new Error(`there is no authorizer ${name}`);
      const token = tokenIn(headers);
      if (token === undefined) return { challenge: 'Bearer' };
      try {
        return { claims: renderClaims(await verifyToken(token, authorizer, key.published, now())) };
      } catch (error) {
        if (!(error instanceof TokenRefused)) throw error;
        return { challenge: `Bearer scope="" error="invalid_token" error_description="${error.message}"` };
      }
    },
  };
}

/** With or without the word in front, as an HTTP API takes it; several headers are one, and no token. */
function tokenIn(headers: HeaderList): string | undefined {
  const sent = headers.filter(([name]) => name.toLowerCase() === 'authorization').map(([, value]) => value.trim());
  const token = sent.join(',').replace(/^bearer(\s+|$)/i, '');
  return token === '' ? undefined : token;
}

function describe(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');
}
