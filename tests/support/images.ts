import { deflateSync } from 'node:zlib';
import type { PlainRequest } from '../../local/gateway/in-process.ts';
import { drRossi } from './people.ts';
import type { World } from './world.ts';

/** Pictures made of nothing but what the rules look at, and the forms that they travel in. */

const segment = (marker: number, content: readonly number[]): number[] => {
  const length = content.length + 2;
  return [0xff, marker, length >> 8, length & 0xff, ...content];
};

const side = (pixels: number): number[] => [pixels >> 8, pixels & 0xff];

export interface JpegWish {
  width?: number;
  height?: number;
  /** At least this large, filled up inside the scan. */
  bytes?: number;
  /** As a camera would put it in front: an APP1 segment with a whole small picture, its own end included. */
  thumbnail?: boolean;
  /** SOF0 unless given; SOF2 is a progressive one. */
  frame?: number;
}

/** A grey JPEG, whole from its first marker to its last. */
export const aJpeg = ({
  width = 1280,
  height = 1280,
  bytes = 0,
  thumbnail = false,
  frame = 0xc0,
}: JpegWish = {}): Buffer => {
  const head = Buffer.from([
    ...[0xff, 0xd8],
    ...segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...(thumbnail ? segment(0xe1, [...Buffer.from('Exif\0\0'), ...aJpeg({ width: 160, height: 120 })]) : []),
    ...segment(0xdb, [0, ...Array<number>(64).fill(1)]),
    ...segment(frame, [8, ...side(height), ...side(width), 1, 1, 0x11, 0]),
    ...segment(0xc4, [0, 1, ...Array<number>(15).fill(0), 0]),
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
  ]);
  const end = Buffer.from([0x00, 0xff, 0xd9]);
  return Buffer.concat([head, Buffer.alloc(Math.max(0, bytes - head.length - end.length), 0x55), end]);
};

const crc = (bytes: Buffer): number => {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
};

/** A real one, large enough, that only its name would make a JPEG. */
export const aPng = (pixels = 1280): Buffer => {
  const chunk = (type: string, content: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(type), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(pixels, 0);
  header.writeUInt32BE(pixels, 4);
  header[8] = 8;
  const pixelRows = deflateSync(Buffer.alloc((pixels + 1) * pixels));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixelRows), chunk('IEND', Buffer.alloc(0))]);
};

export interface Part {
  name: string;
  content: Buffer | string;
  /** A file when given. */
  fileName?: string;
  type?: string;
}

const BOUNDARY = '----invented-boundary-7f3a';

export const partsBody = (parts: readonly Part[], boundary = BOUNDARY): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, content, fileName, type }) => [
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"`),
      Buffer.from(fileName === undefined ? '' : `; filename="${fileName}"`),
      Buffer.from(type === undefined ? '\r\n\r\n' : `\r\ncontent-type: ${type}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);

export const imagePart = (content: Buffer, fileName = 'background.jpg'): Part => ({
  name: 'virtual_background',
  content,
  fileName,
  type: 'image/jpeg',
});

export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

export const formOf = (body: Buffer, contentType = FORM_TYPE): PlainRequest => ({
  method: 'POST',
  url: '/settings/background-image',
  headers: { 'content-type': contentType },
  body,
});

/** The request of the documented endpoint, with this file in it. */
export const aForm = (image: Buffer, fileName?: string): PlainRequest =>
  formOf(partsBody([imagePart(image, fileName)]));

export interface Offer {
  url: string;
  fields: Record<string, string>;
  expiresAt: string;
}

export const anOffer = async ({ api }: Pick<World, 'api'>): Promise<Offer> => {
  const reply = await api.as(drRossi).post('/settings/background-image/uploads');
  if (reply.status !== 201) throw new Error(`the way around answered ${reply.status}: ${reply.text}`);
  return reply.body as Offer;
};

/** As a browser does it: the fields as they came, the file last. */
export const postTo = ({ url, fields }: Pick<Offer, 'url' | 'fields'>, image: Buffer): Promise<Response> => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([new Uint8Array(image)], { type: 'image/jpeg' }), 'background.jpg');
  return fetch(url, { method: 'POST', body: form });
};

/** The whole way around: asks, posts, and waits until the function has dealt with it. @returns the key */
export const aStoredImage = async (world: Pick<World, 'api' | 'bucket'>, image: Buffer): Promise<string> => {
  const offer = await anOffer(world);
  const response = await postTo(offer, image);
  if (response.status !== 204) throw new Error(`the bucket answered ${response.status}: ${await response.text()}`);
  await world.bucket.told();
  return offer.fields.key ?? '';
};
