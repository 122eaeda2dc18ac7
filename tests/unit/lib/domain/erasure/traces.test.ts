import { describe, expect, it } from 'vitest';
import { goOn } from '../../../../../lib/domain/erasure/stages.ts';
import { storeUnavailable } from '../../../../../lib/errors.ts';
import { anErasure, goingOn, OVER } from '../../../../support/erasure-rules.ts';
import { drRossi, msNeri } from '../../../../support/people.ts';
import { aRecord, asParticipant } from '../../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const CLEARED = [[{ id: ID, cleared: true }]];
const STRANGERS = [drRossi, msNeri].map(asParticipant);

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

describe('what the walks find', () => {
  it('is noted once, and not where it was noted already', async () => {
    const one = { id: ID, kaleyraIds: ['usr_older'] };
    const { work, done } = anErasure({
      now: OVER,
      erasure: { stage: 'gathering' },
      notes: [[{ id: 'noted', cleared: true }]],
      traces: [{ naming: [one, { id: 'noted', kaleyraIds: ['usr_mr-bianchi'] }] }, { naming: [one] }],
    });
    const { save } = work.scope.erasures;
    const failure = storeUnavailable(new Error('far enough'));
    work.scope.erasures.save = async (id, before, after) => {
      if (after.stage === 'checking') throw failure;
      return save(id, before, after);
    };
    await expect(goOn(work)).rejects.toBe(failure);
    expect(done).toEqual([`linkPeople ${ID} usr_older`]);
  });

  it('at the second time is written down as well', async () => {
    const { saved } = await goingOn({ erasure: { stage: 'looking' }, traces: [{ kaleyraIds: ['usr_new'] }] });
    expect(saved[0]).toMatchObject({ stage: 'looking', kaleyraIds: ['usr_mr-bianchi', 'usr_new'] });
  });
});
