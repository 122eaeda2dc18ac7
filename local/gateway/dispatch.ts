/**
 * The gateway without its socket: a request in, a response out, with routing, limits, timeouts and the trusted gateway's
 * secret. The server feeds it from the network; tests feed it directly.
 */
import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Tokens } from '../tokens/index.ts';
import { toEvent } from './event.ts';
import { withHeader } from './headers.ts';
import { describe, FunctionTimeout, type Invoker } from './invocation.ts';
import { exceedsPayload, MAX_INTEGRATION_MS, refusalOf, TOO_LARGE } from './limits.ts';
import { messageResponse, toResponse, unauthorized, withRequestId } from './response.ts';
import type { Router } from './routes.ts';
import type { GatewayRequest, GatewayResponse, GatewaySecret, Log } from './types.ts';

export interface DispatchOptions {
  readonly router: Router;
  readonly invoke: Invoker;
  readonly gatewaySecret?: GatewaySecret | undefined;
  /** Verifies the tokens of routes that take them. */
  readonly authorize?: Tokens['authorize'] | undefined;
  readonly log: Log;
}

export type Dispatcher = (request: GatewayRequest) => Promise<GatewayResponse>;

export function createDispatcher(options: DispatchOptions): Dispatcher {
  const { router, invoke, gatewaySecret, log } = options;
  return async request => {
    const requestId = newRequestId();
    return withRequestId(await answer(request, requestId), requestId);
  };

  async function answer(request: GatewayRequest, requestId: string): Promise<GatewayResponse> {
    const refusal = refusalOf(request);
    if (refusal) return refusal;
    const routed = routeRequest(router, request, { gatewaySecret, requestId });
    if (!routed) return messageResponse(404, 'Not Found');
    const verdict = await authorized(routed, request);
    if ('challenge' in verdict) return unauthorized(verdict.challenge);
    const { event } = verdict;
    if (exceedsPayload(JSON.stringify(event))) return TOO_LARGE;
    try {
      const result = await invoke(routed.functionKey, event, MAX_INTEGRATION_MS);
      if (exceedsPayload(JSON.stringify(result))) throw new Error('the answer is larger than Lambda can return');
      return toResponse(result);
    } catch (error) {
      log(`${routed.functionKey} failed: ${describe(error)}`);
      if (error instanceof FunctionTimeout) return messageResponse(503, 'Service Unavailable');
      return messageResponse(500, 'Internal Server Error');
    }
  }

  /** The event with the claims of its token; a route that takes tokens is closed where nobody verifies them. */
  async function authorized(
    { authorizer, event }: RoutedRequest,
    { headers }: GatewayRequest,
  ): Promise<{ event: RoutedRequest['event'] } | { challenge: string }> {
    if (authorizer === undefined) return { event };
    if (options.authorize === undefined) return { challenge: 'Bearer' };
    const verdict = await options.authorize(authorizer, headers);
    if ('challenge' in verdict) return verdict;
    const jwt = { claims: verdict.claims, scopes: null };
    const requestContext = { ...event.requestContext, authorizer: { jwt } };
    return { event: { ...event, requestContext } };
  }
}

export interface RoutedRequest {
  readonly functionKey: string;
  readonly event: APIGatewayProxyEventV2;
  /** Whose tokens the route takes; the event still lacks their claims. */
  readonly authorizer?: string;
}

export interface RouteOptions {
  readonly gatewaySecret?: GatewaySecret | undefined;
  /** Milliseconds since 1970; now unless given. */
  readonly now?: number;
  readonly requestId?: string;
}

/** The function a request goes to and the event it gets; `undefined` when no route matches. */
export function routeRequest(
  router: Router,
  request: GatewayRequest,
  { gatewaySecret, now = Date.now(), requestId = newRequestId() }: RouteOptions = {},
): RoutedRequest | undefined {
  const match = router(request.method, request.rawPath);
  if (!match) return undefined;
  const headers = gatewaySecret
    ? withHeader(request.headers, gatewaySecret.header, gatewaySecret.value)
    : request.headers;
  const event = toEvent({ ...request, headers }, match.routeKey, match.pathParameters, now, requestId);
  const { functionKey, authorizer } = match;
  return { functionKey, event, ...(authorizer !== undefined && { authorizer }) };
}

/** In the form of an HTTP API: 15 characters and an equals sign, such as `JKJaXmPLvHcESHA=`. */
export function newRequestId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}
