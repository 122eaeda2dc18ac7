import { recordNotFound } from '../errors.ts';
import { together } from '../together.ts';
import { authorize } from './authorize.ts';
import { readCircuit, refuseWhileOpen } from './circuit.ts';
import type { Scope } from './ports.ts';

/** How many deletions run side by side: quick, and still far from anybody's rate limit. */
const DELETIONS_AT_ONCE = 8;

export interface Deletions {
  total: number;
  deleted: number;
  /** Whether a last look has found nothing new. */
  complete: boolean;
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

const deleteAll = async (scope: Scope, roomId: string): Promise<Deletions> => {
  const seen = new Set<string>();
  const gone = new Set<string>();
  for (;;) {
    const listed = await collectKeys(scope, roomId).catch(error => {
      // What was deleted so far is told all the same; only a first look that fails has nothing to tell.
      if (seen.size === 0) throw error;
      return undefined;
    });
    if (listed === undefined) return { total: seen.size, deleted: gone.size, complete: false };
    // Whatever the answer to its deletion was: what is listed is still there.
    for (const key of listed) gone.delete(key);
    const fresh = [...listed].filter(key => !seen.has(key));
    if (fresh.length === 0) return { total: seen.size, deleted: gone.size, complete: true };
    for (const key of fresh) seen.add(key);
    const queue = fresh.values();
    const worker = async (): Promise<void> => {
      for (const key of queue) {
        if (scope.signal.aborted) return;
        // A failure is in the log already; what counts here is that the file is still there.
        await scope.kaleyra.deleteUpload(key).then(
          () => gone.add(key),
          () => undefined,
        );
      }
    };
    await together(Array.from({ length: DELETIONS_AT_ONCE }, worker));
    if (scope.signal.aborted) return { total: seen.size, deleted: gone.size, complete: false };
  }
};

/**
 * Deletes every file of one room and looks again until nothing new appears, because somebody may still be uploading. A file
 * that is gone already counts as deleted, one that is listed again afterwards does not. What cannot be deleted, or not in the request's time, is left and counted.
 */
export const deleteUploads = async (scope: Scope, roomId: string): Promise<Deletions> => {
  const deletions = await deleteAll(scope, roomId);
  if (deletions.deleted > 0) scope.metrics.add('UploadsDeleted', deletions.deleted);
  return deletions;
};

/**
 * The files of a teleconsultation's room, on a caller's order.
 *
 * @returns undefined where files are not to be deleted: nothing was done, not even the id looked at
 * @throws ServiceError 404, or as authorize does; KaleyraError when the files cannot be listed, or the list holds another room's
 */
export const deleteUploadsOf = async (scope: Scope, id: string): Promise<Deletions | undefined> => {
  if (!scope.config.rooms.deleteUploads) return undefined;
  const [record, circuit] = await together([scope.records.find(id), readCircuit(scope)]);
  if (record?.state !== 'PUBLIC') throw recordNotFound(id);
  await authorize(scope, 'delete uploads', record, () => recordNotFound(id));
  if (record.room === null) return { total: 0, deleted: 0, complete: true };
  refuseWhileOpen(scope, circuit);
  return deleteUploads(scope, record.room.id);
};
