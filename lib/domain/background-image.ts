import { invalidInput, type ServiceError } from '../errors.ts';
import { readJpeg } from './jpeg.ts';

/** What Kaleyra takes as a company's background. Checked here, so that the answer says what is wrong before anything travels. */

const MB = 1024 * 1024;

export const LARGEST_BACKGROUND_BYTES = 16 * MB;

const SHORTEST_SIDE = 1280;

/**
 * Kaleyra names no upper bound. A header may claim sides that no such file could fill; whoever decodes it then pays for the
 * claim and not for the file. 16384 is four times the width of a 4K screen.
 */
const LONGEST_SIDE = 16_384;

/** The part of the form that holds the image, as Kaleyra calls it too. */
export const IMAGE_FIELD = 'virtual_background';

export const badImage = (message: string): ServiceError => invalidInput([{ path: `body.${IMAGE_FIELD}`, message }]);

const OTHER_KINDS: readonly [kind: string, begins: readonly number[], at: number][] = [
  ['PNG', [0x89, 0x50, 0x4e, 0x47], 0],
  ['GIF', [0x47, 0x49, 0x46, 0x38], 0],
  ['WebP', [0x57, 0x45, 0x42, 0x50], 8],
  ['HEIC or AVIF', [0x66, 0x74, 0x79, 0x70], 4],
];

/** People rename files: what it really is helps more than what it is not. */
const notJpeg = (bytes: Buffer): string => {
  const other = OTHER_KINDS.find(([, begins, at]) => begins.every((byte, index) => bytes[at + index] === byte));
  return `must be a JPEG image${other === undefined ? '' : `; by its bytes this one is ${other[0]}`}`;
};

/** @throws ServiceError 400 that says what is wrong with the image */
export const checkBackground = (bytes: Buffer): void => {
  if (bytes.length === 0) throw badImage('must not be empty');
  const size = readJpeg(bytes);
  if (size === 'not JPEG') throw badImage(notJpeg(bytes));
  if (size === 'damaged') throw badImage('must be a whole JPEG image; this one is damaged');
  if (size === 'incomplete') throw badImage('must be a whole JPEG image; this one ends early');
  const { width, height } = size;
  if (width < SHORTEST_SIDE || height < SHORTEST_SIDE) {
    throw badImage(`must be at least ${SHORTEST_SIDE}x${SHORTEST_SIDE} pixels large, not ${width}x${height}`);
  }
  if (width > LONGEST_SIDE || height > LONGEST_SIDE) {
    throw badImage(`must be at most ${LONGEST_SIDE}x${LONGEST_SIDE} pixels large, not ${width}x${height}`);
  }
};
