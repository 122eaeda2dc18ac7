import { addAbortSignal, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Config } from '../config.ts';
import type { BackgroundUploads } from '../domain/ports.ts';
import { storeUnavailable } from '../errors.ts';

/**
 * The bucket for large images. The SDK is loaded where it is used, and only the functions that import this file carry it.
 *
 * An endpoint whose host is an IP address is spoken to with the bucket in the path, any other with the bucket in the host's
 * name: the SDK decides that by itself, so nothing here depends on which of them it is.
 */

type Backgrounds = Config['backgrounds'];

/** One connection pool per endpoint for the life of the process. */
const clients = new Map<string, Promise<S3Client>>();

const clientFor = ({ endpoint }: Backgrounds): Promise<S3Client> => {
  const known = clients.get(endpoint ?? '');
  if (known !== undefined) return known;
  const client = import('@aws-sdk/client-s3').then(
    sdk =>
      new sdk.S3Client({
        ...(endpoint !== undefined && { endpoint }),
        maxAttempts: 3,
        requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
      }),
  );
  clients.set(endpoint ?? '', client);
  return client;
};

const isMissing = (error: unknown): boolean => error instanceof Error && error.name === 'NoSuchKey';

/** When the form ends is written in the policy that was signed, and there alone. */
const expiryOf = (policy = ''): number => {
  const { expiration } = JSON.parse(Buffer.from(policy, 'base64').toString('utf8')) as { expiration: string };
  return Date.parse(expiration);
};

const openBucket = (bucket: string, backgrounds: Backgrounds, signal: AbortSignal): BackgroundUploads => {
  const translate = (error: unknown): never => {
    if (signal.aborted) throw signal.reason;
    throw storeUnavailable(error);
  };

  const offer: BackgroundUploads['offer'] = async ({ key, contentType, bytes, seconds }) => {
    const { createPresignedPost } = await import('@aws-sdk/s3-presigned-post');
    const { url, fields } = await createPresignedPost(await clientFor(backgrounds), {
      Bucket: bucket,
      Key: key,
      Conditions: [['content-length-range', bytes.least, bytes.most]],
      Fields: { 'Content-Type': contentType },
      Expires: seconds,
    });
    return { url, fields, expiresAt: expiryOf(fields.Policy) };
  };

  const read: BackgroundUploads['read'] = async (key, mostBytes) => {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await clientFor(backgrounds);
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    const { ContentLength = Number.POSITIVE_INFINITY, Body } = await client.send(command, { abortSignal: signal });
    if (!(Body instanceof Readable)) throw new TypeError('an object came without a stream');
    if (ContentLength > mostBytes) {
      Body.destroy();
      return 'too large';
    }
    return buffer(addAbortSignal(signal, Body));
  };

  const remove: BackgroundUploads['remove'] = async key => {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await clientFor(backgrounds);
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
  };

  return {
    offer: wanted => offer(wanted).catch(translate),
    read: (key, mostBytes) =>
      read(key, mostBytes).catch((error: unknown) => (isMissing(error) ? 'missing' : translate(error))),
    remove: key => remove(key).catch(translate),
  };
};

/**
 * undefined where the deployment has no bucket. Calls end when the signal says so.
 * @throws (each call) ServiceError `store_unavailable`, or the signal's reason
 */
export const openBackgroundUploads = ({
  config,
  signal,
}: {
  config: { backgrounds: Backgrounds };
  signal: AbortSignal;
}): BackgroundUploads | undefined => {
  const { bucket } = config.backgrounds;
  return bucket === undefined ? undefined : openBucket(bucket, config.backgrounds, signal);
};
