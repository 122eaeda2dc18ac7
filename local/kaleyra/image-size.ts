// Tells images by their bytes, never by their name, and reads how large they are.

export interface Image {
  readonly type: 'jpeg' | 'png';
  readonly width: number;
  readonly height: number;
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** undefined: neither JPEG nor PNG. 'damaged': begins as one, but its size cannot be read. */
export function readImage(bytes: Buffer): Image | 'damaged' | undefined {
  if (bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return jpeg(bytes);
  if (bytes.subarray(0, 8).equals(PNG)) return png(bytes);
  return undefined;
}

function png(bytes: Buffer): Image | 'damaged' {
  if (bytes.length < 24) return 'damaged';
  return { type: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Walks the segments up to the start of frame, which carries the size. */
function jpeg(bytes: Buffer): Image | 'damaged' {
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return 'damaged';
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    // Scan data or the end of the image: no frame header can follow.
    if (marker === 0xda || marker === 0xd9) return 'damaged';
    if (isStartOfFrame(marker)) {
      if (at + 9 > bytes.length) return 'damaged';
      return { type: 'jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return 'damaged';
}

/** C0 to CF, without the Huffman table, the reserved one and the arithmetic conditioning. */
const isStartOfFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
