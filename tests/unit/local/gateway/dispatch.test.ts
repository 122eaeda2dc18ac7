import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { buildEvent, inProcess, type PlainRequest } from '../../../../local/gateway/in-process.ts';
import type { GatewaySecret, Handler } from '../../../../local/gateway/index.ts';
import { aManifest } from './manifests.ts';

const manifest = aManifest(
  { read: ['GET /visits/{id}', 'POST /visits'], slow: ['GET /slow'] },
  { slow: { timeoutMs: 40 } },
);

async function send(handler: Handler, request: Partial<PlainRequest> = {}, gatewaySecret?: GatewaySecret) {
  const call = inProcess({ manifest, handlerFor: async () => handler, ...(gatewaySecret && { gatewaySecret }) });
  const { statusCode, headers, body } = await call({ method: 'GET', url: '/visits/7', ...request });
  return { statusCode, headers: Object.fromEntries(headers), body: body.toString() };
}

const post = (body: string | Uint8Array, type = 'application/json'): Partial<PlainRequest> => ({
  method: 'POST',
  url: '/visits',
  headers: { 'content-type': type },
  body,
});

describe('the gateway without a socket', () => {
  it('hands the event over and answers with the result', async () => {
    const answer = await send(async event => ({ statusCode: 202, body: JSON.stringify(event) }));
    expect(answer.statusCode).toBe(202);
    expect(JSON.parse(answer.body)).toMatchObject({ routeKey: 'GET /visits/{id}', pathParameters: { id: '7' } });
  });

  it('tells the request id to the client and to the function', async () => {
    const answer = await send(
      async event => (event as { requestContext: { requestId: string } }).requestContext.requestId,
    );
    expect(answer.headers['apigw-requestid']).toMatch(/^[\w-]{15}=$/);
    expect(answer.body).toBe(answer.headers['apigw-requestid']);
  });

  it('gives the function a context of its own', async () => {
    const contexts: Context[] = [];
    const handler: Handler = async (_event, context) => contexts.push(context);
    await send(handler);
    await send(handler);
    const [first, second] = contexts;
    expect(first).toMatchObject({ functionName: 'clinic-local-read', memoryLimitInMB: '1024' });
    expect(first?.awsRequestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(second?.awsRequestId).not.toBe(first?.awsRequestId);
    expect(first?.getRemainingTimeInMillis()).toBeGreaterThan(3_000);
    expect(first?.getRemainingTimeInMillis()).toBeLessThanOrEqual(5_000);
  });

  it('answers 404 where no route is, and asks no function', async () => {
    const answer = await send(() => Promise.reject(new Error('asked')), { method: 'DELETE' });
    expect(answer).toMatchObject({ statusCode: 404, body: '{"message":"Not Found"}' });
  });

  it('answers 400 to a path that cannot be decoded', async () => {
    const answer = await send(async () => 'ok', { url: '/visits/%E0%A4' });
    expect(answer).toMatchObject({ statusCode: 400, body: '{"message":"Bad Request"}' });
  });

  it.each<[string, Handler]>([
    ['throws', () => Promise.reject(new Error('private detail'))],
    [
      'throws at once',
      () => {
        throw new Error('private detail');
      },
    ],
    ['throws something that is no error', () => Promise.reject('private detail')],
    ['returns what is no response', async () => ({ statusCode: 'private detail' })],
    ['returns what is no JSON', async () => ({ statusCode: 200, body: 1n })],
    ['returns more than Lambda can carry', async () => ({ statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024) })],
  ])('answers 500 and nothing else when a function %s', async (_, handler) => {
    const { 'apigw-requestid': id, ...answer } = (await send(handler)).headers;
    expect(id).toBeDefined();
    expect(answer).toEqual({ 'content-type': 'application/json' });
    expect(await send(handler)).toMatchObject({ statusCode: 500, body: '{"message":"Internal Server Error"}' });
  });

  it('answers 500 when a function cannot be loaded', async () => {
    const call = inProcess({ manifest, handlerFor: () => Promise.reject(new Error('no such file')) });
    expect(await call({ method: 'GET', url: '/visits/7' })).toMatchObject({ statusCode: 500 });
  });

  it('lets an answer of just under the limit pass', async () => {
    const answer = await send(async () => ({ statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024 - 100) }));
    expect(answer.statusCode).toBe(200);
  });

  it('answers 503 when the time of a function is over', async () => {
    const begun = performance.now();
    const answer = await send(() => new Promise(() => undefined), { url: '/slow' });
    expect(answer).toMatchObject({ statusCode: 503, body: '{"message":"Service Unavailable"}' });
    expect(performance.now() - begun).toBeLessThan(8_000);
  });
});

