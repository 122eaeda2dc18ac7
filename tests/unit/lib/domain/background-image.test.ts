import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBackground } from '../../../../lib/domain/background-image.ts';
import { ServiceError } from '../../../../lib/errors.ts';
import { aJpeg } from '../../../support/images.ts';

const messageOf = (bytes: Buffer): string | undefined => {
  try {
    checkBackground(bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return error.message;
  }
};

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
    [1280, 16_385, 'must be at most 16384x16384 pixels large, not 1280x16385'],
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

  it.each([
    ['nothing', Buffer.alloc(0), 'must not be empty'],
    ['a text', Buffer.from('not an image'), 'must be a JPEG image'],
    [
      'a JPEG with bytes out of place',
      Buffer.from([0xff, 0xd8, 0xff, 0xd9, 0, 0]),
      'must be a whole JPEG image; this one is damaged',
    ],
    ['a JPEG that was cut off', aJpeg().subarray(0, -2), 'must be a whole JPEG image; this one ends early'],
  ])('is told what is wrong with %s', (_, bytes, message) => {
    expect(messageOf(bytes)).toBe(`body.virtual_background ${message}`);
  });

  it.each([
    ['cut after the first bytes of a PNG', Buffer.from('89504e', 'hex')],
    ['with those of a WebP in the wrong place', Buffer.from('WEBP....RIFF')],
  ])('is not taken for another kind: %s', (_, bytes) => {
    expect(messageOf(bytes)).toBe('body.virtual_background must be a JPEG image');
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
});
