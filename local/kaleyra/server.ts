// The connection around the vendor: reads requests, applies faults, writes answers, keeps the journal.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliver, type Manner } from '../wire/delivery.ts';
import type { Outage } from '../wire/outage.ts';
import { isCallTalk } from './call/desk.ts';
import { controlAnswer, isControl } from './controls/index.ts';
import { errorBody, errorOfStatus, VendorError } from './errors.ts';
import type { Answer, Incoming } from './exchange.ts';
import type { Fault, Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { asVendorError, isApi, vendorAnswer } from './vendor.ts';
import type { World } from './world.ts';

/** More than the largest file that any endpoint takes. */
const LARGEST_BODY = 32 * 1024 * 1024;

export type Mount = (request: IncomingMessage, response: ServerResponse) => void;

export interface Desk {
  readonly world: World;
  readonly faults: Faults;
  readonly outage: Outage;
  readonly journal: Journal;
  /** Other services that live on the same port, by the beginning of their paths. */
  readonly mounts: Readonly<Record<string, Mount>>;
  /** Aborted when the simulator closes: nobody waits any longer. */
  readonly closing: AbortSignal;
  /** The state may have changed. */
  changed(): void;
}

/** Hands the request to whom its path belongs. */
export function receive(desk: Desk, request: IncomingMessage, response: ServerResponse): void {
  const path = splitOnce(request.url ?? '')[0];
  const mount = Object.entries(desk.mounts).find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
  if (mount === undefined) serve(desk, request, response);
  else mount[1](request, response);
}

async function serve(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path, query] = splitOnce(request.url ?? '');
  const method = request.method ?? '';
  const settle =
    isControl(path) || isCallTalk(path)
      ? undefined
      : desk.journal.arrived({
          method,
          path,
          ...(query !== undefined && { query }),
          startedAt: new Date(desk.world.clock()).toISOString(),
        });
  let details: { fault?: Fault; body?: unknown } = {};
  response.on('close', () => settle?.({ status: response.writableFinished ? response.statusCode : 0, ...details }));
  try {
    const body = await readBody(request);
    const incoming: Incoming = { method, path, query, headers: request.headers, body };
    details = bodyForJournal(body);
    const fault = isApi(path) ? desk.faults.take(method, path) : undefined;
    if (fault !== undefined) details = { ...details, fault };
    if (fault?.refuse !== undefined) await desk.outage.begin(fault.refuse);
    const answer = isControl(path) ? await controlAnswer(desk, incoming) : await withFault(desk, incoming, fault);
    if (desk.outage.isOn() && (isControl(path) || fault?.refuse !== undefined)) {
      // This answer still arrives; whoever comes next is refused.
      response.setHeader('connection', 'close');
      response.once('close', () => desk.outage.cut());
    }
    if (answer === 'drop') request.socket.destroy();
    else await send(response, answer, fault, desk.closing);
  } catch (error) {
    // The connection broke, or the simulator is closing: there is nobody to tell.
    if (request.socket.destroyed || desk.closing.aborted || response.headersSent) return;
    const known = asVendorError(error);
    const json = errorBody(known, desk.world.dialect.errorEnvelope);
    await send(response, { status: known.status, json }, {}, desk.closing);
  }
}

/** The order matters: a late request and a late answer are different accidents. */
async function withFault(desk: Desk, incoming: Incoming, fault: Fault | undefined): Promise<Answer | 'drop'> {
  const act = async () => {
    const answer = await vendorAnswer(desk.world, incoming);
    if (incoming.method !== 'GET') desk.changed();
    return answer;
  };
  if (fault === undefined) return act();
  const answers = fault.status !== undefined || fault.body !== undefined || fault.text !== undefined;
  const replaces = fault.drop === true || fault.cut === 'before' || answers;
  const wait = () => sleep(fault.delayMs ?? 0, undefined, { signal: desk.closing });
  let answer: Answer | undefined;
  if (fault.afterEffect) {
    answer = await act();
    await wait();
  } else {
    await wait();
    if (!replaces) answer = await act();
  }
  if (fault.drop) return 'drop';
  return faulty(desk, fault, answer);
}

function faulty(desk: Desk, fault: Fault, real: Answer | undefined): Answer {
  const status = fault.status ?? real?.status ?? 200;
  const headers = { ...(fault.retryAfter !== undefined && { 'retry-after': String(fault.retryAfter) }) };
  if (fault.body !== undefined) return { status, headers, json: fault.body };
  if (fault.text !== undefined) {
    return { status, headers, content: { type: 'text/html; charset=utf-8', bytes: Buffer.from(fault.text) } };
  }
  if (fault.status === undefined || fault.status < 400) return { json: {}, ...real, status, headers };
  return { status, headers, json: errorBody(errorOfStatus(status), desk.world.dialect.errorEnvelope) };
}

function splitOnce(url: string): [string, string | undefined] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, undefined] : [url.slice(0, mark), url.slice(mark + 1)];
}

/** Reads to the end even what is too large, because a client that is still sending would not see the refusal. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  if (size <= LARGEST_BODY) return Buffer.concat(chunks);
  const message = `the body is larger than ${LARGEST_BODY} bytes`;
  throw new VendorError(413, 'invalid_request_error', 'payload_too_large', message);
}

function bodyForJournal(body: Buffer): { body?: unknown } {
  if (body.length === 0) return {};
  try {
    return { body: JSON.parse(body.toString('utf8')) };
  } catch {
    return {};
  }
}

function send(
  response: ServerResponse,
  { status, json, content, headers }: Answer,
  manner: Manner | undefined,
  closing: AbortSignal,
): Promise<void> {
  const empty = status === 204 || status === 304;
  const bytes = empty ? Buffer.alloc(0) : (content?.bytes ?? Buffer.from(JSON.stringify(json ?? {})));
  const type = content?.type ?? 'application/json; charset=utf-8';
  const described = empty ? {} : { 'content-type': type, 'content-length': bytes.length };
  return deliver(response, { status, headers: { ...described, ...headers }, bytes }, manner ?? {}, closing);
}
