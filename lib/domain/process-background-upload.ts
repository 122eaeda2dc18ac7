import { isKaleyraError, noBucket, ServiceError } from '../errors.ts';
import { traceOf } from '../log.ts';
import { LARGEST_BACKGROUND_BYTES } from './background-image.ts';
import type { BackgroundUploads, Scope } from './ports.ts';
import { uploadBackground } from './upload-background.ts';

/** What became of one stored image: `gone` when there is none under that key, so somebody has dealt with it already. */
export type Outcome = 'sent' | 'refused' | 'gone';

/** Keys that we gave out; whatever else lies in the bucket is not ours to send. */
const OUR_KEY = /^backgrounds\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.jpg$/;

/** Repeating helps when the vendor failed, not when the answer will be the same. */
const isFinal = (error: unknown): error is ServiceError =>
  error instanceof ServiceError && !isKaleyraError(error) && error.status >= 400 && error.status < 500;

/**
 * Everything is decided when this is called: if the object cannot be deleted, failing would only send the image again. It
 * expires by itself.
 */
const discard = async ({ log }: Scope, uploads: BackgroundUploads, key: string): Promise<void> => {
  await uploads.remove(key).catch((error: unknown) => log.warn('background.not_deleted', traceOf(error)));
};

/**
 * Checks a stored image, sends it to Kaleyra and deletes it; one that is refused is deleted as well.
 * @throws KaleyraError when Kaleyra failed, and the store's own error: the image then stays for another attempt
 */
export const processBackgroundUpload = async (
  scope: Scope,
  uploads: BackgroundUploads | undefined,
  key: string,
): Promise<Outcome> => {
  if (uploads === undefined) throw noBucket();
  const settled = (outcome: Outcome, code: string = outcome): Outcome => {
    scope.log.info('background.processed', { code });
    return outcome;
  };
  if (!OUR_KEY.test(key)) return settled('refused', 'foreign_key');
  const stored = await uploads.read(key, LARGEST_BACKGROUND_BYTES);
  if (stored === 'missing') return settled('gone');
  if (stored === 'too large') {
    await discard(scope, uploads, key);
    return settled('refused', 'too_large');
  }
  try {
    await uploadBackground(scope, stored);
  } catch (error) {
    if (!isFinal(error)) throw error;
    await discard(scope, uploads, key);
    return settled('refused', error.code);
  }
  await discard(scope, uploads, key);
  return settled('sent');
};
