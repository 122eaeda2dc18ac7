import { describe, expect, it } from 'vitest';
import { QUIET_MS } from '../../../../../lib/domain/erasure/erasure.ts';
import { goOn } from '../../../../../lib/domain/erasure/stages.ts';
import { storeUnavailable } from '../../../../../lib/errors.ts';
import { anErasure } from '../../../../support/erasure-rules.ts';
import { drRossi, msNeri } from '../../../../support/people.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, asParticipant, HOUR, START, withRoom } from '../../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const OVER = START + 48 * HOUR;
const NOTES = [[{ id: ID, cleared: false }]];
const CLEARED = [[{ id: ID, cleared: true }]];
const STRANGERS = [drRossi, msNeri].map(asParticipant);

const goingOn = async (options: NonNullable<Parameters<typeof anErasure>[0]>) => {
  const erasure = anErasure({ now: OVER, ...options });
  const stop = await goOn(erasure.work).catch((error: unknown) => error);
  return { stop, ...erasure, stages: erasure.saved.map(({ stage }) => stage) };
};

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
    const { stop } = await goingOn({ record, notes: NOTES });
    expect(stop).toEqual({ outcome: 'waiting', forWhat: 'changes', until: OVER + 5 });
  });
});

describe('the stage that gathers', () => {
  const gathering = { stage: 'gathering' as const };

  it('finds every Kaleyra id of the person, and writes lost notes again', async () => {
    const traces = [
      { kaleyraIds: ['usr_old'] },
      {
        naming: [
          { id: ID, kaleyraIds: ['usr_older'] },
          { id: 'noted', kaleyraIds: ['usr_mr-bianchi'] },
        ],
      },
    ];
    const { saved, done } = await goingOn({
      erasure: gathering,
      notes: [[{ id: 'noted', cleared: true }]],
      traces,
    });
    expect(saved.slice(0, 3).map(({ kaleyraIds }) => kaleyraIds)).toEqual([
      ['usr_mr-bianchi', 'usr_old'],
      ['usr_mr-bianchi', 'usr_old', 'usr_older'],
      ['usr_mr-bianchi', 'usr_old', 'usr_older'],
    ]);
    expect(done.filter(call => call.startsWith('linkPeople')).slice(0, 1)).toEqual([`linkPeople ${ID} usr_older`]);
  });

  it('goes on where a run was cut off, from the last bookmark', async () => {
    const cut = new AbortController();
    const { stop, saved } = await goingOn({
      erasure: gathering,
      traces: [{ bookmark: 'one' }, {}, { bookmark: 'three' }],
      onPage: page => page === 2 && cut.abort(),
      signal: cut.signal,
    });
    expect([stop, saved]).toMatchObject([{ outcome: 'interrupted' }, [{ stage: 'gathering', position: 'one' }]]);
  });

  it('begins where the run before had come to', async () => {
    const pages: number[] = [];
    await goingOn({
      erasure: { ...gathering, position: '1' },
      traces: [{}, {}],
      onPage: page => pages.push(page),
    });
    expect(pages[0]).toBe(1);
  });
});

