import { expect, it } from 'vitest';
import { readJpeg } from '../../../../lib/domain/jpeg.ts';

/** A file is walked once, whatever it is made of. Not run for mutants: every step of these walks would be counted. */

const MB = 1024 * 1024;

it.each([
  ['fill bytes', Buffer.alloc(16 * MB, 0xff)],
  ['markers that stand alone', Buffer.alloc(16 * MB, Buffer.from([0xff, 0x01]))],
  ['empty segments', Buffer.alloc(16 * MB, Buffer.from([0xff, 0xfe, 0x00, 0x02]))],
])('16 MB of nothing but %s are refused quickly', (_, filling) => {
  // Of this process alone, however busy the machine is.
  const before = process.cpuUsage();
  expect(readJpeg(Buffer.concat([Buffer.from([0xff, 0xd8]), filling]))).toBe('incomplete');
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
});
