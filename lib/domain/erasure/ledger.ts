import { ServiceError } from '../../errors.ts';
import type { Personal } from '../../personal.ts';
import { type Erasure, type ErasureStore, NOTHING_REMOVED, type Removed, sumOf } from './erasure.ts';

/**
 * The tombstone as one run holds it: what was removed is counted here and noted there. Two runs may hold the same one; each
 * adds what it has done, and none leads the other back.
 */
export interface Ledger {
  erasure(): Erasure;
  count(kind: keyof Removed, number: number): void;
  /** Everything that was removed, by whichever run. */
  removed(): Removed;
  /** Notes what was counted. What cannot be noted now is noted with the next write. @throws Overtaken */
  note(): Promise<void>;
  /** Moves the erasure on. @throws Overtaken */
  save(step: Step): Promise<void>;
}

export type Step = Partial<Pick<Erasure, 'stage' | 'kaleyraIds' | 'position' | 'checkedSince'>>;

/** The tombstone is not there any more: another run has finished, or taken it back. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

const WRITES = 10;

const isNothing = (removed: Removed): boolean => Object.values(removed).every(count => count === 0);

const union = (one: readonly string[], other: readonly string[]): string[] => [...new Set([...one, ...other])];

/** The step on top of what the other run has written; where that is further, only what was found out. */
const rebased = (step: Step, from: Erasure, current: Erasure): Step => ({
  ...(current.stage === from.stage && step),
  kaleyraIds: union(current.kaleyraIds, step.kaleyraIds ?? []),
});

export const openLedger = (store: ErasureStore, externalId: Personal, erasure: Erasure): Ledger => {
  let known = erasure;
  let counted = NOTHING_REMOVED;
  let queue: Promise<unknown> = Promise.resolve();

  const write = async (asked: Step): Promise<void> => {
    let step = asked;
    for (let attempt = 0; attempt < WRITES; attempt += 1) {
      const part = counted;
      counted = NOTHING_REMOVED;
      let saved: Erasure | 'lost' = 'lost';
      try {
        saved = await store.save(externalId, known, { ...known, ...step, removed: sumOf(known.removed, part) });
      } finally {
        if (saved === 'lost') counted = sumOf(counted, part);
      }
      if (saved !== 'lost') {
        known = saved;
        return;
      }
      const current = (await store.find(externalId))?.erasure;
      if (current?.operation !== known.operation) throw new Overtaken('the tombstone is gone');
      step = rebased(step, known, current);
      known = current;
    }
    throw new Overtaken('other runs are at it');
  };
  /** One write after the other, whoever asks for them. */
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const turn = queue.then(task);
    queue = turn.catch(() => undefined);
    return turn;
  };

  return {
    erasure: () => known,
    count: (kind, number) => {
      counted = { ...counted, [kind]: counted[kind] + number };
    },
    removed: () => sumOf(known.removed, counted),
    note: () =>
      inTurn(async () => {
        if (isNothing(counted)) return;
        await write({}).catch(error => {
          if (!(error instanceof ServiceError)) throw error;
        });
      }),
    save: step => inTurn(() => write(step)),
  };
};
