// A simulator of one's own per test, a client that speaks to it over HTTP, and a receiver for what it sends.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { startKaleyra } from '../../../../local/kaleyra/index.ts';

export const API_KEY = 'ak_test_0123456789abcdef01234567';

type Options = Partial<Parameters<typeof startKaleyra>[0]>;

/** Bodies are typed as JSON.parse types them: each test knows what to expect, and says so. */
type Json = ReturnType<typeof JSON.parse>;

interface Reply {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

export async function aSimulator(options: Options = {}) {
  const kaleyra = await startKaleyra({ port: 0, apiKey: API_KEY, ...options });
  onTestFinished(() => kaleyra.close());
  return { ...kaleyra, ...clientOf(kaleyra.url) };
}

export type Simulator = Awaited<ReturnType<typeof aSimulator>>;

function clientOf(url: string) {
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const form = body instanceof FormData;
    const response = await fetch(url + path, {
      method,
      headers: {
        apikey: API_KEY,
        ...(!form && body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: form || typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return replyOf(response);
  };
  const control = async (method: string, name: string, body?: unknown) => {
    const response = await fetch(`${url}/_simulator${name}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return replyOf(response);
  };
  return {
    send,
    control,
    get: (path: string) => send('GET', path),
    post: (path: string, body?: unknown) => send('POST', path, body),
    put: (path: string, body?: unknown) => send('PUT', path, body),
    delete: (path: string, body?: unknown) => send('DELETE', path, body),
    fault: (fault: unknown) => control('POST', '/faults', fault),
    dialect: (changes: unknown) => control('PUT', '/dialect', changes),
    call: async (order: unknown): Promise<{ sessionId: string; uploads: string[] }> => {
      const { status, body } = await control('POST', '/calls', order);
      if (status !== 200) throw new Error(`the call was refused: ${status} ${body.message}`);
      return body;
    },
    state: async (): Promise<Json> => (await control('GET', '/state')).body,
    journal: async (): Promise<Json[]> => (await control('GET', '/requests')).body.requests,
  };
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Two invented people who may hold a room: a plus and a basic one. */
export const DOCTOR = 'dr-ada-example';
export const PATIENT = 'mr-bruno-sample';

export async function thePeople(simulator: Simulator) {
  await Promise.all([
    simulator.post('/v2/users', { id: DOCTOR, role: 'plus' }),
    simulator.post('/v2/users', { id: PATIENT, role: 'basic' }),
  ]);
}

/** A room of the two, with both created if need be. */
export async function aRoom(simulator: Simulator, extra: Record<string, unknown> = {}): Promise<Json> {
  await thePeople(simulator);
  const participants = [{ user_id: DOCTOR, is_admin: true }, { user_id: PATIENT }];
  const { status, body } = await simulator.post('/v2/rooms', { participants, ...extra });
  if (status !== 201) throw new Error(`the room was refused: ${status} ${body.message}`);
  return body;
}

/** A JPEG as far as its header goes: enough to be measured. */
export function jpegOf(width: number, height: number, size = 0): Uint8Array<ArrayBuffer> {
  const app0 = [0xff, 0xe0, 0x00, 0x04, 0x00, 0x00];
  const frame = [0xff, 0xc0, 0x00, 0x08, 8, height >> 8, height & 255, width >> 8, width & 255, 0];
  const header = [0xff, 0xd8, ...app0, ...frame, 0xff, 0xda];
  const bytes = new Uint8Array(Math.max(size, header.length));
  bytes.set(header);
  return bytes;
}

export function pngOf(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  new DataView(bytes.buffer).setUint32(16, width);
  new DataView(bytes.buffer).setUint32(20, height);
  return bytes;
}

export function formOf(name: string, bytes: Uint8Array<ArrayBuffer>, type = 'image/jpeg', fields = {}): FormData {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, String(value));
  form.append(name, new Blob([bytes], { type }), 'picture');
  return form;
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly body: Json;
}

/** Stands where webhooks are sent to. `answer` decides per request, counted from 0; 'never' leaves it open. */
export async function aReceiver(answer: (index: number) => number | 'never' = () => 200, reply: unknown = {}) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks).toString();
    received.push({ path: request.url ?? '', headers: request.headers, raw, body: parsed(raw) });
    const status = answer(received.length - 1);
    if (status !== 'never') response.writeHead(status, { location: '/elsewhere' }).end(JSON.stringify(reply));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    until: (count: number) =>
      vi.waitFor(
        () => {
          if (received.length < count) throw new Error(`${received.length} of ${count} deliveries arrived`);
          return received;
        },
        { timeout: 3000, interval: 5 },
      ),
    events: () => received.map(({ body }) => body.event),
  };
}

export const register = (simulator: Simulator, url: string, events: readonly string[], version = '1') =>
  Promise.all(events.map(event => simulator.post('/v2/webhooks', { event, url, version })));

export const hmac = (text: string) => createHmac('sha256', API_KEY).update(text).digest('hex');

/** Only what is signed over the bytes that arrived counts. */
export function isSigned({ headers, raw }: Received): boolean {
  const [, t, v0] = /^t=(\d+),v0=([0-9a-f]{64})$/.exec(String(headers['bandyer-signature'])) ?? [];
  return v0 === hmac(`${t}.${raw}`);
}

/** Long enough for a delivery that should not happen to happen. */
export const aMoment = (ms = 60) => new Promise(resolve => setTimeout(resolve, ms));
