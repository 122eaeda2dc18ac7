import { notThere, refusedByRule, roomNotFound, unauthorizedUser } from '../errors.ts';
import type { Personal } from '../personal.ts';
import { isKaleyraId, isRecordId } from '../schemas/fields.ts';
import type { SessionPath } from '../schemas/requests.ts';
import { together } from '../together.ts';
import type { Action } from './authorization.ts';
import { authorize } from './authorize.ts';
import type { Scope } from './ports.ts';
import type { Teleconsultation } from './teleconsultation.ts';

/** Who may have what was kept of a call: whoever takes part in the teleconsultation that the call belongs to. */

/**
 * By our own id, else by that of the room it points at now. A room that was replaced leads nowhere: other people may have had
 * its links. Both are asked for whatever the other finds: how long an answer takes says nothing of what there is.
 */
const findTeleconsultation = async (scope: Scope, roomId: string): Promise<Teleconsultation | undefined> => {
  const [byId, byRoom] = await together([
    isRecordId(roomId) ? scope.records.find(roomId) : undefined,
    scope.records.findByRoom(roomId),
  ]);
  return byId ?? (byRoom?.room?.id === roomId ? byRoom : undefined);
};

/**
 * Makes sure that the session took place in the room of the teleconsultation, and that the caller takes part in it.
 *
 * @param operation as error sentences name it
 * @param action as the rules name it
 * @throws ServiceError 404 unknown teleconsultation, then as authorize does, or 401 for whoever does not take part, 400 when
 *   nothing is ever recorded, 404 for a session of another room exactly as for one that does not exist; KaleyraError;
 *   `store_unavailable`
 */
export const checkSession = async (
  scope: Scope,
  { roomId, sessionId }: SessionPath,
  callerId: Personal | undefined,
  operation: string,
  action: Action,
): Promise<void> => {
  // What cannot be an id is asked of nobody.
  if (!isKaleyraId(roomId)) throw roomNotFound(roomId);
  const noSession = (): Error => notThere('there is no such session in this teleconsultation');
  if (!isKaleyraId(sessionId)) throw noSession();

  const record = await findTeleconsultation(scope, roomId);
  if (record?.state !== 'PUBLIC') throw roomNotFound(roomId);
  await authorize(scope, action, record, () => roomNotFound(roomId));
  if (!record.participants.some(participant => participant.externalId === callerId)) throw unauthorizedUser();
  if (scope.config.rooms.recording === 'none') {
    throw refusedByRule(operation, 'calls are not recorded (DEFAULT_RECORDING_TYPE is none)');
  }
  if (record.room === null) throw noSession();
  const session = await scope.kaleyra.readSession(sessionId);
  if (session?.roomId !== record.room.id) throw noSession();
};
