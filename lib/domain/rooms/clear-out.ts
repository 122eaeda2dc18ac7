import { together } from '../../together.ts';
import type { Scope } from '../ports.ts';
import { deleteUploads } from '../uploads.ts';

/**
 * Everything that Kaleyra keeps of a room's calls and lets us delete: the files that were shared and the recordings. The room
 * itself stays, disabled.
 */
export interface ClearedOut {
  /** Files and recordings that were deleted now. */
  uploads: number;
  recordings: number;
  /** Whether nothing is left that can be deleted. */
  complete: boolean;
}

/** Every session that Kaleyra lists for the room, and those that were seen before and are not listed any more. */
const sessionsOf = async (scope: Scope, roomId: string, seen: readonly string[]): Promise<Set<string>> => {
  const ids = new Set(seen);
  for (let offset = 0, more = true; more; ) {
    const { sessions, hasMore } = await scope.kaleyra.listSessions(roomId, offset);
    for (const session of sessions) ids.add(session.id);
    offset += sessions.length;
    more = hasMore && sessions.length > 0;
  }
  return ids;
};

/**
 * @param seen ids of sessions that took place in this room, as far as they are known
 * @throws KaleyraError when it cannot be found out what there is
 */
export const clearOut = async (scope: Scope, roomId: string, seen: readonly string[]): Promise<ClearedOut> => {
  // First, so that nobody can add anything behind the deletion.
  await scope.kaleyra.disableRoom(roomId);
  const files = await deleteUploads(scope, roomId);
  const sessions = await sessionsOf(scope, roomId, seen);
  const outcomes = await together(
    [...sessions].map(async sessionId =>
      scope.kaleyra.deleteRecording(sessionId).catch(() => {
        // A failure is in the log already; what counts here is that the recording is still there.
        return 'left' as const;
      }),
    ),
  );
  return {
    uploads: files.deleted,
    recordings: outcomes.filter(outcome => outcome === 'deleted').length,
    complete: files.complete && files.deleted === files.total && !outcomes.includes('left'),
  };
};
