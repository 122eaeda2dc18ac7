import { noBucket } from '../errors.ts';
import { authorizeSettings } from './authorize.ts';
import { LARGEST_BACKGROUND_BYTES } from './background-image.ts';
import type { UploadForm } from './company.ts';
import type { BackgroundUploads, Scope } from './ports.ts';

/** The way around a function's own limit: the image goes to a bucket, and from there a job sends it on. */

const VALID_FOR_SECONDS = 600;

/**
 * @param uploads undefined where the deployment has no bucket
 * @throws ServiceError 403; 501 then
 */
export const requestBackgroundUpload = async (
  scope: Pick<Scope, 'caller' | 'config' | 'ids'>,
  uploads: BackgroundUploads | undefined,
): Promise<UploadForm> => {
  authorizeSettings(scope);
  if (uploads === undefined) throw noBucket();
  return uploads.offer({
    key: `backgrounds/${scope.ids.uploadId()}.jpg`,
    contentType: 'image/jpeg',
    bytes: { least: 1, most: LARGEST_BACKGROUND_BYTES },
    seconds: VALID_FOR_SECONDS,
  });
};
