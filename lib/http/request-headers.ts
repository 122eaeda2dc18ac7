import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Headers } from './caller.ts';

type Event = Pick<APIGatewayProxyEventV2, 'headers' | 'cookies'>;

/** Asked for at every step of a request, and always the same. */
const known = new WeakMap<Event, { of: Event['headers']; with: Event['cookies']; named: Headers }>();

/**
 * A request's headers by their lower-case names, whoever wrote the event, with the cookies among them as their sender wrote
 * them: payload 2.0 keeps those in a place of their own.
 */
export const headersOf = (event: Event): Headers => {
  const before = known.get(event);
  if (before !== undefined && before.of === event.headers && before.with === event.cookies) return before.named;
  const named = read(event);
  known.set(event, { of: event.headers, with: event.cookies, named });
  return named;
};

const read = ({ headers = {}, cookies = [] }: Event): Headers => {
  // As API Gateway writes them.
  if (cookies.length === 0 && Object.keys(headers).every(name => name === name.toLowerCase())) return headers;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { ...Object.fromEntries(named), ...(cookies.length > 0 && { cookie: cookies.join('; ') }) };
};
