import { type Erasure, NOTHING_REMOVED } from '../../lib/domain/erasure/erasure.ts';
import { openLedger } from '../../lib/domain/erasure/ledger.ts';
import { noProblems, type Work } from '../../lib/domain/erasure/work.ts';
import type { Scope } from '../../lib/domain/ports.ts';
import { aRoomsWorld } from './room-rules.ts';
import { DETAILS } from './teleconsultations.ts';

/** One run of an erasure of Mr Bianchi on a table and a vendor in memory. */
export const ERASED = { externalId: 'mr-bianchi', kaleyraIds: ['usr_mr-bianchi'] };

interface Options extends NonNullable<Parameters<typeof aRoomsWorld>[0]> {
  cancel?: boolean;
  /** What Kaleyra says of the status of every room. */
  status?: string;
}

export const anErasure = ({ cancel = false, status = 'NOT_RUNNING', ...options }: Options = {}) => {
  const { scope: base, world } = aRoomsWorld({ details: () => ({ ...DETAILS, status }), ...options });
  const cleared: unknown[][] = [];
  const unlinked: unknown[][] = [];
  let stored: Erasure = {
    begunAt: 0,
    operation: 'f'.repeat(16),
    stage: 'erasing',
    kaleyraIds: ERASED.kaleyraIds,
    position: null,
    checkedSince: null,
    removed: NOTHING_REMOVED,
    mark: '',
  };
  const erasures = {
    find: async () => ({ kaleyraId: undefined, erasure: stored }),
    save: async (_: string, __: Erasure, after: Erasure) => {
      stored = after;
      return after;
    },
    noteCleared: async (...noted: unknown[]) => void cleared.push(noted),
  } as unknown as Scope['erasures'];
  const scope: Scope = {
    ...base,
    erasures,
    records: {
      ...base.records,
      find: base.records.find,
      findWithWatch: base.records.findWithWatch,
      change: base.records.change,
      amend: async (before, after) => {
        world.journal.push('amend');
        return base.records.change(before, after);
      },
      unlinkPeople: async (...noted) => void unlinked.push(noted),
    },
  };
  const work: Work = {
    scope: { ...scope, afterwards: () => scope },
    externalId: ERASED.externalId,
    cancel,
    ledger: openLedger(erasures, ERASED.externalId, stored),
    problems: noProblems(),
    cancelled: new Set(),
  };
  return { work, world, cleared, unlinked };
};
