/** Headers as an HTTP API hands them to a function. */
import type { GatewayRequest, HeaderList } from './types.ts';

/** Between two machines only; `cookie` has a place of its own in the event. */
const LEFT_OUT = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'cookie',
]);

/** Lower-case names, repeats joined with a comma, and what the gateway itself adds. */
export function toEventHeaders(request: GatewayRequest, traceId: string): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [rawName, value] of request.headers) {
    const name = rawName.toLowerCase();
    if (LEFT_OUT.has(name)) continue;
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  const forwarded = headers.get('x-forwarded-for');
  headers.set('x-forwarded-for', forwarded === undefined ? request.sourceIp : `${forwarded}, ${request.sourceIp}`);
  headers.set('x-forwarded-port', /:(\d+)$/.exec(headers.get('host') ?? '')?.[1] ?? '80');
  headers.set('x-forwarded-proto', 'http');
  if (!headers.has('x-amzn-trace-id')) headers.set('x-amzn-trace-id', traceId);
  if (request.body.length > 0) headers.set('content-length', String(request.body.length));
  return Object.fromEntries([...headers].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The cookies of every `Cookie` header, one by one; `undefined` when there are none. */
export function toCookies(headers: HeaderList): string[] | undefined {
  const cookies = headers
    .filter(([name]) => name.toLowerCase() === 'cookie')
    .flatMap(([, value]) => value.split(';'))
    .map(cookie => cookie.trim())
    .filter(cookie => cookie !== '');
  return cookies.length > 0 ? cookies : undefined;
}

/** Replaces whatever the client sent under that name. */
export function withHeader(headers: HeaderList, name: string, value: string): HeaderList {
  return [...headers.filter(([sent]) => sent.toLowerCase() !== name.toLowerCase()), [name.toLowerCase(), value]];
}
