import { describe, expect, it } from 'vitest';
import { readJpeg } from '../../../../lib/domain/jpeg.ts';
import { aJpeg, aPng } from '../../../support/images.ts';

/** A whole picture with these segments put in after its first marker. */
const withSegments = (...inserted: number[][]): Buffer => {
  const whole = aJpeg();
  return Buffer.concat([whole.subarray(0, 2), Buffer.from(inserted.flat()), whole.subarray(2)]);
};

/** Nothing but a beginning and these segments. */
const only = (...segments: number[][]): Buffer => Buffer.from([0xff, 0xd8, ...segments.flat()]);

const EMPTY_COMMENT = [0xff, 0xfe, 0x00, 0x02];

describe('the size of a JPEG', () => {
  it.each([
    ['a baseline one', aJpeg({ width: 1920, height: 1280 })],
    ['a progressive one', aJpeg({ width: 1920, height: 1280, frame: 0xc2 })],
    ['one with a smaller picture inside its first segment', aJpeg({ width: 1920, height: 1280, thumbnail: true })],
    ['one with bytes after its end', Buffer.concat([aJpeg({ width: 1920, height: 1280 }), Buffer.alloc(99)])],
  ])('is read from %s', (_, bytes) => {
    expect(readJpeg(bytes)).toEqual({ width: 1920, height: 1280 });
  });

  it('is read from every kind of frame there is, and from nothing else', () => {
    const kinds = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
    for (const frame of kinds) expect(readJpeg(aJpeg({ frame }))).toEqual({ width: 1280, height: 1280 });
    // Tables, what is reserved, and what stands beside the frames: without a frame, a scan has nothing to show.
    for (const frame of [0xbf, 0xc4, 0xc8, 0xcc, 0xdb]) expect(readJpeg(aJpeg({ frame }))).toBe('damaged');
  });

  it.each([
    ['fill bytes before a marker', [0xff, 0xff, 0xff]],
    ['a temporary marker, which stands alone', [0xff, 0x01]],
    ['the first restart marker', [0xff, 0xd0]],
    ['one in the middle', [0xff, 0xd3]],
    ['the last restart marker', [0xff, 0xd7]],
    ['an empty comment', EMPTY_COMMENT],
    ['a segment next to the markers that stand alone', [0xff, 0xdc, 0x00, 0x04, 0x00, 0x00]],
  ])('is read past %s', (_, inserted) => {
    expect(readJpeg(withSegments(inserted))).toEqual({ width: 1280, height: 1280 });
  });

  it('is read from a frame header of the shortest length, and of no shorter one', () => {
    const scan = [0xff, 0xda, 0x00, 0x02, 0xff, 0xd9];
    expect(readJpeg(only([0xff, 0xc0, 0x00, 0x08, 8, 5, 0, 6, 0, 0], scan))).toEqual({ width: 1536, height: 1280 });
    expect(readJpeg(only([0xff, 0xc0, 0x00, 0x07, 8, 5, 0, 6, 0], scan))).toBe('damaged');
  });
});

describe('what is no JPEG that can be used', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a beginning that is cut', Buffer.from([0xff, 0xd8])],
    ['a PNG', aPng(16)],
    ['another first byte', Buffer.from([0xfe, 0xd8, 0xff, 0xfe, 0x00, 0x02])],
    ['another second byte', Buffer.from([0xff, 0xd9, 0xff, 0xfe, 0x00, 0x02])],
    ['no marker behind the first', Buffer.from([0xff, 0xd8, 0xfe, 0xfe, 0x00, 0x02])],
  ])('does not even begin as one: %s', (_, bytes) => {
    expect(readJpeg(bytes)).toBe('not JPEG');
  });

  it.each([
    ['a segment shorter than its own length', withSegments([0xff, 0xfe, 0x00, 0x01])],
    ['that segment alone', only([0xff, 0xfe, 0x00, 0x01])],
    ['bytes between the segments', withSegments(EMPTY_COMMENT, [0x00])],
    ['a second beginning', withSegments([0xff, 0xd8])],
    ['an end before the picture', withSegments([0xff, 0xd9])],
    ['an escaped byte for a marker', withSegments([0xff, 0x00])],
    ['a frame header without a size', withSegments([0xff, 0xc0, 0x00, 0x05, 8, 5, 0])],
    ['two frame headers', withSegments([0xff, 0xc0, 0x00, 0x0b, 8, 5, 0, 5, 0, 1, 1, 0x11, 0])],
    ['a scan without a frame', withSegments([0xff, 0xda, 0x00, 0x03, 0])],
    ['a scan without a frame that is the last thing in the file', only([0xff, 0xda, 0x00, 0x02])],
  ])('is damaged by %s', (_, bytes) => {
    expect(readJpeg(bytes)).toBe('damaged');
  });

  it.each([
    ['only a beginning', only([0xff])],
    ['a marker without a length', only([0xff, 0xfe, 0x00])],
    ['a segment longer than the file', withSegments([0xff, 0xfe, 0xff, 0xff])],
    ['a segment of which the last byte is missing', only([0xff, 0xfe, 0x00, 0x03])],
    ['segments and no picture', only(EMPTY_COMMENT)],
    ['no end', aJpeg().subarray(0, -2)],
    ['only the end of the picture inside its first segment', aJpeg({ thumbnail: true }).subarray(0, -2)],
  ])('ends early: %s', (_, bytes) => {
    expect(readJpeg(bytes)).toBe('incomplete');
  });
});
