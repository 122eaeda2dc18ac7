import { abandonedAt, claimIsOver } from '../obligations.ts';
import type { Scope } from '../ports.ts';
import { leftByClaim } from '../rooms/claim.ts';
import { settle } from '../rooms/settle.ts';
import type { Teleconsultation } from '../teleconsultation.ts';

/**
 * What a crash or an outage left behind on one record. Each step is a write under the version that was read: whoever changes
 * the record at the same time wins, and the next run looks again.
 */
export interface LookedAfter {
  /** A claim whose owner died is gone. */
  claims: number;
  /** A booking that was never finished is cancelled. */
  abandoned: number;
  /** Rooms that were owed to Kaleyra, and are gone. */
  paid: number;
  /** Rooms that are owed and could not be removed: they are tried again later. */
  unpaid: number;
}

const NOTHING: LookedAfter = { claims: 0, abandoned: 0, paid: 0, unpaid: 0 };

/** The owner may have made a room before it died: the record keeps the search for it. */
const clearClaim = (scope: Scope, record: Teleconsultation): Promise<Teleconsultation | 'lost'> =>
  scope.records.change(record, { ...record, claim: null, owed: [...record.owed, ...leftByClaim(scope, record)] });

/** Only once nothing is owed any more: until then a room may turn up that leads to this record. */
const isAbandoned = (record: Teleconsultation, now: number): boolean =>
  record.state === 'CREATING' && record.claim === null && record.owed.length === 0 && now >= abandonedAt(record);

/** @param record as just read, strongly consistent */
export const lookAfter = async (scope: Scope, record: Teleconsultation): Promise<LookedAfter> => {
  const now = scope.clock.now();
  const did = { ...NOTHING };
  let current = record;
  if (current.claim !== null && claimIsOver(current.claim, now)) {
    const cleared = await clearClaim(scope, current);
    if (cleared === 'lost') return did;
    did.claims = 1;
    current = cleared;
  }
  const due = current.owed.filter(owed => owed.dueAt <= now);
  current = await settle(scope, current);
  did.unpaid = due.filter(owed => current.owed.some(one => one.roomId === owed.roomId)).length;
  did.paid = due.length - did.unpaid;
  if (isAbandoned(current, now)) {
    const trashed = await scope.records.change(current, { ...current, state: 'TRASH', updatedAt: now });
    if (trashed !== 'lost') did.abandoned = 1;
  }
  return did;
};
