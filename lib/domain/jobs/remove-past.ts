import { together } from '../../together.ts';
import type { Scope } from '../ports.ts';
import type { Watch } from '../progress.ts';
import { settle } from '../rooms/settle.ts';
import { endOf, type Owed, type Teleconsultation } from '../teleconsultation.ts';
import type { Removal } from './past-records.ts';

/**
 * One past teleconsultation, removed with what Kaleyra keeps of it: recordings, files and rooms. First it is cancelled in one
 * write that owes all of its rooms, so that nobody can change it back to life, and whatever happens from then on, somebody
 * comes for what is owed. The record goes once Kaleyra has confirmed that nothing is left.
 */

/** What is under way is looked after by others first: a booking, a change, a claim whose owner died. */
const isBusy = (record: Teleconsultation): boolean => record.state === 'CREATING' || record.claim !== null;

/** Every room of which Kaleyra may keep something: the one it has, those it had, the one that was looked at last. */
const roomsOf = ({ room, formerRooms }: Teleconsultation, watch: Watch | undefined): string[] => [
  ...new Set([...formerRooms, room?.id, watch?.seen?.roomId].filter(roomId => roomId !== undefined)),
];

const isSomebodyIn = async (scope: Scope, roomIds: readonly string[]): Promise<boolean> => {
  const rooms = await together(roomIds.map(roomId => scope.kaleyra.readRoom(roomId)));
  return rooms.some(room => room?.status === 'RUNNING');
};

const cancelOwing = (
  scope: Scope,
  record: Teleconsultation,
  roomIds: readonly string[],
): Promise<Teleconsultation | 'lost'> => {
  const now = scope.clock.now();
  const owed = roomIds.map((roomId): Owed => ({ roomId, files: true, recordings: true, dueAt: now, attempts: 0 }));
  return scope.records.change(record, { ...record, state: 'TRASH', room: null, owed, updatedAt: now });
};

/** @param record cancelled, owing nothing: nobody but another job writes it any more */
const erase = async (
  scope: Scope,
  record: Teleconsultation,
  roomIds: readonly string[],
): Promise<'removed' | 'left'> => {
  const people = new Set([...record.participants.map(({ kaleyraId }) => kaleyraId), ...record.formerPeople]);
  await together([
    scope.records.unlinkPeople(record.id, [...people]),
    ...roomIds.map(roomId => scope.records.unlinkRoom(roomId)),
  ]);
  return (await scope.records.erase(record)) === 'done' ? 'removed' : 'left';
};

/**
 * @param before the instant before which its call has to have ended
 * @throws KaleyraError when nobody knows whether somebody is in a room: then nothing was done; `store_unavailable`
 */
export const removePast = async (scope: Scope, id: string, before: number): Promise<Removal> => {
  const found = await scope.records.findWithWatch(id);
  if (found === undefined) return 'not past';
  if (endOf(found.record) >= before) return 'not past';
  if (isBusy(found.record)) return 'owing';
  const unpaid = (): Removal => (scope.signal.aborted ? 'left' : 'failed');
  const owes = found.record.owed.some(({ dueAt }) => dueAt <= scope.clock.now());
  const record = await settle(scope, found.record);
  if (record.owed.length > 0) return owes ? unpaid() : 'owing';
  // It was written since it was read: whoever did so may have begun something new.
  if (endOf(record) >= before || isBusy(record)) return 'left';

  const roomIds = roomsOf(record, found.watch);
  if (await isSomebodyIn(scope, roomIds)) return 'postponed';
  const cancelled =
    record.state === 'TRASH' && roomIds.length === 0 ? record : await cancelOwing(scope, record, roomIds);
  if (cancelled === 'lost') return 'left';
  const paid = await settle(scope, cancelled);
  if (paid.owed.length > 0) return unpaid();
  return erase(scope, paid, roomIds);
};
