import type { Traces } from './erasure.ts';
import { removeAuthor } from './remove-names.ts';
import { recordsOf, type Stop, sideBySide, type Work } from './work.ts';

/** The two walks through the whole table, page by page; one that is cut off goes on where it has come to. */

const union = (one: readonly string[], other: readonly string[]): string[] => [...new Set([...one, ...other])];

/** @returns where the next run goes on; undefined: it came to the end */
const walk = async (
  { scope, externalId, ledger, problems }: Work,
  onPage: (page: Traces) => Promise<void>,
): Promise<{ position: string | null } | undefined> => {
  let { position } = ledger.erasure();
  for (let after = position ?? undefined; !scope.signal.aborted; ) {
    const page = await scope.erasures.findTraces(externalId, after);
    await onPage(page);
    // What could not be done on this page comes first the next time.
    if (scope.signal.aborted || problems.claimedUntil > 0 || problems.records.size > 0) break;
    if (page.next === undefined) return undefined;
    after = page.next;
    position = page.bookmark ?? position;
  }
  return { position };
};

/** A note that was lost is written again, so that from here on the notes are all there is to know. */
const noteAll = async ({ scope, ledger }: Work, page: Traces, noted: Set<string>): Promise<string[]> => {
  const lost = page.naming.filter(({ id }) => !noted.has(id));
  await sideBySide(scope, lost, async ({ id, kaleyraIds }) => {
    await scope.records.linkPeople(id, kaleyraIds);
    noted.add(id);
  });
  const found = [...page.kaleyraIds, ...page.naming.flatMap(({ kaleyraIds }) => kaleyraIds)];
  return union(ledger.erasure().kaleyraIds, found);
};

const notedIds = async ({ scope, ledger }: Work): Promise<Set<string>> =>
  new Set((await recordsOf(scope, ledger.erasure().kaleyraIds)).map(({ id }) => id));

const isLonger = (one: readonly string[], than: readonly string[]): boolean => one.length > than.length;

/** The stage `gathering`. */
export const gather = async (work: Work): Promise<Stop> => {
  const { ledger } = work;
  const noted = await notedIds(work);
  const rest = await walk(work, async page => {
    const kaleyraIds = await noteAll(work, page, noted);
    if (isLonger(kaleyraIds, ledger.erasure().kaleyraIds)) await ledger.save({ kaleyraIds });
  });
  await ledger.save(rest ?? { stage: 'checking', position: null });
  return rest && { outcome: 'interrupted' };
};

/**
 * The stage `looking`: records that the person has made or changed; and should any still name them as a participant, it is
 * all done over again for those.
 */
export const lookAgain = async (work: Work): Promise<Stop> => {
  const { scope, ledger, problems } = work;
  const rest = await walk(work, async page => {
    const kaleyraIds = await noteAll(work, page, new Set());
    if (isLonger(kaleyraIds, ledger.erasure().kaleyraIds)) await ledger.save({ kaleyraIds });
    const naming = new Set(page.naming.map(({ id }) => id));
    await sideBySide(
      scope,
      page.authored.filter(id => !naming.has(id)),
      id => removeAuthor(work, id),
    );
  });
  if (rest !== undefined) {
    await ledger.save(rest);
    if (problems.records.size > 0) return { outcome: 'left' };
    if (problems.claimedUntil > 0) return { outcome: 'waiting', forWhat: 'changes', until: problems.claimedUntil };
    return { outcome: 'interrupted' };
  }
  const named = (await notedIds(work)).size > 0;
  await ledger.save({ stage: named ? 'erasing' : 'forgetting', position: null });
  return undefined;
};
