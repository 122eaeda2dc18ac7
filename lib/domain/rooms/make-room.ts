import { isKaleyraError } from '../../errors.ts';
import { type Identified, introduceAgain } from '../people.ts';
import type { MadeRoom, Scope } from '../ports.ts';
import type { RoomSpec } from '../teleconsultation.ts';

/** What is known of the room that is being made, for when something fails. */
export interface Attempt {
  made: MadeRoom | undefined;
  /** A room that exists but cannot be used. */
  unusableRoomId: string | undefined;
  /** Whether a room may exist that nobody told us of. */
  unanswered: boolean;
}

/** Refusals that can mean "I do not know this user" or "nobody is plus", whose codes Kaleyra does not publish. */
const mayLackUsers = (error: unknown): boolean =>
  isKaleyraError(error) && error.code === 'kaleyra_refused' && [400, 404, 422].includes(error.vendorStatus ?? 0);

/** Asks Kaleyra for the room, and keeps account in `attempt` of what that may have left there. */
export const makeRoom = async (
  scope: Scope,
  id: string,
  spec: RoomSpec,
  people: readonly Identified[],
  attempt: Attempt,
): Promise<MadeRoom> => {
  const once = async (): Promise<MadeRoom> => {
    try {
      attempt.made = await scope.kaleyra.createRoom(spec, id);
      return attempt.made;
    } catch (error) {
      const known = isKaleyraError(error);
      if (known && error.madeRoomId !== undefined) attempt.unusableRoomId = error.madeRoomId;
      else attempt.unanswered = !known || error.maybeDone;
      throw error;
    }
  };
  try {
    return await once();
  } catch (error) {
    if (!mayLackUsers(error)) throw error;
    scope.log.warn('room.users_introduced_again', { teleconsultationId: id });
    await introduceAgain(scope, people);
    return once();
  }
};

export const newAttempt = (): Attempt => ({ made: undefined, unusableRoomId: undefined, unanswered: false });
