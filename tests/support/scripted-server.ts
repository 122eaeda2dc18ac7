import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** A server that answers exactly as it is told: for what a vendor with manners, and so its simulator, would never do. */

export interface Asked {
  method: string;
  /** Path and query as they arrived. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Plays one answer; what it leaves open stays open until the client hangs up or the test is over. */
export type Script = (response: ServerResponse, asked: Asked) => void | Promise<void>;

export interface ScriptedServer {
  url: string;
  /** Every request, in order of arrival. */
  asked: Asked[];
  /** Resolves once the client has hung up on that many answers that were not finished. */
  hungUp(count?: number): Promise<void>;
}

/** Plays the scripts in order, the last one again and again; ends with the test. */
export const aScriptedServer = async (...scripts: [Script, ...Script[]]): Promise<ScriptedServer> => {
  const asked: Asked[] = [];
  const waiting = new Set<() => void>();
  let abandoned = 0;
  const server = createServer(async (request, response) => {
    response.on('close', () => {
      if (response.writableFinished) return;
      abandoned += 1;
      for (const look of waiting) look();
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
    const script = scripts[Math.min(asked.length, scripts.length) - 1];
    await script?.(response, { method, url, headers, body: asked.at(-1)?.body ?? '' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = new Promise(resolve => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    hungUp: (count = 1) =>
      new Promise(resolve => {
        const look = (): void => {
          if (abandoned < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
};

/** @param body text as it stands, anything else as JSON */
export const answers =
  (status: number, body: unknown = '', headers: Record<string, string> = {}): Script =>
  response => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(text === '' ? undefined : text);
  };

/** Takes the request and says nothing. */
export const hangs: Script = () => undefined;

/** Takes the request and cuts the connection before a byte of an answer. */
export const resets: Script = response => void response.socket?.resetAndDestroy();

/** Promises a whole answer and cuts the connection after a part of it. */
export const breaksOff =
  (part: string, status = 200): Script =>
  response => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': part.length + 1000 });
    response.write(part, () => setImmediate(() => response.socket?.resetAndDestroy()));
  };

/** One character at a time, for as long as somebody listens. */
export const drips =
  (everyMs: number): Script =>
  async response => {
    response.writeHead(200, { 'content-type': 'application/json' });
    while (!response.destroyed) {
      response.write(' ');
      await sleep(everyMs);
    }
  };
