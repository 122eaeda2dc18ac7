// Files that were shared in calls, and snapshots.
import * as z from 'zod';
import { missing } from '../errors.ts';
import { deleted, ok } from '../exchange.ts';
import type { FileContent } from '../files.ts';
import { Days, Paging, page, within } from '../page.ts';
import { type Route, route } from '../route.ts';
import type { Upload } from '../state.ts';
import { isoDate, type World } from '../world.ts';

const Id = z.string().min(1).optional();

const ListQuery = z.strictObject({
  ...Paging.shape,
  ...Days,
  upload_type: z.enum(['file_upload', 'snapshot']).optional(),
  user_id: Id,
  session_id: Id,
  room_id: Id,
});

/** Seconds; the vendor publishes no lifetime for these. */
const LINK_SECONDS = 3600;

/** One transparent pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

const factsOf = (upload: Upload) => ({
  user_id: upload.userId,
  room_id: upload.roomId,
  session_id: upload.sessionId,
  upload_type: upload.uploadType,
  creation_date: isoDate(upload.created),
});

export const uploadView = (upload: Upload) => ({ key: upload.id, ...factsOf(upload) });

/** In one dialect the files go with their room. */
export const isGone = (world: World, { deleted: removed, roomId }: Upload) =>
  removed || (world.dialect.deletedRoomUploads === 'gone' && world.state.rooms.get(roomId) === undefined);

function uploadOf(world: World, key: string, code: string): Upload {
  const upload = world.state.uploads.get(key);
  if (upload === undefined || isGone(world, upload)) throw missing(code, `no upload "${key}"`);
  return upload;
}

const contentOf = ({ uploadType, userId, roomId }: Upload): FileContent =>
  uploadType === 'snapshot'
    ? { type: 'image/png', bytes: PIXEL }
    : { type: 'text/plain; charset=utf-8', bytes: Buffer.from(`Shared by ${userId} in ${roomId}.\n`) };

export const uploadRoutes: readonly Route[] = [
  route('GET', '/v2/uploads', { query: ListQuery }, (world, { query }) => {
    const fits = (asked: string | undefined, value: string) => asked === undefined || asked === value;
    const uploads = world.state.uploads
      .newestFirst()
      .filter(upload => fits(query.room_id, upload.roomId) && fits(query.session_id, upload.sessionId))
      .filter(upload => fits(query.user_id, upload.userId) && fits(query.upload_type, upload.uploadType))
      .filter(upload => within(query, upload) && !isGone(world, upload));
    return page(query, uploads, 'uploads', uploadView);
  }),

  route('GET', '/v2/uploads/{key...}', {}, (world, { params }) => {
    const upload = uploadOf(world, params.key, 'upload_key_not_exists');
    const name = upload.uploadType === 'snapshot' ? 'snapshot.png' : 'file.txt';
    const read = () => (isGone(world, upload) ? undefined : contentOf(upload));
    return ok({ url: world.origin + world.files.issue(name, LINK_SECONDS, read), ...factsOf(upload) });
  }),

  route('DELETE', '/v2/uploads/{key...}', {}, (world, { params }) => {
    const upload = uploadOf(world, params.key, 'upload_not_found');
    world.state.uploads.delete(upload);
    return deleted(world, { upload_key: upload.id, upload_type: upload.uploadType });
  }),
];
