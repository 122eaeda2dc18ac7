/** The bucket of the manifest's background images, and the function that it tells of each. */
import type { Manifest } from '../manifest.ts';
import { createS3, type LocalS3 } from './index.ts';

export const S3_PREFIX = '/_s3';

const FUNCTION_KEY = 'processBackgroundUpload';
/** As in the notification of the bucket in serverless.yml. */
const NOTIFY_BELOW = 'backgrounds/';

/** Variables that a function without a bucket does not need, and one with it does. */
interface Variables {
  readonly BACKGROUND_UPLOADS_BUCKET?: string;
  readonly AWS_ACCESS_KEY_ID?: string;
  readonly AWS_SECRET_ACCESS_KEY?: string;
  readonly AWS_REGION?: string;
}

/**
 * `undefined` for a manifest without such a function.
 * @param credentials beside the function's own environment: where the functions of this process find theirs
 */
export function backgroundsBucket(
  { functions }: Manifest,
  invoke: (key: string, event: unknown) => Promise<unknown>,
  credentials: Variables = {},
): LocalS3 | undefined {
  const variables: Variables = { ...functions[FUNCTION_KEY]?.environment, ...credentials };
  const {
    BACKGROUND_UPLOADS_BUCKET: bucket,
    AWS_ACCESS_KEY_ID = '',
    AWS_SECRET_ACCESS_KEY = '',
    AWS_REGION = '',
  } = variables;
  if (bucket === undefined) return undefined;
  return createS3({
    account: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, region: AWS_REGION },
    bucket,
    prefix: S3_PREFIX,
    notifyBelow: NOTIFY_BELOW,
    onCreated: event => invoke(FUNCTION_KEY, event),
  });
}
