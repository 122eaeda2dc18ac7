/** The event of payload format 2.0, as an API Gateway HTTP API makes it from a request. Pure. */
import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { toCookies, toEventHeaders } from './headers.ts';
import { decodePath } from './paths.ts';
import type { GatewayRequest } from './types.ts';

const ACCOUNT_ID = '000000000000';
const API_ID = 'local';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Every other type, also a missing one and that of HTML forms, travels as base64. */
const TEXT_TYPES = /^(text\/.+|application\/(json|xml|javascript))$/;

/**
 * What is absent in the request is left out of the event.
 * @param route key of the route that matched, such as `GET /teleconsultation/{id}`
 * @param pathParameters decoded
 * @param now milliseconds since 1970
 */
export function toEvent(
  request: GatewayRequest,
  route: string,
  pathParameters: Readonly<Record<string, string>> | undefined,
  now: number,
  requestId: string,
): APIGatewayProxyEventV2 {
  const headers = toEventHeaders(request, traceId(now, requestId));
  const path = decodePath(request.rawPath);
  const domainName = (headers.host ?? 'localhost').replace(/:\d+$/, '');
  const cookies = toCookies(request.headers);
  const query = toQuery(request.rawQuery);
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path,
    rawQueryString: request.rawQuery,
    ...(cookies && { cookies }),
    headers,
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: API_ID,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: route,
      stage: '$default',
      time: toLogTime(now),
      timeEpoch: now,
    },
    ...(pathParameters && { pathParameters: { ...pathParameters } }),
    ...toBody(request.body, headers['content-type']),
  };
}

function toBody(body: Buffer, contentType = ''): Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> {
  if (body.length === 0) return { isBase64Encoded: false };
  const mediaType = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  // Bytes that are not UTF-8 would not survive as text.
  const text = TEXT_TYPES.test(mediaType) ? body.toString('utf8') : undefined;
  if (text !== undefined && Buffer.from(text, 'utf8').equals(body)) return { body: text, isBase64Encoded: false };
  return { body: body.toString('base64'), isBase64Encoded: true };
}

function toQuery(rawQuery: string): Record<string, string> | undefined {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  return query.size > 0 ? Object.fromEntries(query) : undefined;
}

/** `12/Mar/2026:19:03:58 +0000` */
function toLogTime(now: number): string {
  const date = new Date(now);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}

/** A trace id in X-Ray's form, made of the request's own id so that this stays pure. */
function traceId(now: number, requestId: string): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${createHash('sha256').update(requestId).digest('hex').slice(0, 24)}`;
}
