/**
 * What the stack's issuer answers: its keys, where issuers have them, and `POST /_local/token`, which hands out tokens for
 * anybody. No HTTP API has these.
 */
import type { Dispatcher } from '../gateway/dispatch.ts';
import { jsonResponse, messageResponse } from '../gateway/response.ts';
import type { GatewayRequest, GatewayResponse } from '../gateway/types.ts';
import { type Tokens, WishRefused } from './index.ts';

const CONFIGURATION = '/.well-known/openid-configuration';
const KEYS = '/.well-known/jwks.json';

/** Where `npm run token` asks. */
export const TOKEN_PATH = '/_local/token';

/** Passes on to `next` whatever is not for it. */
export function withTokenDesk(tokens: Tokens, next: Dispatcher): Dispatcher {
  return async request => {
    const { method, rawPath } = request;
    if (method === 'GET' && rawPath === CONFIGURATION) return jsonResponse(200, configuration(await tokens.issuer()));
    if (method === 'GET' && rawPath === KEYS) return jsonResponse(200, tokens.published);
    if (method === 'POST' && rawPath === TOKEN_PATH) return handOut(tokens, request);
    return next(request);
  };
}

function configuration(issuer: string): Record<string, unknown> {
  return {
    issuer,
    jwks_uri: `${issuer}${KEYS}`,
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
  };
}

async function handOut(tokens: Tokens, { body }: GatewayRequest): Promise<GatewayResponse> {
  let wish: unknown;
  try {
    wish = JSON.parse(body.toString('utf8'));
  } catch {
    return messageResponse(400, 'The order is not valid JSON');
  }
  try {
    return jsonResponse(200, { token: await tokens.mint(wish) });
  } catch (error) {
    if (error instanceof WishRefused) return messageResponse(400, error.message);
    throw error;
  }
}
