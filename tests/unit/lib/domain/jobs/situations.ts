import type { ListedRoom } from '../../../../../lib/domain/ports.ts';
import type { Watch } from '../../../../../lib/domain/progress.ts';
import type { Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { KaleyraError } from '../../../../../lib/errors.ts';
import { aRecord, START, withRoom } from '../../../../support/teleconsultations.ts';

/** What jobs find: bookings with rooms, rooms at Kaleyra, and what is noted of looks at them. */

/** Until a run's time is over. */
export const RUN_MS = 900_000;

export const throttled = new KaleyraError('kaleyra_throttled', 503, 'too many calls', { retryAfter: 5 });

/** An id in the given shard. */
export const idIn = (shard: string, number = 0): string => shard + String(number).padStart(23, '0');

/** A booking from START for an hour with a room of its own. */
export const booked = (
  id: string,
  roomId = `room-${id.slice(0, 1)}`,
  parts: Partial<Teleconsultation> = {},
): Teleconsultation => {
  const record = withRoom(aRecord({ id, ...parts }));
  return { ...record, room: record.room && { ...record.room, id: roomId } };
};

export const listed = (id: string, description: string | null, createdAt: number | null = START): ListedRoom => ({
  id,
  description,
  createdAt,
});

export const aWatch = (parts: Partial<Watch> = {}): Watch => ({
  seen: undefined,
  look: 'an earlier look',
  dueAt: null,
  attempts: 0,
  ...parts,
});
