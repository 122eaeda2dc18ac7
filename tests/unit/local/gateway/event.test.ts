import { describe, expect, it } from 'vitest';
import { toEvent } from '../../../../local/gateway/event.ts';
import { type PlainRequest, toGatewayRequest } from '../../../../local/gateway/in-process.ts';

const NOW = Date.UTC(2026, 2, 2, 9, 3, 58, 123);

function eventOf(request: Partial<PlainRequest> = {}, pathParameters?: Record<string, string>) {
  const sent = toGatewayRequest({ method: 'GET', url: '/visits', headers: { host: 'clinic.example' }, ...request });
  return toEvent(sent, 'GET /visits', pathParameters, NOW, 'JKJaXmPLvHcESHA=');
}

describe('an event of payload format 2.0', () => {
  it('has nothing in it for what the request does not have', () => {
    expect(eventOf()).toEqual({
      version: '2.0',
      routeKey: 'GET /visits',
      rawPath: '/visits',
      rawQueryString: '',
      headers: {
        host: 'clinic.example',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-69a5527e-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '80',
        'x-forwarded-proto': 'http',
      },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: 'clinic.example',
        domainPrefix: 'clinic',
        http: { method: 'GET', path: '/visits', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
        requestId: 'JKJaXmPLvHcESHA=',
        routeKey: 'GET /visits',
        stage: '$default',
        time: '02/Mar/2026:09:03:58 +0000',
        timeEpoch: NOW,
      },
      isBase64Encoded: false,
    });
  });

  it('lower-cases header names and joins repeats with a comma', () => {
    const { headers } = eventOf({ headers: { 'X-Groups': ['doctor', 'admin, staff'], ACCEPT: '*/*' } });
    expect(headers).toMatchObject({ 'x-groups': 'doctor,admin, staff', accept: '*/*' });
    expect(Object.keys(headers).every(name => name === name.toLowerCase())).toBe(true);
  });

  it('takes cookies out of the headers, one by one', () => {
    const event = eventOf({ headers: { Cookie: ['sid=1; theme=dark', 'lang=it'] } });
    expect(event.cookies).toEqual(['sid=1', 'theme=dark', 'lang=it']);
    expect(event.headers).not.toHaveProperty('cookie');
  });

  it('leaves out headers that only concern the connection', () => {
    const { headers } = eventOf({ headers: { Connection: 'keep-alive', 'Transfer-Encoding': 'chunked', Expect: 'x' } });
    expect(headers).not.toHaveProperty('connection');
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(headers).not.toHaveProperty('expect');
  });

  it('appends the caller to those the request was forwarded for, and keeps a trace id', () => {
    const { headers, requestContext } = eventOf({
      headers: {
        'x-forwarded-for': '192.0.2.7',
        'x-forwarded-proto': 'gopher',
        'x-amzn-trace-id': 'Root=1-a-b',
        host: 'a:3000',
      },
      sourceIp: '192.0.2.9',
    });
    expect(headers).toMatchObject({
      'x-forwarded-for': '192.0.2.7, 192.0.2.9',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '3000',
      'x-amzn-trace-id': 'Root=1-a-b',
    });
    expect(requestContext).toMatchObject({ domainName: 'a', http: { sourceIp: '192.0.2.9' } });
  });

  it('tells the user agent also in the context', () => {
    expect(eventOf({ headers: { 'user-agent': 'curl/8' } }).requestContext.http.userAgent).toBe('curl/8');
  });

  it('decodes the query, joins repeats and keeps the original beside it', () => {
    const event = eventOf({ url: '/visits?a=1&b=x%20y&a=2%2C3&c=d+e&flag&mail=ada%2Bx%40example.org' });
    expect(event.rawQueryString).toBe('a=1&b=x%20y&a=2%2C3&c=d+e&flag&mail=ada%2Bx%40example.org');
    expect(event.queryStringParameters).toEqual({
      a: '1,2,3',
      b: 'x y',
      c: 'd e',
      flag: '',
      mail: 'ada+x@example.org',
    });
  });

  it('has the path decoded in every place', () => {
    const event = eventOf({ url: '/visits/caff%C3%A8%20x' }, { id: 'caffè x' });
    expect(event.rawPath).toBe('/visits/caffè x');
    expect(event.requestContext.http.path).toBe('/visits/caffè x');
    expect(event.pathParameters).toEqual({ id: 'caffè x' });
  });
});

describe('the body of an event', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'TEXT/HTML',
    'application/xml',
    'application/javascript',
  ])('is text for %s', type => {
    const { body, isBase64Encoded, headers } = eventOf({ body: '{"a":"è"}', headers: { 'content-type': type } });
    expect({ body, isBase64Encoded }).toEqual({ body: '{"a":"è"}', isBase64Encoded: false });
    expect(headers['content-length']).toBe('10');
  });

  it.each([
    'application/octet-stream',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/problem+json',
    'image/png',
    '',
  ])('is base64 for %j', type => {
    const { body, isBase64Encoded } = eventOf({ body: 'a=1', headers: type ? { 'content-type': type } : {} });
    expect({ body, isBase64Encoded }).toEqual({ body: 'YT0x', isBase64Encoded: true });
  });

  it('is base64 for text that is not UTF-8, so that no byte is lost', () => {
    const bytes = Uint8Array.of(0x7b, 0xff, 0x7d);
    const { body, isBase64Encoded } = eventOf({ body: bytes, headers: { 'content-type': 'application/json' } });
    expect({ body, isBase64Encoded }).toEqual({ body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true });
  });

  it('is absent when nothing was sent', () => {
    const event = eventOf({ headers: { 'content-type': 'image/png' } });
    expect(event).not.toHaveProperty('body');
    expect(event.isBase64Encoded).toBe(false);
  });
});
