/** For tests: a request written in one line, and the event or the response the gateway would make of it, without a socket. */
import type { Manifest } from '../manifest.ts';
import { withTokenDesk } from '../tokens/desk.ts';
import type { Tokens } from '../tokens/index.ts';
import { withCors } from './cors.ts';
import { createDispatcher, type RoutedRequest, type RouteOptions, routeRequest } from './dispatch.ts';
import { createInvoker, type InvokerOptions } from './invocation.ts';
import { createRouter } from './routes.ts';
import type { GatewayRequest, GatewayResponse, GatewaySecret } from './types.ts';

export interface PlainRequest {
  readonly method: string;
  /** Path and query: `/teleconsultation/1?language=it`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  readonly sourceIp?: string;
}

export function toGatewayRequest({
  method,
  url,
  headers = {},
  body = '',
  sourceIp = '127.0.0.1',
}: PlainRequest): GatewayRequest {
  const [rawPath = '', ...query] = url.split('?');
  const sent = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map(value => [name, value] as const),
  );
  const named = sent.some(([name]) => name.toLowerCase() === 'host');
  return {
    method,
    rawPath,
    rawQuery: query.join('?'),
    headers: named ? sent : [['host', 'localhost'], ...sent],
    body: Buffer.from(body),
    sourceIp,
  };
}

/** The event a function of the manifest gets for a request, with the function's key; `undefined` when no route matches. */
export function buildEvent(
  manifest: Manifest,
  request: PlainRequest,
  options?: RouteOptions,
): RoutedRequest | undefined {
  return routeRequest(createRouter(manifest.functions), toGatewayRequest(request), options);
}

export interface InProcessOptions extends InvokerOptions {
  readonly gatewaySecret?: GatewaySecret;
  readonly tokens?: Tokens | undefined;
}

/** The whole gateway but its socket: routing, limits, timeouts, response rules. */
export function inProcess(options: InProcessOptions): (request: PlainRequest) => Promise<GatewayResponse> {
  const { manifest, gatewaySecret, tokens } = options;
  const dispatch = createDispatcher({
    router: createRouter(manifest.functions),
    invoke: createInvoker(options),
    gatewaySecret,
    authorize: tokens?.authorize,
    log: () => undefined,
  });
  const answer = withCors(manifest.cors, tokens ? withTokenDesk(tokens, dispatch) : dispatch);
  return request => answer(toGatewayRequest(request));
}
