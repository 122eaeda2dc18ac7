import { credentialsFrom, type Environment } from '../aws/access.ts';
import { createAttempts } from '../aws/attempts.ts';
import { type BucketAddress, bucketAddress, pathOf } from '../aws/bucket.ts';
import { AwsError } from '../aws/errors.ts';
import { type Answer, type Connections, openConnections, TooLargeError } from '../aws/exchange.ts';
import { signedForm } from '../aws/post-form.ts';
import { signed } from '../aws/signature.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { BackgroundUploads } from '../domain/ports.ts';
import { storeUnavailable } from '../errors.ts';

/** The bucket for large images: a form for whoever has one, and three calls of S3, signed like those to DynamoDB. */

const LIMITS = { connectMs: 1000, answerMs: 5000 };

const isMissing = (error: unknown): boolean => error instanceof Error && error.name === 'NoSuchKey';

/** S3 writes its errors in XML. */
const typeOf = ({ body }: Answer): string =>
  /<Code>([A-Za-z]{1,64})<\/Code>/.exec(body.toString('utf8'))?.[1] ?? 'UnknownError';

/**
 * undefined where the deployment has no bucket; else what opens it for as long as a signal lets it. One set of connections, made by
 * the first call.
 * @throws (each call) ServiceError `store_unavailable`, or the signal's reason
 */
export const createBackgroundUploads = (
  { bucket, endpoint }: Config['backgrounds'],
  environment: Environment,
): ((signal: AbortSignal) => BackgroundUploads) | undefined => {
  if (bucket === undefined) return undefined;
  const attempts = createAttempts();
  let opened: { address: BucketAddress; connections: Connections } | undefined;

  const open = (): NonNullable<typeof opened> => {
    if (opened === undefined) {
      const address = bucketAddress(bucket, environment, endpoint);
      opened = { address, connections: openConnections(address.url, LIMITS) };
    }
    return opened;
  };

  const call = async (method: string, key: string, signal: AbortSignal, largestBytes?: number): Promise<Buffer> => {
    const { address, connections } = open();
    const { region, url } = address;
    const path = pathOf(address, key);
    const plain = { host: url.host };
    const signer = { credentials: credentialsFrom(environment), region, service: 's3', at: systemClock.now() };
    const headers = { ...plain, ...signed({ method, path, headers: plain, body: '' }, signer) };
    const answer = await connections.send({ method, path, headers, body: '' }, signal, largestBytes);
    if (answer.status !== 200 && answer.status !== 204) throw new AwsError(typeOf(answer), answer.status);
    return answer.body;
  };

  return signal => {
    const translate = (error: unknown): never => {
      if (signal.aborted) throw signal.reason;
      throw storeUnavailable(error);
    };
    return {
      offer: async wanted => {
        try {
          const { address } = open();
          return signedForm({ bucket, ...wanted }, address, credentialsFrom(environment), systemClock.now());
        } catch (error) {
          return translate(error);
        }
      },
      read: (key, mostBytes) =>
        attempts
          .run(() => call('GET', key, signal, mostBytes), signal)
          .catch((error: unknown) => {
            if (error instanceof TooLargeError) return 'too large' as const;
            return isMissing(error) ? ('missing' as const) : translate(error);
          }),
      remove: key =>
        attempts
          .run(() => call('DELETE', key, signal), signal)
          .then(() => undefined)
          .catch(translate),
    };
  };
};
