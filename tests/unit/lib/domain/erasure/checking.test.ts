import { describe, expect, it } from 'vitest';
import { QUIET_MS } from '../../../../../lib/domain/erasure/erasure.ts';
import { goOn } from '../../../../../lib/domain/erasure/stages.ts';
import { anErasure, goingOn, OVER } from '../../../../support/erasure-rules.ts';
import { drRossi, msNeri } from '../../../../support/people.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, asParticipant, START, withRoom } from '../../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const NOTES = [[{ id: ID, cleared: false }]];
const STRANGERS = [drRossi, msNeri].map(asParticipant);

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
