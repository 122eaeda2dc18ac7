import { isKaleyraError } from '../../errors.ts';
import type { Circuit } from '../circuit.ts';
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
  /** What was known of Kaleyra's earlier failures. */
  circuit: Circuit | undefined;
}

/** Refusals that can mean "I do not know this user" or "nobody is plus", whose codes Kaleyra does not publish. */
const mayLackUsers = (error: unknown): boolean =>
  isKaleyraError(error) && error.code === 'kaleyra_refused' && [400, 404, 422].includes(error.vendorStatus ?? 0);

/** Codes that speak of people, where Kaleyra gives one of those that are known. */
const CODES_OF_USERS = ['invalid_user_id', 'no_plus_user'];

/** A company without the feature gets an error that Kaleyra does not publish: any refusal but of our key may be that. */
const mayLackTranscription = (error: unknown): boolean =>
  isKaleyraError(error) &&
  error.code === 'kaleyra_refused' &&
  error.vendorStatus !== 401 &&
  !CODES_OF_USERS.includes(error.vendorCode);

/** Asks Kaleyra for the room, and keeps account in `attempt` of what that may have left there. */
export const makeRoom = async (
  scope: Scope,
  id: string,
  spec: RoomSpec,
  people: readonly Identified[],
  attempt: Attempt,
): Promise<MadeRoom> => {
  const once = async (asked: RoomSpec): Promise<MadeRoom> => {
    try {
      attempt.made = await scope.kaleyra.createRoom(asked, id);
      scope.metrics.add('RoomsMade', 1);
      return attempt.made;
    } catch (error) {
      const known = isKaleyraError(error);
      if (known && error.madeRoomId !== undefined) attempt.unusableRoomId = error.madeRoomId;
      else attempt.unanswered = !known || error.maybeDone;
      throw error;
    }
  };
  /** No booking fails for lack of a transcription. */
  const asFarAsPossible = async (): Promise<MadeRoom> => {
    try {
      return await once(spec);
    } catch (error) {
      if (!spec.offlineTranscription || !mayLackTranscription(error)) throw error;
      const room = await once({ ...spec, offlineTranscription: false });
      scope.log.warn('room.made_without_transcription', { teleconsultationId: id, roomId: room.id });
      return room;
    }
  };
  try {
    return await asFarAsPossible();
  } catch (error) {
    if (!mayLackUsers(error)) throw error;
    scope.log.warn('room.users_introduced_again', { teleconsultationId: id });
    await introduceAgain(scope, people);
    return asFarAsPossible();
  }
};

export const newAttempt = (): Attempt => ({
  made: undefined,
  unusableRoomId: undefined,
  unanswered: false,
  circuit: undefined,
});
