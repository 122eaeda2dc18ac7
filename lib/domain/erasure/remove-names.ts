import { isClaimed, type Teleconsultation } from '../teleconsultation.ts';
import { type Nameless, takesPart, withoutPerson } from './rules.ts';
import { erasingOf, type NamedIn, type Work } from './work.ts';

/** The person's names out of records, one write each, whatever others do to the record at the same time. */

const WRITES = 5;

type Write = (before: Teleconsultation, after: Teleconsultation) => Promise<Teleconsultation | 'lost'>;

/** @returns whether nothing in the record names the person any more */
const remove = async (work: Work, id: string, writeWith: (record: Teleconsultation) => Write): Promise<boolean> => {
  const { scope, ledger, problems } = work;
  for (let attempt = 0; attempt < WRITES; attempt += 1) {
    const record = await scope.records.find(id);
    if (record === undefined) return true;
    const now = scope.clock.now();
    if (isClaimed(record, now)) {
      // Its owner would write over it what they read before.
      // Stryker disable next-line OptionalChaining: what is claimed has a claim
      problems.claimedUntil = Math.max(problems.claimedUntil, record.claim?.until ?? 0);
      return false;
    }
    const nameless: Nameless = withoutPerson(record, erasingOf(work), now);
    if (!nameless.changed) return true;
    if ((await writeWith(record)(record, nameless.record)) === 'lost') continue;
    ledger.count('names', 1);
    ledger.count('links', nameless.links);
    await ledger.note();
    return true;
  }
  problems.records.add(id);
  return false;
};

/** Of a record whose rooms were cleared out; the note that it names the person goes last. */
export const removeNames = async (work: Work, { id, kaleyraIds }: NamedIn): Promise<void> => {
  const { records } = work.scope;
  if (await remove(work, id, () => records.change)) await records.unlinkPeople(id, kaleyraIds);
};

/** Of a record that the person has only made or changed: nothing changes that jobs go by, and its rooms are others'. */
export const removeAuthor = async (work: Work, id: string): Promise<void> => {
  const { records } = work.scope;
  await remove(work, id, record => (takesPart(record, work.ledger.erasure()) ? records.change : records.amend));
};
