import type { Kaleyra } from '../domain/ports.ts';
import { Done, UploadPage } from './answers.ts';
import { isMissing, unreadable } from './errors.ts';
import type { Transport } from './transport.ts';

const PAGE_SIZE = 100;

export const createUploadsClient = (send: Transport): Pick<Kaleyra, 'listUploads' | 'deleteUpload'> => ({
  listUploads: async (roomId, offset) => {
    const query = { room_id: roomId, offset, limit: PAGE_SIZE };
    const page = await send({ method: 'GET', path: ['uploads'], query, answer: UploadPage, repeatable: true });
    // A filter that was ignored would hand us other people's files to delete.
    if (page.uploads.some(upload => upload.room_id !== roomId))
      throw unreadable({ vendorCode: 'files_of_another_room' });
    return { keys: page.uploads.map(upload => upload.key), hasMore: page.has_more };
  },

  deleteUpload: async key => {
    try {
      await send({ method: 'DELETE', path: ['uploads', key], answer: Done, repeatable: true });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },
});
