import { describe, expect, it } from 'vitest';
import { goOn } from '../../../../../lib/domain/erasure/stages.ts';
import { storeUnavailable } from '../../../../../lib/errors.ts';
import { anErasure, goingOn, OVER } from '../../../../support/erasure-rules.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, withRoom } from '../../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const NOTES = [[{ id: ID, cleared: false }]];
const CLEARED = [[{ id: ID, cleared: true }]];

describe('an erasure', () => {
  it('goes through all stages to its end, and forgets the tombstone last', async () => {
    const { stop, stages, done } = await goingOn({ record: undefined, erasure: { stage: 'gathering' } });
    expect(stop).toEqual({ outcome: 'finished' });
    expect(stages).toEqual(['checking', 'erasing', 'looking', 'forgetting', 'forgetting']);
    expect(done.slice(-3)).toEqual(['deleteUser usr_mr-bianchi', 'forgetWayBack usr_mr-bianchi', 'finish']);
  });

  it('begins nothing when there is no time', async () => {
    const { stop, done, saved } = await goingOn({ signal: AbortSignal.abort() });
    expect([stop, done, saved]).toEqual([{ outcome: 'interrupted' }, [], []]);
  });

  it('begins anew where another run has written the tombstone at its end', async () => {
    let finishes = 0;
    const erasure = anErasure({ now: OVER, erasure: { stage: 'forgetting' } });
    const finish = async () => (++finishes < 2 ? ('lost' as const) : ('done' as const));
    erasure.work.scope.erasures.finish = finish;
    expect(await goOn(erasure.work)).toEqual({ outcome: 'finished' });
    expect(finishes).toBe(2);
  });

  it('leaves it to the other run where the tombstone is gone', async () => {
    const erasure = anErasure({ now: OVER, erasure: { stage: 'forgetting' } });
    Object.assign(erasure.work.scope.erasures, { save: async () => 'lost', find: async () => undefined });
    expect(await goOn(erasure.work)).toEqual({ outcome: 'interrupted' });
  });

  it('fails with the table', async () => {
    const failing = { forgetWayBack: storeUnavailable(new Error('invented')) };
    const erasure = anErasure({ now: OVER, erasure: { stage: 'forgetting' }, failing });
    await expect(goOn(erasure.work)).rejects.toBe(failing.forgetWayBack);
  });
});

describe('the stage that erases', () => {
  it('clears what is not cleared yet, then the users, then the names', async () => {
    const { work, cleared, done, world, unlinked } = anErasure({
      now: OVER,
      record: withRoom(),
      notes: NOTES,
    });
    const { findNotes } = work.scope.erasures;
    work.scope.erasures.findNotes = async (...asked) => {
      const page = await findNotes(...asked);
      return { ...page, notes: page.notes.map(note => ({ ...note, cleared: cleared.length > 0 })) };
    };
    work.scope.erasures.finish = async () => 'done';
    const { unlinkPeople } = work.scope.records;
    work.scope.records.unlinkPeople = async (...noted) => {
      work.scope.erasures.findNotes = async () => ({ notes: [], next: undefined });
      await unlinkPeople(...noted);
    };
    expect(await goOn(work)).toEqual({ outcome: 'finished' });
    expect([cleared.length, unlinked.length]).toEqual([1, 1]);
    expect(done).toContain('deleteUser usr_mr-bianchi');
    expect(world.stored?.participants[1]?.fullName).toBeNull();
    expect(work.ledger.removed()).toMatchObject({ names: 1, links: 1 });
  });

  it('clears no record twice', async () => {
    const { cleared, unlinked, work } = anErasure({ now: OVER, record: withRoom(), notes: CLEARED });
    work.scope.erasures.findTraces = async () => {
      throw storeUnavailable(new Error('far enough'));
    };
    await expect(goOn(work)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect([cleared, unlinked.length]).toEqual([[], 1]);
  });

  it('stops where something is left in a room, and keeps the name with it', async () => {
    const { stop, world, unlinked, done, saved } = await goingOn({
      record: withRoom(),
      notes: NOTES,
      failing: { disableRoom: kaleyraFails(500) },
    });
    expect(stop).toEqual({ outcome: 'left' });
    expect([world.stored, unlinked, saved]).toEqual([withRoom(), [], []]);
    expect(done).toEqual(['deleteUser usr_mr-bianchi']);
  });

  it('stops where a user is left, and tells which one', async () => {
    const { stop, work, world } = await goingOn({ notes: [[]], failing: { deleteUser: kaleyraFails(500) } });
    expect([stop, [...work.problems.users]]).toEqual([{ outcome: 'left' }, ['usr_mr-bianchi']]);
    const told = expect.objectContaining({ kaleyraUserId: 'usr_mr-bianchi' });
    expect(world.logs).toEqual([['erasure.user_left', told]]);
  });

  it('fails where something else than Kaleyra does', async () => {
    const failing = { deleteUser: new Error('broken') };
    await expect(goOn(anErasure({ now: OVER, failing }).work)).rejects.toBe(failing.deleteUser);
  });

  it('waits for whoever is changing a record', async () => {
    const record = withRoom(aRecord({ claim: { operation: 'x', until: OVER + 5 } }));
    const { stop, saved } = await goingOn({ record, notes: NOTES });
    expect([stop, saved]).toEqual([{ outcome: 'waiting', forWhat: 'changes', until: OVER + 5 }, []]);
  });
});
