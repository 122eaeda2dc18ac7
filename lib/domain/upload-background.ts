import { isKaleyraError, ServiceError } from '../errors.ts';
import { authorizeSettings } from './authorize.ts';
import { badImage, checkBackground } from './background-image.ts';
import type { Background } from './company.ts';
import type { Scope } from './ports.ts';

/** Kaleyra's codes for a file that is no background to it, whatever we thought of it. */
const IMAGE_REFUSED = ['invalid_file', 'wrong_file_dimension', 'error_processing_image'];
const NO_ROOM_LEFT = 'exceeded_background_limit';

const translated = (error: unknown): unknown => {
  if (!isKaleyraError(error) || error.code !== 'kaleyra_refused') return error;
  if (IMAGE_REFUSED.includes(error.vendorCode)) return badImage('was refused by the video service as a background');
  if (error.vendorCode === NO_ROOM_LEFT) {
    return new ServiceError('conflict', 409, 'the company has as many backgrounds as the video service allows');
  }
  return error;
};

/**
 * Gives the whole company one more background; it does not become the default.
 * @throws ServiceError 400 when it is no usable image, 409 when the company has too many; KaleyraError
 */
export const uploadBackground = async (scope: Pick<Scope, 'kaleyra'>, bytes: Buffer): Promise<Background> => {
  checkBackground(bytes);
  return scope.kaleyra.uploadBackground(bytes).catch((error: unknown) => {
    throw translated(error);
  });
};

/** The same on a caller's order. @throws ServiceError 403, else as uploadBackground does */
export const addBackground = async (scope: Scope, bytes: Buffer): Promise<Background> => {
  authorizeSettings(scope);
  return uploadBackground(scope, bytes);
};