describe('the stage that looks again', () => {
  const looking = { stage: 'looking' as const };

  it('takes the person out of records that they have made', async () => {
    const record = aRecord({ participants: STRANGERS, creatorId: 'mr-bianchi' });
    const { stop, world } = await goingOn({ erasure: looking, record, traces: [{ authored: [ID] }] });
    expect([stop, world.stored?.creatorId]).toEqual([{ outcome: 'finished' }, `erased-${'f'.repeat(16)}`]);
  });

  it('leaves records in which they take part to the erasing, which is done over again', async () => {
    const erasure = anErasure({
      now: OVER,
      erasure: looking,
      record: aRecord(),
      notes: CLEARED,
      traces: [{ naming: [{ id: ID, kaleyraIds: ['usr_mr-bianchi'] }], authored: [ID] }],
    });
    erasure.work.scope.records.find = async () => {
      throw storeUnavailable(new Error('far enough'));
    };
    await expect(goOn(erasure.work)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(erasure.saved.at(-1)).toMatchObject({ stage: 'erasing', position: null });
    expect(erasure.done).toContain(`linkPeople ${ID} usr_mr-bianchi`);
  });

  it('stops where a record is changed all the time, or right now, and begins there the next time', async () => {
    const authored = { participants: STRANGERS, creatorId: 'mr-bianchi' };
    const traces = [{ bookmark: 'one' }, { authored: [ID], bookmark: 'two' }, {}];
    const contended = await goingOn({
      erasure: looking,
      record: aRecord(authored),
      traces,
      meanwhile: (_, stored) => ({ ...stored, version: stored.version + 1 }),
    });
    expect([contended.stop, contended.saved]).toMatchObject([{ outcome: 'left' }, [{ position: 'one' }]]);
    const claim = { operation: 'x', until: OVER + 5 };
    const claimed = await goingOn({ erasure: looking, record: aRecord({ ...authored, claim }), traces });
    expect(claimed.stop).toEqual({ outcome: 'waiting', forWhat: 'changes', until: OVER + 5 });
  });
});

describe('the stage that checks', () => {
  const checking = { stage: 'checking' as const };
  const QUIET = OVER - QUIET_MS;

  it('refuses to begin while there are calls that are not over, and takes the tombstone back', async () => {
    const erasure = anErasure({
      now: START,
      record: withRoom(),
      notes: NOTES,
      erasure: { ...checking, begunAt: START },
    });
    erasure.pause.set(START + QUIET_MS);
    expect(await goOn(erasure.work)).toEqual({ outcome: 'refused' });
    expect(erasure.done).toEqual(['withdraw', `pause ${START}`]);
    expect([...erasure.work.problems.bookings]).toEqual([ID]);
  });

  it('leaves a pause that somebody else has asked for', async () => {
    const erasure = anErasure({
      now: START,
      record: withRoom(),
      notes: NOTES,
      erasure: { ...checking, begunAt: START },
    });
    erasure.pause.set(START + QUIET_MS + 1);
    await goOn(erasure.work);
    expect(erasure.done).toEqual(['withdraw']);
  });

  it('is left where Kaleyra does not say whether somebody is in a room', async () => {
    const failing = { readRoom: kaleyraFails(500) };
    const { stop, work, saved } = await goingOn({ record: withRoom(), notes: NOTES, erasure: checking, failing });
    expect([stop, [...work.problems.rooms], saved]).toEqual([{ outcome: 'left' }, [ID], []]);
  });

  it('has nothing against records that are gone, or name the person no more', async () => {
    const { stages } = await goingOn({ now: START, notes: NOTES, erasure: checking });
    expect(stages[0]).toBe('erasing');
    const strangers = withRoom(aRecord({ participants: STRANGERS }));
    expect((await goingOn({ now: START, record: strangers, notes: NOTES, erasure: checking })).stages[0]).toBe(
      'erasing',
    );
  });

  it('waits until nothing can be under way that began before the tombstone', async () => {
    const begun = { ...checking, begunAt: QUIET + 1 };
    const early = await goingOn({ erasure: begun });
    expect([early.stop, early.saved]).toEqual([{ outcome: 'waiting', forWhat: 'requests', until: OVER + 1 }, []]);
    const again = await goingOn({ erasure: { ...begun, checkedSince: 7, position: 'x' } });
    expect(again.saved).toMatchObject([{ stage: 'checking', position: null, checkedSince: null }]);
    expect((await goingOn({ erasure: { ...checking, begunAt: QUIET } })).stages[0]).toBe('erasing');
  });

  it('looks once more where the look began too early', async () => {
    const erasure = { ...checking, begunAt: QUIET, checkedSince: OVER - 1 };
    expect((await goingOn({ erasure })).stages.slice(0, 2)).toEqual(['checking', 'erasing']);
    expect((await goingOn({ erasure, cancel: true })).stages[0]).toBe('erasing');
  });

  it('does not look where everything is to be cancelled, and waits all the same', async () => {
    const { stop, world } = await goingOn({
      cancel: true,
      record: withRoom(),
      notes: NOTES,
      erasure: { ...checking, begunAt: OVER },
    });
    expect([stop, world.journal]).toEqual([{ outcome: 'waiting', forWhat: 'requests', until: OVER + QUIET_MS }, []]);
  });

  it('fails where something else than Kaleyra does', async () => {
    const failing = { readRoom: new Error('broken') };
    const { stop } = await goingOn({ record: withRoom(), notes: NOTES, erasure: checking, failing });
    expect(stop).toBe(failing.readRoom);
  });

  const MANY = Array.from({ length: 60 }, (_, index) => `record-${String(index).padStart(2, '0')}`);
  const noted = [MANY.map(id => ({ id, cleared: true }))];
  /** Cut off at a record. */
  const cutOffAt = async (id: string, erasure = {}) => {
    const cut = new AbortController();
    const one = anErasure({ now: OVER, notes: noted, erasure: { ...checking, ...erasure }, signal: cut.signal });
    const found: string[] = [];
    one.work.scope.records.find = async wanted => {
      found.push(wanted);
      if (wanted === id) cut.abort();
      if (wanted === id) throw kaleyraFails(undefined);
      return undefined;
    };
    return { stop: await goOn(one.work), saved: one.saved, found, problems: one.work.problems };
  };

  it('says where the next run goes on when it is cut off, and since when it has looked', async () => {
    const { stop, saved, problems } = await cutOffAt('record-52');
    expect([stop, problems.rooms.size]).toEqual([{ outcome: 'interrupted' }, 0]);
    expect(saved).toMatchObject([{ stage: 'checking', position: 'record-49', checkedSince: OVER }]);
    const first = await cutOffAt('record-03', { checkedSince: 7 });
    expect(first.saved).toMatchObject([{ position: null, checkedSince: 7 }]);
  });

  it('goes on behind the record that the run before came to', async () => {
    const { found } = await cutOffAt('record-59', { position: 'record-55' });
    expect(found).toEqual(['record-56', 'record-57', 'record-58', 'record-59']);
  });
});
