import { describe, expect, it } from 'vitest';
import { readImage } from '../../../../local/kaleyra/image-size.ts';
import { jpegOf, pngOf } from './support.ts';

const soi = [0xff, 0xd8];
const frame = [0xff, 0xc2, 0x00, 0x08, 8, 0x05, 0x00, 0x07, 0x80, 0];

describe('a JPEG', () => {
  it('is measured at its frame header', () => {
    expect(readImage(Buffer.from(jpegOf(1920, 1280)))).toEqual({ type: 'jpeg', width: 1920, height: 1280 });
  });

  it('may be progressive, with fill bytes and tables before the frame', () => {
    const table = [0xff, 0xc4, 0x00, 0x03, 0x00];
    const restart = [0xff, 0xd0];
    const bytes = Buffer.from([...soi, ...table, ...restart, 0xff, ...frame]);
    expect(readImage(bytes)).toEqual({ type: 'jpeg', width: 1920, height: 1280 });
  });

  it.each([
    ['ends before the frame', [...soi, 0xff, 0xe0, 0x00, 0x02]],
    ['ends inside the frame', [...soi, ...frame.slice(0, 7)]],
    ['begins with the scan', [...soi, 0xff, 0xda, ...frame]],
    ['has a segment that is none', [...soi, 0xff, 0xe0, 0x00, 0x02, 0x00, ...frame]],
  ])('is damaged when it %s', (_, bytes) => {
    expect(readImage(Buffer.from(bytes))).toBe('damaged');
  });
});

it('measures a PNG, and misses the size of half of one', () => {
  expect(readImage(Buffer.from(pngOf(300, 200)))).toEqual({ type: 'png', width: 300, height: 200 });
  expect(readImage(Buffer.from(pngOf(300, 200)).subarray(0, 20))).toBe('damaged');
});

it.each([['GIF89a'], [''], ['\u0089PNG']])('takes %j for no picture', text => {
  expect(readImage(Buffer.from(text, 'latin1'))).toBeUndefined();
});
