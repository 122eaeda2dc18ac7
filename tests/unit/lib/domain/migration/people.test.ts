import { describe, expect, it } from 'vitest';
import { gatherPeople, type OldPerson } from '../../../../../lib/domain/migration/people.ts';

const aRow = (kaleyraId: string, externalId: string, parts: Partial<OldPerson> = {}): OldPerson => ({
  id: null,
  kaleyraId,
  externalId,
  fullName: null,
  groups: [],
  createdAt: null,
  state: 'PUBLIC',
  line: 1,
  ...parts,
});
const gather = (rows: readonly OldPerson[], drafts = false) =>
  gatherPeople(
    rows.map((row, index) => ({ ...row, line: index + 1 })),
    { drafts },
  );
const seen = (kaleyraId?: string, externalId?: string) => ({ kaleyraId, externalId, fullName: null, groups: [] });
const currentOf = (people: ReturnType<typeof gather>) => [...people.current()].map(({ kaleyraId }) => kaleyraId);

describe('one person with two Kaleyra ids', () => {
  it('is recognised by both, and keeps the newest for what comes', () => {
    const people = gather([aRow('usr_new', 'ada', { createdAt: 2 }), aRow('usr_old', 'ada', { createdAt: 1 })]);
    for (const id of ['usr_old', 'usr_new']) {
      expect(people.recognise(seen(id))).toMatchObject({ person: { externalId: 'ada', kaleyraId: id } });
    }
    expect([...people.all()].map(({ kaleyraId }) => kaleyraId)).toEqual(['usr_new', 'usr_old']);
    expect(currentOf(people)).toEqual(['usr_new']);
    expect(people.recognise(seen(undefined, 'ada'))).toMatchObject({ person: { kaleyraId: 'usr_new' } });
  });

  it('without dates, the later line is the newer one', () => {
    expect(currentOf(gather([aRow('usr_1', 'ada'), aRow('usr_2', 'ada', { createdAt: 1 })]))).toEqual(['usr_2']);
  });

  it('a row in the bin counts for the way back only', () => {
    const people = gather([
      aRow('usr_1', 'ada'),
      aRow('usr_2', 'ada', { state: 'TRASH' }),
      aRow('usr_3', 'ugo', { state: 'DELETED' }),
    ]);
    expect(currentOf(people)).toEqual(['usr_1']);
    expect(people.recognise(seen('usr_2'))).toMatchObject({ person: { externalId: 'ada' } });
    expect(people.recognise(seen(undefined, 'ugo'))).toMatchObject({ person: { kaleyraId: 'usr_3' } });
  });

  it('drafts count where they were visible', () => {
    const rows = [aRow('usr_1', 'ada', { state: 'DRAFT' })];
    expect(currentOf(gather(rows))).toEqual([]);
    expect(currentOf(gather(rows, true))).toEqual(['usr_1']);
  });
});

describe('one Kaleyra id with two people', () => {
  const shared = () => gather([aRow('usr_1', 'ada'), aRow('usr_2', 'eva'), aRow('usr_1', 'ugo'), aRow('usr_1', 'ada')]);

  it('is nobody’s, and every row of it is named with those that it contradicts', () => {
    expect(shared().contested()).toEqual([
      { line: 1, others: [3] },
      { line: 3, others: [1, 4] },
      { line: 4, others: [3] },
    ]);
    expect([...shared().all()].map(({ kaleyraId }) => kaleyraId)).toEqual(['usr_2']);
    expect(currentOf(shared())).toEqual(['usr_2']);
  });

  it('stands for nobody in a teleconsultation, not even with an external id beside it', () => {
    expect(shared().recognise(seen('usr_1'))).toHaveProperty('problem');
    expect(shared().recognise(seen('usr_1', 'ada'))).toHaveProperty('problem');
  });
});

describe('a participant', () => {
  it('the same row twice is one person, with what either row says', () => {
    const people = gather([
      aRow('usr_1', 'ada'),
      aRow('usr_1', 'ada', { fullName: 'Ada-Example', groups: ['doctor'] }),
    ]);
    expect([...people.all()]).toMatchObject([{ fullName: 'Ada-Example', groups: ['doctor'] }]);
    expect(people.contested()).toEqual([]);
  });

  it('is nobody whom no row has, unless their own record says who they are', () => {
    const people = gather([aRow('usr_1', 'ada')]);
    expect(people.recognise(seen('usr_9'))).toEqual({ problem: 'is a user whom no row of the users file has' });
    expect(people.recognise(seen(undefined, 'nobody'))).toEqual({ problem: 'is nobody in the users file' });
    expect(people.recognise(seen('usr_9', 'ugo'))).toMatchObject({ person: { externalId: 'ugo', line: null } });
    expect(people.recognise(seen('usr_9'))).toMatchObject({ person: { externalId: 'ugo' } });
    expect(people.recognise(seen('usr_9', 'eva'))).toHaveProperty('problem');
  });

  it('learned from a record never takes the place of the users file’s own', () => {
    const people = gather([aRow('usr_1', 'ada')]);
    expect(people.recognise(seen('usr_8', 'ada'))).toMatchObject({ person: { kaleyraId: 'usr_8' } });
    expect(currentOf(people)).toEqual(['usr_1']);
  });

  it('is refused where record and users file name different people', () => {
    expect(gather([aRow('usr_1', 'ada')]).recognise(seen('usr_1', 'ugo'))).toEqual({
      problem: 'is a user whom the users file gives to somebody else',
    });
  });
});
