/**
 * The user directory of the embedded stack: an auth service and a users collection of invented people, on the simulator's port
 * under `/_directory`, with controls of its own beside them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlAnswer, type Desk, isControl, openDesk } from './controls.ts';
import { type Fault, Faults } from './faults.ts';
import { type Answer, lookUp } from './lookups.ts';

export const DIRECTORY_PREFIX = '/_directory';

/** For the port that it lives on. */
export function createDirectoryMount(): (request: IncomingMessage, response: ServerResponse) => void {
  const desk = openDesk(new Faults());
  return (request, response) => {
    // Whoever asked has gone: there is nobody to tell.
    serve(desk, request, response).catch(() => response.destroy());
  };
}

/** What the service needs to find it there. */
export const directoryVariables = (origin: string, customIds: boolean): Record<string, string> => ({
  AUTH_SERVICE: `${origin}${DIRECTORY_PREFIX}`,
  CUSTOM_ID_USERS_API_ENDPOINT: customIds ? `${origin}${DIRECTORY_PREFIX}/custom-users/` : '',
});

async function serve(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request;
  const [whole = '', query = ''] = url.split('?', 2);
  const path = whole.slice(DIRECTORY_PREFIX.length);
  const body = await text(request);
  if (isControl(path)) {
    send(response, controlAnswer(desk, method, path, body));
    return;
  }
  desk.asked.push({ method, path, query, headers });
  const fault = desk.faults.take(path);
  if (fault?.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
  if (fault?.drop) request.socket.destroy();
  else send(response, answerTo(desk, method, path, query, fault), fault?.text);
}

function answerTo(desk: Desk, method: string, path: string, query: string, fault: Fault = {}): Answer {
  const { status, body, text: page, everybody = false } = fault;
  if (method !== 'GET') return { status: 405, json: { message: 'people are only read here' } };
  if (status !== undefined || body !== undefined || page !== undefined) {
    return { status: status ?? 200, json: body === undefined ? { message: 'as ordered' } : body };
  }
  if (!everybody) return lookUp(desk.collections, path, new URLSearchParams(query));
  return lookUp(desk.collections, path.startsWith('/users') ? '/users' : path, new URLSearchParams());
}

function send(response: ServerResponse, { status, json }: Answer, page?: string): void {
  const isEmpty = status === 204 || status === 304;
  const content = page ?? JSON.stringify(json);
  response.writeHead(status, isEmpty ? {} : { 'content-type': page === undefined ? 'application/json' : 'text/html' });
  response.end(isEmpty ? undefined : content);
}
