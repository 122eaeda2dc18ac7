/**
 * What can be said of a JPEG by walking its segments, without decoding a pixel: nothing is allocated from a number that the
 * file claims, and every step moves forward, so a walk takes at most the file's length.
 */

export interface JpegSize {
  width: number;
  height: number;
}

/** Why something is no picture that can be used; `not JPEG` is for everything that does not even begin as one. */
export type JpegFault = 'not JPEG' | 'damaged' | 'incomplete';

const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
const END_MARKER = Buffer.from([0xff, END_OF_IMAGE]);

/** C0 to CF, but for the Huffman tables, the reserved one and the arithmetic conditioning. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Markers that stand alone: TEM and the restart markers. */
const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** Length, precision, height, width, number of components. */
const SHORTEST_FRAME_HEADER = 8;

/** Inside the scans `FF` is never followed by `D9` unless the picture ends: what encodes pixels is escaped. */
const hasEnd = (bytes: Buffer, afterScan: number): boolean => bytes.indexOf(END_MARKER, afterScan) !== -1;

export const readJpeg = (bytes: Buffer): JpegSize | JpegFault => {
  if (bytes[0] !== 0xff || bytes[1] !== START_OF_IMAGE || bytes[2] !== 0xff) return 'not JPEG';
  let size: JpegSize | undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return 'damaged';
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (standsAlone(marker)) {
      at += 2;
      continue;
    }
    if (marker === START_OF_IMAGE || marker === END_OF_IMAGE || marker === 0x00) return 'damaged';
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return 'damaged';
    const next = at + 2 + length;
    if (next > bytes.length) return 'incomplete';
    if (isFrameHeader(marker)) {
      if (size !== undefined || length < SHORTEST_FRAME_HEADER) return 'damaged';
      size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    if (marker === START_OF_SCAN) {
      if (size === undefined) return 'damaged';
      return hasEnd(bytes, next) ? size : 'incomplete';
    }
    at = next;
  }
  return 'incomplete';
};
