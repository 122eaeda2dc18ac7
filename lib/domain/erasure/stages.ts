import { isKaleyraError } from '../../errors.ts';
import { traceOf } from '../../log.ts';
import { checkBookings } from './bookings.ts';
import { clearRecord } from './clear-record.ts';
import type { Stage } from './erasure.ts';
import { Overtaken } from './ledger.ts';
import { removeNames } from './remove-names.ts';
import { gather, lookAgain } from './traces.ts';
import { type Problems, recordsOf, type Stop, sideBySide, type Work } from './work.ts';

/** The stages of an erasure, each of which can be cut off anywhere and begun again. */

const removeUsers = async ({ scope, ledger, problems }: Work): Promise<void> => {
  await sideBySide(scope, ledger.erasure().kaleyraIds, async kaleyraId => {
    try {
      await scope.kaleyra.deleteUser(kaleyraId);
    } catch (error) {
      if (scope.signal.aborted) return;
      if (!isKaleyraError(error)) throw error;
      scope.log.warn('erasure.user_left', { kaleyraUserId: kaleyraId, ...traceOf(error) });
      problems.users.add(kaleyraId);
    } finally {
      await ledger.note();
    }
  });
};

const isAnythingLeft = ({ bookings, rooms, users, records }: Problems): boolean =>
  bookings.size + rooms.size + users.size + records.size > 0;

/**
 * The stage `erasing`: files and recordings, then the users, then the names. A record of which something is left keeps its
 * name and its note, so that the next run finds it; everything else goes all the same.
 */
const erase = async (work: Work): Promise<Stop> => {
  const { scope, ledger, problems } = work;
  const interrupted = { outcome: 'interrupted' } as const;
  const before = await recordsOf(scope, ledger.erasure().kaleyraIds);
  await sideBySide(
    scope,
    before.filter(({ cleared }) => !cleared),
    record => clearRecord(work, record),
  );
  await removeUsers(work);
  if (scope.signal.aborted) return interrupted;
  const after = await recordsOf(scope, ledger.erasure().kaleyraIds);
  await sideBySide(
    scope,
    after.filter(({ cleared }) => cleared),
    record => removeNames(work, record),
  );
  if (scope.signal.aborted) return interrupted;
  if (isAnythingLeft(problems)) return { outcome: 'left' };
  if (problems.claimedUntil > 0) return { outcome: 'waiting', forWhat: 'changes', until: problems.claimedUntil };
  await ledger.save({ stage: 'looking', position: null });
  return undefined;
};

/** The stage `forgetting`: what leads from the person to their Kaleyra ids, and what leads to the erasure itself, last. */
const forget = async ({ scope, externalId, ledger }: Work): Promise<Stop> => {
  // With the sums of every run, and as long as none of them has come further.
  await ledger.save({});
  await sideBySide(scope, ledger.erasure().kaleyraIds, kaleyraId => scope.erasures.forgetWayBack(kaleyraId));
  if (scope.signal.aborted) return { outcome: 'interrupted' };
  if ((await scope.erasures.finish(externalId, ledger.erasure())) === 'done') return { outcome: 'finished' };
  return undefined;
};

const STAGES: Record<Stage, (work: Work) => Promise<Stop>> = {
  gathering: gather,
  checking: checkBookings,
  erasing: erase,
  looking: lookAgain,
  forgetting: forget,
};

/** Goes on from the stage that the tombstone says, for as long as the run lasts. */
export const goOn = async (work: Work): Promise<NonNullable<Stop>> => {
  const { scope, ledger } = work;
  try {
    while (!scope.signal.aborted) {
      const stop = await STAGES[ledger.erasure().stage](work);
      if (stop !== undefined) return stop;
    }
    return { outcome: 'interrupted' };
  } catch (error) {
    // Then everything is done, or nothing: the other run says which.
    if (error instanceof Overtaken) return { outcome: 'interrupted' };
    throw error;
  } finally {
    await ledger.note().catch(() => undefined);
  }
};
