import { isKaleyraError, ServiceError } from '../../errors.ts';
import { MANAGE } from '../authorization.ts';
import { deleteTeleconsultation } from '../delete-teleconsultation.ts';
import type { Scope } from '../ports.ts';
import { isClosed, type Teleconsultation } from '../teleconsultation.ts';
import { QUIET_MS } from './erasure.ts';
import { callEndsAt, takesPart } from './rules.ts';
import { recordsOf, type Stop, sideBySide, type Work } from './work.ts';

/** Calls that are not over: nobody is taken out of them unless they are cancelled. */

/** Not over by the plan, or somebody is in the room all the same. @throws KaleyraError */
export const isNotOver = async ({ clock, kaleyra }: Scope, record: Teleconsultation): Promise<boolean> => {
  if (record.state !== 'PUBLIC') return false;
  if (clock.now() < callEndsAt(record)) return true;
  if (record.room === null || isClosed(record)) return false;
  return (await kaleyra.readRoom(record.room.id))?.status === 'RUNNING';
};

/** As anybody is written down whom nobody names. */
const NOBODY = 'public';

/** @returns whether this run has cancelled it @throws ServiceError 409 when others change it all the time */
export const cancelBooking = async (scope: Scope, id: string): Promise<boolean> => {
  // Whoever may run this may cancel for anybody, as a manager does.
  // Stryker disable next-line ArrayDeclaration: the scope is right enough, whatever the groups
  const manager = { id: undefined, groups: [], scopes: [MANAGE], fullName: null };
  try {
    await deleteTeleconsultation({ ...scope, caller: manager }, id, NOBODY);
    return true;
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'not_found') return false;
    throw error;
  }
};

/** Nothing was changed so far: the tombstone goes, and jobs need not wait for it any more. */
const takeBack = async ({ scope, externalId, ledger }: Work): Promise<void> => {
  const { clock, erasures, jobs } = scope;
  const { begunAt } = ledger.erasure();
  await erasures.withdraw(externalId, ledger.erasure());
  if ((await jobs.pausedUntil()) === begunAt + QUIET_MS) await jobs.pauseUntil(clock.now());
};

/** Puts those that are not over, or of which nobody can say it, to the problems. */
export const findStanding = async (
  { scope, problems }: Pick<Work, 'scope' | 'problems'>,
  kaleyraIds: readonly string[],
  ids: readonly string[],
): Promise<void> =>
  sideBySide(scope, ids, async id => {
    try {
      const record = await scope.records.find(id);
      if (record === undefined || !takesPart(record, { kaleyraIds })) return;
      if (await isNotOver(scope, record)) problems.bookings.add(id);
    } catch (error) {
      if (scope.signal.aborted) return;
      // It is in the log already.
      if (!isKaleyraError(error)) throw error;
      problems.rooms.add(id);
    }
  });

const CHUNK = 50;

/** @returns the last record that was looked at; undefined: all of them */
const lookThrough = async (work: Work, position: string | null): Promise<{ cameTo: string | null } | undefined> => {
  const { scope, ledger } = work;
  const { kaleyraIds } = ledger.erasure();
  const all = (await recordsOf(scope, kaleyraIds)).map(({ id }) => id);
  const ids = all.filter(id => position === null || id > position);
  let cameTo = position;
  // Stryker disable next-line EqualityOperator: behind the last one is nothing to look through
  for (let from = 0; from < ids.length; from += CHUNK) {
    const chunk = ids.slice(from, from + CHUNK);
    await findStanding(work, kaleyraIds, chunk);
    if (scope.signal.aborted) return { cameTo };
    cameTo = chunk.at(-1) ?? cameTo;
  }
  return undefined;
};

/**
 * The stage `checking`. One look is not enough: what was under way at the tombstone may land behind it. So the last look
 * begins when nothing of that can be under way any more; from the tombstone on, nobody can book the person or change a record
 * that names them.
 */
export const checkBookings = async (work: Work): Promise<Stop> => {
  const { scope, ledger, problems } = work;
  const { begunAt, position, checkedSince } = ledger.erasure();
  const quietAt = begunAt + QUIET_MS;
  const since = checkedSince ?? scope.clock.now();
  if (!work.cancel) {
    const stopped = await lookThrough(work, position);
    if (problems.bookings.size > 0) {
      await takeBack(work);
      return { outcome: 'refused' };
    }
    if (problems.rooms.size > 0) return { outcome: 'left' };
    if (stopped !== undefined) {
      await ledger.save({ position: stopped.cameTo, checkedSince: since });
      return { outcome: 'interrupted' };
    }
  }
  if (scope.clock.now() < quietAt) {
    if (checkedSince !== null) await ledger.save({ position: null, checkedSince: null });
    return { outcome: 'waiting', forWhat: 'requests', until: quietAt };
  }
  const isLastLook = work.cancel || since >= quietAt;
  await ledger.save({ stage: isLastLook ? 'erasing' : 'checking', position: null, checkedSince: null });
  return undefined;
};
