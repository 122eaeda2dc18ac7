import { once } from 'node:events';
import { Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Gateway, type GatewayOptions, type Handler, startGateway } from '../../../../local/gateway/index.ts';
import { aManifest } from './manifests.ts';

const MEGABYTE = 1024 * 1024;
const manifest = aManifest({ echo: ['ANY /echo', 'POST /echo/{id}'], job: [] }, { job: { timeoutMs: 50 } });
const opened: Gateway[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map(gateway => gateway.close()));
});

const echo: Handler = async event => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(event),
});

async function aGateway(handler: Handler = echo, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await startGateway({ port: 0, manifest, handlerFor: async () => handler, ...options });
  opened.push(gateway);
  return gateway;
}

/** Writes the body in pieces and as fast as it is taken, as clients do, without looking at the answer before it is there. */
function upload(
  { port }: Gateway,
  bytes: number,
  options: RequestOptions = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, path: '/echo', method: 'POST', ...options }, async response => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
    });
    request.on('error', reject);
    request.on('continue', () => request.end(Buffer.alloc(bytes)));
    if (!options.headers || !('expect' in options.headers)) request.end(Buffer.alloc(bytes));
  });
}

/** A client that looks at the answer only when everything is sent: a connection that is cut has lost it by then. */
async function raw({ port }: Gateway, ...pieces: (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8').pause();
  for (const piece of pieces) {
    await new Promise<void>((resolve, reject) => socket.write(piece, error => (error ? reject(error) : resolve())));
  }
  return (await socket.toArray()).join('');
}

describe('the gateway', () => {
  it('makes of a request what a client sent', async () => {
    const { url } = await aGateway();
    const response = await fetch(`${url}/echo/a%20b?x=1&x=2`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: 'a=1; b=2' },
      body: '{"è":1}',
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      routeKey: 'POST /echo/{id}',
      rawPath: '/echo/a b',
      rawQueryString: 'x=1&x=2',
      queryStringParameters: { x: '1,2' },
      pathParameters: { id: 'a b' },
      cookies: ['a=1', 'b=2'],
      headers: { 'content-type': 'application/json', 'content-length': '8', host: new URL(url).host },
      requestContext: { http: { method: 'POST', sourceIp: '127.0.0.1' } },
      body: '{"è":1}',
      isBase64Encoded: false,
    });
  });

  it('sends status, repeated headers, cookies and bytes as the function says', async () => {
    const { url } = await aGateway(async () => ({
      statusCode: 206,
      headers: { 'content-type': 'image/png' },
      cookies: ['a=1', 'b=2'],
      body: 'iVBORw==',
      isBase64Encoded: true,
    }));
    const response = await fetch(`${url}/echo`);
    expect(response.status).toBe(206);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('content-length')).toBe('4');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
  });

  it('answers without a body where there can be none', async () => {
    const { url } = await aGateway(async () => ({ statusCode: 204 }));
    const response = await fetch(`${url}/echo`, { method: 'DELETE' });
    expect([response.status, await response.text(), response.headers.get('content-length')]).toEqual([204, '', null]);
    expect((await fetch(`${url}/echo`, { method: 'HEAD' })).status).toBe(204);
  });

  it('writes one line for each request, without its query', async () => {
    const lines: string[] = [];
    const { url } = await aGateway(echo, { log: line => lines.push(line) });
    await (await fetch(`${url}/echo?name=private`)).text();
    await expect.poll(() => lines).toEqual([expect.stringMatching(/^GET \/echo 200 \d+ ms$/)]);
  });

  it('writes why a function failed, and goes on', async () => {
    const lines: string[] = [];
    const { url } = await aGateway(() => Promise.reject(new Error('out of ink')), { log: line => lines.push(line) });
    expect((await fetch(`${url}/echo`)).status).toBe(500);
    expect((await fetch(`${url}/echo`)).status).toBe(500);
    expect(lines.filter(line => line.startsWith('echo failed: Error: out of ink'))).toHaveLength(2);
  });
});

describe('a body over the limit', () => {
  const refused = { status: 413, body: '{"message":"Request Entity Too Large"}' };

  it('is refused so that the client can read the answer', async () => {
    const gateway = await aGateway(() => Promise.reject(new Error('asked')));
    expect(await upload(gateway, 7 * MEGABYTE)).toEqual(refused);
    expect(await upload(gateway, 30 * MEGABYTE)).toEqual(refused);
  });

  it('is refused so that even a client can read the answer that sends everything first', async () => {
    const head = `POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: ${30 * MEGABYTE}\r\n\r\n`;
    const answer = await raw(await aGateway(), head, Buffer.alloc(30 * MEGABYTE));
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*"Request Entity Too Large"\}$/s);
  });

  it('is refused likewise when its length is not told beforehand', async () => {
    const gateway = await aGateway();
    expect(await upload(gateway, 7 * MEGABYTE, { headers: { 'transfer-encoding': 'chunked' } })).toEqual(refused);
  });

  it('is refused before it is sent to a client that asks first', async () => {
    const lines: string[] = [];
    const gateway = await aGateway(echo, { log: line => lines.push(line) });
    const asking = (bytes: number) => ({ expect: '100-continue', 'content-length': String(bytes) });
    expect(await upload(gateway, 10, { headers: asking(10) })).toMatchObject({ status: 200 });

    const told: unknown[] = [];
    const request = httpRequest({ port: gateway.port, path: '/echo', method: 'POST', headers: asking(7 * MEGABYTE) });
    request.on('continue', () => told.push('send it')).flushHeaders();
    const [response] = await once(request, 'response');
    request.on('error', () => undefined).destroy();
    expect([response.statusCode, told]).toEqual([413, []]);
    expect(response.headers['apigw-requestid']).toBeDefined();
    await expect.poll(() => lines).toContainEqual(expect.stringMatching(/^POST \/echo 413 \d+ ms$/));
  });

  it('is answered at once, while the client is still sending', async () => {
    const { port } = await aGateway();
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    onTestFinished(() => void socket.destroy());
    socket.write(`POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: ${50 * MEGABYTE}\r\n\r\nonly the beginning`);
    const [answer] = await once(socket, 'data');
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*"Request Entity Too Large"\}$/s);
  });

  it('does not keep the next request from being answered', async () => {
    const gateway = await aGateway();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    expect(await upload(gateway, 7 * MEGABYTE, { agent })).toEqual(refused);
    expect(await upload(gateway, 10, { agent })).toMatchObject({ status: 200 });
  });
});

