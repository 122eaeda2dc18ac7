import { recordNotFound } from '../errors.ts';
import { together } from '../together.ts';
import { authorize } from './authorize.ts';
import { isOpen, readCircuit } from './circuit.ts';
import type { Scope } from './ports.ts';
import { droppedRoom, unansweredRoom } from './rooms/claim.ts';
import { settle } from './rooms/settle.ts';
import type { Owed, Teleconsultation } from './teleconsultation.ts';
import { createTurn } from './turn.ts';

/** What has to go from Kaleyra with the teleconsultation; a change under way may add a room that nobody has told of. */
const debts = (scope: Scope, record: Teleconsultation): Owed[] => [
  ...record.owed,
  ...(record.room === null ? [] : [droppedRoom(scope, record.room.id)]),
  ...(record.claim === null ? [] : [unansweredRoom(scope, record.claim.until)]),
];

/**
 * Cancels a teleconsultation: the record goes to TRASH first, and with it every link. The room follows at once if Kaleyra
 * answers, otherwise it stays owed; the caller need not know. Waits for nobody: a change under way finds the record gone.
 *
 * @throws ServiceError 404 for an id that is unknown or cancelled already, then as authorize does; 409; `store_unavailable`
 */
export const deleteTeleconsultation = async (scope: Scope, id: string, callerId: string): Promise<void> => {
  const turn = createTurn(scope);
  for (;;) {
    const [stored, circuit] = await together([scope.records.find(id), readCircuit(scope)]);
    if (stored?.state !== 'PUBLIC') throw recordNotFound(id);
    await authorize(scope, 'cancel', stored, () => recordNotFound(id));
    const trashed = await scope.records.change(stored, {
      ...stored,
      state: 'TRASH',
      room: null,
      claim: null,
      owed: debts(scope, stored),
      updaterId: callerId,
      updatedAt: scope.clock.now(),
    });
    if (trashed !== 'lost') {
      // Nobody waits for a Kaleyra that does not answer: what is owed is paid by a job.
      if (!isOpen(circuit, scope.clock.now())) await settle(scope, trashed);
      return;
    }
    await turn.wait();
  }
};