describe('a request that is too large', () => {
  it('is refused when its event would not fit into a Lambda request', async () => {
    const echo: Handler = async event => (event as { body: string }).body.length;
    const megabytes = (count: number): Uint8Array => new Uint8Array(count * 1024 * 1024).fill(0x61);
    expect(await send(echo, post(megabytes(5)))).toMatchObject({ statusCode: 200, body: String(5 * 1024 * 1024) });
    // The same bytes as base64 are a third longer.
    expect(await send(echo, post(megabytes(5), 'image/png'))).toMatchObject({
      statusCode: 413,
      body: '{"message":"Request Entity Too Large"}',
    });
    expect((await send(echo, post(megabytes(4), 'image/png'))).statusCode).toBe(200);
    expect((await send(echo, post(megabytes(7)))).statusCode).toBe(413);
  });

  it('is refused when request line and header values are over 10,240 bytes', async () => {
    const withHeaders = (bytes: number) =>
      send(async () => 'ok', { headers: { a: 'x'.repeat(bytes / 2), b: 'x'.repeat(bytes / 2) } });
    expect((await withHeaders(10_000)).statusCode).toBe(200);
    expect(await withHeaders(10_240)).toMatchObject({
      statusCode: 431,
      body: '{"message":"Request Header Fields Too Large"}',
    });
    expect((await send(async () => 'ok', { url: `/visits/7?q=${'x'.repeat(10_240)}` })).statusCode).toBe(431);
  });
});

describe('the trusted gateway', () => {
  const secret = { header: 'X-Gateway-Secret', value: 'the real one' };
  const headersSeen: Handler = async event => (event as { headers: unknown }).headers;

  it('sets its secret in place of what the client sent', async () => {
    const forged = { 'x-gateway-SECRET': ['forged', 'twice'], miauserid: 'dr-rossi' };
    const seen = JSON.parse((await send(headersSeen, { headers: forged }, secret)).body);
    expect(seen).toMatchObject({ 'x-gateway-secret': 'the real one', miauserid: 'dr-rossi' });
  });

  it('leaves the header alone when it is not asked to play', async () => {
    const seen = JSON.parse((await send(headersSeen, { headers: { 'x-gateway-secret': 'sent' } })).body);
    expect(seen).toMatchObject({ 'x-gateway-secret': 'sent' });
  });
});

describe('an event built for a test', () => {
  it('comes with the function that would get it', () => {
    const options = { now: 1_000, requestId: 'fixed', gatewaySecret: { header: 'x-s', value: 'v' } };
    expect(buildEvent(manifest, { method: 'GET', url: '/visits/a%20b?x=1' }, options)).toMatchObject({
      functionKey: 'read',
      event: {
        pathParameters: { id: 'a b' },
        queryStringParameters: { x: '1' },
        headers: { host: 'localhost', 'x-s': 'v' },
        requestContext: { requestId: 'fixed', timeEpoch: 1_000 },
      },
    });
  });

  it('is undefined where no route is', () => {
    expect(buildEvent(manifest, { method: 'GET', url: '/nowhere' })).toBeUndefined();
  });
});
