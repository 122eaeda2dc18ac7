import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBackground } from '../../../../lib/domain/background-image.ts';
import { readJpeg } from '../../../../lib/domain/jpeg.ts';
import { ServiceError } from '../../../../lib/errors.ts';
import { aJpeg, aPng } from '../../../support/images.ts';

const messageOf = (bytes: Buffer): string | undefined => {
  try {
    checkBackground(bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return error.message;
  }
};

/** A whole picture with these segments put in after its first marker. */
const withSegments = (...inserted: number[][]): Buffer => {
  const whole = aJpeg();
  return Buffer.concat([whole.subarray(0, 2), Buffer.from(inserted.flat()), whole.subarray(2)]);
};

describe('the size of a JPEG', () => {
  it.each([
    ['a baseline one', aJpeg({ width: 1920, height: 1280 })],
    ['a progressive one', aJpeg({ width: 1920, height: 1280, frame: 0xc2 })],
    ['one with a smaller picture inside its first segment', aJpeg({ width: 1920, height: 1280, thumbnail: true })],
    ['one with bytes after its end', Buffer.concat([aJpeg({ width: 1920, height: 1280 }), Buffer.alloc(99)])],
  ])('is read from %s', (_, bytes) => {
    expect(readJpeg(bytes)).toEqual({ width: 1920, height: 1280 });
  });

  it.each([
    ['fill bytes before a marker', [0xff, 0xff, 0xff]],
    ['a marker that stands alone', [0xff, 0x01]],
    ['a restart marker', [0xff, 0xd3]],
    ['an empty comment', [0xff, 0xfe, 0x00, 0x02]],
  ])('is read past %s', (_, inserted) => {
    expect(readJpeg(withSegments(inserted))).toEqual({ width: 1280, height: 1280 });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'not JPEG'],
    ['a beginning that is cut', Buffer.from([0xff, 0xd8]), 'not JPEG'],
    ['only a beginning', Buffer.from([0xff, 0xd8, 0xff]), 'incomplete'],
    ['a PNG', aPng(16), 'not JPEG'],
    ['a segment shorter than its own length', withSegments([0xff, 0xfe, 0x00, 0x01]), 'damaged'],
    ['a segment longer than the file', withSegments([0xff, 0xfe, 0xff, 0xff]), 'incomplete'],
    ['bytes between the segments', withSegments([0xff, 0xfe, 0x00, 0x02], [0x00]), 'damaged'],
    ['a second beginning', withSegments([0xff, 0xd8]), 'damaged'],
    ['an end before the picture', withSegments([0xff, 0xd9]), 'damaged'],
    ['an escaped byte for a marker', withSegments([0xff, 0x00]), 'damaged'],
    ['a frame header without a size', withSegments([0xff, 0xc0, 0x00, 0x05, 8, 5, 0]), 'damaged'],
    ['two frame headers', withSegments([0xff, 0xc0, 0x00, 0x0b, 8, 5, 0, 5, 0, 1, 1, 0x11, 0]), 'damaged'],
    ['a scan without a frame', withSegments([0xff, 0xda, 0x00, 0x03, 0]), 'damaged'],
    ['no end', aJpeg().subarray(0, -2), 'incomplete'],
    ['only the end of the picture inside its first segment', aJpeg({ thumbnail: true }).subarray(0, -2), 'incomplete'],
  ])('is not read from %s', (_, bytes, fault) => {
    expect(readJpeg(bytes)).toBe(fault);
  });
});

describe('a background', () => {
  it.each([
    [1280, 1280],
    [16_384, 1280],
    [1280, 16_384],
  ])('may be %d by %d pixels large', (width, height) => {
    expect(messageOf(aJpeg({ width, height }))).toBeUndefined();
  });

  it.each([
    [1279, 1280, 'must be at least 1280x1280 pixels large, not 1279x1280'],
    [1280, 1279, 'must be at least 1280x1280 pixels large, not 1280x1279'],
    [0, 0, 'must be at least 1280x1280 pixels large, not 0x0'],
    [16_385, 1280, 'must be at most 16384x16384 pixels large, not 16385x1280'],
    [60_000, 60_000, 'must be at most 16384x16384 pixels large, not 60000x60000'],
  ])('may not be %d by %d pixels large', (width, height, message) => {
    expect(messageOf(aJpeg({ width, height }))).toBe(`body.virtual_background ${message}`);
  });

  it.each([
    ['PNG', Buffer.from('89504e470d0a1a0a', 'hex')],
    ['GIF', Buffer.from('GIF89a')],
    ['WebP', Buffer.from('RIFF....WEBPVP8 ')],
    ['HEIC or AVIF', Buffer.from('\0\0\0\x18ftypheic')],
  ])('is told that it is %s', (kind, bytes) => {
    expect(messageOf(bytes)).toBe(`body.virtual_background must be a JPEG image; by its bytes this one is ${kind}`);
  });

  it('of any bytes is either fine or refused in our own words', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), fc.boolean(), (bytes, begun) => {
        const file = begun ? Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), bytes]) : Buffer.from(bytes);
        expect(messageOf(file)).toMatch(/^body\.virtual_background must /);
      }),
      { numRuns: 2000 },
    );
  });

  it('of a whole picture with some bytes changed or cut off is never more than fine or refused', () => {
    const whole = aJpeg({ thumbnail: true });
    const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(whole.length), (changes, length) => {
        const file = Buffer.from(whole);
        for (const { at, to } of changes) file[at] = to;
        expect(['undefined', 'string']).toContain(typeof messageOf(file.subarray(0, length)));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['fill bytes', Buffer.alloc(16 * 1024 * 1024, 0xff)],
    ['markers that stand alone', Buffer.alloc(16 * 1024 * 1024, Buffer.from([0xff, 0x01]))],
    ['empty segments', Buffer.alloc(16 * 1024 * 1024, Buffer.from([0xff, 0xfe, 0x00, 0x02]))],
  ])('of 16 MB of nothing but %s is refused quickly', (_, filling) => {
    // Of this process alone, however busy the machine is.
    const before = process.cpuUsage();
    expect(messageOf(Buffer.concat([Buffer.from([0xff, 0xd8]), filling]))).toContain('ends early');
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
  });
});
