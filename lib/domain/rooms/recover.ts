import { traceOf } from '../../log.ts';
import type { Scope } from '../ports.ts';
import type { Claim, Owed, Teleconsultation } from '../teleconsultation.ts';
import { droppedRoom, unansweredRoom } from './claim.ts';
import type { Attempt } from './make-room.ts';
import { settle } from './settle.ts';

const ATTEMPTS = 5;

/**
 * Puts the record in order after a failure, in the time kept for that: our claim goes, and the room that was or may have been
 * made is owed. @returns the record if it turns out that the change had landed after all
 */
const abandon = async (
  scope: Scope,
  id: string,
  claim: Claim | null,
  attempt: Attempt,
): Promise<Teleconsultation | undefined> => {
  const made = attempt.made?.id;
  const owed: Owed[] = [
    ...(made !== undefined ? [droppedRoom(scope, made)] : []),
    ...(attempt.unusableRoomId !== undefined ? [droppedRoom(scope, attempt.unusableRoomId)] : []),
    ...(attempt.unanswered ? [unansweredRoom(scope, scope.clock.now())] : []),
  ];
  if (claim === null && owed.length === 0) return undefined;
  for (let attempts = 0; attempts < ATTEMPTS; attempts += 1) {
    const current = await scope.records.find(id);
    if (current === undefined) return undefined;
    if (made !== undefined && current.room?.id === made) return current;
    const holdsClaim = claim !== null && current.claim?.operation === claim.operation;
    if (!holdsClaim && owed.length === 0) return undefined;
    const released = await scope.records.change(current, {
      ...current,
      claim: holdsClaim ? null : current.claim,
      owed: [...current.owed, ...owed],
    });
    if (released === 'lost') continue;
    await settle(scope, released);
    return undefined;
  }
  return undefined;
};

/**
 * After a change that failed or lost: nothing of ours may stay behind unaccounted for. Never throws.
 * @returns the record if the change has landed after all
 */
export const recover = async (
  scope: Scope,
  id: string,
  claim: Claim | null,
  attempt: Attempt,
): Promise<Teleconsultation | undefined> => {
  try {
    return await abandon(scope, id, claim, attempt);
  } catch (error) {
    // The claim expires by itself and stays in the work index; the room carries the record's id in its description.
    scope.log.error('record.left_claimed', { teleconsultationId: id, ...traceOf(error) });
    return undefined;
  }
};
