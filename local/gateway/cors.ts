/**
 * Pages of other origins, answered as an HTTP API with a CORS configuration does: the browser's question beforehand is the
 * gateway's own to answer, whether or not there is a route and before anybody is asked who they are; every other answer says
 * whether the page may read it. Without a configuration nothing is said, and the browser keeps the page away.
 */
import type { Cors } from '../package/cors.ts';
import { type Dispatcher, newRequestId } from './dispatch.ts';
import { withRequestId } from './response.ts';
import type { GatewayRequest, HeaderList } from './types.ts';

export function withCors(cors: Cors | undefined, next: Dispatcher): Dispatcher {
  if (cors === undefined) return next;
  return async request => {
    const origin = headerOf(request, 'origin');
    const allowed = origin !== undefined && cors.allowedOrigins.includes(origin);
    if (isQuestion(request)) {
      const headers = allowed ? preflightHeaders(cors, origin) : [];
      return withRequestId({ statusCode: 204, headers, body: Buffer.alloc(0) }, newRequestId());
    }
    const response = await next(request);
    // What a function says about CORS itself does not count.
    const own = response.headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
    return { ...response, headers: [...own, ...(allowed ? answerHeaders(cors, origin) : [])] };
  };
}

function headerOf({ headers }: GatewayRequest, name: string): string | undefined {
  return headers.find(([sent]) => sent.toLowerCase() === name)?.[1];
}

function isQuestion(request: GatewayRequest): boolean {
  return request.method === 'OPTIONS' && headerOf(request, 'access-control-request-method') !== undefined;
}

function preflightHeaders(cors: Cors, origin: string): HeaderList {
  return [
    ['access-control-allow-origin', origin],
    ['access-control-allow-methods', cors.allowedMethods.join(',')],
    ['access-control-allow-headers', cors.allowedHeaders.join(',')],
    ['access-control-max-age', String(cors.maxAge)],
  ];
}

function answerHeaders(cors: Cors, origin: string): HeaderList {
  return [
    ['access-control-allow-origin', origin],
    ['access-control-expose-headers', cors.exposedResponseHeaders.join(',')],
  ];
}