describe('a request that cannot be read', () => {
  it('is answered 431 when its headers are larger than the gateway reads', async () => {
    const answer = await raw(
      await aGateway(),
      'GET /echo HTTP/1.1\r\nhost: x\r\n',
      `large: ${'x'.repeat(20 * MEGABYTE)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 .*\{"message":"Request Header Fields Too Large"\}$/s);
  });

  it('is answered 431 when its headers are larger than an HTTP API allows', async () => {
    const { url } = await aGateway();
    const response = await fetch(`${url}/echo`, { headers: { large: 'x'.repeat(10_240) } });
    expect([response.status, await response.json()]).toEqual([431, { message: 'Request Header Fields Too Large' }]);
  });

  it('is answered 400 when it is not HTTP', async () => {
    expect(await raw(await aGateway(), 'HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*\{"message":"Bad Request"\}$/s);
  });

  it('is given up when the client goes away', async () => {
    const asked: unknown[] = [];
    const gateway = await aGateway(async event => asked.push(event));
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    await wait(30);
    socket.resetAndDestroy();
    await wait(30);
    expect(asked).toEqual([]);
    expect((await fetch(`${gateway.url}/echo`)).status).toBe(200);
  });
});

describe('running a function by hand', () => {
  const invoke = (gateway: Gateway, key: string, body?: string) =>
    fetch(`${gateway.url}/_local/invoke/${key}`, { method: 'POST', ...(body === undefined ? {} : { body }) });

  it('answers with its result as JSON', async () => {
    const gateway = await aGateway(async event => ({ got: event }));
    expect(await (await invoke(gateway, 'job', '{"dryRun":true}')).json()).toEqual({ got: { dryRun: true } });
    expect(await (await invoke(gateway, 'job')).json()).toEqual({ got: {} });
  });

  it('answers null for no result', async () => {
    expect(await (await invoke(await aGateway(async () => undefined), 'job')).json()).toBeNull();
  });

  it('names a function that is not there', async () => {
    const response = await invoke(await aGateway(), 'jub');
    expect([response.status, await response.json()]).toEqual([404, { message: 'There is no function jub' }]);
    expect((await invoke(await aGateway(), 'toString')).status).toBe(404);
  });

  it('refuses an event that is no JSON', async () => {
    expect((await invoke(await aGateway(), 'job', '{')).status).toBe(400);
  });

  it('answers 500 with what the function threw, also when its time was over', async () => {
    const broken = await invoke(await aGateway(() => Promise.reject(new RangeError('too many'))), 'job');
    expect([broken.status, await broken.json()]).toEqual([500, { errorType: 'RangeError', errorMessage: 'too many' }]);
    const slow = await invoke(await aGateway(() => new Promise(() => undefined)), 'job');
    expect(await slow.json()).toEqual({ errorType: 'FunctionTimeout', errorMessage: 'job took longer than 50 ms' });
  });

  it('is possible without HTTP too', async () => {
    const gateway = await aGateway(async event => ({ got: event, at: new Date(0), none: undefined }));
    expect(await gateway.invoke('job', { n: 1 })).toEqual({ got: { n: 1 }, at: '1970-01-01T00:00:00.000Z' });
    await expect(gateway.invoke('jub', {})).rejects.toThrow('there is no function jub');
  });
});

describe('closing', () => {
  it('ends at once with open connections and work under way, and may be repeated', async () => {
    const gateway = await startGateway({
      port: 0,
      manifest,
      handlerFor: async () => () => new Promise(() => undefined),
    });
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const idle = connect(gateway.port, '127.0.0.1');
    await once(idle, 'connect');
    const busy = fetch(`${gateway.url}/echo`).catch(error => error as Error);
    await wait(30);
    const begun = performance.now();
    await gateway.close();
    await gateway.close();
    expect(performance.now() - begun).toBeLessThan(8_000);
    expect(await busy).toBeInstanceOf(Error);
    await expect(fetch(`${gateway.url}/echo`)).rejects.toThrow();
  });

  it('reports a port in use', async () => {
    const { port } = await aGateway();
    await expect(aGateway(echo, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
