import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Headers } from './caller.ts';

/**
 * A request's headers by their lower-case names, whoever wrote the event, with the cookies among them as their sender wrote
 * them: payload 2.0 keeps those in a place of their own.
 */
export const headersOf = (event: Pick<APIGatewayProxyEventV2, 'headers' | 'cookies'>): Headers => {
  const named = Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const cookies = event.cookies ?? [];
  return { ...Object.fromEntries(named), ...(cookies.length > 0 && { cookie: cookies.join('; ') }) };
};
