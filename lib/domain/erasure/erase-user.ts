import type { Personal } from '../../personal.ts';
import { inRun } from '../jobs/run.ts';
import type { Scope } from '../ports.ts';
import { eraseDry } from './dry-run.ts';
import { type Erasure, NOTHING_REMOVED, newErasure, QUIET_MS } from './erasure.ts';
import { openLedger } from './ledger.ts';
import { goOn } from './stages.ts';
import { type Statement, statementOf, type WaitsFor } from './statement.ts';
import { countedKaleyra, noProblems, type Stop, type Work } from './work.ts';

/**
 * Erases a person: from the first write on nobody can book them, and at the end nothing in the table leads from their id to a
 * record, to Kaleyra, or back. One run does what it has time for and says what the next one waits for; it can be cut off
 * anywhere and invoked again. Two at once do no harm.
 */
export interface EraseOptions {
  externalId: Personal;
  /** Calls that are not over are cancelled; otherwise they are a reason to change nothing. */
  cancel: boolean;
  dryRun: boolean;
}

/** Whether anything in the table names the person. @throws ServiceError 504 when the time of one run is not enough to say so */
const leavesTraces = async ({ erasures, signal }: Scope, externalId: Personal): Promise<boolean> => {
  let after: string | undefined;
  do {
    signal.throwIfAborted();
    const { kaleyraIds, naming, authored, next } = await erasures.findTraces(externalId, after);
    if (kaleyraIds.length + naming.length + authored.length > 0) return true;
    after = next;
  } while (after !== undefined);
  return false;
};

/** The tombstone that stands, or a new one; undefined: there is nothing to erase, and nothing was written. */
const begin = async (scope: Scope, externalId: Personal): Promise<Erasure | undefined> => {
  const { clock, erasures, ids, jobs } = scope;
  const found = await erasures.find(externalId);
  if (found?.erasure !== undefined) return found.erasure;
  if (found === undefined && !(await leavesTraces(scope, externalId))) return undefined;
  const now = clock.now();
  // Before the tombstone: jobs that have read without it stop as requests end, see QUIET_MS. Never for less than others asked.
  await jobs.pauseUntil(Math.max(now + QUIET_MS, await jobs.pausedUntil()));
  const known = found?.kaleyraId === undefined ? [] : [found.kaleyraId];
  const begun = await erasures.begin(externalId, newErasure(now, ids.operation(), known));
  const { kaleyraId, erasure } = begun;
  if (kaleyraId === undefined || erasure.kaleyraIds.includes(kaleyraId)) return erasure;
  // Identified between our two calls.
  return { ...erasure, kaleyraIds: [...erasure.kaleyraIds, kaleyraId] };
};

/** No job calls Kaleyra now, and this one neither. */
const waitForPause = async ({ clock, config, jobs }: Scope, dryRun: boolean): Promise<Statement> => {
  const waitMs = Math.max(0, (await jobs.pausedUntil()) - clock.now());
  const waiting = { outcome: 'waiting', waitMs, waitsFor: 'pause' } as const;
  return statementOf(config, { ...waiting, dryRun, removed: NOTHING_REMOVED }, noProblems());
};

/** How long the next run is to wait, and for what. */
const waitAfter = async (
  { clock, jobs }: Scope,
  stop: NonNullable<Stop>,
): Promise<Pick<Statement, 'outcome' | 'waitMs' | 'waitsFor'>> => {
  const after = (until: number): number => Math.max(0, until - clock.now());
  if (stop.outcome === 'waiting') return { outcome: 'waiting', waitMs: after(stop.until), waitsFor: stop.forWhat };
  const paused = stop.outcome === 'interrupted' ? after(await jobs.pausedUntil()) : 0;
  if (paused === 0) return { outcome: stop.outcome, waitMs: 0, waitsFor: null };
  const waitsFor: WaitsFor = 'pause';
  return { outcome: 'waiting', waitMs: paused, waitsFor };
};

const erase = async (scope: Scope, run: Scope, { externalId, cancel }: EraseOptions): Promise<Statement> => {
  const problems = noProblems();
  const erasure = await begin(run, externalId);
  if (erasure === undefined) {
    return statementOf(scope.config, { outcome: 'unknown', dryRun: false, removed: NOTHING_REMOVED }, problems);
  }
  const ledger = openLedger(run.erasures, externalId, erasure);
  const kaleyra = countedKaleyra(run.kaleyra, ledger.count);
  const work: Work = {
    scope: { ...run, kaleyra },
    externalId,
    cancel,
    ledger,
    problems,
    cancelled: new Set(),
  };
  const stop = await goOn(work);
  const ended = await waitAfter(scope, stop);
  return statementOf(scope.config, { ...ended, dryRun: false, removed: ledger.removed() }, problems);
};

/** @param endsAt when the scope's time is over */
export const eraseUser = (scope: Scope, options: EraseOptions, endsAt: number): Promise<Statement> =>
  inRun(scope, endsAt, async run => {
    const carryOut = (): Promise<Statement> => (options.dryRun ? eraseDry(run, options) : erase(scope, run, options));
    const statement = run.signal.aborted ? await waitForPause(scope, options.dryRun) : await carryOut();
    const { outcome, removed, left, bookings } = statement;
    scope.log.info('erasure.run', {
      code: outcome,
      counts: {
        ...removed,
        roomsLeft: left.rooms,
        usersLeft: left.users,
        recordsLeft: left.records,
        bookingsLeft: bookings.length,
        dryRun: options.dryRun ? 1 : 0,
      },
    });
    return statement;
  });
