import { together } from '../../together.ts';
import type { Scope } from '../ports.ts';
import type { ListedSession } from '../progress.ts';
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
  /** Until when recordings may turn up that are in the making; null: none will. It is not complete before. */
  recordingsUntil: number | null;
}

export type Call = Pick<ListedSession, 'id' | 'startedAt' | 'durationInSeconds'>;

const HOUR_MS = 3_600_000;

/** Kaleyra takes up to a day to make a file of a call; and a call whose length it has not added up yet may have been long. */
const IN_THE_MAKING_MS = 25 * HOUR_MS;
const LONGEST_CALL_MS = 24 * HOUR_MS;

/** Until when a recording of the call may turn up, as far as anybody knows. */
const mayComeUntil = ({ startedAt, durationInSeconds }: Call): number => {
  // Stryker disable next-line ConditionalExpression: a call that began in 1970 is over as well
  if (startedAt === null) return 0;
  return startedAt + (durationInSeconds === null ? LONGEST_CALL_MS : durationInSeconds * 1000) + IN_THE_MAKING_MS;
};

/** Every session that Kaleyra lists for the room, and those that were seen before and are not listed any more. */
const callsOf = async (scope: Scope, roomId: string, seen: readonly Call[]): Promise<Call[]> => {
  const calls = new Map(seen.map(call => [call.id, call]));
  for (let offset = 0, more = true; more; ) {
    const { sessions, hasMore } = await scope.kaleyra.listSessions(roomId, offset);
    for (const session of sessions) calls.set(session.id, session);
    offset += sessions.length;
    more = hasMore && sessions.length > 0;
  }
  return [...calls.values()];
};

/**
 * @param seen calls that took place in this room, as far as they are known
 * @throws KaleyraError when it cannot be found out what there is
 */
export const clearOut = async (scope: Scope, roomId: string, seen: readonly Call[]): Promise<ClearedOut> => {
  // First, so that nobody can add anything behind the deletion.
  await scope.kaleyra.disableRoom(roomId);
  const files = await deleteUploads(scope, roomId);
  const calls = await callsOf(scope, roomId, seen);
  const outcomes = await together(
    calls.map(async call => {
      // A failure is in the log already; what counts here is that the recording is still there.
      const outcome = await scope.kaleyra.deleteRecording(call.id).catch(() => 'left' as const);
      return { outcome, until: outcome === 'absent' ? mayComeUntil(call) : 0 };
    }),
  );
  const until = Math.max(0, ...outcomes.map(one => one.until));
  const mayCome = until > scope.clock.now();
  const isLeft = outcomes.some(({ outcome }) => outcome === 'left');
  return {
    uploads: files.deleted,
    recordings: outcomes.filter(({ outcome }) => outcome === 'deleted').length,
    complete: files.complete && files.deleted === files.total && !isLeft && !mayCome,
    recordingsUntil: mayCome ? until : null,
  };
};
