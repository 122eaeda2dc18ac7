import { together } from '../together.ts';
import type { Scope } from './ports.ts';

/** How many deletions run side by side: quick, and still far from anybody's rate limit. */
const DELETIONS_AT_ONCE = 8;

export interface Deletions {
  total: number;
  deleted: number;
}

/** All keys first: deleting while paging would shift the pages and skip files. */
const collectKeys = async (scope: Scope, roomId: string): Promise<Set<string>> => {
  const keys = new Set<string>();
  for (let offset = 0, more = true; more; ) {
    const page = await scope.kaleyra.listUploads(roomId, offset);
    for (const key of page.keys) keys.add(key);
    offset += page.keys.length;
    // An empty page ends the walk even if it claims more.
    more = page.hasMore && page.keys.length > 0;
  }
  return keys;
};

/**
 * Deletes every file of one room and looks again until nothing new appears, because somebody may still be uploading.
 * A file that cannot be deleted is counted and left; the caller may repeat.
 */
export const deleteUploads = async (scope: Scope, roomId: string): Promise<Deletions> => {
  const failed = new Set<string>();
  const seen = new Set<string>();
  for (;;) {
    const fresh = [...(await collectKeys(scope, roomId))].filter(key => !seen.has(key));
    if (fresh.length === 0) break;
    for (const key of fresh) seen.add(key);
    const queue = fresh.values();
    const worker = async (): Promise<void> => {
      for (const key of queue) {
        try {
          await scope.kaleyra.deleteUpload(key);
        } catch {
          // The failure is in the log already; what counts here is that the file is still there.
          scope.signal.throwIfAborted();
          failed.add(key);
        }
      }
    };
    await together(Array.from({ length: DELETIONS_AT_ONCE }, worker));
  }
  return { total: seen.size, deleted: seen.size - failed.size };
};
