import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BucketAddress, bucketAddress, pathOf } from '../../../../lib/aws/bucket.ts';
import { signedForm } from '../../../../lib/aws/post-form.ts';
import { signed } from '../../../../lib/aws/signature.ts';

/** What the SDK makes of a bucket, a key and a form, ours are as well. */
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const AT = Date.UTC(2026, 4, 4, 9, 0, 0, 777);

const PLACES: [what: string, region: string, bucket: string, endpoint: string | undefined][] = [
  ['in a region', 'eu-west-1', 'images-of-the-practice', undefined],
  ['in the oldest region', 'us-east-1', 'images', undefined],
  ['in China', 'cn-north-1', 'images', undefined],
  ['with dots in its name', 'eu-west-1', 'images.example', undefined],
  ['at an IP address', 'eu-west-1', 'images', 'http://127.0.0.1:3001/_s3'],
  ['at an IPv6 address', 'eu-west-1', 'images', 'http://[::1]:3001'],
  ['at a host of its own', 'eu-west-1', 'images', 'http://storage.example:9000/below'],
];

beforeEach(() => void vi.useFakeTimers({ now: AT, toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

interface Sent {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
}

/** A request as the SDK sends it; this call is the one to which it adds no query of its own. */
const sentBySdk = async (region: string, bucket: string, key: string, endpoint?: string): Promise<Sent> => {
  let sent: Sent | undefined;
  const client = new S3Client({
    region,
    credentials: keys,
    maxAttempts: 1,
    ...(endpoint !== undefined && { endpoint }),
    requestHandler: {
      handle: async (request: Sent) => {
        sent = request;
        throw new Error('seen enough');
      },
    },
  });
  await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined);
  if (sent === undefined) throw new Error('the SDK has sent nothing');
  return sent;
};

const addressOf = (region: string, bucket: string, endpoint?: string): BucketAddress =>
  bucketAddress(bucket, { AWS_REGION: region, ...(endpoint !== undefined && { AWS_ENDPOINT_URL_S3: endpoint }) });

describe.each(PLACES)('a bucket %s', (_what, region, bucket, endpoint) => {
  it('is where the SDK looks for it', async () => {
    const address = addressOf(region, bucket, endpoint);
    const { protocol, hostname, port, path } = await sentBySdk(region, bucket, 'backgrounds/a.jpg', endpoint);
    const [host = '', given = ''] = /^(.*?)(:\d+)?$/.exec(address.url.host)?.slice(1) ?? [];
    expect([address.url.protocol, host, given, pathOf(address, 'backgrounds/a.jpg')]).toEqual([
      protocol,
      hostname,
      port === undefined || port === null ? '' : `:${port}`,
      path,
    ]);
  });

  it.each([undefined, 'a-session-token'])('takes the SDK’s form, with the token %s', async sessionToken => {
    const client = new S3Client({
      region,
      credentials: { ...keys, ...(sessionToken !== undefined && { sessionToken }) },
      ...(endpoint !== undefined && { endpoint }),
    });
    const key = 'backgrounds/0f8fad5b-d9cb-469f-a165-70867728950e.jpg';
    const theirs = await createPresignedPost(client, {
      Bucket: bucket,
      Key: key,
      Conditions: [['content-length-range', 1, 16_000_000]],
      Fields: { 'Content-Type': 'image/jpeg' },
      Expires: 600,
    });
    const wish = { bucket, key, contentType: 'image/jpeg', bytes: { least: 1, most: 16_000_000 }, seconds: 600 };
    const ours = signedForm(wish, addressOf(region, bucket, endpoint), { ...keys, sessionToken }, AT);
    expect({ url: ours.url, fields: ours.fields }).toEqual(theirs);
    const policy = JSON.parse(Buffer.from(String(theirs.fields.Policy), 'base64').toString()) as { expiration: string };
    expect(ours.expiresAt).toBe(Date.parse(policy.expiration));
  });
});

describe('a key', () => {
  it.each([
    'backgrounds/plain.jpg',
    'backgrounds/with a blank & more.jpg',
    "it's (all) *here*!.jpg",
    'ünïcode/日本.jpg',
    'a+b=c?d#e%20.jpg',
  ])('%s is written and signed as the SDK does it', async key => {
    const { path, headers } = await sentBySdk('eu-west-1', 'images', key);
    const address = addressOf('eu-west-1', 'images');
    expect(pathOf(address, key)).toBe(path);
    const [, listed = ''] = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
    const own = listed.split(';').filter(name => !['x-amz-date', 'x-amz-content-sha256'].includes(name));
    const plain = Object.fromEntries(own.map(name => [name, headers[name] ?? '']));
    const ours = signed(
      { method: 'HEAD', path, headers: plain, body: '' },
      { credentials: { ...keys, sessionToken: undefined }, region: 'eu-west-1', service: 's3', at: AT },
    );
    expect(ours.authorization).toBe(headers.authorization);
  });
});
