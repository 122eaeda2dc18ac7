import { describe, expect, it } from 'vitest';
import { eraseDry } from '../../../../../lib/domain/erasure/dry-run.ts';
import { NOTHING_REMOVED, newErasure } from '../../../../../lib/domain/erasure/erasure.ts';
import { deadlinePassed } from '../../../../../lib/errors.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, START } from '../../../../support/teleconsultations.ts';
import { booked, idIn, listed } from '../jobs/situations.ts';
import { anErasing, ERASED, type ErasureWorld, HIS, OVER } from './support.ts';

const [a, b, c, d] = [idIn('a'), idIn('b'), idIn('c'), idIn('d')];
const note = (id: string) => ({ id, cleared: false });
const TRAIL = { kaleyraId: HIS, erasure: undefined };

const dry = async (options: ErasureWorld, cancel = false) => {
  const erasing = anErasing(options);
  const statement = await eraseDry(erasing.scope, { externalId: ERASED, cancel });
  const writes = erasing.calls('change', 'erase', 'deleteUpload', 'deleteRecording', 'disableRoom', 'deleteRoom');
  const noted = erasing.done.filter(call => /^(?:cleared|delete|pause|forget|finish)/.test(call));
  return { statement, writes: [...writes, ...noted], ...erasing };
};

describe('a dry run of an erasure', () => {
  const everywhere: ErasureWorld = {
    trail: TRAIL,
    records: [
      booked(a),
      booked(b),
      // He is not in it any more.
      booked(c, 'room-c', { participants: aRecord().participants.slice(0, 1), expected: 1 }),
      aRecord({ id: d, creatorId: ERASED, participants: [] }),
    ],
    rooms: [listed('room-a', a), listed('room-b', b)],
    files: { 'room-a': ['file-1', 'file-2'] },
    recordings: { 'room-b': ['call-1'] },
    traces: [
      { naming: [{ id: a, kaleyraIds: [HIS, 'usr_older'] }] },
      { kaleyraIds: ['usr_back'], authored: [d, 'gone'] },
    ],
    notes: { usr_back: [note(b), note(c)] },
    users: [HIS, 'usr_back'],
  };

  it('counts all that there is of the person, and changes nothing', async () => {
    const { statement, writes, done, world } = await dry(everywhere);
    expect(statement).toMatchObject({
      outcome: 'finished',
      dryRun: true,
      bookings: [],
      left: { rooms: 0, users: 0, records: 0 },
      removed: { bookings: 0, uploads: 2, recordings: 1, users: 2, names: 3, links: 2 },
    });
    expect(writes).toEqual([]);
    expect(done.filter(call => call.startsWith('has')).sort()).toEqual(
      ['usr_back', HIS, 'usr_older'].map(id => `has ${id}`),
    );
    expect([...world.records.values()]).toEqual(everywhere.records);
  });

  it('counts also what an erasure under way has found', async () => {
    const erasure = newErasure(OVER, 'f'.repeat(16), ['usr_found']);
    const { statement, done } = await dry({ trail: { kaleyraId: undefined, erasure } });
    expect(done.filter(call => call.startsWith('has'))).toEqual(['has usr_found']);
    expect(statement).toMatchObject({ outcome: 'finished', removed: { users: 1 } });
  });

  it.each<[string, ErasureWorld]>([
    ['a user', { trail: TRAIL }],
    ['a user and a record', { trail: TRAIL, notes: { [HIS]: [note(a)] } }],
    ['a user and something made', { trail: TRAIL, traces: [{ authored: [d] }] }],
    ['a record', { traces: [{ naming: [{ id: a, kaleyraIds: [] }] }] }],
    ['something made', { traces: [{ authored: [d] }] }],
    ['a record that he made', { traces: [{ naming: [{ id: a, kaleyraIds: [] }], authored: [a] }] }],
  ])('finds that there is somebody where there is %s', async (_, options) => {
    expect((await dry(options)).statement.outcome).toBe('finished');
  });

  it('finds nobody where there is nothing', async () => {
    const { statement, done } = await dry({ traces: [{}, {}] });
    expect(statement).toMatchObject({ outcome: 'unknown', dryRun: true, removed: NOTHING_REMOVED });
    expect(done).toEqual(['traces 0', 'traces 1']);
  });
});

describe('a call that is not over', () => {
  const standing: ErasureWorld = {
    now: START,
    trail: TRAIL,
    records: [booked(a)],
    rooms: [listed('room-a', a)],
    files: { 'room-a': ['file-1'] },
    notes: { [HIS]: [note(a)] },
  };

  it('is a reason to change nothing, and to count nothing either', async () => {
    const { statement } = await dry(standing);
    expect(statement).toMatchObject({ outcome: 'refused', bookings: [a], removed: NOTHING_REMOVED });
  });

  it('would be cancelled on order, with its links, which are counted once', async () => {
    const { statement, writes } = await dry(standing, true);
    expect(statement).toMatchObject({
      outcome: 'finished',
      bookings: [],
      removed: { bookings: 1, uploads: 1, recordings: 0, users: 1, names: 1, links: 1 },
    });
    expect(writes).toEqual([]);
  });
});

describe('what cannot be looked at', () => {
  it('is left, and the rest is counted', async () => {
    const { statement } = await dry({
      trail: TRAIL,
      records: [booked(a), booked(b)],
      rooms: [listed('room-a', a), listed('room-b', b)],
      files: { 'room-b': ['file-1'] },
      notes: { [HIS]: [note(a), note(b)] },
      failing: { 'listUploads room-a': kaleyraFails(500) },
    });
    expect(statement).toMatchObject({ outcome: 'left', left: { rooms: 1 }, removed: { uploads: 1, names: 2 } });
  });

  it('is not counted where nobody can say whether a user is there', async () => {
    const failure = kaleyraFails(500);
    const { scope } = anErasing({ trail: TRAIL });
    const kaleyra = { ...scope.kaleyra, hasUser: () => Promise.reject(failure) };
    await expect(eraseDry({ ...scope, kaleyra }, { externalId: ERASED, cancel: false })).rejects.toBe(failure);
  });

  const cutOff = async (options: ErasureWorld, at: RegExp) => {
    const erasing = anErasing({
      ...options,
      onCall: call => at.test(call) && erasing.stop.abort(deadlinePassed()),
    });
    const { erasures } = erasing.scope;
    const findTraces = erasures.findTraces.bind(erasures);
    erasures.findTraces = async (...page) => {
      if (at.test('traces')) erasing.stop.abort(deadlinePassed());
      return findTraces(...page);
    };
    const failure = await eraseDry(erasing.scope, { externalId: ERASED, cancel: false }).catch(
      (error: unknown) => error,
    );
    return { failure, done: erasing.done };
  };

  it('in the time of one run is no statement', async () => {
    const options = { trail: TRAIL, records: [booked(a)], notes: { [HIS]: [note(a)] } };
    expect((await cutOff(options, /^look/)).failure).toMatchObject({ code: 'deadline' });
  });

  it('because the walk was cut off is not taken for nobody', async () => {
    const { failure, done } = await cutOff({ traces: [{}, {}] }, /^traces/);
    expect([failure, done]).toMatchObject([{ code: 'deadline' }, ['traces 0']]);
  });
});
