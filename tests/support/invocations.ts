import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { GATEWAY_SECRET } from './configs.ts';

/** One invocation of a function, as API Gateway makes it. */

export const REQUEST_ID = '00000000-1111-2222-3333-444444444444';

export const fromGateway: Readonly<Record<string, string>> = { 'x-gateway-secret': GATEWAY_SECRET };
export const fromGatewayAsJson = { ...fromGateway, 'content-type': 'application/json' };

export const anEvent = (parts: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: 'POST /things/{id}',
  rawPath: '/things/1',
  rawQueryString: '',
  headers: fromGateway,
  requestContext: {
    accountId: '000000000000',
    apiId: 'test',
    domainName: 'clinic.example',
    domainPrefix: 'clinic',
    http: { method: 'POST', path: '/things/1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
    requestId: 'gateway',
    routeKey: 'POST /things/{id}',
    stage: '$default',
    time: '04/May/2026:09:00:00 +0000',
    timeEpoch: 0,
  },
  isBase64Encoded: false,
  ...parts,
});

/** @param remainingMs what Lambda says is left; 0 as in a plain invocation, where nobody counts */
export const aContext = (remainingMs = 0): Context =>
  ({
    awsRequestId: REQUEST_ID,
    functionName: 'things',
    getRemainingTimeInMillis: () => remainingMs,
  }) as Context;
