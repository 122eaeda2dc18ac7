import { describe, expect, it } from 'vitest';
import { sumOf } from '../../../../../lib/domain/erasure/erasure.ts';
import { goOn } from '../../../../../lib/domain/erasure/stages.ts';
import { storeUnavailable } from '../../../../../lib/errors.ts';
import { aConfig } from '../../../../support/configs.ts';
import { anErasure, goingOn, OVER } from '../../../../support/erasure-rules.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { withRoom } from '../../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const NOTES = [[{ id: ID, cleared: false }]];
const CLEARED = [[{ id: ID, cleared: true }]];

describe('a run that is cut off', () => {
  const INTERRUPTED = { outcome: 'interrupted' };

  it('does not come to the users when it was clearing rooms', async () => {
    const cut = new AbortController();
    const { work, done, saved } = anErasure({ now: OVER, record: withRoom(), notes: NOTES, signal: cut.signal });
    work.scope.kaleyra.disableRoom = async () => cut.abort();
    expect([await goOn(work), done, saved]).toEqual([INTERRUPTED, [], []]);
  });

  it('does not come to the names when it was removing users, and blames nobody', async () => {
    const cut = new AbortController();
    const { work, unlinked } = anErasure({ now: OVER, record: withRoom(), notes: CLEARED, signal: cut.signal });
    work.scope.kaleyra.deleteUser = async () => {
      cut.abort();
      throw kaleyraFails(undefined);
    };
    expect([await goOn(work), unlinked, work.problems.users.size]).toEqual([INTERRUPTED, [], 0]);
  });

  it('does not go on to the next stage when it was removing names', async () => {
    const cut = new AbortController();
    const { work, saved } = anErasure({ now: OVER, record: withRoom(), notes: CLEARED, signal: cut.signal });
    work.scope.records.unlinkPeople = async () => cut.abort();
    expect(await goOn(work)).toEqual(INTERRUPTED);
    expect(saved.map(({ stage }) => stage)).not.toContain('looking');
  });

  it('keeps the tombstone when it was forgetting', async () => {
    const cut = new AbortController();
    const { work, done } = anErasure({ now: OVER, erasure: { stage: 'forgetting' }, signal: cut.signal });
    work.scope.erasures.forgetWayBack = async () => cut.abort();
    expect([await goOn(work), done]).toEqual([INTERRUPTED, []]);
  });

  it('begins its second walk anew', async () => {
    const cut = new AbortController();
    const { stop, saved } = await goingOn({
      erasure: { stage: 'looking' },
      traces: [{}, {}],
      onPage: page => page === 1 && cut.abort(),
      signal: cut.signal,
    });
    expect([stop, saved]).toMatchObject([INTERRUPTED, [{ stage: 'looking', position: null }]]);
  });
});

describe('what was done is noted', () => {
  it('after every user, and once more at the end', async () => {
    const config = aConfig({ KALEYRA_MAX_CONCURRENCY: '1' });
    const kaleyraIds = ['usr_mr-bianchi', 'usr_old'];
    const { work, saved } = anErasure({ now: OVER, config, erasure: { kaleyraIds } });
    const savedBefore: number[] = [];
    work.scope.kaleyra.deleteUser = async () => {
      savedBefore.push(saved.length);
      work.ledger.count('users', 1);
      return 'deleted';
    };
    const failure = storeUnavailable(new Error('far enough'));
    let asked = 0;
    work.scope.erasures.findNotes = async () => {
      asked += 1;
      if (asked <= kaleyraIds.length) return { notes: [], next: undefined };
      work.ledger.count('names', 1);
      throw failure;
    };
    await expect(goOn(work)).rejects.toBe(failure);
    expect([savedBefore, saved.length]).toEqual([[0, 1], 3]);
  });

  it('and a record that others change all the time is left', async () => {
    const { stop, saved } = await goingOn({
      record: withRoom(),
      notes: CLEARED,
      meanwhile: (_, stored) => ({ ...stored, version: stored.version + 1 }),
    });
    expect([stop, saved]).toEqual([{ outcome: 'left' }, []]);
  });
});

it('adds up each kind of what is gone', () => {
  const one = { bookings: 1, uploads: 2, recordings: 3, users: 4, names: 5, links: 6 };
  expect(sumOf(one, { bookings: 10, uploads: 20, recordings: 30, users: 40, names: 50, links: 60 })).toEqual({
    bookings: 11,
    uploads: 22,
    recordings: 33,
    users: 44,
    names: 55,
    links: 66,
  });
});
