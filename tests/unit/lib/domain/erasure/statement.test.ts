import { describe, expect, it } from 'vitest';
import { NOTHING_REMOVED } from '../../../../../lib/domain/erasure/erasure.ts';
import { KEPT, NOT_OFFERED, statementOf, TO_DO } from '../../../../../lib/domain/erasure/statement.ts';
import { noProblems } from '../../../../../lib/domain/erasure/work.ts';

const DONE = { outcome: 'finished', dryRun: false, removed: NOTHING_REMOVED } as const;

describe('what an erasure says of itself', () => {
  it('is what became of it, what stays, and what is left to do', () => {
    expect(statementOf({ logRetentionDays: 30 }, DONE, noProblems())).toEqual({
      outcome: 'finished',
      dryRun: false,
      waitMs: 0,
      waitsFor: null,
      bookings: [],
      left: { rooms: 0, users: 0, records: 0 },
      recordingsUntil: null,
      removed: NOTHING_REMOVED,
      kept: KEPT,
      notOffered: NOT_OFFERED,
      copies: { backupDays: 35, logDays: 30 },
      toDo: TO_DO,
    });
  });

  it('is also what it waits for, and what it could not remove', () => {
    const problems = {
      ...noProblems(),
      bookings: new Set(['b', 'c', 'a']),
      rooms: new Set(['a']),
      users: new Set(['a', 'b']),
      records: new Set(['a', 'b', 'c']),
      recordingsUntil: 7,
    };
    const waiting = { ...DONE, outcome: 'waiting', waitMs: 5, waitsFor: 'pause' } as const;
    expect(statementOf({ logRetentionDays: 30 }, waiting, problems)).toMatchObject({
      waitMs: 5,
      waitsFor: 'pause',
      bookings: ['a', 'b', 'c'],
      left: { rooms: 1, users: 2, records: 3 },
      recordingsUntil: 7,
    });
  });
});
