import { notThere, tooLarge } from '../errors.ts';
import type { Personal } from '../personal.ts';
import type { SessionPath } from '../schemas/requests.ts';
import type { Scope } from './ports.ts';
import { checkSession } from './sessions.ts';

export type Transcription =
  | { form: 'file'; bytes: Uint8Array; contentType: string | null }
  /** Where it can be had for the next moments. */
  | { form: 'address'; address: Personal };

/** A function returns 6 MB; what it returns as base64 is a third larger than the file. */
const LARGEST_PASSED_THROUGH_BYTES = 4 * 1024 * 1024;

/**
 * What was said in a session. Small ones are passed through; for larger ones, up to the configured limit, the caller is sent to
 * the vendor.
 *
 * @throws ServiceError as checkSession does, 404 while there is no transcription, 413 over the limit
 */
export const getTranscription = async (
  scope: Scope,
  path: SessionPath,
  callerId: Personal | undefined,
): Promise<Transcription> => {
  await checkSession(scope, path, callerId, 'GET /transcription', 'read a transcription');
  const locate = async (): Promise<Personal> => {
    const address = await scope.kaleyra.locateTranscription(path.sessionId);
    if (address === undefined) throw notThere('there is no transcription of this session (yet)');
    return address;
  };
  const { largestBytes } = scope.config.transcriptions;
  const read = await scope.kaleyra.readFile(await locate(), LARGEST_PASSED_THROUGH_BYTES, largestBytes);
  if (read === undefined) throw notThere('there is no transcription of this session (yet)');
  if (read.extent === 'too large') {
    throw tooLarge(`the transcription is larger than ${largestBytes} bytes (TRANSCRIPTION_MAX_FILE_SIZE)`);
  }
  if (read.extent === 'whole') return { form: 'file', bytes: read.bytes, contentType: read.contentType };
  // A fresh one: the first was used, and part of its short life went by while the file was counted.
  return { form: 'address', address: await locate() };
};
