// Pictures that are uploaded and then served: backgrounds, logos, avatars, each with its own limits.
import { randomBytes } from 'node:crypto';
import { invalid } from './errors.ts';
import type { Answer } from './exchange.ts';
import { readImage } from './image-size.ts';
import type { FilePart } from './multipart.ts';
import type { World } from './world.ts';

interface Limits {
  readonly kind: string;
  readonly types: readonly ('jpeg' | 'png')[];
  readonly bytes: number;
  /** Pixels of either side, at least. */
  readonly side: number;
}

const MB = 1024 * 1024;

export const BACKGROUND: Limits = { kind: 'background', types: ['jpeg'], bytes: 16 * MB, side: 1280 };
export const LOGO: Limits = { kind: 'logo', types: ['jpeg', 'png'], bytes: 500 * 1024, side: 200 };
export const AVATAR: Limits = { kind: 'avatar', types: ['jpeg', 'png'], bytes: 500 * 1024, side: 1 };

const DECLARED: Readonly<Record<string, string>> = { 'image/jpeg': 'jpeg', 'image/jpg': 'jpeg', 'image/png': 'png' };

const PREFIX = '/static/';

/** Checks the file, keeps it instead of the one called `current`, and returns its name. */
export function storeImage(world: World, limits: Limits, file: FilePart, current: string | null): string {
  const { type } = checked(limits, file);
  const name = `${limits.kind}-${randomBytes(16).toString('hex')}.${type}`;
  world.blobs.put(name, file.bytes);
  world.blobs.remove(current);
  return name;
}

function checked({ types, bytes, side }: Limits, file: FilePart) {
  if (file.bytes.length > bytes) throw invalid(`the file is larger than ${bytes} bytes`, 'invalid_file');
  const image = readImage(file.bytes);
  if (image === 'damaged') throw invalid('the size of the image cannot be read', 'error_processing_image');
  if (image === undefined || !types.includes(image.type) || DECLARED[file.type] !== image.type) {
    throw invalid(`expected ${types.join(' or ')}, by content and by the type of the part`, 'invalid_file');
  }
  if (image.width < side || image.height < side) {
    throw invalid(`the image must be at least ${side}x${side} pixels`, 'wrong_file_dimension');
  }
  return image;
}

export const imageUrl = (world: World, name: string | null): string | null =>
  name === null ? null : `${world.origin}${PREFIX}${name}`;

export const isImage = (path: string) => path.startsWith(PREFIX);

export function openImage(world: World, path: string): Answer {
  const name = path.slice(PREFIX.length);
  const bytes = world.blobs.get(name);
  if (bytes === undefined) return { status: 404, json: { message: 'no such image' } };
  return { status: 200, content: { type: name.endsWith('.png') ? 'image/png' : 'image/jpeg', bytes } };
}
