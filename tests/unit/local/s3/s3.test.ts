import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen, shut } from '../../../../local/listen.ts';
import { createS3, type LocalS3 } from '../../../../local/s3/index.ts';

/** The bucket on a port of its own, spoken to by the SDK. */

const account = { accessKeyId: 'invented', secretAccessKey: 'invented-secret', region: 'eu-west-1' };

let s3: LocalS3;
let url: string;
let aheadMs: number;
let told: unknown[];
let tell: (event: unknown) => Promise<void>;
let stop: () => Promise<void>;

beforeEach(async () => {
  aheadMs = 0;
  told = [];
  tell = async () => undefined;
  s3 = createS3({
    account,
    bucket: 'pictures',
    prefix: '/_s3',
    notifyBelow: 'in/',
    clock: () => Date.now() + aheadMs,
    onCreated: async event => {
      told.push(event);
      await tell(event);
    },
  });
  const server = createServer((request, response) => s3.serve(request, response));
  ({ url } = await listen(server, 0));
  stop = () => shut(server);
});
afterEach(() => stop());

const client = () =>
  new S3Client({ endpoint: `${url}/_s3`, region: account.region, credentials: account, maxAttempts: 1 });

const aForm = (wish: Partial<PresignedPostOptions> = {}) =>
  createPresignedPost(client(), { Bucket: 'pictures', Key: 'in/a b.jpg', Expires: 60, ...wish });

const send = (
  target: { url: string; fields: Record<string, string> },
  content = 'picture',
  last: [string, string][] = [],
) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(target.fields)) form.set(name, value);
  form.set('file', new Blob([content]), 'p.jpg');
  for (const [name, value] of last) form.set(name, value);
  return fetch(target.url, { method: 'POST', body: form });
};

const codeOf = async (response: Response) => /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];

describe('a form', () => {
  it('stores the file, tells of it as S3 does, and the owner reads it back', async () => {
    const response = await send(await aForm());
    expect(response.status).toBe(204);
    expect(response.headers.get('etag')).toBe(`"${createHash('md5').update('picture').digest('hex')}"`);
    await s3.told();
    expect(told).toMatchObject([
      {
        Records: [
          {
            eventSource: 'aws:s3',
            eventName: 'ObjectCreated:Post',
            awsRegion: 'eu-west-1',
            s3: { bucket: { name: 'pictures' }, object: { key: 'in/a+b.jpg', size: 7 } },
          },
        ],
      },
    ]);
    const { Body, ContentLength } = await client().send(
      new GetObjectCommand({ Bucket: 'pictures', Key: 'in/a b.jpg' }),
    );
    expect([await Body?.transformToString(), ContentLength]).toEqual(['picture', 7]);
  });

  it('for another folder stores the file and tells nobody', async () => {
    expect((await send(await aForm({ Key: 'elsewhere/p.jpg' }))).status).toBe(204);
    await s3.told();
    expect([s3.keys(), told]).toEqual([['elsewhere/p.jpg'], []]);
  });

  it('is over when its time is', async () => {
    const form = await aForm();
    aheadMs = 61_000;
    const response = await send(form);
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('Policy expired')]);
    expect(s3.keys()).toEqual([]);
  });

  it.each([
    ['largest', 'x'.repeat(10), 204],
    ['smallest', 'x'.repeat(5), 204],
    ['too large', 'x'.repeat(11), 400],
    ['too small', 'x'.repeat(4), 400],
  ])('keeps to its range: %s', async (_, content, status) => {
    const form = await aForm({ Conditions: [['content-length-range', 5, 10]] });
    expect((await send(form, content)).status).toBe(status);
    expect(s3.keys()).toHaveLength(status === 204 ? 1 : 0);
  });

  it('takes what a condition leaves open, and no more', async () => {
    const open = await aForm({ Conditions: [['starts-with', '$Content-Type', 'image/']] });
    const as = (type: string) => send({ ...open, fields: { ...open.fields, 'Content-Type': type } });
    expect((await as('image/png')).status).toBe(204);
    expect(await codeOf(await as('text/html'))).toBe('AccessDenied');
    expect(await codeOf(await send(open))).toBe('AccessDenied');
  });

  it('is nothing without its file, and nothing after it counts', async () => {
    const { fields, url: target } = await aForm();
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    expect(await codeOf(await fetch(target, { method: 'POST', body: form }))).toBe('MalformedPOSTRequest');
    expect((await send({ url: target, fields }, 'picture', [['key', 'in/other.jpg']])).status).toBe(403);
  });

  it('of another bucket, account or place is refused', async () => {
    const elsewhere = await aForm();
    expect(await codeOf(await send({ ...elsewhere, url: `${url}/_s3/others` }))).toBe('NoSuchBucket');
    const stranger = { ...elsewhere.fields, 'X-Amz-Credential': 'other/20260101/eu-west-1/s3/aws4_request' };
    expect(await codeOf(await send({ ...elsewhere, fields: stranger }))).toBe('InvalidAccessKeyId');
    const far = { ...elsewhere.fields, 'X-Amz-Credential': 'invented/20260101/us-east-1/s3/aws4_request' };
    expect(await codeOf(await send({ ...elsewhere, fields: far }))).toBe('AuthorizationHeaderMalformed');
  });

  it('tells of one object after the other, and goes on when somebody fails', async () => {
    const running: string[] = [];
    tell = async () => {
      running.push('begins');
      await sleep(20);
      running.push('ends');
      throw new Error('as told');
    };
    await Promise.all([send(await aForm({ Key: 'in/1' })), send(await aForm({ Key: 'in/2' }))]);
    await s3.told();
    expect(running).toEqual(['begins', 'ends', 'begins', 'ends']);
  });
});

describe('a signed request', () => {
  const read = () => client().send(new GetObjectCommand({ Bucket: 'pictures', Key: 'in/p.jpg' }));

  it('is refused when its clock is a quarter of an hour off', async () => {
    aheadMs = 16 * 60_000;
    await expect(read()).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
  });

  it('counts for the path that was signed', async () => {
    const moved = client();
    moved.middlewareStack.add(
      next => args => {
        (args.request as { path: string }).path = '/_s3/pictures/in/other.jpg';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const command = new GetObjectCommand({ Bucket: 'pictures', Key: 'in/p.jpg' });
    await expect(moved.send(command)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });
});
