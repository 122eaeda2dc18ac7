import { dryScope } from '../jobs/dry-run.ts';
import type { Scope } from '../ports.ts';
import { findStanding } from './bookings.ts';
import { clearRecord } from './clear-record.ts';
import { type Erasure, NOTHING_REMOVED, newErasure, type Removed } from './erasure.ts';
import type { Ledger } from './ledger.ts';
import { withoutPerson } from './rules.ts';
import { type Statement, statementOf } from './statement.ts';
import { countedKaleyra, erasingOf, noProblems, recordsOf, sideBySide, type Work } from './work.ts';

/** What an erasure would remove, counted by the same code in a scope in which nothing can be changed. */

const nothing = async (): Promise<void> => undefined;

/** The counts alone: there is no tombstone. */
const countsOf = (erasure: Erasure): Ledger => {
  let counted: Removed = NOTHING_REMOVED;
  return {
    erasure: () => erasure,
    count: (kind, number) => {
      counted = { ...counted, [kind]: counted[kind] + number };
    },
    removed: () => counted,
    note: nothing,
    save: nothing,
  };
};

const onlyLooking = (scope: Scope): Scope => {
  const dry = dryScope(scope);
  return {
    ...dry,
    kaleyra: {
      ...dry.kaleyra,
      // Stryker disable next-line StringLiteral: all that counts is whether it says "deleted"
      deleteUser: async kaleyraId => ((await scope.kaleyra.hasUser(kaleyraId)) ? 'deleted' : 'gone'),
    },
    erasures: { ...scope.erasures, noteCleared: nothing },
  };
};

interface Found {
  kaleyraIds: Set<string>;
  records: Set<string>;
  authored: Set<string>;
}

const findAll = async (scope: Scope, externalId: string): Promise<Found> => {
  const trail = await scope.erasures.find(externalId);
  const found: Found = {
    kaleyraIds: new Set(trail?.erasure?.kaleyraIds),
    records: new Set(),
    authored: new Set(),
  };
  if (trail?.kaleyraId !== undefined) found.kaleyraIds.add(trail.kaleyraId);
  let after: string | undefined;
  do {
    scope.signal.throwIfAborted();
    const page = await scope.erasures.findTraces(externalId, after);
    for (const { id, kaleyraIds } of page.naming) {
      found.records.add(id);
      for (const kaleyraId of kaleyraIds) found.kaleyraIds.add(kaleyraId);
    }
    for (const kaleyraId of page.kaleyraIds) found.kaleyraIds.add(kaleyraId);
    for (const id of page.authored) found.authored.add(id);
    after = page.next;
  } while (after !== undefined);
  for (const { id } of await recordsOf(scope, [...found.kaleyraIds])) found.records.add(id);
  return found;
};

const countNames = async (work: Work, ids: Iterable<string>): Promise<void> =>
  sideBySide(work.scope, ids, async id => {
    const record = await work.scope.records.find(id);
    if (record === undefined) return;
    const { changed, links } = withoutPerson(record, erasingOf(work), work.scope.clock.now());
    if (!changed) return;
    work.ledger.count('names', 1);
    if (!work.cancelled.has(id)) work.ledger.count('links', links);
  });

/**
 * @throws ServiceError 504 when the time of one run is not enough for it; KaleyraError when nobody can say whether a user is
 *   there
 */
export const eraseDry = async (
  scope: Scope,
  { externalId, cancel }: { externalId: string; cancel: boolean },
): Promise<Statement> => {
  const { kaleyraIds, records, authored } = await findAll(scope, externalId);
  const problems = noProblems();
  const ledger = countsOf(newErasure(scope.clock.now(), scope.ids.operation(), [...kaleyraIds]));
  const saying = (outcome: Statement['outcome']): Statement =>
    statementOf(scope.config, { outcome, dryRun: true, removed: ledger.removed() }, problems);
  if (kaleyraIds.size + records.size + authored.size === 0) return saying('unknown');

  const dry = onlyLooking(scope);
  const work: Work = {
    scope: { ...dry, kaleyra: countedKaleyra(dry.kaleyra, ledger.count) },
    externalId,
    cancel,
    ledger,
    problems,
    cancelled: new Set(),
  };
  if (!cancel) await findStanding(work, [...kaleyraIds], [...records]);
  if (problems.bookings.size > 0) return saying('refused');
  // Stryker disable next-line ArrayDeclaration: under which ids it would be noted as cleared; nothing is noted
  await sideBySide(work.scope, records, id => clearRecord(work, { id, kaleyraIds: [] }));
  await sideBySide(work.scope, kaleyraIds, async id => void (await work.scope.kaleyra.deleteUser(id)));
  await countNames(work, new Set([...records, ...authored]));
  scope.signal.throwIfAborted();
  // Nobody changes a record in a dry run, so none is left because others do.
  return saying(problems.rooms.size > 0 ? 'left' : 'finished');
};
