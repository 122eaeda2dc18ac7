/** Stands between DynamoDB's socket and dynalite, and does to requests what the orders say. */
import { type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { deliver, type Manner, type Wire } from '../wire/delivery.ts';
import type { Outage } from '../wire/outage.ts';
import { askedBy, operationOf } from './asked.ts';
import type { StoreFault, StoreFaults } from './faults.ts';

interface Parts {
  readonly faults: StoreFaults;
  readonly outage: Outage;
  readonly tables: readonly CreateTableCommandInput[];
  /** Ends what is still waiting. */
  readonly closing: AbortSignal;
}

/** Without orders, requests pass untouched. */
export function withFaults(server: Server, parts: Parts): void {
  const listeners = server.listeners('request') as RequestListener[];
  const pass: RequestListener = (request, response) => {
    for (const listener of listeners) listener(request, response);
  };
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!parts.faults.mayHit(operationOf(request.headers))) pass(request, response);
    // The client has gone, or the stack is closing: there is nobody to tell.
    else examine(request, response, pass, parts).catch(() => response.destroy());
  });
}

async function examine(
  request: IncomingMessage,
  response: ServerResponse,
  pass: RequestListener,
  { faults, outage, tables, closing }: Parts,
): Promise<void> {
  const body = await buffer(request);
  const fault = faults.take(askedBy(operationOf(request.headers), body, tables));
  const act = () => answered(pass, request, body);
  if (fault === undefined) {
    pass(again(request, body), response);
    return;
  }
  const wire = await withFault(fault, act, closing);
  if (fault.kind === 'refuse') {
    await outage.begin(fault.ms ?? 0);
    response.setHeader('connection', 'close');
    response.once('close', () => outage.cut());
  }
  await deliver(response, wire, mannerOf(fault), closing);
}

async function withFault(fault: StoreFault, act: () => Promise<Wire>, closing: AbortSignal): Promise<Wire> {
  const { kind, ms = 0, afterEffect = false } = fault;
  const afterwards = async (wire: Wire): Promise<Wire> => {
    if (afterEffect) await act();
    return wire;
  };
  switch (kind) {
    case 'throttled':
      return refusal(400, 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException');
    case 'rateLimited':
      return refusal(400, 'com.amazon.coral.availability#ThrottlingException');
    case 'error500':
      return afterwards(refusal(500, 'com.amazonaws.dynamodb.v20120810#InternalServerError'));
    case 'html':
      return afterwards({ status: 200, headers: { 'content-type': 'text/html' }, bytes: PAGE });
    case 'cut':
      return NOTHING;
    case 'conditionalAfterSuccess': {
      const done = await act();
      // What failed by itself is answered as it is.
      if (done.status !== 200) return done;
      return refusal(400, 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException');
    }
    case 'delay': {
      const wait = () => sleep(ms, undefined, { signal: closing });
      if (!afterEffect) await wait();
      const wire = await act();
      if (afterEffect) await wait();
      return wire;
    }
    default:
      return act();
  }
}

const PAGE = Buffer.from('<html><body>Sorry, something is in the way.</body></html>');
const NOTHING: Wire = { status: 200, headers: {}, bytes: Buffer.alloc(0) };

const mannerOf = ({ kind, ms }: StoreFault): Manner => ({
  drip: kind === 'drip' ? ms : undefined,
  cut: kind === 'cut' || kind === 'lostAnswer' ? 'before' : kind === 'half' ? 'half' : undefined,
});

function refusal(status: number, type: string): Wire {
  const bytes = Buffer.from(JSON.stringify({ __type: type, message: 'as ordered' }));
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': crc32(bytes) };
  return { status, headers: { ...headers, 'content-length': bytes.length }, bytes };
}

/** The request once more, as far as dynalite looks at one: its body has been read. */
const again = ({ method, url, headers }: IncomingMessage, body: Buffer): IncomingMessage =>
  Object.assign(Readable.from([body]), { method, url, headers }) as unknown as IncomingMessage;

/** Has dynalite carry the request out, and keeps its answer. */
function answered(pass: RequestListener, request: IncomingMessage, body: Buffer): Promise<Wire> {
  return new Promise(resolve => {
    const response = new ServerResponse(request);
    response.end = (content?: unknown) => {
      const bytes = Buffer.from(typeof content === 'string' ? content : '');
      resolve({ status: response.statusCode, headers: response.getHeaders(), bytes });
      return response;
    };
    pass(again(request, body), response as ServerResponse & { req: IncomingMessage });
  });
}
