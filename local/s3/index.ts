/**
 * One bucket of S3, as far as large images need it: forms with signed policies, and reading and deleting with signed requests,
 * the bucket in the path. Its objects live in memory: they are there for the seconds until a function has dealt with them.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createdEvent } from './created.ts';
import { denied, S3Error, toXml } from './errors.ts';
import { readForm } from './form.ts';
import { enforcePolicy } from './policy.ts';
import { type Account, type SignedRequest, verifyPolicySignature, verifyRequest } from './signature.ts';

interface S3Options {
  readonly account: Account;
  readonly bucket: string;
  /** Where it is mounted: `/_s3`. */
  readonly prefix: string;
  /** Told of each object that is made below `notifyBelow`, of one after the other. */
  onCreated(event: unknown): Promise<unknown>;
  readonly notifyBelow: string;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

export interface LocalS3 {
  serve(request: IncomingMessage, response: ServerResponse): void;
  keys(): string[];
  /** What was done, in order, by S3's own names: `PutObject`, also for a form. */
  calls(): string[];
  /** Resolves when everybody who was to be told of an object has been. */
  told(): Promise<void>;
}

interface StoredObject {
  readonly bytes: Buffer;
  readonly type: string;
  readonly eTag: string;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

const CALLS: Readonly<Record<string, string>> = { GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' };

/** More than any policy allows. */
const LARGEST_BODY = 32 * 1024 * 1024;

export function createS3(options: S3Options): LocalS3 {
  const { account, bucket, prefix, notifyBelow, clock = Date.now } = options;
  const objects = new Map<string, StoredObject>();
  const calls: string[] = [];
  let telling: Promise<unknown> = Promise.resolve();

  /** The key below the bucket; empty for the bucket itself. */
  function keyOf(path: string): string {
    const [, name = '', key = ''] = /^\/([^/]*)\/?(.*)$/.exec(path.slice(prefix.length)) ?? [];
    if (name !== bucket) throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
    return decodeURIComponent(key);
  }

  async function post({ headers, body, path }: SignedRequest): Promise<Reply> {
    if (keyOf(path) !== '') throw notAllowed();
    const { fields, file: bytes } = await readForm(String(headers['content-type']), body);
    const field = (name: string): string => fields.get(name) ?? '';
    verifyPolicySignature(account, field('policy'), field);
    if (field('bucket') !== '' && field('bucket') !== bucket) throw denied('the form is for another bucket');
    enforcePolicy(new Map([...fields, ['bucket', bucket]]), bytes.length, clock());
    const key = field('key');
    calls.push('PutObject');
    const eTag = createHash('md5').update(bytes).digest('hex');
    objects.set(key, { bytes, eTag, type: field('content-type') || 'binary/octet-stream' });
    if (key.startsWith(notifyBelow)) {
      const event = createdEvent({ bucket, key, eTag, size: bytes.length, region: account.region, at: clock() });
      telling = telling.then(() => options.onCreated(event)).catch(() => undefined);
    }
    return { status: 204, headers: { etag: `"${eTag}"`, location: `${prefix}/${bucket}/${encodeURIComponent(key)}` } };
  }

  function act(request: SignedRequest): Reply {
    verifyRequest(account, request, clock());
    const key = keyOf(request.path);
    const call = CALLS[request.method];
    if (call === undefined) throw notAllowed();
    calls.push(call);
    if (call === 'DeleteObject') {
      objects.delete(key);
      return { status: 204 };
    }
    const found = objects.get(key);
    if (found === undefined) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
    return { status: 200, headers: { 'content-type': found.type, etag: `"${found.eTag}"` }, body: found.bytes };
  }

  async function answer(request: IncomingMessage): Promise<Reply> {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const { method = '', headers } = request;
    const signed: SignedRequest = { method, path, query, headers, body: await readBody(request) };
    return method === 'POST' ? post(signed) : act(signed);
  }

  return {
    serve: (request, response) => {
      answer(request)
        .catch(asReply)
        .then(reply => send(request, response, reply));
    },
    keys: () => [...objects.keys()],
    calls: () => [...calls],
    told: async () => void (await telling),
  };
}

const notAllowed = (): S3Error =>
  new S3Error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');

function asReply(error: unknown): Reply {
  const known =
    error instanceof S3Error ? error : new S3Error(500, 'InternalError', 'We encountered an internal error.');
  return { status: known.status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(toXml(known)) };
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
  throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Reply): void {
  // The client has gone, or the whole port is closing.
  if (request.socket.destroyed) return;
  response.writeHead(status, { ...headers, ...(status !== 204 && { 'content-length': body?.length ?? 0 }) });
  response.end(request.method === 'HEAD' ? undefined : body);
}
