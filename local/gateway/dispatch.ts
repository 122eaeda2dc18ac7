/**
 * The gateway without its socket: a request in, a response out, with routing, limits, timeouts and the trusted gateway's
 * secret. The server feeds it from the network; tests feed it directly.
 */
import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { toEvent } from './event.ts';
import { withHeader } from './headers.ts';
import { describe, FunctionTimeout, type Invoker } from './invocation.ts';
import { exceedsPayload, MAX_INTEGRATION_MS, refusalOf, TOO_LARGE } from './limits.ts';
import { messageResponse, toResponse, withRequestId } from './response.ts';
import type { Router } from './routes.ts';
import type { GatewayRequest, GatewayResponse, GatewaySecret, Log } from './types.ts';

export interface DispatchOptions {
  readonly router: Router;
  readonly invoke: Invoker;
  readonly gatewaySecret?: GatewaySecret | undefined;
  readonly log: Log;
}

export type Dispatcher = (request: GatewayRequest) => Promise<GatewayResponse>;

export function createDispatcher({ router, invoke, gatewaySecret, log }: DispatchOptions): Dispatcher {
  return async request => {
    const requestId = newRequestId();
    return withRequestId(await answer(request, requestId), requestId);
  };

  async function answer(request: GatewayRequest, requestId: string): Promise<GatewayResponse> {
    const refusal = refusalOf(request);
    if (refusal) return refusal;
    const routed = routeRequest(router, request, { gatewaySecret, requestId });
    if (!routed) return messageResponse(404, 'Not Found');
    if (exceedsPayload(JSON.stringify(routed.event))) return TOO_LARGE;
    try {
      const result = await invoke(routed.functionKey, routed.event, MAX_INTEGRATION_MS);
      if (exceedsPayload(JSON.stringify(result))) throw new Error('the answer is larger than Lambda can return');
      return toResponse(result);
    } catch (error) {
      log(`${routed.functionKey} failed: ${describe(error)}`);
      if (error instanceof FunctionTimeout) return messageResponse(503, 'Service Unavailable');
      return messageResponse(500, 'Internal Server Error');
    }
  }
}

export interface RoutedRequest {
  readonly functionKey: string;
  readonly event: APIGatewayProxyEventV2;
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
  return { functionKey: match.functionKey, event };
}

/** In the form of an HTTP API: 15 characters and an equals sign, such as `JKJaXmPLvHcESHA=`. */
export function newRequestId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}
